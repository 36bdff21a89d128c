"""One text that tries everything, written into every column that can hold it."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Generator
from contextlib import contextmanager
from typing import Final, NamedTuple

import psycopg
from psycopg import errors, sql

MARK: Final = "pwn7"
HOST: Final = "pwn7.example"
PAYLOAD: Final = (
    f"{MARK} **pwnbold** [pwnlink](//{HOST}/a) :red[pwnred] $pwn^2$ `pwncode` pwn@{HOST} https://{HOST}/b www.{HOST} "
    f":material/pwnicon: :streamlit: :skull: pwn -> pwn ![pwnimage](//{HOST}/i.png) <https://{HOST}/c> ~~pwngone~~ "
    f"<img src=//{HOST}/h.png onerror=window.__pwned=1> <script>window.__pwned=1</script> <b>pwnhtml</b> "
    f'<a href="https://{HOST}/d">pwnhref</a> =hyperlink("//{HOST}")\n\n# pwnhead\n\n- pwnitem\n\n    pwnblock'
)

_COLUMNS: Final = """
SELECT n.nspname || '.' || c.relname, a.attname, e.typname, t.typelem <> 0 AND t.typcategory = 'A',
    CASE WHEN a.atttypmod > 4 AND e.typname <> 'jsonb' THEN a.atttypmod - 4 END,
    EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND a.attnum = ANY (i.indkey))
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_type t ON t.oid = a.atttypid
JOIN pg_type e ON e.oid = CASE WHEN t.typcategory = 'A' THEN t.typelem ELSE t.oid END
WHERE n.nspname IN ('public', 'dashboard') AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attnum > 0
    AND NOT a.attisdropped AND a.attgenerated = '' AND e.typname IN ('text', 'varchar', 'bpchar', 'json', 'jsonb')
ORDER BY c.oid, a.attnum
"""
_ALWAYS: Final = """
SELECT tgrelid::regclass::text, quote_ident(tgname) FROM pg_trigger WHERE tgenabled = 'A' AND NOT tgisinternal
"""
_WORD: Final = "^([a-z0-9]+([_.][a-z0-9]+)*|[0-9a-f-]{36})$"
"""What the code asks about, and ids kept as text: half of the rows keep theirs, or nothing would be found by them."""

_AS_IT_IS: Final = sql.SQL("")
_OWN: Final = sql.SQL(" || left(md5(ctid::text), 12)")
SHORT: Final = 180
_FORMS: Final = ((len(PAYLOAD), _AS_IT_IS), (SHORT, _AS_IT_IS), (SHORT, _OWN))
_KEPT: Final = re.compile(r"\d{4}-\d\d-\d\d|[0-9a-f]{8}-[0-9a-f]{4}-")
"""Times and ids within JSON, which the code reads."""


class Column(NamedTuple):
    """Where text or JSON is kept."""

    table: str
    name: str
    type: str
    is_array: bool
    longest: int | None
    is_unique: bool


def columns(connection: psycopg.Connection) -> dict[str, list[Column]]:
    """Every column of the product's tables and of the Desk's that can hold text, by table."""
    found: dict[str, list[Column]] = {}
    for row in connection.execute(_COLUMNS).fetchall():
        found.setdefault(str(row[0]), []).append(Column(*row))
    return found


def spread(owner_url: str, spared: Collection[str]) -> dict[str, str]:
    """Write the payload into every column that takes it; those that do not, with the database's reason."""
    refused: dict[str, str] = {}
    with psycopg.connect(owner_url, autocommit=True) as connection, _unguarded(connection):
        for table, listed in columns(connection).items():
            if connection.execute(sql.SQL("SELECT FROM {} LIMIT 1").format(_named(table))).fetchone() is None:
                refused[table] = "it is empty"
            wanted = [one for one in listed if f"{table}.{one.name}" not in spared]
            forms = {one.name: _form(connection, one) for one in wanted}
            refused |= {f"{table}.{name}": str(form) for name, form in forms.items() if isinstance(form, Exception)}
            changes = [
                sql.SQL("{} = {}").format(sql.Identifier(name), form)
                for name, form in forms.items()
                if isinstance(form, sql.Composable)
            ]
            if changes:
                connection.execute(sql.SQL("UPDATE {} SET {}").format(_named(table), sql.SQL(", ").join(changes)))
            for one in wanted:
                if forms[one.name] is None:
                    _fill_json(connection, one)
        connection.execute("VACUUM ANALYZE")
    return refused


@contextmanager
def _unguarded(connection: psycopg.Connection) -> Generator[None]:
    """Without the triggers, of which some refuse a changed row even from a replica."""
    connection.execute("SET session_replication_role = replica")
    guards = connection.execute(_ALWAYS).fetchall()
    for change in ("DISABLE TRIGGER", "ENABLE ALWAYS TRIGGER"):
        for table, trigger in guards:
            connection.execute(f"ALTER TABLE {table} {change} {trigger}".encode())
        if change == "DISABLE TRIGGER":
            yield


def _form(connection: psycopg.Connection, column: Column) -> sql.Composed | Exception | None:
    """The payload as this column takes it, tried on two rows: short or different where need be; None for JSON."""
    if column.type in {"json", "jsonb"} and not column.is_array:
        return None
    table, name = _named(column.table), sql.Identifier(column.name)
    are_words = sql.SQL("SELECT coalesce(bool_and({}::text ~ {}), false) FROM {}").format(name, _WORD, table)
    [is_word] = connection.execute(are_words).fetchone() or [False]
    problem = None
    for longest, tail in _FORMS[2:] if column.is_unique else _FORMS:
        text = PAYLOAD[: max(min(longest, column.longest or longest) - (12 if tail is _OWN else 0), len(MARK))]
        form = sql.SQL("{}{}").format(json.dumps(text) if column.type in {"json", "jsonb"} else text, tail)
        if column.is_array:
            form = sql.SQL("ARRAY[({})::{}]").format(form, sql.Identifier(column.type))
        try:
            with connection.transaction(force_rollback=True):
                some = "UPDATE {0} SET {1} = {2} WHERE ctid IN (SELECT ctid FROM {0} LIMIT 2)"
                connection.execute(sql.SQL(some).format(table, name, form))
        except (errors.IntegrityError, errors.DataError) as error:
            problem = error
        else:
            half = sql.SQL("CASE WHEN hashtext(ctid::text) % 2 = 0 THEN {} ELSE {} END").format(name, form)
            return half if is_word else form
    return problem


def _fill_json(connection: psycopg.Connection, column: Column) -> None:
    """Every text in it becomes the payload; an empty one gets a field of that name."""
    table, name, kind = _named(column.table), sql.Identifier(column.name), sql.Identifier(column.type)
    asked = sql.SQL("SELECT DISTINCT {0}::text FROM {1}").format(name, table)
    told = {text: json.dumps(_told(json.loads(text or "null"))) for [text] in connection.execute(asked).fetchall()}
    connection.execute("CREATE TEMP TABLE told (was text, became text)")
    with connection.cursor() as cursor, cursor.copy("COPY told FROM STDIN") as copied:
        for was, became in told.items():
            copied.write_row((was, became))
    change = "UPDATE {0} SET {1} = became::{2} FROM told WHERE coalesce({1}::text, '') = coalesce(was, '')"
    connection.execute(sql.SQL(change).format(table, name, kind))
    connection.execute("DROP TABLE told")


def _named(table: str) -> sql.Identifier:
    return sql.Identifier(*table.split("."))


def _told(value: object) -> object:
    match value:
        case str() if _KEPT.match(value):
            return value
        case str():
            return PAYLOAD
        case dict() if value:
            return {key: _told(one) for key, one in value.items()}
        case list() if value:
            return [_told(one) for one in value]
        case list():
            return [PAYLOAD]
        case None | dict():
            return {PAYLOAD: PAYLOAD}
        case _:
            return value
