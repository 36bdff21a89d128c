-- A day ahead of now is a clock that is wrong; more is a date that is.
-- No SET clause: PostgreSQL could not inline it, and a read would not see its range.
CREATE OR REPLACE FUNCTION dashboard.usable_time(moment timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN moment >= dashboard.earliest() AND moment <= now() + interval '1 day' THEN moment END
$$;
COMMENT ON FUNCTION dashboard.usable_time IS 'The moment of something that happened; NULL where it cannot be one.';
