"""Which account is meant."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import case, false, func, or_, select, true, union

from queries.filters import contains, escaped, printable
from queries.tables import accounts, users
from queries.tables.base import Rows

MATCHES: Final = 20


def matching(text: str, limit: int = MATCHES) -> Rows:
    """Accounts whose name, billing e-mail, a member's e-mail or id fits what a person typed; best first.

    Columns: id, name, plan_type, subscription_status, billing_email. Exact matches come before beginnings, beginnings
    before parts. Empty text matches nothing.
    """
    wanted = printable(text)
    rank = case(
        (or_(func.lower(accounts.c.name) == wanted.lower(), func.lower(accounts.c.billing_email) == wanted.lower()), 0),
        (accounts.c.name.ilike(f"{escaped(wanted)}%", escape="\\"), 1),
        else_=2,
    )
    return (
        select(
            accounts.c.id,
            accounts.c.name,
            accounts.c.plan_type,
            accounts.c.subscription_status,
            accounts.c.billing_email,
        )
        .where(accounts.c.id.in_(found(wanted)), true() if wanted else false())
        .order_by(rank, accounts.c.name, accounts.c.id)
        .limit(limit)
    )


def found(text: str) -> Rows:
    """Ids of the accounts whose name, billing e-mail, a member's e-mail or id fits the text. Column: id."""
    wanted = printable(text)
    # One branch per index: an OR over columns of one table is planned as two bitmaps only while the guess is small.
    by_text = (
        select(accounts.c.id).where(contains(column, wanted)) for column in (accounts.c.name, accounts.c.billing_email)
    )
    by_member = select(users.c.account_id).where(contains(users.c.email, wanted))
    ids = union(*by_text, by_member, *_by_id(wanted)).subquery()
    return select(ids.c.id)


def name(account_id: UUID) -> Rows:
    """What the account is called; no row when it does not exist. Columns: id, name."""
    return select(accounts.c.id, accounts.c.name).where(accounts.c.id == account_id)


def _by_id(text: str) -> list[Rows]:
    try:
        return [select(accounts.c.id).where(accounts.c.id == UUID(text))]
    except ValueError:
        return []
