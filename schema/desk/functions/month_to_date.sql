CREATE OR REPLACE FUNCTION dashboard.month_to_date(day date, today date) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE date_trunc('month', day::timestamp)
        WHEN date_trunc('month', today::timestamp) THEN CASE WHEN day < today THEN 0 END
        WHEN date_trunc('month', today::timestamp) - interval '1 month' THEN
            CASE WHEN extract(day FROM day) < extract(day FROM today) THEN 1 END
    END
$$;
COMMENT ON FUNCTION dashboard.month_to_date IS '0 for this month''s complete days, 1 for the same days of last month.';
