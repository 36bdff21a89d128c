-- Calls to providers, hour by hour: every call hashes into account, endpoint, latency and outcome.

CREATE TEMP TABLE endpoint AS
SELECT *, (sum(share) OVER (ORDER BY no) - share)::int AS above
FROM (VALUES
    -- share of 1000, latency median in ms and spread, tokens median (0: none), credits mean, errors per 1000
    (1, 'anthropic', '/v1/messages', 'completion', 330, 4200, 0.55, 2600, 1.0, 9), (2, 'anthropic', '/v1/messages/count_tokens', 'tokens', 40, 180, 0.4, 0, 0, 4),
    (3, 'openai', '/v1/chat/completions', 'completion', 95, 3100, 0.6, 1900, 0.9, 12), (4, 'openai', '/v1/embeddings', 'embedding', 60, 210, 0.45, 800, 0.1, 5),
    (5, 'elevenlabs', '/v1/text-to-speech/{voice_id}', 'speech', 80, 2300, 0.5, 0, 2.6, 14), (6, 'elevenlabs', '/v1/voices/add', 'voice_clone', 6, 9000, 0.5, 0, 4, 20),
    (7, 'heygen', '/v2/video/generate', 'video', 28, 1500, 0.45, 0, 16, 18), (8, 'heygen', '/v1/video_status.get', 'status', 115, 240, 0.4, 0, 0, 6),
    (9, 'apify', '/v2/acts/{actor}/runs', 'scrape', 105, 900, 0.6, 0, 0.35, 16), (10, 'apify', '/v2/datasets/{id}/items', 'scrape', 56, 620, 0.7, 0, 0, 8),
    (11, 'assemblyai', '/v2/transcript', 'transcription', 45, 700, 0.5, 0, 1.2, 10), (12, 'assemblyai', '/v2/transcript/{id}', 'status', 40, 130, 0.35, 0, 0, 4)
) AS e (no, service, path, request_type, share, latency, spread, tokens, credits, faults);
CREATE TEMP TABLE slot AS SELECT s AS no, e.no AS endpoint_no FROM generate_series(0, 999) AS s JOIN endpoint AS e ON s >= e.above AND s < e.above + e.share;
CREATE TEMP TABLE rank AS SELECT s AS no, pg_temp.zipf((s + 0.5) / 20000, pg_temp.size('accounts')) AS account_no FROM generate_series(0, 19999) AS s;
ANALYZE slot; ANALYZE rank; ANALYZE endpoint;

INSERT INTO api_usage_logs (id, account_id, user_id, service_name, endpoint, request_type, tokens_used, credits_cost, response_time_ms, status_code, error_message, created_at)
SELECT
    pg_temp.id('call', c.no), a.id, a.user_ids[1 + floor(cardinality(a.user_ids) * pg_temp.u(c.no, 501) ^ 2)::int], e.service, e.path, e.request_type,
    CASE WHEN e.tokens > 0 AND r.code = 200 THEN (e.tokens * (0.2 + 1.6 * pg_temp.u(c.no, 502) ^ 1.5 + c.size * 0.4))::int END,
    CASE WHEN r.code = 200 THEN floor(2 * e.credits * pg_temp.u(c.no, 503) + pg_temp.u(c.no, 504))::int ELSE 0 END,
    CASE
        WHEN r.code IS NULL THEN NULL WHEN r.code = 200 THEN 1 ELSE 0.3
    END * (e.latency * exp(e.spread * (2.2 * c.size - 1.1)) * (0.7 + 0.6 * pg_temp.u(c.no, 505)) * CASE WHEN c.size > 0.97 THEN 2.4 ELSE 1 END
        -- The latency regression: speech takes almost three times as long since the day before yesterday.
        * CASE WHEN e.no = 5 AND c.at > now() - interval '54 hours' THEN 2.8 ELSE 1 END)::int,
    r.code,
    CASE WHEN r.code = 200 THEN NULL WHEN r.code IS NULL THEN 'Request timed out' WHEN r.code = 529 THEN 'overloaded_error: Overloaded'
        WHEN r.code = 429 THEN CASE e.service WHEN 'anthropic' THEN 'rate_limit_error: This request would exceed the rate limit for your organization'
            WHEN 'openai' THEN 'Rate limit reached for gpt-4o in organization org-' || left(md5('o' || c.no), 12) || ' on tokens per min (TPM): Limit 800000, Used ' || 790000 + c.no % 9999
            WHEN 'elevenlabs' THEN 'too_many_concurrent_requests: maximum 10' ELSE 'Too many requests, retry after ' || 1 + c.no % 60 || ' s' END
        WHEN r.code = 401 THEN 'Invalid or expired API key' WHEN r.code = 400 THEN 'invalid_request_error: messages.' || c.no % 12 || '.content: field required'
        WHEN r.code = 404 THEN 'Resource ' || md5('r' || c.no)::uuid || ' not found' WHEN r.code = 500 THEN 'Internal server error' WHEN r.code = 502 THEN 'Bad gateway' ELSE 'Service unavailable' END,
    c.at
FROM (
    SELECT n AS no, h.start + pg_temp.u(n, 511) * interval '1 hour' AS at, pg_temp.u(n, 512) AS size, pg_temp.u(n, 513) AS fate
    FROM hour AS h
    CROSS JOIN LATERAL generate_series(1, floor(pg_temp.size('calls') * 1.11 * h.share + pg_temp.u(h.no, 514))::int) AS k
    CROSS JOIN LATERAL (SELECT h.no * 1000000::bigint + k AS n) AS numbered
) AS c
JOIN rank ON rank.no = floor(20000 * pg_temp.u(c.no, 515))::int
JOIN acct AS a ON a.no = rank.account_no
JOIN slot ON slot.no = floor(1000 * pg_temp.u(c.no, 516))::int
JOIN endpoint AS e ON e.no = slot.endpoint_no
CROSS JOIN outage AS o
CROSS JOIN LATERAL (
    SELECT CASE
        WHEN e.no = 1 AND c.at BETWEEN o.began AND o.ended AND c.fate < 0.8 THEN 529
        WHEN c.fate * 1000 >= e.faults THEN 200
        ELSE (ARRAY[429, 429, 429, 500, 503, 502, 400, 404, 401, NULL])[1 + floor(c.fate * 10000 / e.faults)::int]
    END AS code
) AS r
WHERE c.at BETWEEN a.active_from AND a.active_until AND c.at <= now();

-- The spike's films were paid for.
INSERT INTO api_usage_logs (id, account_id, user_id, service_name, endpoint, request_type, credits_cost, response_time_ms, status_code, created_at)
SELECT pg_temp.id('filmed', no), pg_temp.id('account', account_no), user_id, 'heygen', '/v2/video/generate', 'video', credits, 900 + (900 * pg_temp.u(no, 521))::int, 200, started_at
FROM media WHERE no % 10 = 5 AND started_at <= now();
