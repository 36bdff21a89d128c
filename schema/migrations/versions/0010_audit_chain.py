"""The audit log chained by hashes, searchable by words; and a staff that always keeps an admin."""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0010"
down_revision = "0009"

# Beside the log, not in it: a row of the log is written once. The first entry is random, so that the chain of one
# database cannot pass for another's.
CHAIN: Final = """
CREATE TABLE dashboard.audit_chain (
    position bigint PRIMARY KEY CHECK (position >= 0),
    audit_id bigint UNIQUE,
    hash     bytea NOT NULL CHECK (octet_length(hash) = 32),
    CHECK ((audit_id IS NULL) = (position = 0))
);
COMMENT ON TABLE dashboard.audit_chain IS 'Each hash covers the one before and a row of audit_log: docs/audit.md.';
INSERT INTO dashboard.audit_chain (position, hash) VALUES (0, sha256(uuid_send(gen_random_uuid())));
"""

# What is hashed names its columns, so that a column added later changes no old hash, and depends on no setting of the
# session. `manage.py audit verify` computes the same without this function, which could itself be replaced.
LINK: Final = """
CREATE FUNCTION dashboard.audit_link(previous bytea, r dashboard.audit_log) RETURNS bytea
LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT sha256(previous || convert_to(jsonb_build_array(
        r.id, extract(epoch FROM r.at), r.actor_id, r.actor_email, r.actor_role, r.action, r.object_type, r.object_id,
        r.account_id, r.reason, r.before::text, r.after::text, r.request_id
    )::text, 'UTF8'))
$$;
"""

# At commit and not before: a transaction then holds the chain only for its own entries, and waits for it while it wants
# nothing else, so that two can never wait for each other. SECURITY DEFINER: nobody but this writes entries.
ENTRY: Final = """
CREATE FUNCTION dashboard.chain_audit_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    head dashboard.audit_chain;
BEGIN
    PERFORM FROM dashboard.audit_chain AS c WHERE c.position = 0 FOR UPDATE;
    SELECT c.* INTO STRICT head FROM dashboard.audit_chain AS c ORDER BY c.position DESC LIMIT 1;
    INSERT INTO dashboard.audit_chain (position, audit_id, hash)
    VALUES (head.position + 1, NEW.id, dashboard.audit_link(head.hash, NEW));
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER audit_log_chain AFTER INSERT ON dashboard.audit_log
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dashboard.chain_audit_row();
ALTER TABLE dashboard.audit_log ENABLE ALWAYS TRIGGER audit_log_chain;
"""

EARLIER: Final = """
DO $$
DECLARE
    head dashboard.audit_chain;
    r dashboard.audit_log;
BEGIN
    SELECT c.* INTO STRICT head FROM dashboard.audit_chain AS c;
    FOR r IN SELECT l.* FROM dashboard.audit_log AS l ORDER BY l.id LOOP
        head.position := head.position + 1;
        head.hash := dashboard.audit_link(head.hash, r);
        INSERT INTO dashboard.audit_chain (position, audit_id, hash) VALUES (head.position, r.id, head.hash);
    END LOOP;
END
$$;
"""

APPEND_ONLY: Final = """
CREATE OR REPLACE FUNCTION dashboard.audit_log_is_append_only() RETURNS trigger
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
        MESSAGE = 'dashboard.' || TG_TABLE_NAME || ' is append-only, ' || TG_OP || ' is refused';
END
$$;
CREATE TRIGGER audit_chain_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON dashboard.audit_chain
    FOR EACH STATEMENT EXECUTE FUNCTION dashboard.audit_log_is_append_only();
ALTER TABLE dashboard.audit_chain ENABLE ALWAYS TRIGGER audit_chain_append_only;
"""

# Words, because text search is built in and trigrams are an extension. Cut, as a longer text would be refused, and the
# deed with it. Index names end in what they answer.
SEARCH: Final = """
CREATE FUNCTION dashboard.audit_words(
    actor_email text, object_id text, reason text, before jsonb, after jsonb
) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = '' AS $$
    SELECT to_tsvector('pg_catalog.simple', left(
        coalesce(actor_email, '') || ' ' || coalesce(object_id, '') || ' ' || coalesce(reason, '') || ' '
        || coalesce(before::text, '') || ' ' || coalesce(after::text, ''), 50000
    ))
$$;
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX audit_log_words_idx ON dashboard.audit_log
    USING gin (dashboard.audit_words(actor_email, object_id, reason, before, after));
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX audit_log_action_idx ON dashboard.audit_log (action, at DESC, id DESC);
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX audit_log_type_idx ON dashboard.audit_log (object_type, at DESC, id DESC);
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX audit_log_request_idx ON dashboard.audit_log (request_id);
"""

# Statement by statement, before any row of it is locked: of two admins who demote each other, the second sees what the
# first did.
ADMIN: Final = """
CREATE FUNCTION dashboard.staff_one_change_at_a_time() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('aicon-desk.staff'));
    RETURN NULL;
END
$$;
CREATE FUNCTION dashboard.staff_keeps_an_admin() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM dashboard.staff AS s WHERE s.role = 'admin' AND s.is_active) THEN
        RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation',
            MESSAGE = 'The last active admin must stay one. Make somebody else an admin first.';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER staff_one_change_at_a_time BEFORE UPDATE OF role, is_active OR DELETE ON dashboard.staff
    FOR EACH STATEMENT EXECUTE FUNCTION dashboard.staff_one_change_at_a_time();
CREATE TRIGGER staff_keeps_an_admin AFTER UPDATE OF role, is_active OR DELETE ON dashboard.staff
    FOR EACH ROW WHEN (OLD.role = 'admin' AND OLD.is_active) EXECUTE FUNCTION dashboard.staff_keeps_an_admin();
"""

GRANTS: Final = """
REVOKE ALL ON dashboard.audit_chain FROM PUBLIC;
REVOKE ALL ON FUNCTION dashboard.audit_link, dashboard.chain_audit_row, dashboard.audit_words,
    dashboard.staff_one_change_at_a_time, dashboard.staff_keeps_an_admin FROM PUBLIC;
GRANT SELECT ON dashboard.audit_chain TO desk_reader, desk_writer;
GRANT EXECUTE ON FUNCTION dashboard.audit_words TO desk_reader, desk_writer;
"""


def upgrade() -> None:
    """Chain what is there, then every row as it is committed."""
    for statements in (CHAIN, LINK, EARLIER, ENTRY, APPEND_ONLY, SEARCH, ADMIN, GRANTS):
        op.execute(statements)
