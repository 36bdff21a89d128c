"""Unsaved edits of creators, kept per person: closing a browser must not lose an hour's work."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"

# No foreign key to the product's creators: it would make the product's deletes wait for ours.
CREATOR_DRAFT = """
CREATE TABLE dashboard.creator_draft (
    user_id    uuid NOT NULL REFERENCES dashboard.staff (user_id) ON DELETE CASCADE,
    creator_id uuid NOT NULL,
    field      text NOT NULL,
    seen       jsonb,
    wanted     jsonb,
    at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, creator_id, field)
);
COMMENT ON TABLE dashboard.creator_draft IS 'Edits that a person has made and not saved yet.';
COMMENT ON COLUMN dashboard.creator_draft.seen IS 'The value when the edit began: saving is guarded by it.';
"""

GRANTS = """
REVOKE ALL ON dashboard.creator_draft FROM PUBLIC;
GRANT SELECT ON dashboard.creator_draft TO desk_reader, desk_writer;
GRANT INSERT, UPDATE, DELETE ON dashboard.creator_draft TO desk_writer;
"""


def upgrade() -> None:
    """Create the table and say who may write it."""
    op.execute(CREATOR_DRAFT)
    op.execute(GRANTS)
