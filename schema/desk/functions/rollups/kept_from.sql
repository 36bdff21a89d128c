-- No SET clause: PostgreSQL could not inline it, and a read would not see its range.
CREATE OR REPLACE FUNCTION dashboard.kept_from(rollup text) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE rollup WHEN 'account_api_hour' THEN date_bin('1 day', now(), timestamptz 'epoch') - interval '7 days'
        ELSE timestamptz '-infinity' END
$$;
COMMENT ON FUNCTION dashboard.kept_from IS 'From when on a roll-up keeps its rows: refreshes and reads go by it.';
