-- No SET clause: PostgreSQL could not inline it, and would call it for gauges that are not 0, too.
CREATE OR REPLACE FUNCTION dashboard.known_gb(account uuid, day date, gb numeric) RETURNS numeric
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN gb <> 0 THEN dashboard.usable_number(gb) WHEN gb = 0 THEN dashboard.zero_gb(account, day) END
$$;
COMMENT ON FUNCTION dashboard.known_gb IS 'The gauge of a day, as latest_gauge takes it; NULL where it is not known.';
