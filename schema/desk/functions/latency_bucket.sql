-- Buckets grow by 1.02 / 0.98, so that a bucket's middle is at most 2 % from whatever fell into it.
CREATE OR REPLACE FUNCTION dashboard.latency_bucket(ms double precision) RETURNS smallint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN ms > 1 THEN ceil(ln(ms) / 0.0400053346136991)::smallint WHEN ms IS NOT NULL THEN 0::smallint END
$$;
COMMENT ON FUNCTION dashboard.latency_bucket IS 'The histogram bucket of a duration; up to 1 ms and negative is 0.';
