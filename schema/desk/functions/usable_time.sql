-- What is dated ahead, by a wrong clock or a wrong date, counts when its time comes.
-- No SET clause: PostgreSQL could not inline it, and a read would not see its range.
CREATE OR REPLACE FUNCTION dashboard.usable_time(moment timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN moment >= dashboard.earliest() AND moment <= now() THEN moment END
$$;
COMMENT ON FUNCTION dashboard.usable_time IS 'The moment of something that happened; NULL where it cannot be one.';
