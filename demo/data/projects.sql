-- Projects, who works on them, their folders and chats. A project is a canvas: two columns of folders at the left,
-- loose pieces below them, chats at the right.

CREATE TEMP TABLE project AS
SELECT row_number() OVER (ORDER BY no) AS no, pg_temp.id('project', no) AS id, account_no, created_at, topic_no, user_id
FROM (
    SELECT e.no, a.no AS account_no, e.created_at, a.topic_no,
        a.user_ids[1 + floor(cardinality(a.user_ids) * pg_temp.u(e.no, 101) ^ 2)::int] AS user_id
    FROM (
        SELECT h.no * 10000::bigint + k AS no, h.start + pg_temp.u(h.no * 10000::bigint + k,
            102) * interval '1 hour' AS created_at
        FROM hour AS h
        CROSS JOIN LATERAL generate_series(1, floor(pg_temp.size('content') / 13 * h.share + pg_temp.u(h.no,
            103))::int) AS k
    ) AS e
    JOIN acct AS a ON a.no = pg_temp.zipf(pg_temp.u(e.no, 104), pg_temp.size('accounts'))
    WHERE e.created_at BETWEEN a.active_from AND a.active_until AND e.created_at <= now()
    UNION ALL
    -- Everybody's first one.
    SELECT 99000000 + a.no, a.no, greatest(a.created_at + interval '20 minutes',
        date_trunc('day', now()) - interval '120 days'), a.topic_no, a.user_ids[1]
    FROM acct AS a
) AS started;
CREATE INDEX ON project (account_no, created_at);
ANALYZE project;

-- Pieces go to one of the account's three newest projects.
CREATE TEMP TABLE piece AS
SELECT *, row_number() OVER (PARTITION BY project_no ORDER BY created_at, no) - 1 AS seq,
    count(*) OVER (PARTITION BY project_no) AS total
FROM (
    SELECT
        e.no, pg_temp.id('piece', e.no) AS id, a.no AS account_no, p.no AS project_no, p.id AS project_id, e.created_at,
        m.id AS creator_id, coalesce(m.platform, 'upload') AS platform, coalesce(m.topic_no, a.topic_no) AS topic_no,
            m.username,
        a.user_ids[1 + floor(cardinality(a.user_ids) * pg_temp.u(e.no, 105) ^ 2)::int] AS user_id
    FROM (
        SELECT h.no * 10000::bigint + k AS no, h.start + pg_temp.u(h.no * 10000::bigint + k,
            106) * interval '1 hour' AS created_at
        FROM hour AS h
        -- A rush of imports met the outage.
        CROSS JOIN (SELECT began, greatest(40, pg_temp.size('content') / 250) AS burst FROM outage) AS o
        CROSS JOIN LATERAL generate_series(1, floor(pg_temp.size('content') * h.share * 1.05 + pg_temp.u(h.no,
            107))::int + CASE WHEN h.start = date_trunc('hour', o.began) THEN burst ELSE 0 END) AS k
    ) AS e
    JOIN acct AS a ON a.no = pg_temp.zipf(pg_temp.u(e.no, 108), pg_temp.size('accounts'))
    CROSS JOIN LATERAL (
        SELECT no, id FROM project WHERE account_no = a.no AND created_at <= e.created_at
        ORDER BY created_at DESC LIMIT 1 OFFSET floor(3 * pg_temp.u(e.no, 109) ^ 2)::int
    ) AS p
    LEFT JOIN follow AS f ON f.account_no = a.no AND f.k = 1 + floor(a.follows * pg_temp.u(e.no, 110) ^ 1.5)::int
        AND pg_temp.u(e.no, 111) > 0.15
    LEFT JOIN maker AS m ON m.no = f.maker_no
    WHERE e.created_at BETWEEN a.active_from AND a.active_until AND e.created_at <= now()
) AS placed;
ALTER TABLE piece ADD subject text;
UPDATE piece SET subject = pg_temp.pick(t.subjects, pg_temp.u(piece.no, 11)) FROM topic AS t
    WHERE t.no = piece.topic_no;
CREATE INDEX ON piece (no);
ANALYZE piece;

CREATE TEMP TABLE canvas AS
SELECT p.*, pg_temp.pick(t.subjects, pg_temp.u(p.no, 119)) AS subject, coalesce(c.total, 0) AS pieces,
    coalesce(c.newest, p.created_at) AS newest, least(4, coalesce(c.total, 0) / 5)::int AS folders,
    CASE WHEN c.total IS NULL THEN 0 WHEN pg_temp.u(p.no, 112) < 0.35 THEN 2 ELSE 1 END AS chats
FROM project AS p
JOIN topic AS t ON t.no = p.topic_no
LEFT JOIN (SELECT project_no, count(*) AS total, max(created_at) AS newest
    FROM piece GROUP BY 1) AS c ON c.project_no = p.no;
CREATE UNIQUE INDEX ON canvas (no);
ANALYZE canvas;

INSERT INTO projects (id, account_id, created_by_user_id, title, description, canvas_data, is_archived, created_at,
    updated_at, last_accessed_at, last_accessed_by_user_id)
SELECT
    c.id, pg_temp.id('account', c.account_no), c.user_id,
    CASE floor(6 * pg_temp.u(c.no, 113))::int
        WHEN 0 THEN to_char(c.created_at, 'FMMonth') || ' campaign: ' || c.subject
            WHEN 1 THEN pg_temp.capital(c.subject) || ' series'
        WHEN 2 THEN 'Research: ' || c.subject WHEN 3 THEN 'Q' || to_char(c.created_at, 'Q') || ' content plan'
        WHEN 4 THEN 'Remix board: ' || c.subject ELSE pg_temp.capital(c.subject) || ' for '
            || pg_temp.pick(t.audiences, pg_temp.u(c.no, 114))
    END,
    CASE WHEN pg_temp.u(c.no, 115) < 0.7 THEN 'Reels and shorts about ' || c.subject || '; goal: '
        || pg_temp.pick(t.wishes, pg_temp.u(c.no, 116)) || '.' END,
    jsonb_build_object('zoom', round((0.4 + 0.8 * pg_temp.u(c.no, 117))::numeric, 2), 'viewport',
        jsonb_build_object('x', -40, 'y', -40), 'grid', true),
    c.newest < now() - interval '45 days' AND pg_temp.u(c.no, 118) < 0.4,
    c.created_at, c.newest, touched.at, c.user_id
FROM canvas AS c
JOIN topic AS t ON t.no = c.topic_no
CROSS JOIN LATERAL (SELECT c.newest + least(interval '9 days', now() - c.newest) * pg_temp.u(c.no,
    120) AS at) AS touched;

INSERT INTO project_collaborators (id, project_id, user_id, permission_level, added_at, added_by_user_id)
SELECT pg_temp.id('collaborator', c.no * 1000 + k), c.id, a.user_ids[k],
    CASE WHEN a.user_ids[k] = c.user_id THEN 'owner' WHEN pg_temp.u(c.no * 1000 + k, 121) < 0.3 THEN 'viewer'
        ELSE 'editor' END,
    c.created_at + (now() - c.created_at) * 0.5 * pg_temp.u(c.no * 1000 + k, 122), c.user_id
FROM canvas AS c
JOIN acct AS a ON a.no = c.account_no
CROSS JOIN LATERAL generate_series(1, least(cardinality(a.user_ids), 12)) AS k
WHERE a.user_ids[k] = c.user_id OR pg_temp.u(c.no * 1000 + k, 123) < 0.3;

INSERT INTO canvas_folders (id, project_id, name, position_x, position_y, width, height, is_collapsed, color,
    folder_data, created_at, updated_at, created_by_user_id)
SELECT
    pg_temp.id('folder', n), c.id,
    (ARRAY['Hooks that work', 'Competitors', 'To remix', 'Inspiration', 'Best of ' || to_char(c.created_at, 'FMMonth'),
        'Raw ideas', 'Client picks', 'Evergreen'])[
        1 + (c.no + f * 3) % 8],
    f % 2 * 840, f / 2 * 760, 780, 700, pg_temp.u(n, 124) < 0.1,
    (ARRAY['#3B82F6', '#10B981', '#F59E0B', '#8B5CF6', '#EF4444', '#14B8A6'])[1 + (c.no + f) % 6],
    jsonb_build_object('sort', pg_temp.pick(ARRAY['manual', 'newest', 'score'], pg_temp.u(n, 125))),
        c.created_at + f * interval '4 minutes', c.newest, c.user_id
FROM canvas AS c
CROSS JOIN LATERAL generate_series(0, c.folders - 1) AS f
CROSS JOIN LATERAL (SELECT c.no * 10 + f AS n) AS numbered;

-- Six pieces to a folder.
INSERT INTO canvas_folder_items (id, folder_id, content_piece_id, sort_order, added_at, added_by_user_id)
SELECT pg_temp.id('item', p.no), pg_temp.id('folder', p.project_no * 10 + p.seq / 6), p.id, p.seq % 6, p.created_at,
    p.user_id
FROM piece AS p JOIN canvas AS c ON c.no = p.project_no
WHERE p.seq / 6 < c.folders;

INSERT INTO chat_interfaces (id, project_id, name, position_x, position_y, width, height, chat_history,
    connected_content, ai_model_preference, created_at, updated_at, created_by_user_id)
SELECT
    pg_temp.id('chat', n), c.id, (ARRAY['AI Chat', 'Script room', 'Hook lab', 'Research'])[1 + (c.no + k) % 4], 1760,
        k * 560, 400, 500,
    (
        SELECT jsonb_agg(jsonb_build_object('role', role, 'content', said, 'at',
            c.created_at + i * interval '3 minutes') ORDER BY i, role DESC)
        FROM generate_series(1, 1 + floor(3 * pg_temp.u(n, 126))::int) AS i
        JOIN passage AS p ON p.kind = 'body' AND p.topic_no = t.no AND p.subject = c.subject
            AND p.no = (n * 7 + i * 3) % 24
        CROSS JOIN LATERAL (VALUES
            ('user', pg_temp.told((ARRAY['Give me {n} hooks about {s} for {a}.', 'Rewrite this so that {a} get {w}.',
                'What do these videos about {s} have in common?',
                'Make it shorter and warmer, end with a question.'])[1 + (c.no + i) % 4], t, c.subject, n * 10 + i)),
            ('assistant', p.text)
        ) AS turn (role, said)
    ),
    jsonb_build_object('content_piece_ids', '[]'::jsonb),
    pg_temp.pick(ARRAY['claude-3-sonnet', 'claude-3-5-sonnet', 'claude-3-sonnet', 'gpt-4o'], pg_temp.u(n, 127)),
        c.created_at, c.newest, c.user_id
FROM canvas AS c
JOIN topic AS t ON t.no = c.topic_no
CROSS JOIN LATERAL generate_series(0, c.chats - 1) AS k
CROSS JOIN LATERAL (SELECT c.no * 10 + k AS n) AS numbered;

-- Folders and some loose pieces feed a chat.
INSERT INTO canvas_connections (id, project_id, source_type, source_id, target_type, target_id, connection_style,
    created_at, created_by_user_id)
SELECT pg_temp.id('wire', n), c.id, 'folder', pg_temp.id('folder', n), 'chat_interface',
    pg_temp.id('chat', c.no * 10 + f % c.chats),
    '{"color": "#6B7280", "width": 2}', c.created_at + interval '1 hour', c.user_id
FROM canvas AS c
CROSS JOIN LATERAL generate_series(0, c.folders - 1) AS f
CROSS JOIN LATERAL (SELECT c.no * 10 + f AS n) AS numbered
WHERE c.chats > 0 AND pg_temp.u(n, 128) < 0.7
UNION ALL
SELECT pg_temp.id('thread', p.no), c.id, 'content_piece', p.id, 'chat_interface',
    pg_temp.id('chat', c.no * 10 + p.seq % c.chats),
    jsonb_build_object('color', (ARRAY['#3B82F6', '#F59E0B', '#6B7280'])[1 + p.seq % 3], 'width', 2, 'dashed',
        p.seq % 3 = 1), p.created_at, p.user_id
FROM piece AS p JOIN canvas AS c ON c.no = p.project_no
WHERE p.seq / 6 >= c.folders AND c.chats > 0 AND pg_temp.u(p.no, 129) < 0.3;
