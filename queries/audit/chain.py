"""Whether the audit log is what was written: its chain of hashes, computed again.

Built-in functions only, none of the database's own: whoever can rewrite the log can rewrite those too.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    LargeBinary,
    Numeric,
    Text,
    and_,
    case,
    extract,
    func,
    literal,
    literal_column,
    or_,
    select,
)

from queries.tables import audit_chain as c
from queries.tables import audit_log as a
from queries.tables.base import Rows

FAULTS_LIMIT: Final = 100


def head() -> Rows:
    """The newest entry. Columns: position (0 in an empty log), hash (hex)."""
    newest = func.encode(c.c.hash, "hex", type_=Text).label("hash")
    return select(c.c.position, newest).order_by(c.c.position.desc()).limit(1)


def at(position: int) -> Rows:
    """The entry at a position; no row when there is none. Columns: hash (hex)."""
    return select(func.encode(c.c.hash, "hex", type_=Text).label("hash")).where(c.c.position == position)


def faults(after: int, upto: int) -> Rows:
    """Entries at positions `after` < p ≤ `upto` that do not fit the one before or their row, at most `FAULTS_LIMIT`.

    Columns: position, audit_id, fault: `missing entry` (a gap before this one), `removed` (the entry's row is gone) or
    `changed` (row, entry or the entry before is not what it was).
    """
    before = c.alias("before")
    is_gap, is_removed = before.c.position.is_(None), a.c.id.is_(None)
    is_changed = c.c.hash != _link(before.c.hash)
    kind = case((is_gap, "missing entry"), (is_removed, "removed"), else_="changed")
    return (
        select(c.c.position, c.c.audit_id, kind.label("fault"))
        .outerjoin_from(c, before, before.c.position == c.c.position - 1)
        .outerjoin(a, a.c.id == c.c.audit_id)
        .where(c.c.position > after, c.c.position <= upto, or_(is_gap, is_removed, is_changed))
        .order_by(c.c.position)
        .limit(FAULTS_LIMIT)
    )


def unchained(after: int, upto: int) -> Rows:
    """Rows with ids `after` < id ≤ `upto` that have no entry: written while the trigger was off. Columns: audit_id."""
    known = select(c.c.audit_id).where(c.c.audit_id == a.c.id).exists()
    return (
        select(a.c.id.label("audit_id"))
        .where(and_(a.c.id > after, a.c.id <= upto), ~known)
        .order_by(a.c.id)
        .limit(FAULTS_LIMIT)
    )


def reach() -> Rows:
    """How far the log goes. Columns: newest_id (0 in an empty log)."""
    return select(func.coalesce(func.max(a.c.id), literal_column("0", BigInteger)).label("newest_id"))


def _link(previous: ColumnElement[bytes]) -> ColumnElement[bytes]:
    """What `dashboard.audit_link` computed when the row was written."""
    fields = func.jsonb_build_array(
        a.c.id,
        extract("epoch", a.c.at).cast(Numeric),
        *(a.c[name] for name in ("actor_id", "actor_email", "actor_role", "action", "object_type", "object_id")),
        *(a.c.account_id, a.c.reason, a.c.before.cast(Text), a.c.after.cast(Text), a.c.request_id),
    )
    row = func.convert_to(fields.cast(Text), literal("UTF8", Text))
    return func.sha256(previous.op("||")(row), type_=LargeBinary)
