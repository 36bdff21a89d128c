"""PostgreSQL, read as `desk_reader` and written as `desk_writer`."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from threading import Lock
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, overload

import pandas as pd
import pyarrow as pa
from sqlalchemy import URL, Connection, Engine, Executable, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import QueuePool
from tenacity import retry, retry_if_exception, stop_after_attempt

from core import cache as shared_cache
from core import jsontext, loaders
from core.cache import Domain
from core.errors import SettingsInvalid
from core.fingerprint import fingerprint, sql
from core.settings import LOOPBACK, settings
from core.sqlstates import translate
from core.telemetry import logger, note_read, page_name, query_seconds, request_id

if TYPE_CHECKING:
    from core.reads import Read, Row

log = logger(__name__)

POOL_SIZE: Final = 8
POOL_OVERFLOW: Final = 8

_ARROW_BY_OID: Final[dict[object, pa.DataType]] = {
    16: pa.bool_(),
    **dict.fromkeys((20, 21, 23), pa.int64()),
    **dict.fromkeys((700, 701, 1700), pa.float64()),
    1082: pa.date32(),
    1184: pa.timestamp("us", tz="UTC"),
    1186: pa.duration("us"),
    **dict.fromkeys((1005, 1007, 1016), pa.list_(pa.int64())),
    **dict.fromkeys((1022, 1231), pa.list_(pa.float64())),
    **dict.fromkeys((1009, 1015, 2951), pa.list_(pa.string())),
}
"""PostgreSQL type OID to Arrow type; every other type is read as text."""

_PANDAS: Final = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}


def load(statement: Executable, *, ttl_s: int = 0, domain: Domain = "") -> pd.DataFrame:
    """The rows of a read, from the cache when `ttl_s` allows it.

    Columns are the statement's, typed even when empty: integers `Int64`, numerics `float64` (NaN for those that are no
    number), times UTC (`loaders.FIRST` and `LAST` for those beyond the years 1 to 9999), uuid and json as text.
    `attrs["as_of"]` is when PostgreSQL answered.
    Raises `DatabaseDown`, `DatabaseBusy`, `DatabaseMisconfigured`.
    """
    table = _answer(statement, ttl_s, domain)
    frame: pd.DataFrame = table.to_pandas(types_mapper=_PANDAS.get)
    frame.attrs["as_of"] = shared_cache.as_of(table)
    return frame


@overload
def rows(statement: Read[Row], *, ttl_s: int = 0, domain: Domain = "") -> list[Row]: ...
@overload
def rows(statement: Executable, *, ttl_s: int = 0, domain: Domain = "") -> list[Any]: ...
def rows(statement: Executable, *, ttl_s: int = 0, domain: Domain = "") -> list[Any]:
    """The same as plain values, for a few rows that are read one by one: None where nothing is, times UTC."""
    return _answer(statement, ttl_s, domain).to_pylist()


@contextmanager
def transaction() -> Generator[Connection]:
    """One transaction on the primary as `desk_writer`; commits at the end, rolls back on any exception."""
    try:
        with _connection("writer") as connection, connection.begin():
            yield connection
    except SQLAlchemyError as error:
        translate(error)


def ping(kind: Literal["reader", "writer"]) -> float:
    """Seconds that a round trip to PostgreSQL takes; raises as `load` does."""
    start = perf_counter()
    try:
        with _connection(kind) as connection:
            connection.exec_driver_sql("SELECT 1")
    except SQLAlchemyError as error:
        translate(error)
    return perf_counter() - start


class Pool(NamedTuple):
    """The connections of one role in this process."""

    kind: str
    in_use: int
    idle: int
    most: int


def pools() -> list[Pool]:
    """How many connections this process holds, for each role that was used."""
    return [
        Pool(kind, pool.checkedout(), pool.checkedin(), POOL_SIZE + POOL_OVERFLOW)
        for kind, engine in list(_engines.items())
        if isinstance(pool := engine.pool, QueuePool)
    ]


def reset() -> None:
    """Close every connection, one in use as soon as it is given back; the next use reads the settings anew."""
    with _making:
        over = list(_engines.values())
        _engines.clear()
    for engine in over:
        engine.pool.dispose()  # not engine.dispose(), whose new pool nobody would close


def driver_url(url: str) -> URL:
    """A `postgresql://` URL for SQLAlchemy with psycopg; TLS is verified for every host but this machine."""
    try:
        parsed = make_url(url).set(drivername="postgresql+psycopg")
    except ArgumentError:
        said = "DATABASE_URL or DATABASE_READ_URL cannot be read; check for unescaped characters."
        raise SettingsInvalid(said) from None
    host = str(parsed.query.get("host", parsed.host or ""))
    if host not in LOOPBACK and not host.startswith("/") and host and "sslmode" not in parsed.query:
        root = parsed.query.get("sslrootcert", "system")
        parsed = parsed.update_query_dict({"sslmode": "verify-full", "sslrootcert": root})
    return parsed


_engines: dict[str, Engine] = {}
_making = Lock()


def _engine(kind: Literal["reader", "writer"]) -> Engine:
    with _making:
        if kind not in _engines:
            _engines[kind] = _new_engine(kind)
        return _engines[kind]


@contextmanager
def _connection(kind: Literal["reader", "writer"]) -> Generator[Connection]:
    engine = _engine(kind)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        if _engines.get(kind) is not engine:  # reset meanwhile
            engine.pool.dispose()


def _new_engine(kind: Literal["reader", "writer"]) -> Engine:
    chosen = settings().database_read_url if kind == "reader" else settings().database_url
    engine = create_engine(
        driver_url(chosen.get_secret_value()),
        pool_size=POOL_SIZE,
        max_overflow=POOL_OVERFLOW,
        pool_timeout=5,
        pool_recycle=1800,
        hide_parameters=True,  # what people typed stays out of logs
        pool_pre_ping=kind == "writer",  # a write is never retried, so its connection is tried first
        json_serializer=jsontext.dumps,
        json_deserializer=jsontext.loads,
        connect_args={"prepare_threshold": None, "connect_timeout": 3, "application_name": "aicon-desk"},
    )
    event.listen(engine, "before_cursor_execute", _comment, retval=True)
    event.listen(engine, "connect", lambda found, _: loaders.register(found, is_plain=kind == "reader"))
    return engine


def _comment(_c: Any, _cur: Any, statement: str, parameters: Any, _ctx: Any, _many: bool) -> tuple[str, Any]:
    """Name the page and request in the statement, so that pg_stat_activity tells who asked."""
    return f"/* desk page={page_name()} request={request_id()} */ {statement}", parameters


def _answer(statement: Executable, ttl_s: int, domain: Domain) -> pa.Table:
    if not ttl_s:
        return _read(statement)
    return shared_cache.get_or_load(fingerprint(statement), ttl_s, domain, lambda: _read(statement))


def _dropped(error: BaseException) -> bool:
    return isinstance(error, DBAPIError) and error.connection_invalidated


def _read(statement: Executable) -> pa.Table:
    start = perf_counter()
    outcome = "error"
    try:
        table = _execute(statement)
        outcome = "ok"
    except SQLAlchemyError as error:
        translate(error)
    finally:
        took_s = perf_counter() - start
        query_seconds.labels(page_name(), outcome).observe(took_s)
        note_read(took_s, lambda: sql(statement))
    return shared_cache.stamp(table)


@retry(retry=retry_if_exception(_dropped), stop=stop_after_attempt(2), reraise=True)
def _execute(statement: Executable) -> pa.Table:
    with _connection("reader") as connection:
        result = connection.execute(statement)
        description = result.cursor.description if result.cursor else []
        found = result.fetchall()
    names = [column[0] for column in description]
    columns = list(zip(*found, strict=True)) if found else [() for _ in names]
    types = [_ARROW_BY_OID.get(column[1], pa.string()) for column in description]
    return pa.table([pa.array(values, kind) for values, kind in zip(columns, types, strict=True)], names=names)
