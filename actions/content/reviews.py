"""Judge content: one item at a time, held for ten minutes, on record; the customer's own tables are never touched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import Connection, RowMapping, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from actions import audit
from actions.content.claims import Claim, let_go, take
from core import cache
from core.database import transaction
from core.errors import Invalid, NotFound
from core.identity import Viewer
from core.telemetry import actions_total
from queries.content.filters import SOURCES, Kind, Verdict
from queries.tables import (
    content_analysis,
    content_pieces,
    generated_content,
    generated_scripts,
    review,
    review_verdict,
)

REASONS: Final = 10
REASON_LENGTH: Final = 100

c, s, g, a = content_pieces, generated_scripts, generated_content, content_analysis
r, v = review, review_verdict


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a verdict: it always counts; `is_late` when its ten minutes were over and it is no second thought
    on one's own that nobody else took meanwhile, `others` who judged it before."""

    is_late: bool
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back, and the claim on it again; None while a colleague holds it, and where the item is gone."""

    kind: Kind
    id: UUID
    held: Claim | None
    is_gone: bool = False


def judge(
    held: Claim, verdict: Verdict, viewer: Viewer, *, reasons: Sequence[str] = (), words: str | None = None
) -> Kept:
    """Keep the viewer's verdict, whether or not the claim still stands; anything but approval needs a reason."""
    why = [audit.cleaned(reason) for reason in reasons]
    said = audit.cleaned(words)
    if verdict not in {"approve", "needs_work", "reject"}:
        raise Invalid("That is not a valid verdict. Choose approve, needs work or reject.")
    if verdict != "approve" and not (any(why) or said):
        raise Invalid("Give a reason: only an approval needs none.")
    if len(why) > REASONS or any(len(reason or "") > REASON_LENGTH for reason in why):
        raise Invalid(f"At most {REASONS} reasons of {REASON_LENGTH} characters. Use your own words for the rest.")
    return _decide(held, verdict, viewer, [reason for reason in why if reason], said)


def skip(held: Claim, viewer: Viewer) -> None:
    """Leave an item to others; it is not offered to the viewer again until somebody queues it again."""
    _decide(held, "skip", viewer, [], None)


def _decide(
    held: Claim, verdict: Verdict | Literal["skip"], viewer: Viewer, reasons: list[str], words: str | None
) -> Kept:
    viewer.require("review")
    with transaction() as connection:
        about = _about(connection, held.kind, held.id)
        before = _locked(connection, held.kind, held.id)
        now = connection.execute(select(func.now())).scalar_one()
        is_mine = before["claimed_by"] == viewer.user_id and before["claimed_until"] > now
        is_again = before["verdict_by"] == viewer.user_id and before["claimed_by"] in {None, viewer.user_id}
        is_late = not is_mine and not is_again and held.claimed_until <= now
        earlier = connection.execute(
            select(v.c.reviewer_email)
            .where(
                v.c.kind == held.kind, v.c.object_id == held.id, v.c.undone_at.is_(None), v.c.verdict != "skip",
                v.c.reviewer_id != viewer.user_id, v.c.decided_at >= held.claimed_at,
            )
        ).scalars()  # fmt: skip
        others = tuple(dict.fromkeys(earlier))
        row = {"kind": held.kind, "object_id": held.id, "reviewer_id": viewer.user_id, "reviewer_email": viewer.email}
        row |= {"verdict": verdict, "reasons": reasons, "words": words, "claimed_at": held.claimed_at, **about}
        row |= {"seconds": (now - held.claimed_at).total_seconds(), "is_late": is_late}
        connection.execute(insert(v).values(row))
        let_go(connection, held, viewer)
        if verdict != "skip":
            _set(connection, held.kind, held.id, verdict, viewer.user_id)
            audit.record(
                connection, viewer, "review.verdict", held.kind, held.id,
                account_id=about["account_id"], reason="; ".join([*reasons, *([words] if words else [])])[:500] or None,
                before={"verdict": before["verdict"]}, after={"verdict": verdict},
            )  # fmt: skip
    _done("review.skip" if verdict == "skip" else "review.verdict")
    return Kept(is_late=is_late, others=others)


def undo(viewer: Viewer, in_view: Claim | None = None) -> Undone | None:
    """Take back the viewer's last verdict or skip and hold that item again instead of the one in view; None when there
    is nothing left to undo.

    What counted before counts again. Somebody else may hold the item now: then it is taken back, and stays theirs.
    """
    viewer.require("review")
    with transaction() as connection:
        last = connection.execute(
            select(v.c.id, v.c.kind, v.c.object_id, v.c.verdict, v.c.account_id)
            .where(v.c.reviewer_id == viewer.user_id, v.c.undone_at.is_(None))
            .order_by(v.c.id.desc()).limit(1).with_for_update()
        ).first()  # fmt: skip
        if last is None:
            return None
        place: tuple[Kind, UUID] = (last.kind, last.object_id)
        places: set[tuple[Kind, UUID]] = {place, (in_view.kind, in_view.id)} if in_view else {place}
        # In one order, so that two reviewers who undo never wait for each other in a circle.
        before = {one: _locked(connection, *one) for one in sorted(places)}[place]
        connection.execute(update(v).where(v.c.id == last.id).values(undone_at=func.now()))
        left = connection.execute(
            select(v.c.verdict, v.c.reviewer_id)
            .where(
                v.c.kind == last.kind, v.c.object_id == last.object_id, v.c.undone_at.is_(None), v.c.verdict != "skip",
                v.c.decided_at > func.coalesce(before["requeued_at"], literal(datetime.min.replace(tzinfo=UTC))),
            )
            .order_by(v.c.id.desc()).limit(1)
        ).first()  # fmt: skip
        if last.verdict != "skip":
            verdict, by = (left.verdict, left.reviewer_id) if left else (None, None)
            _set(connection, last.kind, last.object_id, verdict, by)
            audit.record(
                connection, viewer, "review.undo", last.kind, last.object_id, account_id=last.account_id,
                before={"verdict": last.verdict}, after={"verdict": verdict},
            )  # fmt: skip
        t = SOURCES[last.kind].table
        is_gone = connection.scalar(select(t.c.id).where(t.c.id == last.object_id)) is None
        held = None if is_gone else take(connection, last.kind, [last.object_id], viewer, even_judged=True)
        if held and in_view and (in_view.kind, in_view.id) != place:
            let_go(connection, in_view, viewer)
    _done("review.undo")
    return Undone(last.kind, last.object_id, held, is_gone)


def requeue(kind: Kind, object_id: UUID, viewer: Viewer, reason: str | None = None) -> None:
    """Put a judged item back into the queue for another verdict; the ones it has stay on record."""
    viewer.require("review")
    with transaction() as connection:
        about = _about(connection, kind, object_id)
        before = _locked(connection, kind, object_id)
        _set(connection, kind, object_id, None, None)
        connection.execute(update(r).where(*_same(kind, object_id)).values(requeued_at=func.now()))
        audit.record(
            connection, viewer, "review.requeue", kind, object_id, account_id=about["account_id"],
            reason=audit.cleaned(reason), before={"verdict": before["verdict"]}, after={"verdict": None},
        )  # fmt: skip
    _done("review.requeue")


def _same(kind: Kind, object_id: UUID) -> tuple[Any, Any]:
    return r.c.kind == kind, r.c.object_id == object_id


def _locked(connection: Connection, kind: Kind, object_id: UUID) -> RowMapping:
    """The item's row, made where missing, which nobody else changes until the end of the transaction."""
    connection.execute(upsert(r).values(kind=kind, object_id=object_id).on_conflict_do_nothing())
    return connection.execute(select(r).where(*_same(kind, object_id)).with_for_update()).mappings().one()


def _set(connection: Connection, kind: Kind, object_id: UUID, verdict: str | None, by: UUID | None) -> None:
    at = func.now() if verdict else None
    connection.execute(update(r).where(*_same(kind, object_id)).values(verdict=verdict, verdict_at=at, verdict_by=by))


def _about(connection: Connection, kind: Kind, object_id: UUID) -> dict[str, Any]:
    """What the statistics are told by: whose it is, where it came from, and which model made or analysed it."""
    model = s.c.ai_model_used
    if kind == "piece":
        newest = select(a.c.ai_model_used).where(a.c.content_piece_id == c.c.id)
        model = newest.order_by(a.c.created_at.desc().nulls_last(), a.c.id.desc()).limit(1).scalar_subquery()
    table: Any = SOURCES[kind].table
    joined = table
    if kind == "media":
        joined = joined.outerjoin(s, s.c.id == g.c.script_id)
    if kind != "piece":
        joined = joined.outerjoin(c, c.c.id == s.c.content_piece_id)
    found = connection.execute(
        select(table.c.account_id, c.c.creator_id, c.c.platform, model.label("ai_model"))
        .select_from(joined)
        .where(table.c.id == object_id)
    ).mappings().first()  # fmt: skip
    if found is None:
        raise NotFound("That item no longer exists. Continue with the next one.")
    return dict(found)


def _done(verb: str) -> None:
    actions_total.labels(verb, "done").inc()
    cache.invalidate("reviews", "content", "overview")
