-- Messages to people, reminders, the outbox of the gateways, and circulars about late units.

-- Circulars leave as Word files too.
ALTER TABLE export_log
    DROP CONSTRAINT export_log_format_check,
    ADD CONSTRAINT export_log_format_check CHECK (format IN ('xlsx', 'csv', 'docx'));

-- What later rooms read of accounts: who can sign in, with which roles, and which parts of the tree each reaches;
-- whole = with everything below.
CREATE VIEW account_reach AS
SELECT a.county_id, a.id AS account_id, a.name, a.roles, a.institution_id, a.scope <> 'institution' AS whole,
       CASE a.scope WHEN 'county' THEN root.path WHEN 'list' THEN listed.path ELSE own.path END AS path
FROM account a
LEFT JOIN institution own ON own.county_id = a.county_id AND own.id = a.institution_id
LEFT JOIN institution root ON root.county_id = a.county_id AND root.parent_id IS NULL
LEFT JOIN account_scope x ON x.county_id = a.county_id AND x.account_id = a.id AND a.scope = 'list'
LEFT JOIN institution listed ON listed.county_id = x.county_id AND listed.id = x.institution_id
WHERE a.active AND a.scope <> 'entries';

-- One message to one person. source is what it is about, so that a job that runs twice says everything once.
CREATE TABLE message (
    county_id  int NOT NULL,
    id         bigint GENERATED ALWAYS AS IDENTITY,
    account_id bigint NOT NULL,
    kind       text NOT NULL,
    title      text NOT NULL CHECK (title <> ''),
    text       text NOT NULL DEFAULT '',
    url        text NOT NULL DEFAULT '',
    source     text NOT NULL,
    shown      boolean NOT NULL DEFAULT true,         -- false: the person wants this kind by other channels only
    created_at timestamptz NOT NULL,
    read_at    timestamptz,
    PRIMARY KEY (county_id, id),
    CONSTRAINT message_once UNIQUE (county_id, account_id, source),
    CONSTRAINT message_account FOREIGN KEY (county_id, account_id) REFERENCES account (county_id, id)
);
CREATE INDEX message_list ON message (county_id, account_id, id DESC) WHERE shown;
CREATE INDEX message_unread ON message (county_id, account_id) WHERE shown AND read_at IS NULL;

-- Which kinds a person wants by which channel; no row = as the kind has it by default.
CREATE TABLE message_preference (
    county_id  int NOT NULL,
    account_id bigint NOT NULL,
    kind       text NOT NULL,
    channel    text NOT NULL CHECK (channel IN ('inbox', 'sms', 'wecom', 'email')),
    wanted     boolean NOT NULL,
    PRIMARY KEY (county_id, account_id, kind, channel),
    FOREIGN KEY (county_id, account_id) REFERENCES account (county_id, id)
);

-- Where a person is reached outside: sealed with the installation's key, because it is personal.
CREATE TABLE message_address (
    county_id  int NOT NULL,
    account_id bigint NOT NULL,
    channel    text NOT NULL CHECK (channel IN ('sms', 'wecom', 'email')),
    sealed     bytea NOT NULL,
    masked     text NOT NULL,
    PRIMARY KEY (county_id, account_id, channel),
    FOREIGN KEY (county_id, account_id) REFERENCES account (county_id, id)
);

-- What is to leave by a gateway. id is the idempotency key that goes with every attempt.
CREATE TABLE outbox (
    county_id   int NOT NULL,
    id          bigint GENERATED ALWAYS AS IDENTITY,
    message_id  bigint NOT NULL,
    channel     text NOT NULL CHECK (channel IN ('sms', 'wecom', 'email')),
    recipient   bytea NOT NULL,                       -- sealed
    masked      text NOT NULL,
    text        text NOT NULL CHECK (text <> ''),
    state       text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sending', 'sent', 'dead', 'cancelled')),
    attempts    smallint NOT NULL DEFAULT 0,
    next_at     timestamptz NOT NULL,                 -- of a sending one: when it is taken for lost
    doubtful    boolean NOT NULL DEFAULT false,       -- the program died while sending: it may have arrived twice
    last_error  text NOT NULL DEFAULT '',
    provider_id text NOT NULL DEFAULT '',             -- what the gateway calls it
    created_at  timestamptz NOT NULL,
    ended_at    timestamptz,
    PRIMARY KEY (county_id, id),
    CONSTRAINT outbox_once UNIQUE (county_id, message_id, channel),
    FOREIGN KEY (county_id, message_id) REFERENCES message (county_id, id)
);
CREATE INDEX outbox_due ON outbox (next_at) WHERE state IN ('waiting', 'sending');
CREATE INDEX outbox_list ON outbox (county_id, state, id DESC);

-- How a county reminds and what its circulars look like; no row = the defaults.
CREATE TABLE notice_setting (
    county_id     int PRIMARY KEY REFERENCES county,
    remind_before int[] NOT NULL,                     -- working days before the deadline
    overdue       text NOT NULL CHECK (overdue IN ('daily', 'weekly', 'never')),
    issuer        text NOT NULL,                      -- who signs a circular
    symbol        text NOT NULL,                      -- of the circular's number: 卫健通报
    heading       text NOT NULL,                      -- templates of a circular, with {月份} and the like
    opening       text NOT NULL,
    closing       text NOT NULL,
    version       int NOT NULL DEFAULT 1
);

-- A circular names the units that were late. Issued, it stays as it was: number, text and table.
CREATE TABLE circular (
    county_id  int NOT NULL REFERENCES county,
    id         bigint GENERATED ALWAYS AS IDENTITY,
    first      date NOT NULL CHECK (extract(day FROM first) = 1),
    last       date NOT NULL CHECK (extract(day FROM last) = 1),
    title      text NOT NULL CHECK (title <> ''),
    opening    text NOT NULL,
    closing    text NOT NULL,
    issuer     text NOT NULL,
    made_by    text NOT NULL,
    made_at    timestamptz NOT NULL,
    version    int NOT NULL DEFAULT 1,
    issued_on  date,
    year       int,
    number     int CHECK (number > 0),
    symbol     text,                                  -- the whole number as printed: 开卫健通报〔2026〕1号
    issued_by  text,
    content    jsonb,                                 -- the table as it was when issued
    PRIMARY KEY (county_id, id),
    CONSTRAINT circular_months CHECK (last >= first),
    CONSTRAINT circular_number_unique UNIQUE (county_id, year, number),
    CONSTRAINT circular_whole CHECK ((number IS NULL) = (year IS NULL) AND (number IS NULL) = (issued_on IS NULL)
        AND (number IS NULL) = (symbol IS NULL) AND (number IS NULL) = (content IS NULL) AND (number IS NULL) = (issued_by IS NULL))
);
CREATE INDEX circular_list ON circular (county_id, id DESC);

-- The last number of each year. The row's lock gives numbers out one after another, and a rollback gives one back.
CREATE TABLE circular_counter (
    county_id int NOT NULL REFERENCES county,
    year      int NOT NULL,
    last      int NOT NULL,
    PRIMARY KEY (county_id, year)
);

CREATE FUNCTION circular_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.number IS NOT NULL THEN
        RAISE EXCEPTION '已印发的通报不能修改或删除' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER circular_issued_stays BEFORE UPDATE OR DELETE ON circular
    FOR EACH ROW EXECUTE FUNCTION circular_refuse_change();
