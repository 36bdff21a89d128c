"""`make bench`: load BENCH_ROWS calls, ask each question every way, and print what it took as Markdown."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Final

import psycopg

from benchmarks import data, figures, throwaway, ways
from benchmarks.questions import questions
from core import cache, database
from core.settings import settings
from demo import databases
from demo.databases import Database
from demo.servers import PostgreSQL, Valkey
from schema import product

ROWS: Final = int(os.environ.get("BENCH_ROWS", "3000000"))


def main() -> None:
    """Everything in one run, so that the ratios compare like with like."""
    with throwaway.directory() as home, Valkey(home / "valkey") as valkey:
        server = PostgreSQL(home / "pg", durable=False)
        with server:
            bench = _created(server)
            loaded_s = figures.timed_s(lambda: data.load(bench.owner_url, ROWS))
            print(f"\n{ROWS:,} calls over {data.DAYS} days, loaded in {loaded_s:.0f} s.\n", flush=True)
            _use(bench, valkey)
            asked = questions()
            with_seed = [ways.median_of(question.raw) for question in asked]
            product.create_recommended_indexes(bench.owner_url)
            _vacuum(bench)
            with_indexes = [ways.median_of(question.raw) for question in asked]
            counted, took_s = figures.backfill()
            for source in ("jobs", "usage"):
                list(figures.rollups.catch_up(source, rest=0))
            _vacuum(bench)
            database.reset()
        with server:  # anew, so that its buffers are empty
            cold = [ways.explained(question.rolled) for question in asked]
            warm = [ways.median_of(question.rolled) for question in asked]
            cached = [ways.cached_ms(question.rolled) for question in asked]
            _print(
                (
                    *("question", "raw, seed's indexes", "raw, recommended", "roll-up cold", "warm", "its planning"),
                    *("kept in the process", "warm against seed's", "aim", "buffers"),
                ),
                [
                    (
                        q.name,
                        *(f"{way.execution_ms:,.1f} ms" for way in (seed, indexed, once, often)),
                        f"{often.planning_ms:.1f} ms",
                        f"{kept:.1f} ms",
                        f"{seed.execution_ms / often.execution_ms:,.0f} times",
                        f"≥ {q.reach}" if q.reach else "",
                        f"{often.buffers:,} of {indexed.buffers:,}",
                    )
                    for q, seed, indexed, once, often, kept in zip(
                        asked, with_seed, with_indexes, cold, warm, cached, strict=True
                    )
                ],
            )
            rate = ("backfill at full speed", f"{counted / took_s:,.0f} calls/s", "≥ 150,000 calls/s")
            _print(
                ("figure", "measured", "aim"), [rate, *figures.upkeep(bench), *figures.truth(bench), *figures.pages()]
            )
            database.reset()


def _created(server: PostgreSQL) -> Database:
    """The product's tables with the seed's indexes only, and the Desk's."""
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE bench")
    bench = databases.at(server, "bench")
    product.create(bench.owner_url)
    databases.migrate_to_head(bench)
    return bench


def _use(bench: Database, valkey: Valkey) -> None:
    """The Desk's settings point at the benchmark's servers."""
    os.environ |= {
        "AUTH_MODE": "demo",
        "DATABASE_URL": bench.writer_url,
        "DATABASE_READ_URL": bench.reader_url,
        "REDIS_URL": valkey.url,
        "LOG_LEVEL": "ERROR",
    }
    settings.cache_clear()
    database.reset()
    cache.reset()


def _vacuum(bench: Database) -> None:
    with psycopg.connect(bench.owner_url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")


def _print(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    print("\n".join(f"| {' | '.join(line)} |" for line in lines), end="\n\n", flush=True)


if __name__ == "__main__":
    main()
