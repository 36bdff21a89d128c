"""Which database and settings this process uses."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import pytest

from core import cache as shared_cache
from core import database as core_database
from core.settings import settings
from demo.databases import Database


@contextmanager
def in_use(database: Database, **chosen: str) -> Generator[None]:
    """The Desk's settings point at this database; afterwards at what they pointed at before."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUTH_MODE", "demo")
        patch.setenv("DATABASE_URL", database.writer_url)
        patch.setenv("DATABASE_READ_URL", database.reader_url)
        patch.setenv("DATABASE_OWNER_URL", database.owner_url)
        for name, value in chosen.items():
            patch.setenv(name, value)
        forget()
        yield
    forget()


def forget() -> None:
    """Read settings anew, with no connection and no answer kept from before."""
    settings.cache_clear()
    core_database.reset()
    shared_cache.reset()
