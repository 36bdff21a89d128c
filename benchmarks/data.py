"""A log of any size, as a product with hundreds of accounts would have written it over ninety days."""

from __future__ import annotations

from typing import Final

import psycopg

DAYS: Final = 90
ACCOUNTS: Final = 900
"""As many as the large demo has."""

# Heavy accounts, twelve endpoints, latencies over four orders of magnitude, three failures in a hundred, some NULLs.
CALLS: Final = """
INSERT INTO api_usage_logs (account_id, service_name, endpoint, request_type, tokens_used, credits_cost,
    response_time_ms, status_code, error_message, created_at)
SELECT md5('account ' || floor({accounts} * power(random(), 3)))::uuid,
    e.service, e.path, e.kind,
    CASE WHEN e.kind = 'completion' THEN (4000 * random())::int END,
    (3 * random() * random())::int,
    CASE WHEN random() < 0.99 THEN (e.ms * exp(1.2 * (random() + random() + random() - 1.5)))::int END,
    c.code,
    CASE WHEN c.code >= 400 OR c.code IS NULL THEN 'Failed after ' || (60 * random())::int || ' s' END,
    now() - interval '{days} days' * (1 - n::float8 / {rows})
FROM generate_series(1, {rows}) AS n
CROSS JOIN LATERAL (
    SELECT CASE WHEN n % 97 = 0 THEN 429 WHEN n % 101 = 0 THEN 503 WHEN n % 499 = 0 THEN NULL ELSE 200 END AS code
) AS c
JOIN (VALUES
    (0, 'anthropic', '/v1/messages', 'completion', 4200), (1, 'anthropic', '/v1/messages/count_tokens', 'tokens', 180),
    (2, 'openai', '/v1/chat/completions', 'completion', 3100), (3, 'openai', '/v1/embeddings', 'embedding', 210),
    (4, 'elevenlabs', '/v1/text-to-speech/{{id}}', 'speech', 2300), (5, 'elevenlabs', '/v1/voices', 'clone', 9000),
    (6, 'heygen', '/v2/video/generate', 'video', 1500), (7, 'heygen', '/v1/video_status.get', 'status', 240),
    (8, 'apify', '/v2/acts/{{actor}}/runs', 'scrape', 900), (9, 'apify', NULL, 'scrape', 620),
    (10, 'assemblyai', '/v2/transcript', 'transcription', 700), (11, 'assemblyai', '/v2/transcript/{{id}}', NULL, 130)
) AS e (no, service, path, kind, ms) ON e.no = (n * 7 + n / 13) % 12
"""
JOBS: Final = """
INSERT INTO processing_queue (account_id, job_type, job_data, status, scheduled_at, started_at, completed_at,
    actual_credits, error_message, created_at, updated_at)
SELECT md5('account ' || floor({accounts} * power(random(), 3)))::uuid,
    (ARRAY['content_analysis', 'script_generation', 'voice_generation', 'content_scraping'])[1 + n % 4],
    '{{}}', CASE WHEN n % 25 = 0 THEN 'failed' ELSE 'completed' END, at, at + random() * interval '2 minutes',
    CASE WHEN n % 50 <> 0 THEN at + interval '2 minutes' + random() * interval '10 minutes' END,
    (4 * random())::int, CASE WHEN n % 25 = 0 THEN 'Timed out' END, at, at + interval '3 minutes'
FROM generate_series(1, {jobs}) AS n
CROSS JOIN LATERAL (SELECT now() - interval '{days} days' * (1 - n::float8 / {jobs}) - interval '15 minutes' AS at) AS t
"""
STATISTICS: Final = """
INSERT INTO account_usage_stats (account_id, stat_date, projects_created, content_pieces_added, scripts_generated,
    voice_generations, avatar_generations, total_credits_used, storage_used_gb)
SELECT md5('account ' || n)::uuid, (now() AT TIME ZONE 'UTC')::date - d, n % 3 / 2, (4 * random())::int,
    (3 * random())::int, (2 * random())::int, random()::int, (n % 40 * (1 + random()))::int, 1 + n % 50 - d * 0.01
FROM generate_series(0, {accounts}) AS n, generate_series(1, {days}) AS d
"""


def load(owner_url: str, rows: int) -> None:
    """Fill an empty product schema: `rows` calls, a ninth as many jobs, daily statistics; foreign keys hold by
    construction."""
    with psycopg.connect(owner_url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(
            f"INSERT INTO accounts (id, name) SELECT md5('account ' || n)::uuid, 'Account ' || n"  # noqa: S608  # a constant of ours
            f" FROM generate_series(0, {ACCOUNTS}) AS n".encode()
        )
        sizes = {"rows": rows, "jobs": rows // 9, "days": DAYS, "accounts": ACCOUNTS}
        for statement in (CALLS, JOBS, STATISTICS):
            connection.execute(statement.format(**sizes).encode())
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
