DROP TABLE job_schedule, job, audit_seal, audit_unsealed, audit_entry, sessions, county;
DROP FUNCTION audit_refuse_change, audit_queue_sealing;
