"""The demo's data hold together, hold every case a page must show, and are the same each time."""

from __future__ import annotations

from typing import Any, Final

import psycopg
import pytest
from psycopg import sql

from demo import data
from demo.databases import Database

# Set ahead of time on purpose; a bare row's dates are NULL.
AHEAD: Final = {("processing_queue", "scheduled_at"), ("content_pieces", "storage_expires_at")}


def _rows(database: Database, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(database.owner_url) as connection:
        return connection.execute(statement.encode()).fetchall()


def _one(database: Database, statement: str) -> tuple[Any, ...]:
    (row,) = _rows(database, statement)
    return row


def test_no_reference_leads_nowhere(database: Database) -> None:
    keys = _rows(
        database,
        """
        SELECT c.conrelid::regclass::text, a.attname, c.confrelid::regclass::text, f.attname
        FROM pg_constraint AS c
        JOIN pg_attribute AS a ON (a.attrelid, a.attnum) = (c.conrelid, c.conkey[1])
        JOIN pg_attribute AS f ON (f.attrelid, f.attnum) = (c.confrelid, c.confkey[1])
        WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace
        """,
    )
    assert len(keys) > 40
    orphans = {
        (table, column): _one(
            database,
            f"SELECT count(*) FROM {table} t WHERE {column} IS NOT NULL"
            f" AND NOT EXISTS (SELECT FROM {target} f WHERE f.{key} = t.{column})",
        )[0]
        for table, column, target, key in keys
    }
    assert {key: count for key, count in orphans.items() if count} == {}


@pytest.mark.parametrize("end", ["source", "target"])
def test_connections_join_things_of_their_canvas(database: Database, end: str) -> None:
    joined, loose = _one(
        database,
        f"""
        SELECT count(*) FILTER (WHERE things.id IS NOT NULL), count(*) FILTER (WHERE things.id IS NULL)
        FROM canvas_connections AS c
        LEFT JOIN (
            SELECT 'folder' AS kind, id, project_id FROM canvas_folders
            UNION ALL SELECT 'chat_interface', id, project_id FROM chat_interfaces
            UNION ALL SELECT 'content_piece', id, project_id FROM content_pieces
        ) AS things ON (things.kind, things.id, things.project_id) = (c.{end}_type, c.{end}_id, c.project_id)
        WHERE c.project_id IS NOT NULL
        """,
    )
    assert joined > 100
    assert loose == 0


def test_jobs_name_records_that_exist(database: Database) -> None:
    targets = {
        "content_piece_id": "content_pieces",
        "script_id": "generated_scripts",
        "voice_model_id": "voice_models",
        "avatar_model_id": "avatar_models",
        "generated_content_id": "generated_content",
        "creator_id": "creators",
    }
    for key, table in targets.items():
        named, missing = _one(
            database,
            f"""
            SELECT count(*), count(*) FILTER (WHERE t.id IS NULL)
            FROM processing_queue AS q LEFT JOIN {table} AS t ON t.id = (q.job_data ->> '{key}')::uuid
            WHERE q.job_data ->> '{key}' IS NOT NULL
            """,
        )
        assert named > 100, key
        assert missing == 0, key


def test_nothing_has_happened_in_the_future(database: Database) -> None:
    columns = _rows(
        database,
        """
        SELECT table_name, column_name FROM information_schema.columns
        WHERE table_schema = 'public' AND data_type IN ('timestamp with time zone', 'date')
        """,
    )
    assert len(columns) > 40
    early = {
        (table, column)
        for table, column in columns
        if _one(database, f"SELECT coalesce(max({column}) > now(), false) FROM {table}")[0]
    }
    assert early == AHEAD


@pytest.mark.parametrize(
    ("table", "order"),
    [
        ("processing_queue", "created_at <= started_at AND started_at <= completed_at"),
        ("processing_queue", "created_at <= scheduled_at AND (scheduled_at <= started_at OR status = 'queued')"),
        (
            "generated_content",
            "created_at <= processing_started_at AND processing_started_at <= processing_completed_at",
        ),
        ("content_analysis", "created_at <= analyzed_at"),
        ("generated_scripts", "created_at <= generated_at"),
        ("content_pieces", "created_at <= updated_at"),
        ("projects", "created_at <= last_accessed_at"),
        ("users", "created_at <= last_login_at"),
        ("creators", "created_at <= last_scraped_at"),
    ],
)
def test_times_follow_each_other(database: Database, table: str, order: str) -> None:
    kept, broken = _one(
        database, f"SELECT count(*) FILTER (WHERE {order}), count(*) FILTER (WHERE NOT ({order})) FROM {table}"
    )
    assert kept > 50
    assert broken == 0


def test_data_reach_up_to_now(database: Database) -> None:
    calls, newest_age_h = _one(
        database,
        """
        SELECT count(*), extract(epoch FROM now() - max(created_at)) / 3600 FROM api_usage_logs
        WHERE created_at > now() - interval '1 day'
        """,
    )
    assert calls > 100
    assert newest_age_h < 3
    days, oldest_age = _one(
        database,
        """
        SELECT count(DISTINCT stat_date), current_date - min(stat_date) FROM account_usage_stats
        WHERE account_id IS NOT NULL
        """,
    )
    assert (days, oldest_age) == (121, 120)


def test_amounts(database: Database) -> None:
    accounts, calls, jobs = _one(
        database,
        """
        SELECT (SELECT count(*) FROM accounts), (SELECT count(*) FROM api_usage_logs),
            (SELECT count(*) FROM processing_queue)
        """,
    )
    assert accounts == pytest.approx(60, rel=0.1)
    assert calls == pytest.approx(60_000, rel=0.15)
    assert jobs == pytest.approx(8_000, rel=0.15)


def test_jobs_are_in_every_state(database: Database) -> None:
    states = _rows(
        database,
        """
        SELECT state, count(*) FROM (SELECT CASE
            WHEN status = 'queued' AND attempts >= max_attempts THEN 'stranded'
            WHEN status = 'queued' AND scheduled_at > now() THEN 'scheduled'
            WHEN status = 'queued' THEN 'due'
            WHEN status = 'processing' AND started_at < now() - interval '24 hours' THEN 'stuck for days'
            WHEN status = 'processing' AND started_at < now() - interval '30 minutes' THEN 'stuck'
            ELSE coalesce(status, 'unknown') END FROM processing_queue) AS q (state)
        GROUP BY 1
        """,
    )
    least = {
        "stranded": 3,
        "scheduled": 50,
        "due": 30,
        "stuck for days": 2,
        "stuck": 3,
        "processing": 1,
        "completed": 5000,
        "failed": 200,
        "cancelled": 50,
        "unknown": 1,
    }
    found = dict(states)
    assert {state for state, count in least.items() if found.get(state, 0) < count} == set()
    assert _one(database, "SELECT count(*) FROM processing_queue WHERE status = 'queued' AND attempts > 0")[0] >= 10


def test_failures_come_in_families(database: Database) -> None:
    families, messages = _one(
        database,
        r"""
        SELECT count(DISTINCT left(regexp_replace(error_message, pattern, '#', 'g'), 60)), count(DISTINCT error_message)
        FROM processing_queue, (VALUES ($$"[^"]*"|'[^']*'|https?://\S+|[0-9a-f-]*\d[0-9a-f.-]*$$)) AS differs (pattern)
        WHERE status = 'failed'
        """,
    )
    assert 12 <= families <= 30
    assert messages > 2 * families


def test_a_provider_was_down_within_the_last_day(database: Database) -> None:
    share, span_h = _one(
        database,
        """
        SELECT avg((status_code >= 400)::int) FILTER (WHERE created_at BETWEEN began AND ended),
            extract(epoch FROM max(ended) - max(began)) / 3600
        FROM api_usage_logs, (
            SELECT min(created_at) AS began, max(created_at) AS ended FROM api_usage_logs
            WHERE status_code = 529 AND created_at > now() - interval '1 day'
        ) AS outage
        WHERE service_name = 'anthropic' AND endpoint = '/v1/messages'
        """,
    )
    assert share > 0.5
    assert 1.5 < span_h < 3
    assert (
        _one(
            database,
            """
        SELECT count(*) FROM processing_queue
        WHERE status = 'failed' AND error_message LIKE '%overloaded_error%' AND completed_at > now() - interval '1 day'
        """,
        )[0]
        >= 8
    )


def test_speech_became_slow_and_nothing_else(database: Database) -> None:
    slower = _rows(
        database,
        """
        SELECT endpoint FROM (
            SELECT endpoint, created_at > now() - interval '2 days' AS is_new,
                percentile_cont(0.5) WITHIN GROUP (ORDER BY response_time_ms) AS median
            FROM api_usage_logs
            WHERE status_code = 200
            AND (created_at > now() - interval '2 days' OR created_at < now() - interval '3 days')
            GROUP BY 1, 2 HAVING count(*) > 20
        ) AS medians
        GROUP BY endpoint HAVING max(median) FILTER (WHERE is_new) > 2 * max(median) FILTER (WHERE NOT is_new)
        """,
    )
    assert slower == [("/v1/text-to-speech/{voice_id}",)]


def test_one_account_spent_and_two_fell_quiet(database: Database) -> None:
    rows = _rows(
        database,
        """
        SELECT a.name, sum(credits) FILTER (WHERE age = 1), sum(credits) FILTER (WHERE age BETWEEN 0 AND 3),
            percentile_cont(0.5) WITHIN GROUP (ORDER BY credits) FILTER (WHERE age > 4)
        FROM accounts AS a
        JOIN (SELECT account_id, total_credits_used, current_date - stat_date FROM account_usage_stats)
            AS s (account_id, credits, age) ON s.account_id = a.id
        WHERE age <= 32 GROUP BY a.id
        """,
    )
    spikes = {name for name, yesterday, _, usual in rows if yesterday and yesterday > 1000 + 5 * (usual or 0)}
    quiet = {name for name, _, lately, usual in rows if lately == 0 and usual and usual >= 20}
    assert spikes == {"Saltwater Partners"}
    assert quiet == {"Longwave Creative", "Brightside Network"}


def test_every_limit_is_exceeded_by_somebody(database: Database) -> None:
    over = _one(
        database,
        """
        SELECT
            count(*) FILTER (WHERE creator_limit < follows), count(*) FILTER (WHERE user_limit < people),
            count(*) FILTER (WHERE voice_model_limit < voices), count(*) FILTER (WHERE storage_limit_gb < gb),
            count(*) FILTER (WHERE gb BETWEEN 0.8 * storage_limit_gb AND storage_limit_gb), count(*)
        FROM accounts AS a
        CROSS JOIN LATERAL (
            SELECT count(*) AS follows FROM account_followed_creators WHERE account_id = a.id AND is_active
        ) AS f
        CROSS JOIN LATERAL (SELECT count(*) AS people FROM users WHERE account_id = a.id AND is_active) AS u
        CROSS JOIN LATERAL (
            SELECT count(*) AS voices FROM voice_models
            WHERE account_id = a.id AND is_active AND training_status <> 'failed'
        ) AS v
        LEFT JOIN LATERAL (
            SELECT storage_used_gb AS gb FROM account_usage_stats
            WHERE account_id = a.id ORDER BY stat_date DESC LIMIT 1
        ) AS s ON true
        """,
    )
    assert all(1 <= count <= over[-1] / 4 for count in over[:-1]), over


def test_statistics_count_the_artefacts(database: Database) -> None:
    stats = _one(
        database,
        """
        SELECT sum(projects_created), sum(content_pieces_added), sum(scripts_generated), sum(voice_generations),
            sum(avatar_generations), sum(total_credits_used)
        FROM account_usage_stats
        """,
    )
    artefacts = _one(
        database,
        """
        SELECT (SELECT count(*) FROM projects WHERE account_id IS NOT NULL),
            (SELECT count(*) FROM content_pieces WHERE account_id IS NOT NULL),
            (SELECT count(*) FROM generated_scripts WHERE generation_status = 'completed'),
            (SELECT count(*) FROM generated_content WHERE generation_status = 'completed' AND content_type = 'audio'),
            (SELECT count(*) FROM generated_content WHERE generation_status = 'completed' AND content_type = 'video'),
            (SELECT sum(analysis_cost_credits) FROM content_analysis)
            + (SELECT sum(generation_cost_credits) FROM generated_scripts)
            + (SELECT sum(generation_cost_credits) FROM generated_content)
        """,
    )
    assert stats == artefacts
    jobs, calls = _one(
        database,
        "SELECT (SELECT sum(actual_credits) FROM processing_queue), (SELECT sum(credits_cost) FROM api_usage_logs)",
    )
    assert jobs == pytest.approx(stats[-1], rel=0.3)
    assert calls == pytest.approx(stats[-1], rel=0.4)


def test_every_kind_is_there(database: Database) -> None:
    kinds = {
        "accounts": {"plan_type": 3, "subscription_status": 4},
        "users": {"role": 4},
        "creators": {"platform": 5},
        "content_pieces": {"platform": 6, "content_type": 4, "processing_status": 2},
        "processing_queue": {"job_type": 6, "status": 5},
        "generated_content": {"content_type": 2},
        "content_annotations": {"annotation_type": 3},
    }
    for table, columns in kinds.items():
        for column, least in columns.items():
            assert _one(database, f"SELECT count(DISTINCT {column}) FROM {table}")[0] >= least, (table, column)


def test_every_table_has_a_row_with_nothing_filled_in(database: Database) -> None:
    tables = _rows(
        database,
        """
        SELECT table_name, string_agg(format('%I IS NULL', column_name), ' AND ') FROM information_schema.columns
        WHERE table_schema = 'public' AND is_nullable = 'YES' GROUP BY 1
        """,
    )
    assert len(tables) == 22
    assert {table: _one(database, f"SELECT count(*) FROM {table} WHERE {bare}")[0] for table, bare in tables} == {
        table: 1 for table, _ in tables
    }


def test_canvases_have_room(database: Database) -> None:
    overlapping = _one(
        database,
        """
        SELECT count(*) FROM canvas_folders AS a JOIN canvas_folders AS b ON a.project_id = b.project_id AND a.id < b.id
        WHERE a.position_x < b.position_x + b.width AND b.position_x < a.position_x + a.width
        AND a.position_y < b.position_y + b.height AND b.position_y < a.position_y + a.height
        """,
    )[0]
    inside, outside = _one(
        database,
        """
        SELECT count(*) FILTER (WHERE fits), count(*) FILTER (WHERE NOT fits)
        FROM canvas_folder_items AS i JOIN canvas_folders AS f ON f.id = i.folder_id
        JOIN content_pieces AS c ON c.id = i.content_piece_id
        CROSS JOIN LATERAL (SELECT c.project_id = f.project_id
            AND c.position_x BETWEEN f.position_x AND f.position_x + f.width
            AND c.position_y BETWEEN f.position_y AND f.position_y + f.height AS fits) AS place
        """,
    )
    assert overlapping == 0
    assert inside > 100
    assert outside == 0


def test_loading_leaves_keys_and_indexes_as_they_were(database: Database, fresh_database: Database) -> None:
    statement = """
        SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid), indisvalid, indisprimary
        FROM pg_index JOIN pg_class AS c ON c.oid = indrelid WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1
        """
    assert _rows(database, statement) == _rows(fresh_database, statement)


def test_the_same_day_has_the_same_data(fresh_database: Database) -> None:
    first = _loaded(fresh_database)
    with psycopg.connect(fresh_database.owner_url) as connection:
        # Everything but the categories, which came with the schema.
        connection.execute("TRUNCATE accounts, creators, processing_queue, api_usage_logs CASCADE")
        for (table,) in connection.execute(
            "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'creator_categories'"
        ).fetchall():
            connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(sql.Identifier(table)))
        connection.execute("DELETE FROM creator_categories WHERE sort_order IS NULL")
    second = _loaded(fresh_database)
    assert [count > 50 for count, _ in first] == [True] * 5
    assert first == second


def _loaded(database: Database) -> list[tuple[Any, ...]]:
    """Fingerprints of what does not depend on the time of day."""
    data.load(database.owner_url, "small")
    return _rows(
        database,
        """
        SELECT count(*), md5(string_agg(facts, ',' ORDER BY facts)) FROM (
            SELECT 1, concat_ws('|', id, name, plan_type, created_at) FROM accounts
            UNION ALL SELECT 2, concat_ws('|', id, email, role) FROM users
            UNION ALL SELECT 3, concat_ws('|', id, username, follower_count) FROM creators
            UNION ALL SELECT 4, concat_ws('|', id, project_id, title, created_at)
            FROM content_pieces WHERE created_at < current_date - 2
            UNION ALL SELECT 5, concat_ws('|', id, account_id, status_code, response_time_ms, created_at)
            FROM api_usage_logs WHERE created_at < current_date - 3
        ) AS found (kind, facts)
        GROUP BY kind ORDER BY kind
        """,
    )


def test_data_in_use_are_left_alone(demo_copy: Database) -> None:
    before = _one(demo_copy, "SELECT count(*) FROM processing_queue")
    with pytest.raises(ValueError, match="empty product schema only; accounts has rows"):
        data.load(demo_copy.owner_url, "small")
    assert _one(demo_copy, "SELECT count(*) FROM processing_queue") == before
