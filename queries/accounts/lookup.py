"""Which account is meant."""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID

from sqlalchemy import case, false, or_, select, true, union

from queries.sql.text import escaped, printable, same
from queries.tables import accounts, users
from queries.tables.base import Rows

MATCHES: Final = 20
CANDIDATES: Final = 500
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def matching(text: str, limit: int = MATCHES + 1) -> Rows:
    """Accounts whose name, billing e-mail, a member's e-mail or id fits what a person typed; best first.

    A whole id or e-mail address means itself and never a part of another.

    Columns: id, name, has_namesake (another is called the same), plan_type, subscription_status, billing_email. Exact
    matches come before beginnings, beginnings before parts; of text that more than `CANDIDATES` hold as a part, those
    found first. Empty text matches nothing.
    """
    wanted = printable(text)
    rank = case(
        (or_(same(accounts.c.name, wanted), same(accounts.c.billing_email, wanted)), 0),
        (accounts.c.name.ilike(f"{escaped(wanted)}%", escape="\\"), 1),
        else_=2,
    )
    other = accounts.alias("other").c
    return (
        select(
            accounts.c.id,
            accounts.c.name,
            select(other.id)
            .where(other.name == accounts.c.name, other.id != accounts.c.id)
            .exists()
            .label("has_namesake"),
            accounts.c.plan_type,
            accounts.c.subscription_status,
            accounts.c.billing_email,
        )
        .where(accounts.c.id.in_(_found(wanted)), true() if wanted else false())
        .order_by(rank, accounts.c.name, accounts.c.id)
        .limit(limit)
    )


def _found(wanted: str) -> Rows:
    a, u = accounts.c, users.c
    if identity := _identity(wanted):
        return select(a.id).where(a.id == identity)
    # One branch per index: an OR over columns of one table is planned as two bitmaps only while the guess is small.
    whole, part = escaped(wanted), f"%{escaped(wanted)}%"
    exactly = [(a.id, a.name, whole), (a.id, a.billing_email, whole)]
    fitting = [(a.id, a.name, part), (a.id, a.billing_email, part), (u.account_id, u.email, part)]
    wholly = [(u.account_id, u.email, whole)]
    branches = [
        select(identity.label("id")).where(column.ilike(pattern, escape="\\")).limit(CANDIDATES)
        for identity, column, pattern in exactly + (wholly if _EMAIL.fullmatch(wanted) else fitting)
    ]
    ids = union(*(select(branch.subquery()) for branch in branches)).subquery()
    return select(ids.c.id)


def name(account_id: UUID) -> Rows:
    """What the account is called; no row when it does not exist. Columns: id, name."""
    return select(accounts.c.id, accounts.c.name).where(accounts.c.id == account_id)


def _identity(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
