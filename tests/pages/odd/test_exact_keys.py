"""What a list or a group is opened by is what SQL made, whatever signs are in it: nobody's own normalising loses it."""

from __future__ import annotations

import pytest

from demo.databases import Database
from tests.support import factories
from tests.support.app import App, button_of, click
from tests.support.factories import job

ODD = (
    "\u00a0lead", "trail\u00a0", "a\u2003b", "\u3000x\u3000", "x\u0085", "\x0bx", "a\u2060b", "\u200bx", "x\ufeff",
    "\u2028x", "a  b", "A", "İ", "ß", "e\u0301", "…", "%", "x" * 300, " ",
)  # fmt: skip
QUIET = {"refresh": "off", "jobs_charts": "on", "jobs_range": "all"}


@pytest.mark.parametrize("message", ODD)
def test_a_failure_group_opens_whatever_its_message(app: App, fresh_database: Database, message: str) -> None:
    url = fresh_database.owner_url
    factories.rows(url, "processing_queue", [job(status="failed", error_message=message)] * 2)
    factories.row(url, "processing_queue", **job(status="failed", error_message="another"))
    at = app("sam", "jobs", jobs_state="failed", **QUIET)
    groups = button_of(at, "jobs_groups")
    assert groups
    click(at, groups, 0)
    at.run()
    assert not at.exception
    assert any(button.label == "Retry all 2…" for button in at.button), at.query_params["jobs_signature"]


@pytest.mark.parametrize("message", ODD[:8])
def test_a_group_of_failed_calls_opens(app: App, fresh_database: Database, message: str) -> None:
    call = {"service_name": "openai", "endpoint": "/v1", "status_code": 500, "created_at": factories.at("-1 hour")}
    url = fresh_database.owner_url
    factories.rows(url, "api_usage_logs", [{**call, "error_message": message}] * 3)
    factories.row(url, "api_usage_logs", **call, error_message="another")
    at = app("sam", "api_usage", api_usage_range="24h", api_usage_calls="failed")
    groups = button_of(at, "api_usage_groups")
    assert groups
    click(at, groups, 0)
    at.run()
    assert not at.exception
    listed = next(frame for frame in at.dataframe if "Outcome" in frame.value.columns)
    assert len(listed.value) == 3


@pytest.mark.parametrize("name", [" lead", "trail ", "a\u2003b", "\u00a0x"])
def test_a_service_and_endpoint_are_chosen_as_they_are_stored(app: App, fresh_database: Database, name: str) -> None:
    call = {"status_code": 200, "created_at": factories.at("-1 hour")}
    url = fresh_database.owner_url
    factories.row(url, "api_usage_logs", service_name=name, endpoint=name, **call)
    factories.row(url, "api_usage_logs", service_name="other", endpoint="/v1", **call)
    at = app("sam", "api_usage", api_usage_range="24h")
    [service] = [box for box in at.selectbox if box.label == "Service"]
    service.select(name).run()
    assert at.query_params["api_usage_service"] == name
    listed = next(frame for frame in at.dataframe if "Outcome" in frame.value.columns)
    assert len(listed.value) == 1
