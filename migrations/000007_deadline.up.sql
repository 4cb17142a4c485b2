-- Deadlines: the county's own rest and working days, grace by form, extensions by unit.

-- Days that the county works otherwise than the announced calendar says: a local festival, a make-up day.
CREATE TABLE calendar_day (
    county_id int NOT NULL REFERENCES county,
    day       date NOT NULL,
    worked    boolean NOT NULL,
    reason    text NOT NULL CHECK (reason <> ''),
    by_name   text NOT NULL,
    at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (county_id, day)
);

-- Working days after the deadline in which a report still counts as on time.
ALTER TABLE form ADD COLUMN grace_days smallint NOT NULL DEFAULT 0 CHECK (grace_days BETWEEN 0 AND 15);

ALTER TABLE report
    ADD COLUMN grace_until timestamptz,                     -- NULL: no grace; an extension has none
    ADD COLUMN extended    boolean NOT NULL DEFAULT false,  -- due_at was put off for this unit
    ADD CONSTRAINT report_grace_after_due CHECK (grace_until > due_at),
    ADD CONSTRAINT report_extension_without_grace CHECK (NOT extended OR grace_until IS NULL);

-- Who put a deadline off, for whom, until when and why. The newest of a report counts; none is taken back silently.
CREATE TABLE extension (
    county_id  int NOT NULL,
    id         bigint GENERATED ALWAYS AS IDENTITY,
    report_id  bigint NOT NULL,
    was_due_at timestamptz NOT NULL,
    due_at     timestamptz NOT NULL,
    reason     text NOT NULL CHECK (reason <> ''),
    by_id      bigint,
    by_name    text NOT NULL,
    at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, report_id) REFERENCES report (county_id, id)
);
CREATE INDEX extension_report ON extension (county_id, report_id, id DESC);
CREATE TRIGGER extension_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON extension
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
