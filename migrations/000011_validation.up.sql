-- Data quality: who changed a rule and why, normal ranges of figures, allowed change, re-validation of past months, and
-- the marks of figures that somebody follows up.
ALTER TABLE check_rule
    ADD COLUMN reason  text NOT NULL DEFAULT '',
    ADD COLUMN by_name text NOT NULL DEFAULT '',
    ADD COLUMN at      timestamptz NOT NULL DEFAULT now();

-- How ranges are reckoned; a county without a row has the defaults of the program, which no document prescribes.
CREATE TABLE outlier_setting (
    county_id     int PRIMARY KEY REFERENCES county,
    enabled       boolean NOT NULL,
    months        smallint NOT NULL CHECK (months BETWEEN 1 AND 24),        -- so many months it takes at least
    spread        numeric(6, 2) NOT NULL CHECK (spread BETWEEN 1 AND 50),   -- k of the median ± k·MAD
    floor_percent numeric(6, 2) NOT NULL CHECK (floor_percent BETWEEN 0 AND 500),
    least         numeric(6, 2) NOT NULL CHECK (least BETWEEN 0 AND 1000),   -- a count no further from the median is never strange
    peers         boolean NOT NULL,
    peer_spread   numeric(6, 2) NOT NULL CHECK (peer_spread BETWEEN 1 AND 50),
    units         boolean NOT NULL,                                         -- whether 元 and 千元 are told apart
    version       int NOT NULL DEFAULT 1,
    by_name       text NOT NULL,
    at            timestamptz NOT NULL
);

-- The middle of an institution's earlier figures, or of its peers' of the month, and how far they usually lie from it.
-- Reckoned anew while the report is worked on; what was accepted keeps those it was looked at with.
CREATE TABLE figure_range (
    county_id  int NOT NULL,
    period     date NOT NULL CHECK (extract(day FROM period) = 1),
    subject_id bigint NOT NULL,
    element_id int NOT NULL,
    peers      boolean NOT NULL,                                            -- of the peers, not of its own months
    n          int NOT NULL CHECK (n > 0),
    median     numeric NOT NULL,
    mad        numeric NOT NULL CHECK (mad >= 0),
    PRIMARY KEY (county_id, period, subject_id, element_id, peers),
    FOREIGN KEY (county_id, subject_id) REFERENCES institution (county_id, id),
    FOREIGN KEY (county_id, element_id) REFERENCES element (county_id, id)
);

-- How much an element may change before an explanation is asked for; it takes the place of the shipped rule.
CREATE TABLE change_limit (
    county_id  int NOT NULL,
    element_id int NOT NULL,
    against    text NOT NULL CHECK (against IN ('month', 'year')),
    percent    numeric(8, 2) NOT NULL CHECK (percent > 0),
    least      numeric(24, 6) NOT NULL DEFAULT 0 CHECK (least >= 0),        -- a change up to this is none
    source     text NOT NULL DEFAULT '',
    enabled    boolean NOT NULL DEFAULT true,
    version    int NOT NULL DEFAULT 1,
    by_name    text NOT NULL,
    at         timestamptz NOT NULL,
    PRIMARY KEY (county_id, element_id, against),
    FOREIGN KEY (county_id, element_id) REFERENCES element (county_id, id)
);

-- One re-validation of past months and what it found. Every run is kept; a later one does not overwrite it.
CREATE TABLE validation_run (
    county_id   int NOT NULL REFERENCES county,
    id          bigint GENERATED ALWAYS AS IDENTITY,
    first       date NOT NULL,
    last        date NOT NULL CHECK (last >= first),
    rules       text[] NOT NULL DEFAULT '{}',                               -- empty: all
    current     boolean NOT NULL,                                           -- today's versions, also for months before them
    state       text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
    job_id      bigint,
    total       int NOT NULL DEFAULT 0,
    checked     int NOT NULL DEFAULT 0,
    found       int NOT NULL DEFAULT 0,
    errors      int NOT NULL DEFAULT 0,
    explained   int NOT NULL DEFAULT 0,
    truncated   boolean NOT NULL DEFAULT false,
    by_id       bigint,
    by_name     text NOT NULL,
    created_at  timestamptz NOT NULL,
    finished_at timestamptz,
    PRIMARY KEY (county_id, id),
    CONSTRAINT validation_run_job FOREIGN KEY (county_id, job_id) REFERENCES job (county_id, id)
);
CREATE TABLE validation_result (
    county_id      int NOT NULL,
    run_id         bigint NOT NULL,
    n              int NOT NULL,
    report_id      bigint NOT NULL,
    institution_id bigint NOT NULL,
    subject_id     bigint NOT NULL,
    period         date NOT NULL,
    form           text NOT NULL,
    state          text NOT NULL,                                           -- of the report when it was looked at
    rule_code      text NOT NULL,
    rule_version   int NOT NULL,
    level          text NOT NULL,
    element        text NOT NULL,
    message        text NOT NULL,
    figures        text NOT NULL,
    value          numeric(24, 6),
    accepted       numeric(24, 6),                                          -- the accepted figure of the marked cell
    explanation    text NOT NULL DEFAULT '',
    PRIMARY KEY (county_id, run_id, n),
    FOREIGN KEY (county_id, run_id) REFERENCES validation_run (county_id, id),
    FOREIGN KEY (county_id, report_id) REFERENCES report (county_id, id),
    FOREIGN KEY (county_id, institution_id) REFERENCES institution (county_id, id),
    FOREIGN KEY (county_id, subject_id) REFERENCES institution (county_id, id)
);

-- A figure that a reviewer has marked to be looked into, by whom and until when.
CREATE TABLE follow_up (
    county_id      int NOT NULL,
    id             bigint GENERATED ALWAYS AS IDENTITY,
    report_id      bigint NOT NULL,
    institution_id bigint NOT NULL,                                         -- whose report it is
    period         date NOT NULL,
    form           text NOT NULL,                                           -- its title
    subject_id     bigint NOT NULL,
    element        text NOT NULL,                                           -- slug
    rule_code      text NOT NULL DEFAULT '',
    note           text NOT NULL CHECK (note <> ''),
    owner_id       bigint NOT NULL,
    owner_name     text NOT NULL,
    due_on         date NOT NULL,
    made_id        bigint,
    made_by        text NOT NULL,
    made_at        timestamptz NOT NULL,
    done_by        text NOT NULL DEFAULT '',
    done_at        timestamptz,                                             -- NULL: open
    done_note      text NOT NULL DEFAULT '',
    PRIMARY KEY (county_id, id),
    CONSTRAINT follow_up_done CHECK ((done_at IS NOT NULL) = (done_note <> '')),
    FOREIGN KEY (county_id, report_id) REFERENCES report (county_id, id),
    FOREIGN KEY (county_id, institution_id) REFERENCES institution (county_id, id),
    FOREIGN KEY (county_id, subject_id) REFERENCES institution (county_id, id),
    FOREIGN KEY (county_id, owner_id) REFERENCES account (county_id, id)
);
CREATE INDEX follow_up_open ON follow_up (county_id, owner_id, due_on) WHERE done_at IS NULL;
CREATE INDEX follow_up_report ON follow_up (county_id, report_id);
