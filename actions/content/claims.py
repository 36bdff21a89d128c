"""Hold content for review: one item for one reviewer at a time, for ten minutes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, Connection, Select, Uuid, and_, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from core.database import transaction
from core.identity import Viewer
from queries.content.filters import Kind
from queries.sql.time import span
from queries.tables import review

CLAIM_MINUTES: Final = 10
CANDIDATES: Final = 24
"""Items that are looked at for one that nobody holds: more than people who review at the same time."""
TRIES: Final = 5

r = review


@dataclass(frozen=True, slots=True)
class Claim:
    """An item that a reviewer holds, since when and until when."""

    kind: Kind
    id: UUID
    claimed_at: datetime
    claimed_until: datetime


def claim(kind: Kind, candidates: Select[Any], viewer: Viewer) -> Claim | None:
    """Take the first of the candidates that nobody holds for ten minutes; None when there is none.

    `candidates` has the columns id and position. An item that the viewer already holds comes first.
    """
    viewer.require("review")
    for _ in range(TRIES):
        with transaction() as connection:
            offered = connection.execute(candidates.limit(CANDIDATES)).all()
            ids = [row.id for row in sorted(offered, key=lambda row: row.position)]
            if not ids:
                return None
            if taken := take(connection, kind, ids, viewer):
                return taken
    return None


def claim_one(kind: Kind, object_id: UUID, viewer: Viewer) -> Claim | None:
    """Take one named item for ten minutes, judged or not; None while somebody else holds it."""
    viewer.require("review")
    with transaction() as connection:
        return take(connection, kind, [object_id], viewer, even_judged=True)


def take(
    connection: Connection, kind: Kind, ids: Sequence[UUID], viewer: Viewer, *, even_judged: bool = False
) -> Claim | None:
    """Within the caller's transaction: hold the first of these items that is free."""
    # In id order, so that two reviewers who offer overlapping items never wait for each other in a circle.
    offer = upsert(r).values([{"kind": kind, "object_id": one} for one in sorted(ids)])
    connection.execute(offer.on_conflict_do_nothing())
    is_free = or_(r.c.claimed_until.is_(None), r.c.claimed_until <= func.now(), r.c.claimed_by == viewer.user_id)
    order = func.array_position(literal(list(ids), ARRAY(Uuid)), r.c.object_id)
    waits = [] if even_judged else [r.c.verdict.is_(None)]
    mine = (and_(r.c.claimed_by == viewer.user_id, r.c.claimed_until > func.now())).desc()
    free = (
        select(r.c.object_id)
        .where(r.c.kind == kind, r.c.object_id.in_(ids), is_free, *waits)
        .order_by(mine.nulls_last(), order)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    object_id = connection.execute(free).scalar()
    if object_id is None:
        return None
    taken = connection.execute(
        update(r)
        .where(r.c.kind == kind, r.c.object_id == object_id)
        .values(claimed_by=viewer.user_id, claimed_at=func.now(), claimed_until=func.now() + span(mins=CLAIM_MINUTES))
        .returning(r.c.claimed_at, r.c.claimed_until)
    ).one()
    return Claim(kind, object_id, taken.claimed_at, taken.claimed_until)


def release(held: Claim, viewer: Viewer) -> None:
    """Let go of an item without a verdict."""
    viewer.require("review")
    with transaction() as connection:
        let_go(connection, held, viewer)


def let_go(connection: Connection, held: Claim, viewer: Viewer) -> None:
    """Within the caller's transaction: give back what the viewer holds, whoever's turn it is next."""
    connection.execute(
        update(r)
        .where(r.c.kind == held.kind, r.c.object_id == held.id, r.c.claimed_by == viewer.user_id)
        .values(claimed_by=None, claimed_at=None, claimed_until=None)
    )
