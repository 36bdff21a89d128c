-- No reference to the product's rows: a failure has been, whatever becomes of the job and its account.
CREATE TABLE dashboard.job_failure (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job_id     uuid NOT NULL,
    job_type   text NOT NULL,
    account_id uuid,
    -- squawk-ignore prefer-bigint-over-int
    priority   integer,
    ended_at   timestamptz,
    message    text,
    retried_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE dashboard.job_failure IS 'Failures of jobs that staff retried: the job forgets them, the figures do not.';
COMMENT ON COLUMN dashboard.job_failure.message IS 'The first 1,000 characters.';
CREATE INDEX job_failure_ended_idx ON dashboard.job_failure (ended_at DESC) INCLUDE (job_type, account_id, priority);
CREATE INDEX job_failure_job_idx ON dashboard.job_failure (job_id);
