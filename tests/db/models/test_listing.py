"""The list of voice and avatar models: every order walks every model once, forward and back; uses are counted."""

from __future__ import annotations

from typing import Any, get_args
from uuid import UUID

import pytest

from core.database import load, rows
from demo.databases import Database
from queries.models import figures, listing
from queries.models.figures import ModelFilter
from queries.models.listing import Sort
from queries.sql.keyset import Cursor
from tests.support import factories

NUMBER = 23


@pytest.fixture
def stored(fresh_database: Database) -> list[UUID]:
    """Models of two accounts with many ties and gaps; the first voice has two versions and three uses."""
    url = fresh_database.owner_url
    accounts = [factories.row(url, "accounts", name=name) for name in ("Lumen", "Aster")]
    found: list[UUID] = []
    for n in range(NUMBER):
        is_voice = n % 3 > 0
        more: dict[str, Any] = {
            "name": f"Model {n % 5}", "account_id": accounts[n % 2] if n % 7 else None,
            "quality_score": None if n % 4 == 0 else (n % 3) / 10, "created_at": factories.at(f"-{n // 2} hours"),
            "updated_at": None if n % 6 == 0 else factories.at(f"-{n} hours"),
        }  # fmt: skip
        status = ("completed", "failed", "training", None)[n % 4]
        if is_voice:
            more |= {"training_status": status, "version_number": None if n % 5 == 0 else n % 3}
        else:
            more |= {"creation_status": "processing" if status == "training" else status}
        found.append(factories.row(url, "voice_models" if is_voice else "avatar_models", **more))
    for status in ("completed", "failed", "completed"):
        factories.row(url, "generated_content", content_type="audio", voice_model_id=found[1], generation_status=status)
    return found


def ids(sort: Sort, descending: bool, place: Cursor | None, limit: int) -> tuple[list[str], list[Cursor]]:
    """A page and the places before its first and after its last row."""
    found = load(listing.page(ModelFilter(), sort, descending, place, limit))
    ends: list[Cursor] = []
    for position, is_forward in ((0, False), (-1, True)):
        row = found.iloc[position]
        ends.append(Cursor.of(row["sort_key"], row["id"], is_forward))
    return list(found["id"]), ends


def test_every_order_walks_every_model_once(stored: list[UUID]) -> None:
    for sort in get_args(Sort):
        for descending in (True, False):
            whole, _ = ids(sort, descending, None, 100)
            assert sorted(whole) == sorted(map(str, stored)), sort
            first, [_, after] = ids(sort, descending, None, 10)
            second, [before, after] = ids(sort, descending, after, 10)
            third, _ = ids(sort, descending, after, 10)
            assert first + second + third == whole, sort
            back, _ = ids(sort, descending, before, 10)
            assert back == first, sort


def test_orders_say_what_they_say(stored: list[UUID]) -> None:
    def column(sort: Sort, name: str, *, descending: bool) -> list[Any]:
        return [row[name] for row in rows(listing.page(ModelFilter(), sort, descending, None, 100))]

    assert column("uses", "uses", descending=True)[:2] == [3, 0]
    assert column("quality", "quality", descending=False)[-1] is None
    known = [value for value in column("quality", "quality", descending=False) if value is not None]
    assert known == sorted(known)
    assert column("account", "account_name", descending=False)[0] == "Aster"
    statuses = column("urgency", "status", descending=False)
    assert statuses.index("failed") < statuses.index("completed")
    assert column("version", "version", descending=True)[0] == 2


def test_uses_and_failures_are_counted_alike_in_list_and_export(stored: list[UUID]) -> None:
    for statement in (listing.page(ModelFilter(), "uses", True, None), listing.export(ModelFilter())):
        [used] = [row for row in rows(statement) if row["id"] == str(stored[1])]
        assert (used["uses"], used["failures"]) == (3, 1)
    assert len(rows(listing.export(ModelFilter(state="failed")))) == rows(figures.counts(ModelFilter()))[0]["failed"]
