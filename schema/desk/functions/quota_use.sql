-- To sort by: use of a limit of 0 is above every share.
CREATE OR REPLACE FUNCTION dashboard.quota_use(used numeric, lim integer) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN dashboard.usable_number(used) IS NULL THEN NULL
        WHEN lim > 0 THEN least(round(1000000 * used / lim), 9000000000000000)::bigint
        WHEN used > lim THEN 9000000000000000 WHEN used = lim THEN 1000000 END
$$;
COMMENT ON FUNCTION dashboard.quota_use IS 'Use of the limit in millionths.';
