"""The list of voice and avatar models, page by page in any order."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Literal, get_args

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Subquery,
    Text,
    case,
    cast,
    func,
    select,
    true,
    union_all,
)

from queries.models.figures import STATES, ModelFilter, in_state, models_under
from queries.sql import keyset, usable
from queries.sql.keyset import Cursor, Key
from queries.tables import generated_content
from queries.tables.base import Rows

Sort = Literal["urgency", "name", "kind", "state", "since", "quality", "account", "uses", "version", "created"]
PAGE_LIMIT: Final = 50
EXPORT_CAP: Final = 20_000
_TIMES: Final = {"since", "created"}
_TEXTS: Final = {"name", "kind", "account"}
KINDS: Final[dict[str, type]] = {
    sort: datetime if sort in _TIMES else str if sort in _TEXTS else int for sort in get_args(Sort)
}
_ERA_S: Final = 10**11
"""More seconds than any model is old."""

g = generated_content
_COUNTS: Final = (
    func.count().label("uses"),
    func.count().filter(g.c.generation_status == "failed").label("failures"),
    func.max(usable.moment(g.c.created_at)).label("last_used_at"),
)


def page(where: ModelFilter, sort: Sort, descending: bool, cursor: Cursor | None, limit: int = PAGE_LIMIT) -> Rows:
    """One page of models, in display order; those without the sort's value come last.

    Columns: id, kind, name, status, is_stuck, is_active, version, quality, account_id, account_name, user_email,
    provider_id, sample_url, sample_path, training_s, created_at, updated_at (since when it is in its status), uses,
    failures (of generated content), last_used_at, sort_key (with id the `Cursor` of a row), has_more.
    """
    models = _sorted_by(sort, where)
    value = models.c.key
    key = Key(value, models.c.id, value.is_not(None), value.is_(None))
    walked = keyset.keyset_page(key, in_state(where.state, models), descending, cursor, limit)
    shown = (
        select(models, walked.c.key.label("sort_key"), walked.c.has_more, walked.c.position)
        .join_from(walked, models, models.c.id == walked.c.id)
        .subquery("shown")
    )
    return _with_uses(shown, ("key", "position")).order_by(shown.c.position)


def export(where: ModelFilter, limit: int = EXPORT_CAP) -> Rows:
    """All matching models for a CSV, the most urgent first, at most `limit`.

    Columns: those of `page` to last_used_at.
    """
    models, used = _sorted_by("urgency", where), _uses_of_all().subquery("used")
    columns = [column for column in models.c if column.name != "key"]
    return (
        select(*columns, func.coalesce(used.c.uses, 0).label("uses"), used.c.failures, used.c.last_used_at)
        .join_from(models, used, used.c.id == models.c.id, isouter=True)
        .where(*in_state(where.state, models))
        .order_by(models.c.key, models.c.id)
        .limit(limit)
    )


def _sorted_by(sort: Sort, where: ModelFilter) -> Any:
    """The models with the key that a list is sorted by: a time, a text or a whole number."""
    models = models_under(where).subquery("found")
    if sort != "uses":
        return select(models, _value(sort, models).label("key")).cte("models")
    used = _uses_of_all().subquery("counted")
    uses = cast(func.coalesce(used.c.uses, 0), BigInteger).label("key")
    return select(models, uses).outerjoin(used, used.c.id == models.c.id).cte("models")


def _uses_of_all() -> Any:
    """How often every model was used. Columns: id, uses, failures, last_used_at."""
    return union_all(
        *(
            select(model.label("id"), *_COUNTS).where(model.is_not(None)).group_by(model)
            for model in (g.c.voice_model_id, g.c.avatar_model_id)
        )
    )


def _value(sort: Sort, models: Any) -> ColumnElement[Any]:
    m = models.c
    training = m.status.in_(("pending", "training"))
    urgency = case((m.is_stuck, 0), (m.status == "failed", 1), (training, 2), else_=3)
    # Stuck, failed, training, the others; in each the newest first.
    age = func.coalesce(func.extract("epoch", usable.moment(m.created_at)), 0)
    values: dict[Sort, ColumnElement[Any]] = {
        "urgency": cast(urgency, BigInteger) * _ERA_S - cast(age, BigInteger),
        "state": case((m.is_stuck, len(STATES)), *((m.status == state, n) for n, state in enumerate(STATES))),
        "name": cast(func.lower(m.name), Text),
        "kind": m.kind,
        "since": m.updated_at,
        "created": m.created_at,
        "quality": cast(usable.number(m.quality) * 100, BigInteger),
        "account": cast(func.lower(m.account_name), Text),
        "version": m.version,
    }
    return values[sort]


def _with_uses(shown: Subquery, but: tuple[str, ...]) -> Rows:
    # Counted for the rows on display alone; in two parts, so that each reads its index alone.
    made = union_all(
        *(
            select(g.c.generation_status, g.c.created_at).where(model == shown.c.id).correlate(shown)
            for model in (g.c.voice_model_id, g.c.avatar_model_id)
        )
    ).subquery("made")
    used = select(
        func.count().label("uses"),
        func.count().filter(made.c.generation_status == "failed").label("failures"),
        func.max(usable.moment(made.c.created_at)).label("last_used_at"),
    ).lateral("used")
    columns = [column for column in shown.c if column.name not in but]
    return select(*columns, used.c.uses, used.c.failures, used.c.last_used_at).join_from(shown, used, true())
