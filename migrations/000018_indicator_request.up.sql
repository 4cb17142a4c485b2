-- A quotient may lack a member on one side only; such a value is held against no target.
ALTER TABLE indicator_value ADD COLUMN uneven boolean NOT NULL DEFAULT false; -- somebody is missing above the line and not below, or the reverse

-- Months that wait to be computed. Whoever computes takes all that was asked of a month in one go, in the transaction
-- that stores its values.
CREATE TABLE indicator_request (
    county_id    int NOT NULL REFERENCES county,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    period       date NOT NULL CHECK (extract(day FROM period) = 1),
    institutions bigint[],                            -- whose figures changed, null: everybody's
    indicators   int[],                               -- null: all
    PRIMARY KEY (county_id, id)
);
