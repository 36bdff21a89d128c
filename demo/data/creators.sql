-- Creators on five platforms and who follows them.

CREATE TEMP TABLE maker AS
SELECT
    no, pg_temp.id('creator', no) AS id, platform, topic_no, display_name, followers, hours,
    username || CASE WHEN namesake > 1 THEN namesake::text ELSE '' END AS username
FROM (
    SELECT *, row_number() OVER (PARTITION BY platform, username ORDER BY no) AS namesake
    FROM (
        SELECT
            n AS no, platform, t.no AS topic_no,
            replace(replace(replace(replace(
                pg_temp.pick(ARRAY['{f}.{h}', '{h}with{f}', '{f}{l}', 'the{l}{h}', '{f}_{l}', '{h}by{f}', '{l}.{h}',
                    '{f}{h}daily'], pg_temp.u(n, 61)),
                '{f}', replace(pg_temp.slug(first_name), '-', '')), '{l}', replace(pg_temp.slug(last_name), '-', '')),
                '{h}', pg_temp.pick(t.handles, pg_temp.u(n, 62))), '-', '') AS username,
            first_name || ' ' || last_name
            || CASE WHEN pg_temp.u(n, 63) < 0.35 THEN ' | ' || pg_temp.pick(t.labels, pg_temp.u(n, 64))
                ELSE '' END AS display_name,
            least(48e6, greatest(800, exp(11.2 + 1.6 * pg_temp.z(n, 65))))::int AS followers,
            pg_temp.pick('{6,12,24,24,24,72,168}'::text[], pg_temp.u(n, 66))::int AS hours
        FROM generate_series(1, pg_temp.size('creators')) AS n
        CROSS JOIN LATERAL (SELECT
            pg_temp.pick(pg_temp.first_names(), pg_temp.u(n, 67)) AS first_name,
                pg_temp.pick(pg_temp.last_names(), pg_temp.u(n, 68)) AS last_name,
            (ARRAY['instagram', 'instagram', 'instagram', 'tiktok', 'tiktok', 'tiktok', 'youtube', 'youtube',
                'linkedin', 'twitter'])[
                1 + floor(10 * pg_temp.u(n, 69))::int] AS platform) AS made
        JOIN topic AS t ON t.no = 1 + floor(10 * pg_temp.u(n, 70) ^ 1.3)::int
    ) AS named
) AS unique_names;
CREATE UNIQUE INDEX ON maker (no);
ANALYZE maker;

CREATE FUNCTION pg_temp.profile_url(platform text, username text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE platform
        WHEN 'instagram' THEN 'https://www.instagram.com/' || username || '/'
            WHEN 'tiktok' THEN 'https://www.tiktok.com/@' || username
        WHEN 'youtube' THEN 'https://www.youtube.com/@' || username WHEN 'linkedin' THEN 'https://www.linkedin.com/in/'
            || username || '/'
        ELSE 'https://x.com/' || username
    END
$$;

-- Seven in a hundred are overdue for days, four inactive, two never scraped.
INSERT INTO creators (id, platform, username, profile_url, display_name, follower_count, category_id, is_verified,
    is_active, last_scraped_at, scrape_frequency_hours, metadata, created_at, updated_at)
SELECT
    m.id, m.platform, m.username, pg_temp.profile_url(m.platform, m.username), m.display_name, m.followers,
    CASE WHEN pg_temp.u(m.no, 71) > 0.03 THEN t.category_id END,
    m.followers > 400000 AND pg_temp.u(m.no, 72) < 0.8 OR m.followers > 60000 AND pg_temp.u(m.no, 72) < 0.15,
        pg_temp.u(m.no, 73) > 0.04,
    scraped.at, m.hours,
    jsonb_build_object(
        'bio', pg_temp.pick(t.labels, pg_temp.u(m.no, 64)) || '. '
            || pg_temp.capital(pg_temp.pick(t.subjects, pg_temp.u(m.no, 74))) || ' for '
            || pg_temp.pick(t.audiences, pg_temp.u(m.no, 75)) || '.',
        'posts', 40 + floor(1800 * pg_temp.u(m.no, 76) ^ 2), 'following', 30 + floor(900 * pg_temp.u(m.no, 77)),
        'language', pg_temp.pick(ARRAY['en', 'en', 'en', 'en', 'de', 'es', 'pt', 'fr'], pg_temp.u(m.no, 78))
    ),
    added.at, coalesce(scraped.at, added.at)
FROM maker AS m
JOIN topic AS t ON t.no = m.topic_no
CROSS JOIN LATERAL (SELECT now() - (3 + 500 * pg_temp.u(m.no, 79)) * interval '1 day' AS at) AS added
CROSS JOIN LATERAL (
    SELECT CASE
        WHEN pg_temp.u(m.no, 80) < 0.02 THEN NULL
        WHEN pg_temp.u(m.no, 80) < 0.09 THEN greatest(added.at,
            now() - m.hours * (2 + 12 * pg_temp.u(m.no, 81)) * interval '1 hour')
        ELSE greatest(added.at, now() - m.hours * 0.85 * pg_temp.u(m.no, 81) * interval '1 hour')
    END AS at
) AS scraped;

-- Known creators are followed by many accounts; an account prefers its own topic.
CREATE TEMP TABLE follow AS
SELECT account_no, maker_no, row_number() OVER (PARTITION BY account_no ORDER BY chance) AS k, chance
FROM (
    SELECT a.no AS account_no, m.no AS maker_no, a.follows,
        row_number() OVER (PARTITION BY a.no ORDER BY min(c)) AS place, min(c) AS chance
    FROM acct AS a
    CROSS JOIN LATERAL generate_series(1, a.follows * 3) AS c
    JOIN maker AS m ON m.no = pg_temp.zipf(pg_temp.u(a.no * 10000 + c, 82), pg_temp.size('creators'))
    GROUP BY a.no, m.no, a.follows
) AS ranked
WHERE place <= follows;
CREATE INDEX ON follow (account_no, k);
ANALYZE follow;

INSERT INTO account_followed_creators (id, account_id, creator_id, followed_by_user_id, followed_at, is_active)
SELECT
    pg_temp.id('follow', f.account_no * 1000 + f.k), a.id, m.id,
        a.user_ids[1 + floor(cardinality(a.user_ids) * pg_temp.u(f.account_no * 1000 + f.k, 83))::int],
    a.created_at + (now() - a.created_at) * pg_temp.u(f.account_no * 1000 + f.k, 84) ^ 2, true
FROM follow AS f JOIN acct AS a ON a.no = f.account_no JOIN maker AS m ON m.no = f.maker_no
UNION ALL
-- Once followed, no longer: these count towards no limit.
SELECT pg_temp.id('unfollowed', a.no), a.id, m.id, a.user_ids[1], a.created_at + (now() - a.created_at) * 0.3, false
FROM acct AS a JOIN maker AS m ON m.no = 1 + a.no * 13 % pg_temp.size('creators')
WHERE a.no % 3 = 0 AND NOT EXISTS (SELECT FROM follow AS f WHERE f.account_no = a.no AND f.maker_no = m.no);
UPDATE acct SET follows = f.n FROM (SELECT account_no, count(*) AS n FROM follow GROUP BY 1) AS f
    WHERE f.account_no = acct.no;
