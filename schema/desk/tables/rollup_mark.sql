-- Without a key: whoever marks an hour waits for nobody, and an hour marked twice is rolled up once. Of jobs a mark is
-- an hour, of calls a UTC day.
CREATE TABLE dashboard.rollup_mark (
    source text NOT NULL,
    bucket timestamptz NOT NULL
);
COMMENT ON TABLE dashboard.rollup_mark IS 'Hours of jobs that the Desk changed, and days of calls that it counts anew: ticks roll them up.';
CREATE INDEX rollup_mark_idx ON dashboard.rollup_mark (source, bucket);
