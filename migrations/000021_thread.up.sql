-- What is said about a cell is a thread: it is resolved by somebody after its newest remark, and open again with the next.
CREATE TABLE remark_resolution (
    county_id int NOT NULL,
    remark_id bigint NOT NULL,                        -- the newest of the thread when it was resolved
    by_id     bigint,
    by_name   text NOT NULL,
    at        timestamptz NOT NULL,
    PRIMARY KEY (county_id, remark_id),
    FOREIGN KEY (county_id, remark_id) REFERENCES cell_remark (county_id, id)
);
CREATE TRIGGER remark_resolution_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON remark_resolution
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();

-- Up to which remark somebody has seen what is said about the figures of a report.
CREATE TABLE remark_read (
    county_id  int NOT NULL,
    account_id bigint NOT NULL,
    report_id  bigint NOT NULL,
    remark_id  bigint NOT NULL,
    PRIMARY KEY (county_id, account_id, report_id),
    FOREIGN KEY (county_id, report_id) REFERENCES report (county_id, id)
);
