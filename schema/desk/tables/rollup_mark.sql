-- Without a key: whoever marks an hour waits for nobody, and an hour marked twice is rolled up once.
CREATE TABLE dashboard.rollup_mark (
    source text NOT NULL,
    bucket timestamptz NOT NULL
);
COMMENT ON TABLE dashboard.rollup_mark IS 'Hours whose rows the Desk changed: the next tick rolls them up again.';
CREATE INDEX rollup_mark_idx ON dashboard.rollup_mark (source, bucket);
