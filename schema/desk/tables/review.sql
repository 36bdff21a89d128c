-- No foreign keys to the product: a verdict outlives what it was about, and the product's deletes must not wait.
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
