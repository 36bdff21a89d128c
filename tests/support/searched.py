"""Content pieces of which some hold a text, on both sides of the window that a search reads."""

from __future__ import annotations

from typing import Final
from uuid import uuid4

import psycopg

from demo.databases import Database
from queries.content.conditions import SEARCHED

ACCOUNT, CREATOR = uuid4(), uuid4()
NEW: Final = "walrus"
_FILL: Final = """
    INSERT INTO accounts (id, name) VALUES (%(account)s, 'One');
    INSERT INTO creators (id, platform, username, profile_url) VALUES (%(creator)s, 'tiktok', 'c', 'x');
    INSERT INTO content_pieces (account_id, creator_id, source_url, platform, content_type, title, processing_status,
        created_at)
    SELECT %(account)s, %(creator)s, 'x', 'tiktok', 'video', CASE WHEN words THEN 'A WALRUS sings' ELSE 'Other' END,
        CASE WHEN n %% 9 = 0 THEN 'failed' ELSE 'completed' END, now() - n * interval '1 minute'
    FROM (SELECT n, CASE WHEN n <= %(newest)s THEN n <= %(near)s ELSE n <= %(newest)s + %(far)s END AS words
        FROM generate_series(1, %(newest)s + %(older)s) n) numbered;
    INSERT INTO content_analysis (content_piece_id, engagement_score)
    SELECT id, 50 FROM content_pieces WHERE title LIKE '%%WALRUS%%'
"""


def filled(database: Database, *, newest: int = SEARCHED, near: int, older: int, far: int) -> None:
    """So many newest and older pieces, of which the first `near` and `far` hold the text and have a score."""
    given = {"account": ACCOUNT, "creator": CREATOR, "newest": newest, "near": near, "older": older, "far": far}
    with psycopg.connect(database.owner_url) as owner, psycopg.ClientCursor(owner) as cursor:
        cursor.execute(_FILL, given)
        cursor.execute("ANALYZE content_pieces; ANALYZE content_analysis")
