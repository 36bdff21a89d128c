-- Calls to providers, hour by hour: every call hashes into account, endpoint, latency and outcome.

CREATE TEMP TABLE endpoint AS
SELECT *, (sum(share) OVER (ORDER BY number) - share)::int AS above
FROM (VALUES
    -- share of 1000, latency median in ms and spread, tokens median (0: none), credits mean, errors per 1000
    (1, 'anthropic', '/v1/messages', 'completion', 330, 4200, 0.55, 2600, 0.45, 9),
        (2, 'anthropic', '/v1/messages/count_tokens', 'tokens', 40, 180, 0.4, 0, 0, 4),
    (3, 'openai', '/v1/chat/completions', 'completion', 95, 3100, 0.6, 1900, 0.4, 12),
        (4, 'openai', '/v1/embeddings', 'embedding', 60, 210, 0.45, 800, 0.05, 5),
    (5, 'elevenlabs', '/v1/text-to-speech/{voice_id}', 'speech', 80, 2300, 0.5, 0, 1.2, 14),
        (6, 'elevenlabs', '/v1/voices/add', 'voice_clone', 6, 9000, 0.5, 0, 2, 20),
    (7, 'heygen', '/v2/video/generate', 'video', 28, 1500, 0.45, 0, 7.5, 18),
        (8, 'heygen', '/v1/video_status.get', 'status', 115, 240, 0.4, 0, 0, 6),
    (9, 'apify', '/v2/acts/{actor}/runs', 'scrape', 105, 900, 0.6, 0, 0.15, 16),
        (10, 'apify', '/v2/datasets/{id}/items', 'scrape', 56, 620, 0.7, 0, 0, 8),
    (11, 'assemblyai', '/v2/transcript', 'transcription', 45, 700, 0.5, 0, 0.5, 10),
        (12, 'assemblyai', '/v2/transcript/{id}', 'status', 40, 130, 0.35, 0, 0, 4)
) AS e (number, service, path, request_type, share, median, spread, tokens, credits, faults);
CREATE TEMP TABLE slot AS SELECT s AS no, e.number AS endpoint_no FROM generate_series(0, 999) AS s
    JOIN endpoint AS e ON s >= e.above AND s < e.above + e.share;
CREATE TEMP TABLE rank AS SELECT s AS no, pg_temp.zipf((s + 0.5) / 20000, pg_temp.size('accounts')) AS account_no
    FROM generate_series(0, 19999) AS s;
ANALYZE slot; ANALYZE rank; ANALYZE endpoint;

CREATE FUNCTION pg_temp.call_fault(service text, code int, no bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE coalesce(code, 0)
        WHEN 0 THEN 'Request timed out' WHEN 529 THEN 'overloaded_error: Overloaded'
            WHEN 401 THEN 'Invalid or expired API key' WHEN 500 THEN 'Internal server error' WHEN 502 THEN 'Bad gateway'
        WHEN 400 THEN 'invalid_request_error: messages.' || no % 12 || '.content: field required'
            WHEN 404 THEN 'Resource ' || md5('r' || no)::uuid || ' not found'
        WHEN 429 THEN CASE service
            WHEN 'anthropic' THEN 'rate_limit_error: This request would exceed the rate limit for your organization'
            WHEN 'openai' THEN 'Rate limit reached for gpt-4o in organization org-' || left(md5('o' || no), 12)
                || ' on tokens per min (TPM): Limit 800000, Used ' || 790000 + no % 9999
            WHEN 'elevenlabs' THEN 'too_many_concurrent_requests: maximum 10' ELSE 'Too many requests, retry after '
                || 1 + no % 60 || ' s'
        END
        ELSE 'Service unavailable'
    END
$$;

-- OFFSET 0 keeps the planner from pulling a subquery up and computing its columns once for each use.
INSERT INTO api_usage_logs (id, account_id, user_id, service_name, endpoint, request_type, tokens_used, credits_cost,
    response_time_ms, status_code, error_message, created_at)
SELECT
    pg_temp.id('call', no), account_id, user_id, service, path, request_type,
    CASE WHEN tokens > 0 AND code = 200 THEN (tokens * (0.3 + 0.4 * size + 1.2 * chance))::int END,
    CASE WHEN code = 200 THEN floor(2 * credits * chance + 0.5)::int ELSE 0 END,
    CASE WHEN code = 200 THEN latency WHEN code IS NOT NULL THEN 0.3 * latency END::int,
    code,
    CASE WHEN code <> 200 OR code IS NULL THEN pg_temp.call_fault(service, code, no) END,
    at
FROM (
    SELECT
        c.*, e.service, e.path, e.request_type, e.tokens, e.credits, a.id AS account_id,
            a.user_ids[1 + floor(cardinality(a.user_ids) * c.chance * c.chance)::int] AS user_id,
        -- The latency regression: speech takes almost three times as long since the day before yesterday.
        e.median * exp(e.spread * (2.2 * c.size - 1.1)) * (0.7 + 0.6 * c.chance) * CASE WHEN c.size > 0.97 THEN 2.4
            ELSE 1 END
        * CASE WHEN e.number = 5 AND c.at > now() - interval '54 hours' THEN 2.8 ELSE 1 END AS latency,
        CASE
            WHEN e.number = 1 AND c.at BETWEEN o.began AND o.ended AND c.fate < 0.8 THEN 529
            WHEN c.fate * 1000 >= e.faults THEN 200
            ELSE (ARRAY[429, 429, 429, 500, 503, 502, 400, 404, 401, NULL])[1 + floor(c.fate * 10000 / e.faults)::int]
        END AS code
    FROM (
        SELECT no, start + pg_temp.u(no, 511) * interval '1 hour' AS at, pg_temp.u(no, 512) AS size,
            pg_temp.u(no, 513) AS fate, pg_temp.u(no, 503) AS chance,
            floor(20000 * pg_temp.u(no, 515))::int AS rank_no, floor(1000 * pg_temp.u(no, 516))::int AS slot_no
        FROM (
            SELECT h.no * 1000000::bigint + k AS no, h.start
            FROM hour AS h
            CROSS JOIN LATERAL generate_series(1, floor(pg_temp.size('calls') * 1.11 * h.share + pg_temp.u(h.no,
                514))::int) AS k
        ) AS numbered
        OFFSET 0
    ) AS c
    JOIN rank ON rank.no = c.rank_no
    JOIN acct AS a ON a.no = rank.account_no
    JOIN slot ON slot.no = c.slot_no
    JOIN endpoint AS e ON e.number = slot.endpoint_no
    CROSS JOIN outage AS o
    WHERE c.at BETWEEN a.active_from AND a.active_until AND c.at <= now()
    OFFSET 0
) AS called;

-- The spike's films were paid for.
INSERT INTO api_usage_logs (id, account_id, user_id, service_name, endpoint, request_type, credits_cost,
    response_time_ms, status_code, created_at)
SELECT pg_temp.id('filmed', no), pg_temp.id('account', account_no), user_id, 'heygen', '/v2/video/generate', 'video',
    credits, 900 + (900 * pg_temp.u(no, 521))::int, 200, started_at
FROM media WHERE no % 10 = 5 AND started_at <= now();
