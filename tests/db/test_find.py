"""Every record of every table is found by its id, and names by what people type."""

from __future__ import annotations

from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import Connection

from components.find.field import KINDS
from core.database import rows
from demo.databases import Database
from queries import find
from queries.projects import canvas, canvas_items, listing
from queries.projects.listing import ProjectFilter
from queries.tables import METADATA
from queries.tables.base import Rows
from tests.support import factories
from tests.support.plans import plan, scanned

TABLES = sorted(table.name for table in METADATA.tables.values() if table.schema == "public")
ID = UUID(int=7)

READS: dict[str, Rows] = {
    "by id": find.by_id(ID),
    "by text": find.by_text("lumen media"),
    "by a short text": find.by_text("lu"),
    "by short words": find.by_text("Q4 v2"),
    "by many short words": find.by_text("a b c d e f g h lumen"),
    "by a sign": find.by_text("🎧"),
    "by signs": find.by_text("🎧 %%%"),
    "by an @": find.by_text("@"),
    "by the end of a name": find.by_email("a@"),
    "by e-mail": find.by_email("ana@lumen.example"),
    "by username": find.by_username("lumen"),
    "by profile": find.by_profile("tiktok", "Lumen"),
    "items": canvas.items(ID),
    "memberships": canvas.memberships(ID),
    "connections": canvas.connections(ID),
    "piece": canvas_items.one_piece(ID),
    "chat": canvas_items.one_chat(ID),
    "folder": canvas_items.one_folder(ID),
    "history": canvas_items.history(ID),
    "project": listing.one(ID),
    "collaborators": listing.collaborators(ID),
    "stored": listing.stored(ID),
    "total by title": listing.total(ProjectFilter(title="plan")),
    "page": listing.page(ProjectFilter(), "accessed", True, None, 50),
    "page by title": listing.page(ProjectFilter(), "title", False, None, 50),
    "page by age": listing.page(ProjectFilter(account_id=ID), "created", False, None, 50),
}


@pytest.mark.parametrize("name", READS)
def test_nothing_is_scanned_from_end_to_end(name: str, reader: Connection) -> None:
    assert set(scanned(plan(reader, READS[name]))) == set()


def test_the_tables_are_the_seeds() -> None:
    assert len(KINDS) == 22
    assert sorted(KINDS) == TABLES


@pytest.mark.parametrize("table", sorted(KINDS))
def test_every_record_is_found_by_its_id(reader: Connection, table: str) -> None:
    asked = str(find.by_id(ID).compile(reader.engine, compile_kwargs={"render_postcompile": True}))
    parameters = dict(find.by_id(ID).compile(reader.engine).params)
    slots = [name for name, value in parameters.items() if value == ID]
    assert len(slots) == 22
    for slot in slots:  # the same statement, asked for each record in turn
        asked = asked.replace(f"%({slot})s::UUID", "t.id").replace(f"%({slot})s", "t.id")
        del parameters[slot]
    finds = f"SELECT count(*) AS n FROM ({asked}) AS f WHERE f.kind = '{table}' AND f.id = t.id"
    lost = f"SELECT count(*) FILTER (WHERE n <> 1), count(*) FROM {table} AS t, LATERAL ({finds}) AS found"
    missing, all_of_them = reader.exec_driver_sql(lost, parameters).one()
    assert all_of_them > 0
    assert missing == 0


def test_one_record_is_found_through_the_app(database: Database) -> None:
    with psycopg.connect(database.reader_url) as connection:
        ids = {table: connection.execute(f"SELECT id FROM {table} LIMIT 1".encode()).fetchone() for table in KINDS}
    for table, identity in ids.items():
        assert identity
        assert [(row["kind"], row["id"]) for row in rows(find.by_id(identity[0]))] == [(table, str(identity[0]))]


def test_an_id_in_two_tables_finds_both(fresh_database: Database) -> None:
    url, same = fresh_database.owner_url, uuid4()
    factories.row(url, "accounts", id=same, name="A")
    factories.row(url, "projects", id=same, title="P", account_id=same)
    assert {(row["kind"], row["title"], row["account_name"]) for row in rows(find.by_id(same))} == {
        ("accounts", "A", "A"),
        ("projects", "P", "A"),
    }
    assert rows(find.by_id(uuid4())) == []


def test_names_are_found_by_their_words_best_first(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    names = ("Lumen Media", "Media of Lumen", "lumen media", "Lumen Media Group", "Other", "استوديو النور", "Q_")
    for name in names:
        factories.row(url, "accounts", name=name)
    account = factories.row(url, "accounts", name="Payer", billing_email="pay@lumen.example")
    factories.row(url, "users", email="Ana@Lumen.example", account_id=account)
    factories.row(url, "projects", title="Lumen media plan", account_id=account)
    factories.row(url, "creators", platform="tiktok", username="lumen.media", profile_url="u")

    def found(read: Rows) -> list[tuple[str, str]]:
        return [(row["kind"], row["title"]) for row in rows(read)]

    by_words = found(find.by_text("media LUMEN"))
    assert {title for kind, title in by_words if kind == "accounts"} == set(names[:4])
    assert ("projects", "Lumen media plan") in by_words
    exact = rows(find.by_text("Lumen Media"))
    assert [(row["title"], row["rank"]) for row in exact if row["rank"] == 0] == [
        ("Lumen Media", 0),
        ("lumen media", 0),
    ]
    assert found(find.by_text("النور")) == [("accounts", "استوديو النور")]
    assert found(find.by_text("Q_")) == [("accounts", "Q_")]
    assert found(find.by_text("")) == found(find.by_text(" \x00 ")) == []
    assert found(find.by_email("ana@lumen")) == [("users", "Ana@Lumen.example")]
    assert found(find.by_email("@lumen.example")) == [("accounts", "Payer"), ("users", "Ana@Lumen.example")]
    assert found(find.by_username("lumen")) == [("creators", "@lumen.media")]
    assert found(find.by_profile("tiktok", "LUMEN.media")) == [("creators", "@lumen.media")]
    assert found(find.by_profile("youtube", "lumen.media")) == []


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Talk Q4 v2", "Q4 v2"),
        ("Talk Q4 v2", "V2 q4"),
        ("私の東京", "東京"),
        ("Mix 🎧", "🎧"),
        ("Mix 🎧🎧🎧", "🎧🎧🎧"),
        ("A & B", "& B"),
        ("50% off", "%"),
        ("a_b\\c", "\\"),
        ("Launch: phase 2", ":"),
        ("Why?", "?"),
    ],
)
def test_short_words_are_found_anywhere_in_a_title(fresh_database: Database, title: str, text: str) -> None:
    url = fresh_database.owner_url
    factories.rows(url, "projects", [{"title": title}, {"title": "Other"}])
    assert find.is_short(text)
    assert [row["title"] for row in rows(find.by_text(text))] == [title]


def test_short_words_are_looked_for_among_the_newest_alone(
    fresh_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(find, "NEWEST", 2)
    days = {"Q4 begins": -3, "🎧": -4, "Talk 🎧 Q4": -2, "Mix 🎧 Q4": -1, "Other": -1}
    many = [{"title": title, "created_at": factories.at(f"{days} days")} for title, days in days.items()]
    factories.rows(fresh_database.owner_url, "projects", many)
    assert {row["title"] for row in rows(find.by_text("Q4"))} == {"Q4 begins", "Mix 🎧 Q4"}
    assert {row["title"] for row in rows(find.by_text("🎧"))} == {"🎧", "Mix 🎧 Q4"}
    assert {row["title"] for row in rows(find.by_text("🎧 Talk"))} == {"Talk 🎧 Q4"}


def test_of_many_words_the_longest_count(fresh_database: Database) -> None:
    factories.rows(fresh_database.owner_url, "projects", [{"title": "a b c d e f g h lumen"}, {"title": "abcdefgh"}])
    assert [row["title"] for row in rows(find.by_text("a b c d e f g h lumen"))] == ["a b c d e f g h lumen"]


def test_an_at_sign_does_not_mean_every_address(fresh_database: Database) -> None:
    factories.row(fresh_database.owner_url, "users", email="ana@lumen.example")
    factories.row(fresh_database.owner_url, "projects", title="Talk @ noon")
    assert [row["title"] for row in rows(find.by_text("@"))] == ["Talk @ noon"]


def test_more_than_fit_are_told_by_one_too_many(fresh_database: Database) -> None:
    factories.rows(fresh_database.owner_url, "projects", [{"title": f"Plan {n}"} for n in range(20)])
    assert len(rows(find.by_text("plan"))) == find.SHOWN + 1
