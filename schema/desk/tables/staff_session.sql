CREATE TABLE dashboard.staff_session (
    id_hash         bytea PRIMARY KEY CHECK (octet_length(id_hash) = 32),
    user_id         uuid NOT NULL REFERENCES dashboard.staff (user_id) ON DELETE CASCADE,
    created_at      timestamptz NOT NULL DEFAULT now(),
    last_seen_at    timestamptz NOT NULL DEFAULT now(),
    expires_at      timestamptz NOT NULL,
    user_agent      text,
    address         text,
    other_addresses text[] NOT NULL DEFAULT '{}'
);
COMMENT ON COLUMN dashboard.staff_session.id_hash IS 'SHA-256 of the cookie: a copy of this table signs nobody in.';
COMMENT ON COLUMN dashboard.staff_session.expires_at IS 'The absolute end; the idle limit counts from last_seen_at.';
COMMENT ON COLUMN dashboard.staff_session.other_addresses IS 'Addresses other than the first, the latest five.';
CREATE INDEX staff_session_user_id_idx ON dashboard.staff_session (user_id);
CREATE INDEX staff_session_expires_at_idx ON dashboard.staff_session (expires_at);
