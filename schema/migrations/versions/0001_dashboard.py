"""The Desk's own tables: staff, their sessions, and the audit log that nobody can rewrite."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None

STAFF = """
CREATE TABLE dashboard.staff (
    user_id      uuid PRIMARY KEY,
    email        text NOT NULL CHECK (length(email) BETWEEN 3 AND 320),
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    role         text NOT NULL CHECK (role IN ('viewer', 'support', 'account_manager', 'reviewer', 'admin')),
    is_active    boolean NOT NULL DEFAULT true,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz
);
COMMENT ON TABLE dashboard.staff IS 'Who may use the Desk and as what; user_id is the one of Supabase Auth.';
-- Addresses are compared as people type them, and citext would be one more extension to ask for.
CREATE UNIQUE INDEX staff_email_key ON dashboard.staff (lower(email));
"""

STAFF_SESSION = """
CREATE TABLE dashboard.staff_session (
    id_hash      bytea PRIMARY KEY CHECK (octet_length(id_hash) = 32),
    user_id      uuid NOT NULL REFERENCES dashboard.staff (user_id) ON DELETE CASCADE,
    created_at   timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,
    user_agent   text,
    address      text
);
COMMENT ON COLUMN dashboard.staff_session.id_hash IS 'SHA-256 of the cookie: a copy of this table signs nobody in.';
COMMENT ON COLUMN dashboard.staff_session.expires_at IS 'The absolute end; the idle limit counts from last_seen_at.';
CREATE INDEX staff_session_user_id_idx ON dashboard.staff_session (user_id);
CREATE INDEX staff_session_expires_at_idx ON dashboard.staff_session (expires_at);
"""

AUDIT_LOG = """
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
"""

# A trigger as well as grants: grants do not bind the owner, and the owner is who a hurried person becomes.
# ENABLE ALWAYS, because session_replication_role = replica silences ordinary triggers.
APPEND_ONLY = """
CREATE FUNCTION dashboard.audit_log_is_append_only() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
        MESSAGE = 'dashboard.audit_log is append-only, ' || TG_OP || ' is refused';
END
$$;
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON dashboard.audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION dashboard.audit_log_is_append_only();
ALTER TABLE dashboard.audit_log ENABLE ALWAYS TRIGGER audit_log_append_only;
"""


def upgrade() -> None:
    """Create the tables; the next revision says who may touch them."""
    for statements in (STAFF, STAFF_SESSION, AUDIT_LOG, APPEND_ONLY):
        op.execute(statements)
