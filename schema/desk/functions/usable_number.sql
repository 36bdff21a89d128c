-- No SET clause: PostgreSQL could not inline it, and a read would not see its range.
CREATE OR REPLACE FUNCTION dashboard.usable_number(n numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN n NOT IN ('NaN', 'Infinity', '-Infinity') THEN n END
$$;
COMMENT ON FUNCTION dashboard.usable_number IS 'The number; NULL where it is none that can be added up.';
