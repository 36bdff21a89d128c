CREATE TABLE dashboard.audit_log (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at          timestamptz NOT NULL DEFAULT now(),
    actor_id    uuid,
    actor_email text,
    actor_role  text,
    action      text NOT NULL,
    object_type text NOT NULL,
    object_id   text,
    account_id  uuid,
    reason      text,
    before      jsonb,
    after       jsonb,
    request_id  text
);
COMMENT ON TABLE dashboard.audit_log IS 'One row per changed record. No foreign keys: it outlives what it tells about.';
CREATE INDEX audit_log_object_idx ON dashboard.audit_log (object_type, object_id, at DESC);
CREATE INDEX audit_log_account_idx ON dashboard.audit_log (account_id, at DESC);
CREATE INDEX audit_log_actor_idx ON dashboard.audit_log (actor_id, at DESC);
CREATE INDEX audit_log_at_idx ON dashboard.audit_log (at DESC);
CREATE INDEX audit_log_action_idx ON dashboard.audit_log (action, at DESC, id DESC);
CREATE INDEX audit_log_type_idx ON dashboard.audit_log (object_type, at DESC, id DESC);
CREATE INDEX audit_log_request_idx ON dashboard.audit_log (request_id);
CREATE INDEX audit_log_words_idx ON dashboard.audit_log
    USING gin (dashboard.audit_words(actor_email, object_id, reason, before, after));
-- ENABLE ALWAYS, because session_replication_role = replica silences ordinary triggers.
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON dashboard.audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION dashboard.audit_log_is_append_only();
ALTER TABLE dashboard.audit_log ENABLE ALWAYS TRIGGER audit_log_append_only;
CREATE CONSTRAINT TRIGGER audit_log_chain AFTER INSERT ON dashboard.audit_log
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dashboard.chain_audit_row();
ALTER TABLE dashboard.audit_log ENABLE ALWAYS TRIGGER audit_log_chain;
