-- Days without a figure, and those that are not given, are not known; fewer than 14 known days of 28 tell nothing.
CREATE OR REPLACE FUNCTION dashboard.forecast(
    days date[], credits double precision[], first date, ahead integer
) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN sum(w.known) >= 14 THEN sum(w.mean * w.times) END
    FROM (
        SELECT count(*) AS known, avg(d.credits) AS mean,
            -- Of the days ahead so many fall on the weekday: whole weeks, and one more within the rest of one.
            ahead / 7 + (min((d.day - first + 28) % 7) < ahead % 7)::integer AS times
        FROM unnest(days, credits) AS d(day, credits)
        WHERE d.credits IS NOT NULL AND d.day >= first - 28 AND d.day < first
        GROUP BY (d.day - first + 28) % 7
    ) AS w
$$;
COMMENT ON FUNCTION dashboard.forecast IS 'Credits of so many days from the first, by weekday means of 28 before.';
