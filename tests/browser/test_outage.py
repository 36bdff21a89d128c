"""Servers die while pages are open: each page says so, loses nothing, and recovers by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from demo import databases, stack
from demo.servers import PostgreSQL, Valkey
from tests.support.grid import grid, settled, tick
from tests.support.site import SignIn, free_port, patient_context


@pytest.fixture
def servers(server_directory: Path) -> Iterator[tuple[PostgreSQL, Valkey]]:
    """A PostgreSQL and a Valkey for one test to kill."""
    with (
        PostgreSQL(server_directory / "mortal-pg", durable=False) as server,
        Valkey(server_directory / "mortal-valkey") as valkey,
    ):
        yield server, valkey


@pytest.fixture
def window(browser: Browser, servers: tuple[PostgreSQL, Valkey], tmp_path: Path) -> Iterator[Page]:
    """A window on an app of its own."""
    server, valkey = servers
    port = free_port()
    database = databases.create(server, f"mortal_{port}", "small")
    with (
        (tmp_path / "app.log").open("wb") as log,
        stack.serving(database, valkey, port, log=log),
        patient_context(browser, f"http://localhost:{port}") as context,
    ):
        yield context.new_page()


def test_postgresql_and_valkey_go_and_come_back(
    window: Page, servers: tuple[PostgreSQL, Valkey], sign_in: SignIn
) -> None:
    server, valkey = servers
    window.goto("/jobs?refresh=5s&jobs_state=failed&jobs_range=all&jobs_charts=off")
    sign_in(window, "sam")
    grid(window)

    valkey.stop()
    window.reload()
    grid(window)
    tick(window, 0)
    expect(window.get_by_text("Paused: 1 selected")).to_be_visible()
    valkey.start()

    server.stop()
    window.get_by_role("button", name="Unselect").click()
    expect(window.get_by_text("The database does not answer").first).to_be_visible()
    expect(window.get_by_role("heading", name="Jobs", level=1)).to_be_visible()
    assert "jobs_state=failed" in window.url

    server.start()
    expect(window.get_by_text("The database does not answer")).to_have_count(0)
    grid(window)
    settled(window)
    expect(window.get_by_text("failed jobs")).to_be_visible()
