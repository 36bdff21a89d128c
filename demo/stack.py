"""What `make demo` starts: servers, database, worker and the app, in that order, and all of it stopped at the end."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Final, NoReturn
from urllib.error import URLError
from urllib.request import urlopen

import psycopg
from psycopg import sql

from core.errors import DeskError
from demo import databases, places, supervised, worker
from demo.databases import Database, Scale
from demo.servers import PostgreSQL, Valkey
from schema import product
from schema.revision import Superseded

DATABASE: Final = "desk"
LOADING: Final = "desk_loading"
APP_START_S: Final = 60


def run(scale: Scale | None, *, port: int = 8501, with_worker: bool = True, reset: bool = False) -> None:
    """Start everything, keep it until Ctrl-C or SIGTERM, stop everything; raises `DeskError`."""
    started = time.monotonic()
    _refuse_taken(port)
    with ExitStack() as stack, suppress(KeyboardInterrupt):
        home = stack.enter_context(_alone())
        stack.enter_context(_signals_interrupt())
        if reset:
            PostgreSQL(home / "pg").erase()
        with _timed(f"PostgreSQL and Valkey in {home}"):
            server = stack.enter_context(PostgreSQL(home / "pg"))
            valkey = stack.enter_context(Valkey(home / "valkey"))
        database = prepared(server, scale)
        if with_worker:
            stack.enter_context(_working(database))
        os.environ.setdefault("LOG_FORMAT", "console")
        app = stack.enter_context(serving(database, valkey, port))
        _say(f"AICON Desk is at http://localhost:{port} ({time.monotonic() - started:.1f} s). Ctrl-C stops it.")
        code = app.wait()
        raise DeskError(f"The app stopped with exit code {code}; the reason is above. Start again.")
    _say("Stopped; the data are kept for the next start.")


def prepared(server: PostgreSQL, scale: Scale | None) -> Database:
    """The demo's database, made on the first start under another name, so that a half-loaded one is made again."""
    if databases.exists(server, DATABASE):
        database = databases.at(server, DATABASE)
        with _timed("Migrations and new indexes"):
            _migrate(database)
            product.create_recommended_indexes(database.owner_url)
        _tell_age(server, scale)
        return database
    databases.drop(server, LOADING)
    chosen: Scale = scale or "medium"
    with _timed(f"Tables, indexes, staff and {chosen} demo data"):
        databases.create(server, LOADING, chosen)
    with psycopg.connect(server.url()) as connection:
        made = sql.Literal(f"{chosen} {time.time():.0f}")
        connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(LOADING), made))
    return databases.rename(server, LOADING, DATABASE)


def _migrate(database: Database) -> None:
    try:
        databases.migrate_to_head(database)
    except Superseded:
        raise DeskError("The kept data are of a Desk from before 0.1.0; `make demo-reset` makes new ones.") from None


def _tell_age(server: PostgreSQL, scale: Scale | None) -> None:
    """Say what the kept data are, when that may surprise."""
    with psycopg.connect(server.url()) as connection:
        row = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [DATABASE]
        ).fetchone()
    kept, made = str(row[0] if row else "").split()
    days = int((time.time() - int(made)) / 86400)
    if scale not in {None, kept}:
        _say(f"The kept data are {kept}; `DEMO_SCALE={scale} make demo-reset` replaces them.")
    if days:
        _say(f"The kept data end {days} day{'s' * (days > 1)} ago; `make demo-reset` makes new ones.")


@contextmanager
def _alone() -> Generator[Path]:
    """The demo directory, for this process alone."""
    home = places.home()
    with (home / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DeskError("A demo of this checkout is running already. Use it, or stop it with Ctrl-C.") from None
        yield home


@contextmanager
def _signals_interrupt() -> Generator[None]:
    """SIGTERM and a closed terminal do what Ctrl-C does; while stopping, further signals are left alone."""
    names = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
    before = {name: signal.signal(name, _interrupt) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def _interrupt(_number: int, _frame: object) -> NoReturn:
    for name in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(name, signal.SIG_IGN)  # what is being stopped is stopped in order
    raise KeyboardInterrupt


@contextmanager
def _working(database: Database) -> Generator[None]:
    """The demo worker, in a thread of this process."""
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(database.owner_url, stop), name="demo-worker", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=5)


@contextmanager
def serving(
    database: Database,
    valkey: Valkey,
    port: int,
    *,
    log: IO[bytes] | None = None,
    program: Sequence[str] = ("-m", "streamlit"),
    **chosen: str,
) -> Generator[subprocess.Popen[bytes]]:
    """The app as a child process that answers, in demo mode unless chosen otherwise; it knows no owner's URL."""
    environment = os.environ | {
        "AUTH_MODE": "demo",
        "DATABASE_URL": database.writer_url,
        "DATABASE_READ_URL": database.reader_url,
        "REDIS_URL": valkey.url,
        "PUBLIC_URL": f"http://localhost:{port}",
    }
    environment |= chosen
    environment.pop("DATABASE_OWNER_URL", None)
    options = ["--server.address=localhost", f"--server.port={port}"]
    command = [sys.executable, *program, "run", "app.py", *options]
    app = supervised.start(command, cwd=places.ROOT, output=log, env=environment)
    try:
        _await(app, port)
        yield app
    finally:
        supervised.stop(app)


def _await(app: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + APP_START_S
    while app.poll() is None and time.monotonic() < deadline:
        with suppress(URLError, OSError), urlopen(f"http://localhost:{port}/healthz", timeout=5):
            return
        time.sleep(0.05)
    raise DeskError("The app did not start; the reason is above. Correct it and start again.")


def _refuse_taken(port: int) -> None:
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("127.0.0.1", port))
        except OSError as error:
            raise DeskError(
                f"Port {port} cannot be used ({error.strerror}). Stop what uses it, or choose another: "
                f"PORT={port + 1} make demo."
            ) from None


@contextmanager
def _timed(what: str) -> Generator[None]:
    """Print what is being done, then how long it took."""
    start = time.monotonic()
    print(f"{what} ...", end=" ", flush=True)
    yield
    _say(f"{time.monotonic() - start:.1f} s")


def _say(sentence: str) -> None:
    print(sentence, flush=True)
