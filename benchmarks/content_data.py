"""Half a million content pieces: the medium demo's, copied with other ids, times and words, and a part judged."""

from __future__ import annotations

from typing import Final

import psycopg

from demo import databases
from demo.databases import Database
from demo.servers import PostgreSQL
from schema import product

PIECES: Final = 500_000
JUDGED: Final = 5_000
"""Judged at each end of each queue, newest, oldest and lowest sentiment: what a queue has to walk past."""

# The copies are spread over a year before the demo's days; what is older than 200 days had another model. `n` in the
# texts makes every copy's text its own.
COPIED: Final = """
CREATE TEMP TABLE copied AS
SELECT md5(p.id::text || k)::uuid AS id, p.id AS old, k, p.created_at - random() * interval '1 year' AS at,
    row_number() OVER () AS n
FROM content_pieces AS p CROSS JOIN generate_series(1, {times}) AS k LIMIT {rest};
CREATE INDEX ON copied (old, k);
"""
PIECE: Final = """
INSERT INTO content_pieces (id, account_id, project_id, creator_id, uploaded_by_user_id, source_url, platform,
    content_type, title, description, thumbnail_url, original_file_url, original_file_path, transcript,
    duration_seconds, file_size_bytes, position_x, position_y, metadata, storage_expires_at, is_remix,
    processing_status, created_at, updated_at)
SELECT c.id, account_id, project_id, creator_id, uploaded_by_user_id, source_url || '?n=' || n, platform, content_type,
    left(title, 480) || ' ' || to_hex(n * 2654435761), description || ' ' || to_hex(n * 40503), thumbnail_url,
    original_file_url, original_file_path, transcript || ' ' || md5(n::text), duration_seconds, file_size_bytes,
    position_x, position_y, metadata, storage_expires_at + (c.at - created_at), is_remix, processing_status, c.at,
    c.at + (updated_at - created_at)
FROM copied AS c JOIN content_pieces AS p ON p.id = c.old
"""
ANALYSIS: Final = """
INSERT INTO content_analysis (id, content_piece_id, hook_analysis, body_analysis, cta_analysis, content_style_analysis,
    hashtags, mentions, trending_elements, engagement_score, sentiment_score, analysis_status, analyzed_at,
    ai_model_used, analysis_cost_credits, created_at, updated_at)
SELECT md5(a.id::text || k)::uuid, c.id, hook_analysis, body_analysis, cta_analysis, content_style_analysis, hashtags,
    mentions, trending_elements, round((engagement_score * (0.9 + 0.1 * random()))::numeric, 2),
    round((sentiment_score * (0.9 + 0.1 * random()))::numeric, 2), analysis_status,
    c.at + (analyzed_at - a.created_at),
    CASE WHEN c.at < now() - interval '200 days' THEN 'gpt-4-0613' ELSE ai_model_used END, analysis_cost_credits,
    c.at, c.at + (a.updated_at - a.created_at)
FROM copied AS c JOIN content_analysis AS a ON a.content_piece_id = c.old
"""
SCRIPT: Final = """
INSERT INTO generated_scripts (id, content_piece_id, user_id, account_id, original_script, rewritten_script,
    research_perspectives, generation_prompt, ai_model_used, generation_cost_credits, generation_status, generated_at,
    created_at, updated_at)
SELECT md5(s.id::text || k)::uuid, c.id, user_id, account_id, original_script, rewritten_script, research_perspectives,
    generation_prompt, CASE WHEN c.at < now() - interval '200 days' THEN 'gpt-4-0613' ELSE ai_model_used END,
    generation_cost_credits, generation_status, generated_at + (c.at - s.created_at),
    c.at + interval '10 minutes', c.at + interval '11 minutes'
FROM copied AS c JOIN generated_scripts AS s ON s.content_piece_id = c.old
"""
MEDIA: Final = """
INSERT INTO generated_content (id, account_id, project_id, user_id, script_id, voice_model_id, avatar_model_id,
    content_type, file_url, file_path, file_size_bytes, duration_seconds, generation_status, processing_started_at,
    processing_completed_at, generation_cost_credits, error_message, metadata, created_at, updated_at)
SELECT md5(g.id::text || k)::uuid, g.account_id, g.project_id, g.user_id, md5(s.id::text || k)::uuid, voice_model_id,
    avatar_model_id, content_type, file_url, file_path, file_size_bytes, duration_seconds, g.generation_status,
    processing_started_at, processing_completed_at, g.generation_cost_credits, error_message, metadata,
    c.at + interval '20 minutes', c.at + interval '25 minutes'
FROM copied AS c JOIN generated_scripts AS s ON s.content_piece_id = c.old
JOIN generated_content AS g ON g.script_id = s.id
"""
REVIEWED: Final = """
CREATE TEMP TABLE judged AS
(SELECT id FROM content_pieces WHERE processing_status = 'completed' ORDER BY created_at DESC LIMIT {judged})
UNION (SELECT id FROM content_pieces WHERE processing_status = 'completed' ORDER BY created_at LIMIT {judged})
UNION (SELECT content_piece_id FROM content_analysis WHERE sentiment_score IS NOT NULL ORDER BY sentiment_score
    LIMIT {judged});
INSERT INTO dashboard.review (kind, object_id, verdict, verdict_at, verdict_by)
SELECT 'piece', id, (ARRAY['approve', 'approve', 'needs_work', 'reject'])[1 + floor(4 * random())::int],
    now() - random() * interval '30 days', md5('reviewer')::uuid FROM judged;
INSERT INTO dashboard.review_verdict (kind, object_id, reviewer_id, reviewer_email, verdict, reasons, claimed_at,
    decided_at, seconds, account_id, creator_id, platform, ai_model)
SELECT 'piece', object_id, md5('reviewer ' || n % 8)::uuid, 'reviewer' || n % 8 || '@aicon.example', verdict,
    ARRAY['Off brand'], verdict_at - interval '20 seconds', verdict_at, 5 + 30 * random(), p.account_id, p.creator_id,
    p.platform, 'claude-3-haiku'
FROM (SELECT *, row_number() OVER () AS n FROM dashboard.review) AS r JOIN content_pieces AS p ON p.id = r.object_id;
"""


def create(server: PostgreSQL, name: str, pieces: int) -> Database:
    """A database of that name with so many pieces; it appears complete or not at all."""
    databases.drop(server, f"{name}_unfinished")
    unfinished = databases.create(server, f"{name}_unfinished", "medium")
    with psycopg.connect(unfinished.owner_url) as owner:
        # Foreign keys hold by construction, and rows load faster without indexes on long texts.
        owner.execute("SET session_replication_role = replica; SET maintenance_work_mem = '512MB'")
        owner.execute("DROP INDEX idx_content_pieces_title_trgm, idx_content_pieces_description_trgm")
        owner.execute("DROP INDEX idx_content_pieces_transcript_trgm")
        found = owner.execute("SELECT count(*) FROM content_pieces").fetchone()
        there = found[0] if found else 0
        sizes = {"times": pieces // max(1, there) + 1, "rest": max(0, pieces - there), "judged": JUDGED}
        for statement in (COPIED, PIECE, ANALYSIS, SCRIPT, MEDIA, REVIEWED):
            owner.execute(statement.format(**sizes).encode())
    product.create_recommended_indexes(unfinished.owner_url)
    with psycopg.connect(unfinished.owner_url, autocommit=True) as owner:
        owner.execute("VACUUM (ANALYZE)")
    return databases.rename(server, f"{name}_unfinished", name)
