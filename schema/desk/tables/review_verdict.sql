-- No foreign keys to the product: a verdict outlives what it was about, and the product's deletes must not wait.
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
