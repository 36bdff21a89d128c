-- UNLOGGED: after a crash people may try again, which is what they would do anyway.
CREATE UNLOGGED TABLE dashboard.attempt (
    id_hash bytea PRIMARY KEY CHECK (octet_length(id_hash) = 32),
    tries   bigint NOT NULL,
    ends_at timestamptz NOT NULL
);
COMMENT ON TABLE dashboard.attempt IS 'Tries per e-mail and network address, hashed, until the window ends.';
CREATE INDEX attempt_ends_at_idx ON dashboard.attempt (ends_at);
