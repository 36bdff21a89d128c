CREATE TABLE dashboard.job_hour (
    bucket   timestamptz NOT NULL,
    job_type text NOT NULL,
    status   text NOT NULL,
    jobs     bigint NOT NULL,
    credits  bigint NOT NULL,
    wait_n   bigint NOT NULL,
    wait_ms  bigint NOT NULL,
    -- squawk-ignore prefer-bigint-over-smallint
    wait_hb  smallint[],
    -- squawk-ignore prefer-bigint-over-int
    wait_hn  integer[],
    run_n    bigint NOT NULL,
    run_ms   bigint NOT NULL,
    -- squawk-ignore prefer-bigint-over-smallint
    run_hb   smallint[],
    -- squawk-ignore prefer-bigint-over-int
    run_hn   integer[],
    left_out bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (bucket, job_type, status)
);
COMMENT ON TABLE dashboard.job_hour IS 'Jobs that are over, by the hour they ended in; histograms in milliseconds.';
COMMENT ON COLUMN dashboard.job_hour.left_out IS 'Jobs whose start is no usable date: in no wait or run time.';
CREATE INDEX job_hour_left_out_idx ON dashboard.job_hour (bucket) WHERE left_out > 0;
