-- Jobs: one for every artefact, scrapes of creators, and today's queue with what went wrong in it.

CREATE TEMP TABLE work AS
SELECT 1 AS source, no, 'file_processing' AS job_type, account_no, user_id, topic_no, id AS piece_id,
    NULL::uuid AS script_id, NULL::uuid AS media_id, NULL::uuid AS voice_id,
    NULL::uuid AS avatar_id, creator_id, username, platform, created_at, created_at AS scheduled_at,
        created_at + took * 0.1 AS started_at, created_at + took * 0.35 AS done_at,
    CASE WHEN created_at + took * 0.35 > now() THEN 'open' WHEN pg_temp.u(no, 401) < 0.015 THEN 'failed'
        ELSE 'completed' END AS state, 1 AS credits, 0 AS priority, 0 AS attempts
FROM (SELECT *, analysed_at - created_at AS took FROM piece) AS p WHERE kind <> 'text'
UNION ALL
SELECT 2, no, 'content_analysis', account_no, user_id, topic_no, id, NULL, NULL, NULL, NULL, creator_id, username,
    platform, created_at + took * 0.35, created_at + took * 0.35,
    created_at + took * 0.5, analysed_at, state, credits, 0, 0
FROM (SELECT *, analysed_at - created_at AS took FROM piece) AS p WHERE created_at + took * 0.35 <= now()
UNION ALL
SELECT 3, no, 'script_generation', account_no, user_id, topic_no, piece_id, id, NULL, NULL, NULL, NULL, NULL, NULL,
    created_at, created_at, started_at, done_at, state, credits, 5, 0
FROM script
UNION ALL
SELECT CASE kind WHEN 'audio' THEN 4 ELSE 5 END, no, CASE kind WHEN 'audio' THEN 'voice_generation'
    ELSE 'avatar_generation' END, account_no, user_id, topic_no, NULL, script_id, id, voice_id,
    avatar_id, NULL, NULL, NULL, created_at, created_at, started_at, done_at, state, credits, 5, 0
FROM media
UNION ALL
-- Begun and given up by the customer.
SELECT 6, no, 'avatar_generation', account_no, user_id, topic_no, NULL, id, NULL,
    pg_temp.id('voice', account_no * 1000 + 1), pg_temp.id('avatar', account_no * 1000 + 1), NULL, NULL, NULL,
    done_at, done_at, NULL, done_at + (1 + 40 * pg_temp.u(no, 402)) * interval '1 minute', 'cancelled', 60, 5, 0
FROM script WHERE state = 'completed' AND account_no IN (SELECT no FROM acct WHERE avatars > 0)
    AND pg_temp.u(no, 403) < 0.06 AND done_at < now() - interval '45 minutes'
UNION ALL
-- Scrapes run day and night on behalf of no one.
SELECT 7, s.no, 'content_scraping', a.no, NULL, m.topic_no, NULL, NULL, NULL, NULL, NULL, m.id, m.username, m.platform,
    s.at, s.at, s.at + wait, s.at + wait + run,
    CASE WHEN s.at + wait + run > now() THEN 'open' WHEN pg_temp.u(s.no, 404) < 0.035 THEN 'failed'
        WHEN pg_temp.u(s.no, 404) > 0.988 THEN 'cancelled' ELSE 'completed' END, 1, -1, 0
FROM (
    SELECT n AS no, start + pg_temp.u(n, 405) * interval '1 hour' AS at
    FROM hour AS h
    CROSS JOIN LATERAL generate_series(1, floor(pg_temp.size('content') * 1.75 * (0.5 * h.share + 0.5 / 2904) + pg_temp.u(h.no, 406))::int) AS k
    CROSS JOIN LATERAL (SELECT h.no * 10000::bigint + k AS n) AS numbered
) AS s
JOIN acct AS a ON a.no = pg_temp.zipf(pg_temp.u(s.no, 407), pg_temp.size('accounts'))
JOIN follow AS f ON f.account_no = a.no AND f.k = 1 + floor(a.follows * pg_temp.u(s.no, 408))::int
JOIN maker AS m ON m.no = f.maker_no
CROSS JOIN LATERAL (SELECT exp(2.9 + 0.9 * pg_temp.z(s.no, 409)) * interval '1 second' AS wait,
    exp(3.9 + 0.6 * pg_temp.z(s.no, 410)) * interval '1 second' AS run) AS took
WHERE s.at BETWEEN a.active_from AND a.active_until AND s.at <= now();
ANALYZE work;

-- Attempts, and the time that repeated attempts took.
UPDATE work SET
    attempts = 3, started_at = started_at + pause, done_at = done_at + pause
FROM (SELECT source, no, least(now() - done_at, (4 + 20 * pg_temp.u(no, 411)) * interval '1 minute') AS pause FROM work
    WHERE state = 'failed') AS late
WHERE work.state = 'failed' AND work.source = late.source AND work.no = late.no;
UPDATE work SET started_at = NULL WHERE state = 'cancelled';

-- Today's queue: recent work once more, in the states that a person is called for. As many as the scale allows.
CREATE TEMP TABLE plight (state text, per_10000 numeric, least_n int);
INSERT INTO plight VALUES ('backlog', 55, 40), ('due', 3, 6), ('future', 110, 90), ('retrying', 14, 12),
    ('running', 3, 5), ('stuck', 4, 6), ('stranded', 2.5, 4);
CREATE TEMP TABLE live AS
SELECT w.*, p.state AS plight, row_number() OVER (PARTITION BY p.state ORDER BY w.chance) AS place
FROM (
    SELECT *, pg_temp.u(no + source, 412) AS chance, row_number() OVER (ORDER BY pg_temp.u(no + source, 412)) AS nth
    FROM work WHERE state = 'completed' AND created_at BETWEEN now() - interval '4 days' AND now() - interval '1 hour'
        AND source <> 7
) AS w
JOIN (
    SELECT state, sum(n) OVER (ORDER BY state) - n AS above, sum(n) OVER (ORDER BY state) AS upto
    FROM (SELECT state, greatest(least_n, least(500, pg_temp.size('content') * per_10000 / 10000))::int AS n
        FROM plight WHERE state NOT IN ('backlog', 'future')) AS sized
) AS p ON w.nth > p.above AND w.nth <= p.upto;
INSERT INTO live
SELECT w.*, p.state, row_number() OVER (PARTITION BY p.state ORDER BY w.chance)
FROM (
    SELECT *, pg_temp.u(no, 413) AS chance, row_number() OVER (ORDER BY pg_temp.u(no, 413)) AS nth
    FROM work WHERE state = 'completed' AND created_at > now() - interval '20 days' AND source = 7
) AS w
JOIN (
    SELECT state, sum(n) OVER (ORDER BY state) - n AS above, sum(n) OVER (ORDER BY state) AS upto
    FROM (SELECT state, greatest(least_n, least(1200, pg_temp.size('content') * per_10000 / 10000))::int AS n
        FROM plight WHERE state IN ('backlog', 'future')) AS sized
) AS p ON w.nth > p.above AND w.nth <= p.upto;

INSERT INTO work (source, no, job_type, account_no, user_id, topic_no, piece_id, script_id, media_id, voice_id,
    avatar_id, creator_id, username, platform, created_at, scheduled_at, started_at, done_at,
    state, credits, priority, attempts)
SELECT
    8, source * 100000000000 + no, job_type, account_no, user_id, topic_no, piece_id, script_id, media_id, voice_id,
        avatar_id, creator_id, username, platform,
    CASE WHEN plight = 'future' THEN now() - pg_temp.u(no, 421) * interval '50 minutes' ELSE t.created_at END,
    -- A retry waits for its time; a worker may take it later than that.
    CASE plight WHEN 'future' THEN now() + (0.05 + 26 * pg_temp.u(no, 421) ^ 1.5) * interval '1 hour'
        WHEN 'retrying' THEN now() + (place * 35 - 60) * interval '1 second' ELSE t.created_at END,
    CASE WHEN plight IN ('running', 'stuck') THEN t.created_at + interval '9 seconds' END, NULL,
    plight, credits, CASE plight WHEN 'backlog' THEN -10 WHEN 'stuck' THEN 5 ELSE priority END,
    CASE plight WHEN 'retrying' THEN 1 + no % 2 WHEN 'running' THEN 1 WHEN 'stuck' THEN 1 + no % 3
        WHEN 'stranded' THEN 3 ELSE 0 END
FROM live
CROSS JOIN LATERAL (
    SELECT now() - CASE plight
        WHEN 'backlog' THEN (1 + 24 * pg_temp.u(no, 422)) * interval '1 minute'
            WHEN 'due' THEN (5 + 80 * pg_temp.u(no, 422)) * interval '1 second'
        WHEN 'retrying' THEN (6 + 20 * pg_temp.u(no, 422)) * interval '1 minute'
            WHEN 'running' THEN (20 + 300 * pg_temp.u(no, 422)) * interval '1 second'
        WHEN 'stuck' THEN CASE WHEN place = 1 THEN interval '3 days 4 hours' WHEN place = 2 THEN interval '26 hours'
            ELSE (36 + 400 * pg_temp.u(no, 422) ^ 2) * interval '1 minute' END
        WHEN 'stranded' THEN (2 + 40 * pg_temp.u(no, 422)) * interval '1 hour' ELSE interval '0'
    END AS created_at
) AS t;

-- A dozen error families; what differs between two of a family is what a signature must look past.
CREATE FUNCTION pg_temp.fault(job_type text, no bigint, in_outage boolean) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN job_type = 'voice_generation' THEN pg_temp.media_fault('audio', no)
        WHEN job_type = 'avatar_generation' THEN pg_temp.media_fault('video', no)
        WHEN in_outage AND job_type <> 'content_scraping' THEN
            'anthropic.OverloadedError: Error code: 529 - overloaded_error: Overloaded (request_id ''req_{v}'')'
        WHEN job_type = 'content_scraping' THEN pg_temp.pick(ARRAY[
            'Apify run "{v}" of actor "apify/{p}-scraper" timed out after {n} s',
            'Profile "@{name}" does not exist or is private (HTTP 404 from {url})',
            'Apify 402 not-enough-usage-to-run-paid-actor: Your remaining usage is {n} cents',
            'httpx.ConnectTimeout: timed out while connecting to {url}'], pg_temp.u(no, 431) ^ 1.3)
        WHEN job_type = 'file_processing' THEN pg_temp.pick(ARRAY[
            'ffmpeg exited with code 1: [mov,mp4,m4a @ 0x{hex}] moov atom not found: /tmp/aicon/{id}/input.mp4',
            'AssemblyAI transcript {id} error: Download error, unable to download https://storage.aicon.example/object/sign/content/{id}.mp4?token=eyJ{v}. Received HTTP 403',
            'StorageApiError: The object exceeded the maximum allowed size ({m} kB > 5242880 kB)'],
                pg_temp.u(no, 431) ^ 1.2)
        ELSE pg_temp.pick(ARRAY[
            'anthropic.RateLimitError: Error code: 429 - This request would exceed the rate limit of 400,000 input tokens per minute (request_id ''req_{v}'')',
            'json.decoder.JSONDecodeError: Expecting '','' delimiter: line {n} column 18 (char {m}) in the answer for content piece "{id}"',
            'TranscriptTooShort: transcript of content piece {id} has 7 words, at least 25 are needed',
            'openai.APITimeoutError: Request timed out after {n}.0 s (attempt 3 of 3)',
            'psycopg.errors.DeadlockDetected: deadlock detected. Process {m} waits for ShareLock on transaction {n}; blocked by process {m}.'], pg_temp.u(no, 431) ^ 1.5)
    END
$$;

INSERT INTO processing_queue (id, account_id, user_id, job_type, job_data, priority, status, attempts, max_attempts,
    scheduled_at, started_at, completed_at, error_message, estimated_credits, actual_credits,
    created_at, updated_at)
SELECT
    pg_temp.id('job' || w.source, w.no), a.id, w.user_id, w.job_type,
    CASE w.job_type
        WHEN 'file_processing' THEN jsonb_build_object('content_piece_id', w.piece_id, 'operations',
            '["download", "transcode", "transcribe"]'::jsonb,
            'source_url', 'https://storage.aicon.example/object/sign/content/' || w.piece_id || '.mp4?token=eyJ'
                || md5('t' || w.no) || '&signature=' || left(md5('g' || w.no), 16))
        WHEN 'content_analysis' THEN jsonb_build_object('content_piece_id', w.piece_id, 'model', 'claude-3-5-sonnet',
            'features', '["hook", "body", "cta", "style"]'::jsonb,
            'prompt', 'Analyse this post about ' || s.subject || ' for '
                || pg_temp.pick(t.audiences, pg_temp.u(w.no, 12)) || '. Answer as JSON.')
        WHEN 'script_generation' THEN jsonb_build_object('content_piece_id', w.piece_id, 'script_id', w.script_id,
            'model', 'claude-3-5-sonnet', 'tone', 'conversational', 'notify_email', 'hello@' || a.slug || '.example',
            'prompt', 'Rewrite for ' || pg_temp.pick(t.audiences, pg_temp.u(w.no, 12)) || ' in the voice of ' || a.name
                || ', under 60 seconds.')
        WHEN 'voice_generation' THEN jsonb_build_object('script_id', w.script_id, 'voice_model_id', w.voice_id,
            'generated_content_id', w.media_id, 'text', p.text, 'settings', '{"stability": 0.45, "style": 0.2}'::jsonb)
        WHEN 'avatar_generation' THEN jsonb_build_object('script_id', w.script_id, 'avatar_model_id', w.avatar_id,
            'voice_model_id', w.voice_id, 'generated_content_id', w.media_id, 'resolution', '1080x1920',
            'audio_url', 'https://storage.aicon.example/object/sign/media/' || w.script_id || '.mp3?token=eyJ'
                || md5('t' || w.no))
        ELSE jsonb_build_object('creator_id', w.creator_id, 'platform', w.platform, 'username', w.username,
            'profile_url', pg_temp.profile_url(w.platform, w.username), 'max_posts', 12,
            'since', to_char(w.scheduled_at - interval '1 day', 'YYYY-MM-DD'))
    END,
    w.priority,
    outcome.status,
    CASE WHEN w.attempts > 0 OR outcome.status IN ('queued', 'cancelled') THEN w.attempts
        WHEN outcome.status = 'completed' AND pg_temp.u(w.no, 441) < 0.06 THEN 2 ELSE 1 END,
    3, w.scheduled_at,
    CASE WHEN outcome.status IN ('processing', 'completed', 'failed') THEN w.started_at END, CASE
        WHEN outcome.status IN ('completed', 'failed', 'cancelled') THEN w.done_at END,
    CASE WHEN w.state IN ('failed', 'retrying', 'stranded') OR w.state = 'stuck' AND w.attempts > 1 THEN
        replace(replace(replace(replace(
            pg_temp.filled(pg_temp.fault(w.job_type, w.no,
                w.done_at BETWEEN o.began AND o.ended + interval '25 minutes'), w.no),
            '{name}', coalesce(w.username, '')), '{p}', coalesce(w.platform, '')), '{url}',
                coalesce(pg_temp.profile_url(w.platform, w.username), '')),
            '{hex}', left(md5('x' || w.no), 12))
    END,
    greatest(1, round(w.credits * (0.85 + 0.4 * pg_temp.u(w.no, 442))))::int,
    CASE outcome.status WHEN 'completed' THEN w.credits WHEN 'failed' THEN CASE
        WHEN pg_temp.u(w.no, 443) < 0.15 THEN w.credits / 3 ELSE 0 END ELSE 0 END,
    w.created_at, least(now(), coalesce(w.done_at, w.started_at, w.created_at))
FROM work AS w
JOIN acct AS a ON a.no = w.account_no
JOIN topic AS t ON t.no = w.topic_no
CROSS JOIN outage AS o
CROSS JOIN LATERAL (SELECT pg_temp.pick(t.subjects, pg_temp.u(w.no, 11)) AS subject) AS s
LEFT JOIN passage AS p ON w.job_type = 'voice_generation' AND p.kind = 'body' AND p.topic_no = w.topic_no
    AND p.subject = s.subject AND p.no = w.no % 24
CROSS JOIN LATERAL (
    SELECT CASE
        WHEN w.state IN ('completed', 'failed', 'cancelled') THEN w.state
            WHEN w.state IN ('running', 'stuck') THEN 'processing'
        WHEN w.state = 'open' AND w.started_at <= now() THEN 'processing' ELSE 'queued'
    END AS status
) AS outcome
ORDER BY w.created_at;
