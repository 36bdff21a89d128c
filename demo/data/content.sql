-- Content pieces with their analyses and annotations.

-- Minutes from arriving to analysed; what is not there yet is still being worked on.
ALTER TABLE piece ADD kind text, ADD seconds int, ADD bytes bigint, ADD analysed_at timestamptz, ADD state text,
    ADD credits int, ADD expires_at timestamptz;
UPDATE piece SET
    kind = k.kind, seconds = CASE WHEN k.kind IN ('video', 'audio') THEN s.seconds END,
    bytes = CASE k.kind
        WHEN 'video' THEN s.seconds * (1800 + 5600 * pg_temp.u(piece.no, 203)) * 1024
        WHEN 'audio' THEN s.seconds * 24 * 1024 WHEN 'image' THEN (150 + 2500 * pg_temp.u(piece.no, 203)) * 1024
            ELSE 4096
    END::bigint,
    analysed_at = a.at,
    state = CASE
        WHEN a.at > now() THEN 'open'
        WHEN a.at BETWEEN (SELECT began FROM outage) AND (SELECT ended FROM outage)
            AND pg_temp.u(piece.no, 205) < 0.85 THEN 'failed'
        WHEN pg_temp.u(piece.no, 205) < 0.03 THEN 'failed' ELSE 'completed'
    END,
    credits = 2 + floor(5 * pg_temp.u(piece.no, 206)),
    expires_at = CASE WHEN piece.platform <> 'upload' AND pg_temp.u(piece.no, 207) < 0.5 THEN date_trunc('day',
        piece.created_at) + interval '60 days' END
FROM (
    SELECT no,
        CASE WHEN platform = 'upload' THEN (ARRAY['video', 'video', 'video', 'audio',
            'image'])[1 + floor(5 * pg_temp.u(no, 201))::int]
            WHEN platform IN ('linkedin', 'twitter') THEN (ARRAY['text', 'text', 'video',
                'image'])[1 + floor(4 * pg_temp.u(no, 201))::int]
            WHEN platform = 'instagram' AND pg_temp.u(no, 201) < 0.15 THEN 'image' ELSE 'video' END AS kind
    FROM piece
) AS k
CROSS JOIN LATERAL (SELECT least(5400, greatest(7, exp(3.9 + 0.8 * pg_temp.z(k.no, 202))))::int AS seconds) AS s
CROSS JOIN LATERAL (SELECT exp(1.3 + 0.6 * pg_temp.z(k.no, 204)) * interval '1 minute' AS took) AS w
CROSS JOIN LATERAL (SELECT p.created_at + w.took AS at FROM piece AS p WHERE p.no = k.no) AS a
WHERE k.no = piece.no;

INSERT INTO content_pieces (id, account_id, project_id, creator_id, uploaded_by_user_id, source_url, platform,
    content_type, title, description, thumbnail_url, original_file_url, original_file_path,
    transcript, duration_seconds, file_size_bytes, position_x, position_y, metadata, storage_expires_at, is_remix,
        processing_status, created_at, updated_at)
SELECT
    p.id, pg_temp.id('account', p.account_no), p.project_id, p.creator_id, p.user_id,
    CASE p.platform
        WHEN 'instagram' THEN 'https://www.instagram.com/reel/C'
            || left(translate(encode(decode(md5('s' || p.no), 'hex'), 'base64'), '+/=', 'xyz'), 10) || '/'
        WHEN 'tiktok' THEN 'https://www.tiktok.com/@' || p.username || '/video/7'
            || lpad((pg_temp.u(p.no, 210) * 1e15)::bigint::text, 15, '4') || '123'
        WHEN 'youtube' THEN 'https://www.youtube.com/shorts/'
            || left(translate(encode(decode(md5('s' || p.no), 'hex'), 'base64'), '+/=', '-_x'), 11)
        WHEN 'linkedin' THEN 'https://www.linkedin.com/posts/' || p.username || '_activity-7'
            || lpad((pg_temp.u(p.no, 210) * 1e15)::bigint::text, 18, '1')
        WHEN 'twitter' THEN 'https://x.com/' || p.username || '/status/18'
            || lpad((pg_temp.u(p.no, 210) * 1e15)::bigint::text, 17, '2')
        ELSE 'https://storage.aicon.example/uploads/' || p.id || file.suffix
    END,
    p.platform, p.kind, pg_temp.told(pg_temp.pick(pg_temp.titles(), pg_temp.u(p.no, 211)), t, p.subject, p.no),
    CASE WHEN pg_temp.u(p.no, 212) < 0.8 THEN c.text || ' #' || pg_temp.pick(t.handles, pg_temp.u(p.no, 213)) || ' #'
        || replace(p.subject, ' ', '') END,
    CASE WHEN p.kind <> 'text' THEN 'https://cdn.aicon.example/thumbnails/' || p.id || '.jpg' END,
    CASE WHEN p.kind <> 'text' THEN 'https://storage.aicon.example/content/' || p.project_id || '/' || p.id
        || file.suffix END,
    CASE WHEN p.kind <> 'text' THEN 'content/' || p.project_id || '/' || p.id || file.suffix END,
    CASE WHEN p.kind <> 'image' AND p.state = 'completed' THEN h.text || ' ' || b1.text || coalesce(' ' || b2.text, '')
        || ' ' || c.text END,
    p.seconds, CASE WHEN p.kind <> 'text' THEN p.bytes END, place.x, place.y,
    CASE WHEN p.platform = 'upload' THEN jsonb_build_object('file_name', pg_temp.slug(p.subject) || '-v'
        || 1 + p.no % 4 || file.suffix) ELSE
        jsonb_build_object('views', (exp(9 + 1.8 * pg_temp.z(p.no, 214)))::bigint, 'likes',
            (exp(6.2 + 1.8 * pg_temp.z(p.no, 214)))::bigint,
            'comments', (exp(2.9 + 1.6 * pg_temp.z(p.no, 214)))::bigint) END,
    p.expires_at, pg_temp.u(p.no, 215) < 0.08,
    CASE p.state WHEN 'open' THEN CASE WHEN p.created_at > now() - interval '1 minute' THEN 'pending'
        ELSE 'processing' END ELSE p.state END,
    p.created_at, least(p.analysed_at, now())
FROM piece AS p
JOIN topic AS t ON t.no = p.topic_no
JOIN canvas AS v ON v.no = p.project_no
JOIN passage AS h ON h.kind = 'hook' AND h.topic_no = p.topic_no AND h.subject = p.subject
    AND h.no = floor(24 * pg_temp.u(p.no, 221))::int
JOIN passage AS b1 ON b1.kind = 'body' AND b1.topic_no = p.topic_no AND b1.subject = p.subject
    AND b1.no = floor(24 * pg_temp.u(p.no, 222))::int
LEFT JOIN passage AS b2 ON b2.kind = 'proof' AND b2.topic_no = p.topic_no AND b2.subject = p.subject
    AND b2.no = floor(40 * pg_temp.u(p.no, 223))::int
JOIN passage AS c ON c.kind = 'cta' AND c.topic_no = p.topic_no AND c.subject = p.subject
    AND c.no = floor(24 * pg_temp.u(p.no, 224))::int
CROSS JOIN LATERAL (SELECT CASE p.kind WHEN 'video' THEN '.mp4' WHEN 'audio' THEN '.m4a' WHEN 'image' THEN '.jpg'
    ELSE '' END AS suffix) AS file
CROSS JOIN LATERAL (SELECT p.seq - 6 * v.folders AS loose) AS l
CROSS JOIN LATERAL (
    SELECT
        CASE WHEN loose < 0 THEN p.seq / 6 % 2 * 840 + 30 + p.seq % 3 * 240
            ELSE loose % 6 * 270 + floor(24 * pg_temp.u(p.no, 225)) END AS x,
        CASE WHEN loose < 0 THEN p.seq / 12 * 760 + 70 + p.seq % 6 / 3 * 300
            ELSE (v.folders + 1) / 2 * 760 + 40 + loose / 6 * 320 + floor(24 * pg_temp.u(p.no, 226)) END AS y
) AS place;

INSERT INTO content_analysis (id, content_piece_id, hook_analysis, body_analysis, cta_analysis, content_style_analysis,
    hashtags, mentions, trending_elements, engagement_score, sentiment_score,
    analysis_status, analyzed_at, ai_model_used, analysis_cost_credits, created_at, updated_at)
SELECT
    pg_temp.id('analysis', p.no), p.id,
    pg_temp.pick(ARRAY['Opens with a bold claim in the first two seconds and names the audience directly.',
        'Pattern interrupt: starts mid-sentence, then asks a question the viewer wants answered.',
        'Curiosity gap: promises a number of steps but withholds the most surprising one.',
            'Visual hook carries it; the spoken line only confirms what is on screen.',
        'Relatable failure first, credibility second. Strong retention expected through second five.'],
            pg_temp.u(p.no, 231)),
    pg_temp.pick(ARRAY['Three short beats, each with one example; no beat is longer than nine seconds.',
        'Problem, agitation, solution. The middle part repeats itself once and could lose a sentence.',
        'Story arc with a clear turning point at about 60 % of the length.',
            'List format with on-screen numbers; the order runs from easy to hard.',
        'Dense but well paced, with a cut every two seconds and captions throughout.'], pg_temp.u(p.no, 232))
            || ' Talks about ' || p.subject || '.',
    pg_temp.pick(ARRAY['Single ask, spoken and on screen: comment a keyword.',
        'Soft close: invites viewers to save for later.', 'Two competing asks weaken the ending.',
        'Follow prompt tied to a promised part two.', 'No explicit call to action.'], pg_temp.u(p.no, 233)),
    pg_temp.pick(ARRAY['Talking head, natural light, jump cuts.', 'Screen recording with voice-over.',
        'Hands-only demonstration, warm colour grade.', 'Street interview, handheld.',
        'Text on b-roll with trending audio.'], pg_temp.u(p.no, 234)),
    ARRAY['#' || pg_temp.pick(t.handles, pg_temp.u(p.no, 213)), '#' || replace(p.subject, ' ', ''),
        pg_temp.pick(ARRAY['#fyp', '#reels', '#shorts', '#learn'], pg_temp.u(p.no, 235))],
    CASE WHEN p.username IS NULL THEN '{}' ELSE ARRAY['@' || p.username] END,
    jsonb_build_object('audio', pg_temp.pick(ARRAY['original', 'trending', 'voice-over'], pg_temp.u(p.no, 236)),
        'format', pg_temp.pick(ARRAY['list', 'story', 'tutorial', 'reaction'], pg_temp.u(p.no, 237))),
    CASE WHEN p.state = 'completed' THEN round(greatest(3, least(99, 58 + 18 * pg_temp.z(p.no, 238)))::numeric, 2) END,
    CASE WHEN p.state = 'completed' THEN round(greatest(-0.95, least(0.98, 0.35 + 0.3 * pg_temp.z(p.no, 239)))::numeric,
        2) END,
    CASE p.state WHEN 'open' THEN 'processing' ELSE p.state END, CASE WHEN p.state = 'completed' THEN p.analysed_at END,
    pg_temp.pick(ARRAY['claude-3-5-sonnet', 'claude-3-5-sonnet', 'claude-3-haiku', 'gpt-4o'], pg_temp.u(p.no, 240)),
    CASE WHEN p.state = 'completed' THEN p.credits ELSE 0 END, p.created_at, least(p.analysed_at, now())
FROM piece AS p JOIN topic AS t ON t.no = p.topic_no;
-- What was not analysed has nothing to say.
UPDATE content_analysis SET hook_analysis = NULL, body_analysis = NULL, cta_analysis = NULL,
    content_style_analysis = NULL, hashtags = '{}', mentions = '{}', trending_elements = '{}'
WHERE analysis_status <> 'completed';

INSERT INTO content_annotations (id, content_piece_id, user_id, annotation_text, position_x, position_y,
    annotation_type, created_at, updated_at)
SELECT pg_temp.id('annotation', p.no), p.id, p.user_id,
    pg_temp.pick(ARRAY['Love this hook, use it for the next reel.', 'Client asked for something like this.',
        'Too long, cut after the second example.', 'Check the claim before we remix it.',
        'Great lighting reference.', 'Same structure as our best video in spring.',
            'Ask legal about the logo in the background.', 'Use this call to action!'], pg_temp.u(p.no, 241)),
    CASE WHEN pg_temp.u(p.no, 242) < 0.6 THEN round((200 * pg_temp.u(p.no, 243))::numeric, 2) END, CASE
        WHEN pg_temp.u(p.no, 242) < 0.6 THEN round((260 * pg_temp.u(p.no, 244))::numeric, 2) END,
    pg_temp.pick(ARRAY['note', 'note', 'highlight', 'bookmark'], pg_temp.u(p.no, 245)), noted.at, noted.at
FROM piece AS p CROSS JOIN LATERAL (SELECT p.created_at + (now() - p.created_at) * 0.1 * pg_temp.u(p.no,
    246) AS at) AS noted
WHERE pg_temp.u(p.no, 247) < 0.1;
