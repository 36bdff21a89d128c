"""Reviews of content: who holds an item, what each reviewer found, and what counts now."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"

# No foreign keys to the product: a verdict outlives what it was about, and the product's deletes must not wait.
REVIEW = """
CREATE TABLE dashboard.review (
    kind          text NOT NULL CHECK (kind IN ('piece', 'script', 'media')),
    object_id     uuid NOT NULL,
    verdict       text CHECK (verdict IN ('approve', 'needs_work', 'reject')),
    verdict_at    timestamptz,
    verdict_by    uuid,
    claimed_by    uuid,
    claimed_at    timestamptz,
    claimed_until timestamptz,
    requeued_at   timestamptz,
    PRIMARY KEY (kind, object_id)
);
COMMENT ON TABLE dashboard.review IS 'One row per item that was ever offered for review; no verdict means it waits.';
CREATE INDEX review_verdict_at_idx ON dashboard.review (kind, verdict, verdict_at DESC) WHERE verdict IS NOT NULL;
CREATE INDEX review_claim_idx ON dashboard.review (claimed_by, kind) WHERE claimed_by IS NOT NULL;

CREATE TABLE dashboard.review_verdict (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind           text NOT NULL CHECK (kind IN ('piece', 'script', 'media')),
    object_id      uuid NOT NULL,
    reviewer_id    uuid NOT NULL,
    reviewer_email text NOT NULL,
    verdict        text NOT NULL CHECK (verdict IN ('approve', 'needs_work', 'reject', 'skip')),
    reasons        text[] NOT NULL DEFAULT '{}',
    words          text,
    claimed_at     timestamptz,
    decided_at     timestamptz NOT NULL DEFAULT now(),
    seconds        double precision,
    is_late        boolean NOT NULL DEFAULT false,
    undone_at      timestamptz,
    account_id     uuid,
    creator_id     uuid,
    platform       text,
    ai_model       text,
    CHECK (verdict IN ('approve', 'skip') OR cardinality(reasons) > 0 OR words IS NOT NULL)
);
COMMENT ON TABLE dashboard.review_verdict IS 'Every verdict and skip ever given; undone ones stay and say so.';
COMMENT ON COLUMN dashboard.review_verdict.is_late IS 'The claim was over when the verdict came; it counts.';
CREATE INDEX review_verdict_object_idx ON dashboard.review_verdict (kind, object_id, id DESC);
CREATE INDEX review_verdict_reviewer_idx ON dashboard.review_verdict (reviewer_id, id DESC) WHERE undone_at IS NULL;
CREATE INDEX review_verdict_decided_idx ON dashboard.review_verdict (decided_at) WHERE undone_at IS NULL;
"""

GRANTS = """
REVOKE ALL ON dashboard.review, dashboard.review_verdict FROM PUBLIC;
GRANT SELECT ON dashboard.review, dashboard.review_verdict TO desk_reader, desk_writer;
GRANT INSERT, UPDATE ON dashboard.review TO desk_writer;
GRANT INSERT ON dashboard.review_verdict TO desk_writer;
GRANT UPDATE (undone_at) ON dashboard.review_verdict TO desk_writer;
"""


def upgrade() -> None:
    """Create the tables and say who may write them."""
    op.execute(REVIEW)
    op.execute(GRANTS)
