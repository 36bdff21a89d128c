-- Accounts by rank (1 is the busiest), their members and profiles.

CREATE TEMP TABLE acct AS
SELECT
    no, pg_temp.id('account', no) AS id, plan, is_quiet, name, pg_temp.slug(name) AS slug, topic_no,
    CASE
        WHEN is_special THEN 'active'
        WHEN age_days < 14 THEN CASE WHEN chance < 0.85 THEN 'trialing' ELSE 'active' END
        WHEN chance < 0.05 THEN 'past_due' WHEN chance < 0.13 AND no > 10 THEN 'cancelled' ELSE 'active'
    END AS status,
    date_trunc('day', now()) - age_days * interval '1 day' AS created_at,
    CASE plan
        WHEN 'individual' THEN CASE WHEN pg_temp.u(no, 24) < 0.07 THEN 2 ELSE 1 END
        WHEN 'team' THEN 3 + floor(6 * pg_temp.u(no, 25))::int
        ELSE 8 + floor(15 * pg_temp.u(no, 25))::int
    END + CASE WHEN no = 3 THEN 21 ELSE 0 END AS users,
    CASE plan WHEN 'individual' THEN 1 WHEN 'team' THEN 10 ELSE 25 END AS user_limit,
    CASE plan
        WHEN 'individual' THEN 2 + floor(4 * pg_temp.u(no, 26))::int + CASE WHEN pg_temp.u(no, 27) < 0.05 THEN 3
            ELSE 0 END
        WHEN 'team' THEN 8 + floor(14 * pg_temp.u(no, 26))::int + CASE WHEN pg_temp.u(no, 27) < 0.06 THEN 12 ELSE 0 END
        ELSE 30 + floor(60 * pg_temp.u(no, 26))::int
    END + CASE WHEN no = 9 THEN 75 ELSE 0 END AS follows,
    CASE plan WHEN 'individual' THEN 5 WHEN 'team' THEN 25 ELSE 100 END AS creator_limit,
    CASE plan
        WHEN 'individual' THEN 1 + floor(3 * pg_temp.u(no, 28))::int
        WHEN 'team' THEN 3 + floor(7 * pg_temp.u(no, 28))::int
        ELSE 8 + floor(22 * pg_temp.u(no, 28))::int
    END + CASE WHEN no = 11 THEN 30 WHEN pg_temp.u(no, 29) < 0.02 THEN 10 ELSE 0 END AS voices,
    CASE plan WHEN 'agency' THEN 30 ELSE 10 END AS voice_model_limit,
    CASE plan
        WHEN 'individual' THEN floor(2 * pg_temp.u(no, 30))::int
        WHEN 'team' THEN 1 + floor(3 * pg_temp.u(no, 30))::int ELSE 3 + floor(8 * pg_temp.u(no, 30))::int
    END AS avatars
FROM (
    SELECT
        no, plan, no IN (4, 6) AS is_quiet, no <= 12 AS is_special, 1 + floor(10 * pg_temp.u(no, 21))::int AS topic_no,
        pg_temp.u(no, 22) AS chance,
        CASE WHEN no <= 12 OR pg_temp.u(no, 23) < 0.7 THEN 130 + 800 * pg_temp.u(no, 31)
            ELSE 2 + 125 * pg_temp.u(no, 31) END AS age_days,
        -- Steps that share no divisor with the lists' lengths, so that no name comes twice.
        CASE
            WHEN plan = 'individual' THEN
                (pg_temp.first_names())[1 + no % 60] || ' ' || (pg_temp.last_names())[1 + (no * 11 + no / 60) % 57]
                || pg_temp.pick(ARRAY['', '', ' Studio', ' Creative', ' Coaching', ' Media'], pg_temp.u(no, 32))
            ELSE (pg_temp.brands())[1 + no % 60] || ' ' || (pg_temp.kinds())[1 + (no * 7 + no / 60) % 24]
        END AS name
    FROM (
        SELECT
            no::int AS no,
            CASE
                WHEN no <= 12 OR pg_temp.u(no, 20) < 0.05 THEN 'agency'
                WHEN no <= pg_temp.size('accounts') / 4 OR pg_temp.u(no, 20) < 0.2 THEN 'team' ELSE 'individual'
            END AS plan
        FROM generate_series(1, pg_temp.size('accounts')) AS no
    ) AS ranked
) AS named;
ALTER TABLE acct ADD active_until timestamptz, ADD active_from timestamptz, ADD user_ids uuid[];
UPDATE acct SET
    active_from = created_at,
    active_until = CASE
        WHEN is_quiet THEN date_trunc('day', now()) - interval '4 days'
        WHEN status = 'cancelled' THEN greatest(created_at,
            date_trunc('day', now()) - (5 + 90 * pg_temp.u(no, 33)) * interval '1 day')
        ELSE 'infinity'
    END;

CREATE TEMP TABLE member AS
SELECT
    pg_temp.id('user', no * 1000 + k) AS id, no AS account_no, k, first_name, last_name, created_at, active_until, slug,
        is_active,
    CASE WHEN k = 1 THEN 'owner' WHEN k = 2 OR pg_temp.u(no * 1000 + k, 35) < 0.15 THEN 'admin'
        WHEN pg_temp.u(no * 1000 + k, 35) < 0.3 THEN 'viewer' ELSE 'member' END AS role,
    row_number() OVER (PARTITION BY no, first_name, last_name ORDER BY k) AS namesake
FROM (
    SELECT
        a.no, k, a.active_until, a.slug, k = 1 OR pg_temp.u(a.no * 1000 + k,
            36) < 0.94 OR a.plan = 'individual' AS is_active,
        CASE WHEN k = 1 AND a.plan = 'individual' THEN (pg_temp.first_names())[1 + a.no % 60]
            ELSE pg_temp.pick(pg_temp.first_names(), pg_temp.u(a.no * 1000 + k, 37)) END AS first_name,
        CASE WHEN k = 1 AND a.plan = 'individual' THEN (pg_temp.last_names())[1 + (a.no * 11 + a.no / 60) % 57]
            ELSE pg_temp.pick(pg_temp.last_names(), pg_temp.u(a.no * 1000 + k, 38)) END AS last_name,
        a.created_at + (date_trunc('day', now()) - a.created_at) * 0.7 * CASE WHEN k = 1 THEN 0
            ELSE pg_temp.u(a.no * 1000 + k, 39) END AS created_at
    FROM acct AS a CROSS JOIN LATERAL generate_series(1, a.users) AS k
) AS people;
UPDATE acct SET user_ids = m.ids
FROM (SELECT account_no, array_agg(id ORDER BY k) AS ids FROM member WHERE is_active GROUP BY 1) AS m
WHERE m.account_no = acct.no;

INSERT INTO accounts (id, name, subscription_status, plan_type, billing_email, creator_limit, user_limit,
    voice_model_limit, created_at, updated_at)
SELECT
    id, name, status, plan, pg_temp.pick(ARRAY['billing', 'accounts', 'finance', 'hello'], pg_temp.u(no, 40)) || '@'
        || slug || '.example',
    creator_limit, user_limit, voice_model_limit, created_at, created_at + (now() - created_at) * pg_temp.u(no, 41)
FROM acct;

INSERT INTO users (id, account_id, email, role, first_name, last_name, avatar_url, is_active, last_login_at, created_at,
    updated_at)
SELECT
    m.id, pg_temp.id('account', m.account_no),
    pg_temp.slug(m.first_name) || '.' || pg_temp.slug(m.last_name) || CASE WHEN m.namesake > 1 THEN m.namesake::text
        ELSE '' END
    || '@' || m.slug || '.example',
    m.role, m.first_name, m.last_name,
    CASE WHEN pg_temp.u(n, 42) < 0.7 THEN 'https://cdn.aicon.example/avatars/' || m.id || '.jpg' END,
    m.is_active, login.at, m.created_at, coalesce(login.at, m.created_at)
FROM member AS m
CROSS JOIN LATERAL (SELECT m.account_no * 1000 + m.k AS n) AS numbered
CROSS JOIN LATERAL (
    SELECT CASE WHEN pg_temp.u(n, 43) > 0.03 OR m.k = 1 THEN greatest(
        m.created_at,
        least(now(), m.active_until)
        - exp(CASE WHEN m.is_active THEN 1.5 ELSE 5 END + 1.2 * pg_temp.z(n, 44)) * interval '2 hours'
    ) END AS at
) AS login;

INSERT INTO user_profiles (id, user_id, brand_name, brand_description, persona_description, target_audience,
    content_style_preferences, social_media_handles, created_at, updated_at)
SELECT
    pg_temp.id('profile', n), m.id, a.name,
    a.name || ' makes short-form content about ' || pg_temp.pick(t.subjects, pg_temp.u(n, 45)) || ' and '
        || pg_temp.pick(t.subjects, pg_temp.u(n, 46)) || '.',
    pg_temp.pick(ARRAY['Warm and direct, speaks like a friend who has done it before.',
        'Calm expert; evidence first, no hype.',
        'High energy, quick cuts, one joke per video.', 'Thoughtful storyteller with a dry sense of humour.'],
            pg_temp.u(n, 47)),
    pg_temp.capital(pg_temp.pick(t.audiences, pg_temp.u(n, 48))) || ' who want '
        || pg_temp.pick(t.wishes, pg_temp.u(n, 49)),
    jsonb_build_object(
        'tone', pg_temp.pick(ARRAY['conversational', 'authoritative', 'playful', 'inspiring'], pg_temp.u(n, 50)),
        'length_seconds', 30 + 15 * floor(5 * pg_temp.u(n, 51)), 'captions', pg_temp.u(n, 52) < 0.8,
        'avoid', jsonb_build_array('clickbait', pg_temp.pick(ARRAY['jargon', 'politics', 'profanity'],
            pg_temp.u(n, 53)))
    ),
    jsonb_build_object('instagram', '@' || replace(m.slug, '-', ''), 'tiktok', '@' || replace(m.slug, '-', '.'),
        'youtube', '@' || m.slug),
    m.created_at, m.created_at + (now() - m.created_at) * pg_temp.u(n, 54)
FROM member AS m
JOIN acct AS a ON a.no = m.account_no
JOIN topic AS t ON t.no = a.topic_no
CROSS JOIN LATERAL (SELECT m.account_no * 1000 + m.k AS n) AS numbered
WHERE pg_temp.u(n, 55) < 0.85;
ANALYZE acct;
