"""A row in every table of the Desk's for the payload to stand in, and which record each drawer is to show."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any, Final

import psycopg

from demo.databases import Database
from demo.personas import PERSONAS
from demo.places import ROOT

SEED: Final = """
INSERT INTO dashboard.staff_note (id, object_type, object_id, author_id, author_email, body)
SELECT gen_random_uuid(), kind, id::uuid, %(ada)s, 'a@b.c', 'x'
FROM (VALUES ('account', %(account)s), ('piece', %(piece)s)) AS o (kind, id);
INSERT INTO dashboard.audit_log (
    actor_id, actor_email, actor_role, action, object_type, object_id, account_id, reason, before, after, request_id
)
SELECT %(ada)s, 'a@b.c', 'admin', action, kind, id, %(account)s, 'x', '{"name": "x"}', '{"name": "y"}', 'r'
FROM (VALUES ('account.limits', 'account', %(account)s), ('job.retry', 'job', %(job)s),
    ('creator.update', 'creator', %(creator)s), ('staff.change_role', 'staff', %(sam)s),
    ('review.requeue', 'piece', %(piece)s)) AS o (action, kind, id), generate_series(1, 6);
INSERT INTO dashboard.review_verdict (
    kind, object_id, reviewer_id, reviewer_email, verdict, reasons, words, platform, ai_model
)
SELECT 'piece', %(piece)s, %(ada)s, 'a@b.c', 'reject', '{x}', 'x', 'tiktok', 'x' FROM generate_series(1, 4);
INSERT INTO dashboard.review (kind, object_id, verdict, verdict_at) VALUES ('piece', %(piece)s, 'reject', now());
INSERT INTO dashboard.bulk_run (id, actor_id, verb, reason, asked, closed_at)
VALUES (gen_random_uuid(), %(ada)s, 'retry', 'x', '[]', now());
INSERT INTO dashboard.creator_draft (user_id, creator_id, field, seen, wanted)
SELECT %(ada)s, %(creator)s, field, '"x"', '"y"' FROM unnest('{username,display_name,bio}'::text[]) AS field;
INSERT INTO dashboard.staff_session (id_hash, user_id, expires_at, user_agent, address, other_addresses)
VALUES (sha256('x'), %(ada)s, now() + interval '1 day', 'x', 'x', '{x}');
INSERT INTO dashboard.job_failure (job_id, job_type, account_id, ended_at, message)
SELECT %(job)s, 'voice_generation', %(account)s, now() - interval '1 hour', 'x' FROM generate_series(1, 4);
INSERT INTO dashboard.rollup_mark (source, bucket) VALUES ('x', date_trunc('hour', now()));
DELETE FROM public.api_usage_logs WHERE created_at < now() - interval '2 days';
"""
CHOSEN: Final = {
    "account": "SELECT account_id FROM processing_queue WHERE status = 'failed' AND account_id IS NOT NULL LIMIT 1",
    "job": "SELECT id FROM processing_queue WHERE status = 'failed' AND account_id = %(account)s LIMIT 1",
    "piece": "SELECT content_piece_id FROM content_annotations WHERE content_piece_id IS NOT NULL LIMIT 1",
    "script": "SELECT id FROM generated_scripts WHERE content_piece_id IS NOT NULL LIMIT 1",
    "media": "SELECT id FROM generated_content WHERE generation_status = 'failed' LIMIT 1",
    "voice": "SELECT id FROM voice_models LIMIT 1",
    "avatar": "SELECT id FROM avatar_models LIMIT 1",
    "creator": "SELECT creator_id FROM account_followed_creators WHERE creator_id IS NOT NULL LIMIT 1",
    "project": "SELECT project_id FROM chat_interfaces WHERE project_id IS NOT NULL LIMIT 1",
    "chat": "SELECT id FROM chat_interfaces WHERE project_id = %(project)s LIMIT 1",
    "folder": "SELECT id FROM canvas_folders WHERE project_id IS NOT NULL LIMIT 1",
    "folder_project": "SELECT project_id FROM canvas_folders WHERE id = %(folder)s",
    "item": "SELECT id FROM content_pieces WHERE project_id = %(project)s LIMIT 1",
}
"""The record that each drawer shows, chosen before the payload hides what is what."""
DRAWERS: Final = {
    "account": ("?account={account}",),
    "audit": ("?entry={entry}",),
    "content": (
        *("", "?piece={piece}", "?script={script}", "?media={media}", "?content_tab=script", "?content_tab=media"),
        *("?content_look=cards", "?content_review=newest"),
    ),
    "creators": ("?creator={creator}", "?creators_tab=categories", "?creators_mode=edit"),
    "jobs": ("?job={job}", "?jobs_range=all", "?jobs_account=pwn7"),
    "models": ("?voice={voice}", "?avatar={avatar}"),
    "projects": (
        *("?project={project}", "?project={project}&item={item}", "?project={project}&item={chat}"),
        *("?project={folder_project}&item={folder}", "?projects_title=pwn7"),
    ),
    "staff": ("", "?person={sam}"),
    "usage": ("?usage_range=90d",),
}
"""Addresses of each page that show something of its own, by what `seeded` gives."""


def seeded(database: Database) -> dict[str, str]:
    """A row in every table of the Desk's, and roll-ups of everything; what the drawers are to show."""
    places: dict[str, Any] = {one.name.lower(): str(one.user_id) for one in PERSONAS}
    with psycopg.connect(database.owner_url, cursor_factory=psycopg.ClientCursor) as connection:
        for name, question in CHOSEN.items():
            [places[name]] = map(str, connection.execute(question.encode(), places).fetchone() or ())
        connection.execute(SEED.encode(), places)
        [entry] = connection.execute("SELECT max(id) FROM dashboard.audit_log").fetchone() or [0]
    environment = os.environ | {
        "DATABASE_URL": database.writer_url,
        "DATABASE_READ_URL": database.reader_url,
        "AUTH_MODE": "demo",
    }
    subprocess.run(
        [sys.executable, "manage.py", "rollup", "--backfill", "--full-speed"], cwd=ROOT, env=environment, check=True
    )
    return places | {"entry": str(entry)}
