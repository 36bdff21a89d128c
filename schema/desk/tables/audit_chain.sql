-- Beside the log, not in it: a row of the log is written once.
CREATE TABLE dashboard.audit_chain (
    position bigint PRIMARY KEY CHECK (position >= 0),
    audit_id bigint UNIQUE,
    hash     bytea NOT NULL CHECK (octet_length(hash) = 32),
    CHECK ((audit_id IS NULL) = (position = 0))
);
COMMENT ON TABLE dashboard.audit_chain IS 'Each hash covers the one before and a row of audit_log: docs/audit.md.';
-- The first entry is random, so that the chain of one database cannot pass for another's.
INSERT INTO dashboard.audit_chain (position, hash) VALUES (0, sha256(uuid_send(gen_random_uuid())));
-- ENABLE ALWAYS, because session_replication_role = replica silences ordinary triggers.
CREATE TRIGGER audit_chain_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON dashboard.audit_chain
    FOR EACH STATEMENT EXECUTE FUNCTION dashboard.audit_log_is_append_only();
ALTER TABLE dashboard.audit_chain ENABLE ALWAYS TRIGGER audit_chain_append_only;
