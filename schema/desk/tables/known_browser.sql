CREATE TABLE dashboard.known_browser (
    id_hash bytea NOT NULL CHECK (octet_length(id_hash) = 32),
    user_id uuid NOT NULL REFERENCES dashboard.staff ON DELETE CASCADE,
    seen_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (id_hash, user_id)
);
COMMENT ON TABLE dashboard.known_browser IS 'Who signed in where, by the hash of a cookie; opens nothing.';
CREATE INDEX known_browser_user_id_idx ON dashboard.known_browser (user_id);
CREATE INDEX known_browser_seen_at_idx ON dashboard.known_browser (seen_at);
