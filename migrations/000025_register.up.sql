-- Registers: what institutions hold over time, by declared type (internal/register/data). Room: register.
CREATE TABLE register_entry (
    county_id      int NOT NULL,
    id             bigint GENERATED ALWAYS AS IDENTITY,
    type           text NOT NULL CHECK (length(type) BETWEEN 1 AND 40),
    institution_id bigint NOT NULL,
    starts_on      date NOT NULL,
    ends_on        date,
    expires_on     date, -- of the field that is warned of
    content        jsonb NOT NULL CHECK (jsonb_typeof(content) = 'object'),
    version        int NOT NULL DEFAULT 1,
    withdrawn      text NOT NULL DEFAULT '',
    by_id          bigint,
    by_name        text NOT NULL,
    at             timestamptz NOT NULL,
    PRIMARY KEY (county_id, id),
    FOREIGN KEY (county_id, institution_id) REFERENCES institution (county_id, id),
    CONSTRAINT register_entry_days CHECK (ends_on > starts_on)
);
CREATE INDEX register_entry_latest ON register_entry (county_id, type, starts_on DESC, id DESC);
CREATE INDEX register_entry_institution ON register_entry (county_id, institution_id);

-- The figures that registers yield, the same for every county: written by the program at its start.
CREATE TABLE register_rule (
    element    text PRIMARY KEY,
    title      text NOT NULL,
    unit       text NOT NULL,
    type       text NOT NULL,
    aggregate  text NOT NULL CHECK (aggregate IN ('count', 'sum')),
    field      text NOT NULL,
    only_field text NOT NULL,
    only_value text NOT NULL
);

-- One row for every month in which an institution held something that a figure counts, up to this month. An entry counts in a
-- month when it holds on the month's last day, or today in this month. A sum leaves out what is not known.
CREATE VIEW register_facts AS
SELECT e.county_id, e.institution_id, r.element, m.month::date AS period_month,
       CASE r.aggregate WHEN 'count' THEN count(*)::numeric ELSE sum((e.content ->> r.field)::numeric) END AS value
FROM register_rule r
JOIN register_entry e ON e.type = r.type AND e.withdrawn = '' AND (r.only_field = '' OR e.content ->> r.only_field = r.only_value)
CROSS JOIN LATERAL generate_series(date_trunc('month', e.starts_on::timestamp), date_trunc('month', now() AT TIME ZONE 'Asia/Shanghai'), '1 month') m(month)
CROSS JOIN LATERAL (SELECT least((m.month + interval '1 month' - interval '1 day')::date, (now() AT TIME ZONE 'Asia/Shanghai')::date) AS day) last
WHERE e.starts_on <= last.day AND (e.ends_on IS NULL OR e.ends_on > last.day)
GROUP BY e.county_id, e.institution_id, r.element, r.aggregate, m.month;
