-- `fates` grows in the transaction that changes the jobs: whatever is interrupted, it tells what was committed.
CREATE TABLE dashboard.bulk_run (
    id         uuid PRIMARY KEY,
    actor_id   uuid NOT NULL,
    verb       text NOT NULL,
    parameters jsonb NOT NULL DEFAULT '{}',
    reason     text,
    asked      jsonb NOT NULL CHECK (jsonb_typeof(asked) = 'array'),
    fates      jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(fates) = 'object'),
    started_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    closed_at  timestamptz
);
COMMENT ON TABLE dashboard.bulk_run IS 'One row per verb over many jobs; open until its actor has seen the outcome.';
COMMENT ON COLUMN dashboard.bulk_run.asked IS 'The frozen list: id, and what was seen of a running job.';
COMMENT ON COLUMN dashboard.bulk_run.fates IS 'Job id to outcome, as far as the run has come.';
CREATE INDEX bulk_run_open_idx ON dashboard.bulk_run (actor_id, started_at DESC) WHERE closed_at IS NULL;
