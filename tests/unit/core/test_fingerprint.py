"""What a cache knows a question by: equal for equal questions, different for all others."""

from __future__ import annotations

import subprocess
import sys

from sqlalchemy import select, text

from core.fingerprint import fingerprint
from demo.places import ROOT
from queries.jobs import listing
from queries.jobs.filters import JobFilter
from queries.tables import accounts

ASKED = (
    "from queries.jobs import listing; from queries.jobs.filters import JobFilter;"
    " from core.fingerprint import fingerprint"
)


def test_values_count() -> None:
    one, other = (fingerprint(listing.total(JobFilter(error=word))) for word in ("voice", "avatar"))
    assert fingerprint(listing.total(JobFilter(error="voice"))) == one
    assert one != other
    lists = [["a"], ["a", "b"], ["b"], []]
    assert len({fingerprint(select(accounts.c.id).where(accounts.c.name.in_(names))) for names in lists}) == 4
    assert fingerprint(text("SELECT :n").bindparams(n=1)) != fingerprint(text("SELECT :n").bindparams(n=2))


def test_another_process_says_the_same() -> None:
    code = f"{ASKED}; print(fingerprint(listing.total(JobFilter(error='voice', states=('failed', 'queued')))), end='')"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert told == fingerprint(listing.total(JobFilter(error="voice", states=("failed", "queued"))))
