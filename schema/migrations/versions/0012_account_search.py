"""Accounts: the words that an account is found by, beside what it is sorted by, so that a search is one scan too."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"

# Of some fifty thousand short texts no index is needed: a scan answers rare and very common words alike.
SEARCH = """
ALTER TABLE dashboard.account_summary ADD COLUMN search_text text NOT NULL DEFAULT '';
COMMENT ON COLUMN dashboard.account_summary.search_text IS 'Name, billing and members'' e-mails in lower case.';
"""


def upgrade() -> None:
    """Add the column; the next pass over the accounts fills it."""
    op.execute(SEARCH)
