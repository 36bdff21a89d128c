"""How often somebody tried to sign in, for the time in which there is no Redis to count."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"

# UNLOGGED: after a crash people may try again, which is what they would do anyway.
ATTEMPT = """
CREATE UNLOGGED TABLE dashboard.attempt (
    id_hash bytea PRIMARY KEY CHECK (octet_length(id_hash) = 32),
    tries   bigint NOT NULL,
    ends_at timestamptz NOT NULL
);
COMMENT ON TABLE dashboard.attempt IS 'Tries per e-mail and network address, hashed, until the window ends.';
CREATE INDEX attempt_ends_at_idx ON dashboard.attempt (ends_at);
"""

GRANTS = """
REVOKE ALL ON dashboard.attempt FROM PUBLIC;
GRANT SELECT ON dashboard.attempt TO desk_reader;
GRANT SELECT, INSERT, UPDATE, DELETE ON dashboard.attempt TO desk_writer;
"""


def upgrade() -> None:
    """Create the table and say who may write it."""
    op.execute(ATTEMPT)
    op.execute(GRANTS)
