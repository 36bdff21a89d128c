"""A list as long as its cap is whole; one longer says that there are more."""

from __future__ import annotations

import pandas as pd
import pytest

from actions import notes
from components.content import word_diff
from components.projects import canvas as canvas_page
from components.projects import canvas_scene
from components.ui import exports
from core.database import rows
from demo.databases import Database
from queries import staff
from queries.accounts import lookup, recent
from queries.content import filters as content_filters
from queries.jobs import health, listing, neighbours, timings
from queries.jobs.filters import JobFilter
from queries.projects import canvas
from tests.support import factories
from tests.support.app import App, said

CAP = 3
SIZES = pytest.mark.parametrize("size", [CAP, CAP + 1])


@SIZES
def test_live_jobs(fresh_database: Database, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(listing, "LIVE_CAP", CAP)
    factories.rows(fresh_database.owner_url, "processing_queue", [factories.job()] * size)
    found = {row["state"]: row["is_floor"] for row in rows(listing.state_counts(JobFilter()))}
    assert found["queued"] is found["stuck"] is (size > CAP)
    assert found["failed"] is False


@SIZES
def test_ends_of_one_account(fresh_database: Database, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(health, "ENDS", CAP)
    monkeypatch.setattr(timings, "TIMED", CAP)
    account = factories.row(fresh_database.owner_url, "accounts", name="One")
    ago = pd.Timestamp.now("UTC") - pd.Timedelta(minutes=5)
    done = factories.job(status="completed", account_id=account, started_at=ago, completed_at=ago)
    factories.rows(fresh_database.owner_url, "processing_queue", [done] * size)
    where = JobFilter(account_id=account)
    [rate] = rows(health.failure_rates(where, 24))
    timed, _all = rows(timings.timings(where, 24))
    assert (rate["ended"], timed["jobs"]) == (CAP, CAP)
    assert rate["is_window_full"] is timed["is_window_full"] is (size > CAP)
    steps = [row["completed"] for row in rows(health.throughput(where, 24, 1))]
    assert (None in steps) is (size > CAP)


@SIZES
def test_staff(app: App, fresh_database: Database, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    people = len(rows(staff.people("", "", "all", pd.Timedelta(minutes=1).to_pytimedelta())))
    monkeypatch.setattr(staff, "LIMIT", people - (size - CAP))
    assert ("by name. Filter to find others" in said(app("ada", "staff"))) is (size > CAP)


@SIZES
def test_a_canvas(fresh_database: Database, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    for name in ("ITEMS_CAP", "LINKS_CAP"):
        monkeypatch.setattr(canvas, name, CAP)
    url = fresh_database.owner_url
    project = factories.row(url, "projects", title="One")
    piece = {"project_id": project, "source_url": "x", "platform": "upload", "content_type": "video"}
    pieces = factories.rows(url, "content_pieces", [piece] * size)
    folder = factories.row(url, "canvas_folders", project_id=project, name="F")
    factories.rows(url, "canvas_folder_items", [{"folder_id": folder, "content_piece_id": one} for one in pieces])
    ends = {"source_type": "content_piece", "target_type": "folder", "target_id": folder, "project_id": project}
    factories.rows(url, "canvas_connections", [{**ends, "source_id": one} for one in pieces])
    scene = canvas_page.load(project)
    assert list(scene.cut) == (["content_piece", "connection", "membership"] if size > CAP else [])
    assert sum(item.kind == "content_piece" for item in scene.items) == CAP
    plus = "+" if size > CAP else ""
    assert f"{CAP}{plus} pieces" in canvas_page.words(scene)
    assert f"{CAP}{plus} connections" in canvas_page.words(scene)
    assert isinstance(scene, canvas_scene.Scene)


@SIZES
def test_accounts_that_a_text_may_mean(app: App, fresh_database: Database, size: int) -> None:
    number = lookup.MATCHES + size - CAP
    factories.rows(fresh_database.owner_url, "accounts", [{"name": f"Same {n}"} for n in range(number)])
    at = app("sam", "jobs", jobs_account="Same", refresh="off")
    [asked] = [one.label for one in at.button_group if "Which account" in one.label]
    assert asked == f"Which account? {'The first 20 that match' if size > CAP else '20 match'}"


@SIZES
def test_creators_of_one_name(app: App, fresh_database: Database, size: int) -> None:
    number = content_filters.NAMESAKES + size - CAP
    same = {"platform": "tiktok", "display_name": "Same", "profile_url": "https://x"}
    factories.rows(fresh_database.owner_url, "creators", [{**same, "username": f"u{n}"} for n in range(number)])
    at = app("sam", "content", content_creator="Same")
    [asked] = [one.label for one in at.button_group if "Which creator" in one.label]
    assert asked == f"Which creator? {'The first 20 that match' if size > CAP else '20 match'}"


@SIZES
def test_what_staff_did_to_an_account_and_its_jobs_of_one_moment(
    app: App, fresh_database: Database, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(neighbours, "SHOWN", CAP)
    url = fresh_database.owner_url
    account = factories.row(url, "accounts", name="One")
    [job, *_] = factories.rows(url, "processing_queue", [factories.job(account_id=account)] * (size + 1))
    assert (f"The first {CAP:,} of {size}." in said(app("sam", "jobs", job=str(job)))) is (size > CAP)
    monkeypatch.setattr(recent.timeline, "__defaults__", (CAP,))
    for number in range(size):
        notes.add("account", account, f"note {number}", factories.viewer("admin"), account_id=account)
    assert (f"The first {CAP:,} of {size}." in said(app("ada", "account", account=str(account)))) is (size > CAP)


def test_large_json_is_no_nothing(app: App, fresh_database: Database) -> None:
    url = fresh_database.owner_url
    large = {"k": "y" * 70_000}
    script = factories.row(url, "generated_scripts", research_perspectives=[large])
    stored = {"source_url": "https://x", "platform": "upload", "content_type": "video", "metadata": large}
    piece = factories.row(url, "content_pieces", **stored)
    shown = said(app("ada", "content", script=str(script)))
    assert "too large to draw here" in shown
    assert "None." not in shown.split("Research perspectives")[1][:40]
    assert "too large to draw here" in said(app("ada", "content", piece=str(piece)))


@pytest.mark.parametrize("more", [0, 1])
def test_perspectives_sources_and_words_of_a_script(app: App, fresh_database: Database, more: int) -> None:
    one = {"perspective": "p", "summary": "s", "sources": ["x"] * (10 + more)}
    text = "ab\n" * (word_diff.WORDS_COMPARED // 2) + "a" * more
    stored = {"original_script": text, "rewritten_script": "a", "research_perspectives": [one] * (20 + more)}
    script = factories.row(fresh_database.owner_url, "generated_scripts", **stored)
    shown = said(app("ada", "content", script=str(script)))
    for told in ("The first 10 of 11 sources.", "The first 20 of 21 perspectives.", "The first 3,000 of 3,001 words."):
        assert (told in shown) is bool(more)


@SIZES
def test_a_file(size: int) -> None:
    told = exports.text(pd.DataFrame({"x": range(size)}), "jobs", "ada@desk.example", CAP)
    assert (f"Cut at {CAP}" in told) is (size > CAP)
