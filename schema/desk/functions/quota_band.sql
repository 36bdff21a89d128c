-- Numbered in the order of urgency, so that the worst of several is the greatest.
CREATE OR REPLACE FUNCTION dashboard.quota_band(used numeric, lim integer) RETURNS smallint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN dashboard.usable_number(used) IS NULL OR lim IS NULL THEN 0 WHEN used > lim THEN 4
        WHEN used = lim THEN 3 WHEN used >= 0.8 * lim THEN 2 ELSE 1 END::smallint
$$;
COMMENT ON FUNCTION dashboard.quota_band IS '4 over, 3 at limit, 2 near (from 80 %), 1 ok, 0 unknown.';
