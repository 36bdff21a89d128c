CREATE OR REPLACE FUNCTION dashboard.zero_gb(account uuid, day date) RETURNS numeric
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT g.storage_used_gb FROM dashboard.latest_gauge(account, day) AS g WHERE g.stat_date = day
$$;
COMMENT ON FUNCTION dashboard.zero_gb IS '0 where a gauge of 0 is one; NULL where nobody measured.';
