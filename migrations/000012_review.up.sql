-- Review: one or two levels by form, how soon, what a reviewer set aside, signatures, and corrections after acceptance.

-- Who reviews is the county's choice: one level (accept), or a first check and then the acceptance by somebody else.
ALTER TABLE form
    ADD COLUMN two_level   boolean NOT NULL DEFAULT false,
    ADD COLUMN review_days smallint NOT NULL DEFAULT 3 CHECK (review_days BETWEEN 1 AND 30); -- working days after the submission

ALTER TABLE report
    DROP CONSTRAINT report_state_check,
    ADD CONSTRAINT report_state_check CHECK (state IN ('not_started', 'draft', 'submitted', 'checked', 'returned', 'accepted')),
    ADD COLUMN checked_by    bigint,                   -- of the first check of this submission
    ADD COLUMN checked_name  text NOT NULL DEFAULT '',
    ADD COLUMN checked_at    timestamptz,
    ADD COLUMN returned_from text NOT NULL DEFAULT ''; -- the state in which it was returned or reopened: the level

-- What a reviewer keeps for coming back: the figures beside each report of a form, and which reports were looked at or
-- ticked, each with the submission that it was about.
CREATE TABLE review_desk (
    county_id  int NOT NULL,
    account_id bigint NOT NULL,
    form_id    int NOT NULL,
    columns    text[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (county_id, account_id, form_id),
    FOREIGN KEY (county_id, form_id) REFERENCES form (county_id, id)
);
CREATE TABLE review_mark (
    county_id  int NOT NULL,
    account_id bigint NOT NULL,
    report_id  bigint NOT NULL,
    submission int NOT NULL,
    chosen     boolean NOT NULL DEFAULT false,
    looked_at  timestamptz,
    PRIMARY KEY (county_id, account_id, report_id),
    FOREIGN KEY (county_id, report_id) REFERENCES report (county_id, id)
);

-- The responsible person's name under the figures of one submission: their hash says whether a print is what was signed.
CREATE TABLE report_signature (
    county_id  int NOT NULL,
    report_id  bigint NOT NULL,
    submission int NOT NULL,
    hash       bytea NOT NULL CHECK (length(hash) = 32),
    name       text NOT NULL CHECK (name <> ''),
    by_id      bigint,
    at         timestamptz NOT NULL,
    PRIMARY KEY (county_id, report_id, submission),
    FOREIGN KEY (county_id, report_id) REFERENCES report (county_id, id)
);
CREATE TRIGGER report_signature_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON report_signature
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();

-- A correction of accepted figures: asked for with a reason, approved or refused, done with the acceptance of the next
-- submission. Old and new figures stand in the accepted snapshots of the two submissions.
CREATE TABLE correction (
    county_id       int NOT NULL,
    id              bigint GENERATED ALWAYS AS IDENTITY,
    report_id       bigint NOT NULL,
    from_submission int NOT NULL,
    reason          text NOT NULL CHECK (reason <> ''),
    asked_by        bigint,
    asked_name      text NOT NULL,
    asked_at        timestamptz NOT NULL,
    decision        text NOT NULL DEFAULT '' CHECK (decision IN ('', 'approved', 'refused')),
    answer          text NOT NULL DEFAULT '',         -- why it was refused
    decided_by      bigint,
    decided_name    text NOT NULL DEFAULT '',
    decided_at      timestamptz,
    to_submission   int,                              -- NULL until it is accepted
    accepted_name   text NOT NULL DEFAULT '',
    accepted_at     timestamptz,
    PRIMARY KEY (county_id, id),
    CONSTRAINT correction_decided CHECK ((decision = '') = (decided_at IS NULL)),
    CONSTRAINT correction_done CHECK (to_submission IS NULL OR decision = 'approved' AND to_submission > from_submission),
    FOREIGN KEY (county_id, report_id) REFERENCES report (county_id, id)
);
CREATE UNIQUE INDEX correction_open ON correction (county_id, report_id)
    WHERE decision = '' OR decision = 'approved' AND to_submission IS NULL;
CREATE INDEX correction_report ON correction (county_id, report_id, id DESC);

-- Reports that were reopened before corrections were kept.
INSERT INTO correction (county_id, report_id, from_submission, reason, asked_name, asked_at, decision, decided_name, decided_at)
SELECT county_id, id, submission, CASE WHEN reason = '' THEN '解锁更正' ELSE reason END, returned_name, returned_at, 'approved', returned_name, returned_at
FROM report WHERE reopened AND state <> 'accepted' AND returned_at IS NOT NULL AND submitted_at <= returned_at;

-- What a replaced value was computed from, so that it can be shown like the one that stands.
ALTER TABLE indicator_correction ADD COLUMN inputs jsonb;
