"""What a cache knows a question by: equal for equal questions, different for all others."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from itertools import chain

from sqlalchemy import Executable, select, text
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from core.fingerprint import fingerprint
from demo.places import ROOT
from queries import jobs
from queries.filters import JobFilter
from queries.tables import accounts
from tests.db import test_queries_plans, test_queries_usage_plans

ASKED = "from queries import jobs; from queries.filters import JobFilter; from core.fingerprint import fingerprint"


def compiled(statement: Executable) -> str:
    told = statement.compile(dialect=PGDialect_psycopg())  # pyright: ignore[reportAttributeAccessIssue]  # Executable lacks it
    return f"{told}\n{sorted(told.params.items(), key=str)}"


def test_every_read_is_told_from_every_other() -> None:
    same: defaultdict[str, set[str]] = defaultdict(set)
    for _ in range(2):
        for read in chain(test_queries_plans.READS.values(), test_queries_usage_plans.READS.values()):
            same[fingerprint(read)].add(compiled(read))
    assert len(same) > 300
    assert all(len(reads) == 1 for reads in same.values())
    assert len(set(chain(*same.values()))) == len(same)


def test_values_count() -> None:
    one, other = (fingerprint(jobs.total(JobFilter(error=word))) for word in ("voice", "avatar"))
    assert fingerprint(jobs.total(JobFilter(error="voice"))) == one
    assert one != other
    lists = [["a"], ["a", "b"], ["b"], []]
    assert len({fingerprint(select(accounts.c.id).where(accounts.c.name.in_(names))) for names in lists}) == 4
    assert fingerprint(text("SELECT :n").bindparams(n=1)) != fingerprint(text("SELECT :n").bindparams(n=2))


def test_another_process_says_the_same() -> None:
    code = f"{ASKED}; print(fingerprint(jobs.total(JobFilter(error='voice', states=('failed', 'queued')))), end='')"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert told == fingerprint(jobs.total(JobFilter(error="voice", states=("failed", "queued"))))
