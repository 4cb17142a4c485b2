-- Exports: who took what out, with which filter, and the hash of the file.
CREATE TABLE export_log (
    county_id  int NOT NULL REFERENCES county,
    id         bigint GENERATED ALWAYS AS IDENTITY,
    kind       text NOT NULL,
    format     text NOT NULL CHECK (format IN ('xlsx', 'csv')),
    filter     jsonb NOT NULL,
    rows       bigint NOT NULL,
    bytes      bigint NOT NULL,
    sha256     bytea NOT NULL CHECK (octet_length(sha256) = 32),
    account_id bigint,
    by_name    text NOT NULL,
    at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (county_id, id)
);
CREATE INDEX export_log_at ON export_log (county_id, id DESC);
CREATE INDEX export_log_hash ON export_log (county_id, sha256);

-- Who took what out is evidence: like the audit trail it only grows.
CREATE TRIGGER export_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON export_log
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
