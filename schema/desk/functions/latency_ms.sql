CREATE OR REPLACE FUNCTION dashboard.latency_ms(bucket double precision) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT 0.98 * power(1.02::double precision / 0.98, bucket)
$$;
COMMENT ON FUNCTION dashboard.latency_ms IS 'The middle of a bucket: within 2 % of every duration in it.';
