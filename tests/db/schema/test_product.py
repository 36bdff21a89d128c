"""The product schema is the seed document's, row level security included."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import psycopg
import pytest

from demo.databases import Database
from demo.places import ROOT

BLOCKS: Final = re.findall(r"```sql\n(.*?)```", (ROOT / "docs/aicon-v3-schema.md").read_text(), re.S)
SEED: Final = {
    match[1]: match[2] for block in BLOCKS for match in re.finditer(r"CREATE TABLE (\w+) \((.*?)\n\);", block, re.S)
}
ON_DELETE: Final = {"CASCADE": "c", "SET NULL": "n", None: "a"}
TYPES: Final = {"VARCHAR": "character varying", "DECIMAL": "numeric"}


def _items(body: str) -> list[str]:
    """The comma-separated parts of a CREATE TABLE, commas within parentheses and quotes left alone."""
    body = " ".join(body.split())
    tokens = re.findall(r"'[^']*'|[(),]|[^'(),]+", body)
    parts, depth = [""], 0
    for token in tokens:
        depth += {"(": 1, ")": -1}.get(token, 0)
        if token == "," and not depth:
            parts.append("")
        else:
            parts[-1] += token
    return [part.strip() for part in parts]


def _columns(table: str) -> list[tuple[str, str, bool, str | None]]:
    """Name, type, NOT NULL and default of every column, in order, as the document has them."""
    columns: list[tuple[str, str, bool, str | None]] = []
    for item in _items(SEED[table]):
        match = re.match(r"(\w+) (TIMESTAMP WITH TIME ZONE|\w+(?:\([\d,]+\))?(?:\[\])?)(.*)", item)
        if item.startswith("UNIQUE") or not match:
            continue
        name, kind, rest = match.groups()
        default = re.search(r"DEFAULT ('[^']*'|\w+\(\)|[\w.]+)", rest)
        base = kind.split("(")[0]
        kind = kind.replace(base, TYPES.get(base, base.lower())) if base in TYPES else kind.lower()
        columns.append((name, kind, "NOT NULL" in rest or "PRIMARY KEY" in rest, default and _plain(default[1])))
    return columns


def _plain(default: str) -> str:
    """A default without casts; functions in lower case, strings as they are."""
    default = re.sub(r"::[a-z ]+(\(\d+\))?(\[\])?", "", default)
    return default.lower() if default.endswith("()") else default


def _constraints(table: str) -> set[tuple[Any, ...]]:
    """Keys and checks as the document has them."""
    found: set[tuple[Any, ...]] = set()
    for item in _items(SEED[table]):
        name = item.split(" ")[0]
        if whole := re.match(r"UNIQUE ?\(([\w, ]+)\)", item):
            found.add(("u", tuple(re.split(", ?", whole[1]))))
            continue
        if " PRIMARY KEY" in item:
            found.add(("p", (name,)))
        if " UNIQUE" in item:
            found.add(("u", (name,)))
        if reference := re.search(r"REFERENCES (\w+)\((\w+)\)(?: ON DELETE (CASCADE|SET NULL))?", item):
            found.add(("f", (name,), reference[1], reference[2], ON_DELETE[reference[3]]))
        if check := re.search(r"CHECK \((\w+) IN \((.*)\)\)", item):
            found.add(("c", (check[1],), frozenset(re.findall(r"'([^']*)'", check[2]))))
    return found


@pytest.fixture
def owner(database: Database) -> Iterator[psycopg.Connection[Any]]:
    """The owner's connection; what it does is rolled back."""
    with psycopg.connect(database.owner_url) as connection:
        yield connection
        connection.rollback()


def test_document_has_22_tables() -> None:
    assert len(SEED) == 22
    assert sum(len(_columns(table)) for table in SEED) > 200


def test_database_has_the_documents_tables_and_no_other(owner: psycopg.Connection[Any]) -> None:
    rows = owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert {row[0] for row in rows} == set(SEED)


@pytest.mark.parametrize("table", SEED)
def test_columns(owner: psycopg.Connection[Any], table: str) -> None:
    rows = owner.execute(
        """
        SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid)
        FROM pg_attribute AS a LEFT JOIN pg_attrdef AS d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
        WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
        """,
        [table],
    ).fetchall()
    assert [(name, kind, required, default and _plain(default)) for name, kind, required, default in rows] == _columns(
        table
    )


@pytest.mark.parametrize("table", SEED)
def test_constraints(owner: psycopg.Connection[Any], table: str) -> None:
    rows = owner.execute(
        """
        SELECT
            c.contype::text, f.relname, c.confdeltype::text, pg_get_constraintdef(c.oid),
            ARRAY(
                SELECT a.attname::text FROM unnest(c.conkey) WITH ORDINALITY AS k (attnum, n)
                JOIN pg_attribute AS a USING (attnum) WHERE a.attrelid = c.conrelid ORDER BY n
            ),
            (SELECT a.attname FROM pg_attribute AS a WHERE a.attrelid = c.confrelid AND a.attnum = c.confkey[1])
        FROM pg_constraint AS c LEFT JOIN pg_class AS f ON f.oid = c.confrelid
        WHERE c.conrelid = %s::regclass AND c.contype <> 'n'
        """,
        [table],
    ).fetchall()
    found: set[tuple[Any, ...]] = set()
    for kind, target, on_delete, definition, columns, target_column in rows:
        if kind == "f":
            found.add((kind, tuple(columns), target, target_column, on_delete))
        elif kind == "c":
            found.add((kind, tuple(columns), frozenset(re.findall(r"'([^']*)'", definition))))
        else:
            found.add((kind, tuple(columns)))
    assert found == _constraints(table)
    assert len(found) == len(rows)


def _index_names(text: str) -> set[str]:
    return set(re.findall(r"CREATE INDEX (?:IF NOT EXISTS )?(\w+)", text))


def test_indexes(owner: psycopg.Connection[Any]) -> None:
    rows = owner.execute(
        """
        SELECT i.relname, pg_get_indexdef(i.oid) FROM pg_index AS x JOIN pg_class AS i ON i.oid = x.indexrelid
        WHERE x.indrelid = ANY(%s::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.oid)
        """,
        [list(SEED)],
    ).fetchall()
    stored = {name: definition.replace("public.", "").replace(" USING btree ", "") for name, definition in rows}
    wanted = dict(re.findall(r"(?m)^(?=CREATE INDEX (\w+))(.*);", "\n".join(BLOCKS)))
    assert len(wanted) == 16
    assert {name: stored.get(name) for name in wanted} == wanted
    recommended = _index_names((ROOT / "schema/recommended_indexes.sql").read_text())
    assert set(stored) - set(wanted) == recommended


def test_categories(owner: psycopg.Connection[Any]) -> None:
    wanted = re.findall(r"\('([^']+)', '([^']+)', (\d+)\)", BLOCKS[-1])
    rows = owner.execute(
        "SELECT name, description, sort_order::text FROM creator_categories AS c WHERE is_active ORDER BY c.sort_order"
    ).fetchall()
    assert len(wanted) == 10
    assert rows == wanted


def test_row_level_security_is_on_everywhere(owner: psycopg.Connection[Any]) -> None:
    rows = owner.execute(
        "SELECT relname, relrowsecurity FROM pg_class WHERE oid = ANY(%s::regclass[])", [list(SEED)]
    ).fetchall()
    assert dict(rows) == dict.fromkeys(SEED, True)


# Which rows belong to account %(account)s, told without the policies.
OF_PROJECT: Final = "project_id IN (SELECT id FROM projects WHERE account_id = %(account)s)"
OF_CONTENT: Final = "content_piece_id IN (SELECT id FROM content_pieces WHERE account_id = %(account)s)"
OWN: Final = dict.fromkeys(SEED, "account_id = %(account)s") | {
    "accounts": "id = %(account)s",
    "creators": "true",
    "creator_categories": "true",
    "user_profiles": "user_id IN (SELECT id FROM users WHERE account_id = %(account)s)",
    "project_collaborators": OF_PROJECT,
    "canvas_folders": OF_PROJECT,
    "chat_interfaces": OF_PROJECT,
    "canvas_connections": OF_PROJECT,
    "canvas_folder_items": f"folder_id IN (SELECT id FROM canvas_folders WHERE {OF_PROJECT})",
    "content_analysis": OF_CONTENT,
    "content_annotations": OF_CONTENT,
}


def _member(owner: psycopg.Connection[Any]) -> tuple[object, object]:
    """A member of the busiest account, and that account."""
    row = owner.execute(
        """
        SELECT u.id, u.account_id FROM users AS u JOIN content_pieces AS c USING (account_id)
        GROUP BY 1, 2 ORDER BY count(*) DESC, 1 LIMIT 1
        """
    ).fetchone()
    assert row
    return row


def _become(connection: psycopg.Connection[Any], role: str, user: object = None) -> None:
    claims = json.dumps({"sub": str(user), "role": role}) if user else ""
    connection.execute(
        "SELECT set_config('role', %s, true), set_config('request.jwt.claims', %s, true)", [role, claims]
    )


def _count(connection: psycopg.Connection[Any], table: str, where: str = "true", **values: object) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table} WHERE {where}".encode(), values).fetchone()
    assert row
    return row[0]


@pytest.mark.parametrize("table", SEED)
def test_members_see_their_accounts_rows_only(owner: psycopg.Connection[Any], table: str) -> None:
    user, account = _member(owner)
    own = _count(owner, table, OWN[table], account=account)
    assert own > 0
    assert OWN[table] == "true" or own < _count(owner, table)
    _become(owner, "authenticated", user)
    assert _count(owner, table) == own
    assert _count(owner, table, OWN[table], account=account) == own


@pytest.mark.parametrize("table", SEED)
def test_strangers_see_nothing(owner: psycopg.Connection[Any], table: str) -> None:
    assert _count(owner, table) > 0
    _become(owner, "anon")
    assert _count(owner, table) == 0
    _become(owner, "authenticated", "00000000-0000-4000-8000-000000000000")
    assert _count(owner, table) == 0 or table in {"creators", "creator_categories"}


@pytest.mark.parametrize("table", SEED)
def test_the_service_sees_everything(owner: psycopg.Connection[Any], table: str) -> None:
    everything = _count(owner, table)
    _become(owner, "service_role")
    assert _count(owner, table) == everything


def test_members_change_their_own_rows_only(owner: psycopg.Connection[Any]) -> None:
    user, account = _member(owner)
    own = _count(owner, "projects", "account_id = %(account)s", account=account)
    _become(owner, "authenticated", user)
    assert owner.execute("UPDATE projects SET is_archived = true").rowcount == own
    assert owner.execute("UPDATE creators SET is_verified = true").rowcount == 0
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"), owner.transaction():
        owner.execute("INSERT INTO projects (account_id, title) VALUES (gen_random_uuid(), 'theirs')")
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"), owner.transaction():
        owner.execute("UPDATE projects SET account_id = gen_random_uuid()")


def test_members_cannot_raise_their_limits(owner: psycopg.Connection[Any]) -> None:
    user, _ = _member(owner)
    _become(owner, "authenticated", user)
    assert owner.execute("UPDATE accounts SET creator_limit = 1000000").rowcount == 0
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        owner.execute("INSERT INTO accounts (name) VALUES ('free for all')")
