CREATE OR REPLACE FUNCTION dashboard.days_to_full(used numeric, lim integer, rate double precision) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN dashboard.usable_number(used) IS NULL OR rate IN ('NaN', 'Infinity', '-Infinity') THEN NULL
        WHEN used >= lim THEN 0
        WHEN rate > 0 THEN least(ceil((lim - used)::double precision / rate), 1000000)::bigint END
$$;
COMMENT ON FUNCTION dashboard.days_to_full IS 'Days at so many GB a day; NULL when it does not grow.';
