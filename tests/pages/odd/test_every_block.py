"""Every drawer, tab and expander on records of which each block has something to show: none fails, and none is empty.

A block that is never drawn over rows hides its faults behind "None.", one that fails alone behind a sentence.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any, Final

import psycopg
import pytest

from demo import databases
from demo.databases import Database
from demo.places import ROOT
from demo.servers import PostgreSQL
from tests.support.app import App
from tests.support.environment import in_use
from tests.support.odd import payload_rows

FULL: Final = """
UPDATE content_pieces SET description = 'd', transcript = 't' WHERE id = %(piece)s;
INSERT INTO content_analysis (content_piece_id, analysis_status, hook_analysis, hashtags, mentions, trending_elements)
SELECT %(piece)s, 'completed', 'h', '{a}', '{b}', '{"a": 1}' FROM generate_series(1, 2);
UPDATE generated_scripts SET original_script = 'a b', rewritten_script = 'a c', generation_prompt = 'p',
    content_piece_id = %(piece)s, research_perspectives = '[{"perspective": "p", "summary": "s", "sources": ["x"]}]'
WHERE id = %(script)s;
UPDATE generated_content SET script_id = %(script)s, voice_model_id = %(voice)s, avatar_model_id = %(avatar)s,
    metadata = '{"a": 1}' WHERE id = %(media)s;
INSERT INTO dashboard.staff_note (id, object_type, object_id, author_id, author_email, body)
SELECT gen_random_uuid(), kind, one::uuid, %(ada)s, 'a@b.c', 'x'
FROM (VALUES ('script', %(script)s), ('media', %(media)s)) AS o (kind, one);
INSERT INTO dashboard.review_verdict (kind, object_id, reviewer_id, reviewer_email, verdict, reasons, words)
SELECT kind, one::uuid, %(ada)s, 'a@b.c', 'reject', '{x}', 'x'
FROM (VALUES ('script', %(script)s), ('media', %(media)s)) AS o (kind, one);
INSERT INTO processing_queue (account_id, job_type, job_data, status, created_at)
SELECT account_id, kind, jsonb_build_object(key, one), 'failed', created_at
FROM processing_queue, (
    VALUES ('content_analysis', 'content_piece_id', %(piece)s), ('script_generation', 'script_id', %(script)s),
        ('voice_generation', 'voice_model_id', %(voice)s), ('content_scraping', 'creator_id', %(creator)s)
) AS o (kind, key, one)
WHERE processing_queue.id = %(job)s;
UPDATE processing_queue SET job_data = jsonb_build_object('content_piece_id', %(piece)s, 'script_id', %(script)s,
    'voice_model_id', %(voice)s, 'avatar_model_id', %(avatar)s, 'creator_id', %(creator)s, 'prompt', 'hidden')
WHERE id = %(job)s;
UPDATE processing_queue SET error_message = 'all of them alike', completed_at = now()
WHERE status = 'failed' AND job_data ?| '{content_piece_id,creator_id,script_id,voice_model_id}';
INSERT INTO api_usage_logs (account_id, service_name, endpoint, status_code, error_message, created_at)
SELECT %(account)s, 'openai', '/v1', 500, 'x', now() - n * interval '1 minute' FROM generate_series(0, 5) AS n;
INSERT INTO voice_models (account_id, name, version_number, quality_score, training_status, is_active)
SELECT account_id, name, 9, 0.5, 'completed', false FROM voice_models WHERE id = %(voice)s;
UPDATE creators SET metadata = '{"a": 1}', display_name = 'd' WHERE id = %(creator)s;
INSERT INTO content_pieces (creator_id, source_url, platform, content_type)
VALUES (%(creator)s, 'x', 'tiktok', 'video');
UPDATE projects SET canvas_data = '{"a": 1}' WHERE id IN (%(project)s, %(folder_project)s);
"""


def nothings() -> set[str]:
    """What blocks say that have nothing to show, from the code."""
    found: set[str] = set()
    for path in (ROOT / "components").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(func=ast.Attribute(attr="caption"), args=[ast.Constant(value=str(said))]):
                    if said.split(" ")[0] in {"No", "None.", "None", "Not", "Nobody", "Empty,", "Never", "Nothing"}:
                        found.add(said)
                case _:
                    pass
    return found


@pytest.fixture(scope="session")
def full_database(postgresql: PostgreSQL, demo_template: str) -> Iterator[tuple[Database, dict[str, str]]]:
    """A Desk in which the records that its drawers are to show have a row in every block, and which they are."""
    database = databases.copy(postgresql, demo_template, "full")
    places = payload_rows.seeded(database)
    with psycopg.connect(database.owner_url, cursor_factory=psycopg.ClientCursor) as owner:
        owner.execute(FULL.encode(), places)
    yield database, places
    databases.drop(postgresql, "full")


@pytest.fixture
def full(full_database: tuple[Database, dict[str, str]]) -> Iterator[dict[str, str]]:
    """The records, their Desk being in use for one test."""
    with in_use(full_database[0]):
        yield full_database[1]


def test_there_is_what_to_look_for() -> None:
    assert len(nothings()) > 15


@pytest.mark.parametrize("page", payload_rows.DRAWERS)
def test_every_block_shows_something_and_none_fails(app: App, full: dict[str, str], sound: Any, page: str) -> None:
    for address in payload_rows.DRAWERS[page]:
        query = dict(one.split("=", 1) for one in address.format(**full).lstrip("?").split("&") if one)
        at = app("ada", page, refresh="off", **query)
        assert not at.exception, query
        assert not sound.failed, (query, sound.failed)
        assert [one.value for one in at.warning if "could not be shown" in one.value] == [], query
        if "content_review" not in query:  # which offers an item that nobody has judged yet
            assert nothings() & {one.value for one in at.caption} == set(), query
