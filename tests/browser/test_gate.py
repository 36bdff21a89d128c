"""Nothing of the Desk reaches a browser without a session, and no session reaches another person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest
from playwright.sync_api import ConsoleMessage, Page, expect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from core import sessions
from demo import stack
from demo.servers import Valkey
from tests.support import site_factories
from tests.support.protocol import HIDDEN, cookie_of, opened, person, sign_in_by_form, socket
from tests.support.site import SignIn, Site, free_port
from tests.support.until import until

REFUSALS = ("websocket_refused", "request_refused", "sign_in_refused")


@pytest.fixture(autouse=True)
def _refusals_are_expected(site: Site) -> None:
    site.expected.extend(REFUSALS)


@pytest.fixture
def stranger(site: Site) -> Iterator[httpx.Client]:
    """A browser's requests without a session."""
    with httpx.Client(base_url=site.url, headers={"accept": "text/html"}) as client:
        yield client


def change(site: Site, statement: str, *values: object) -> None:
    """Change something in the database as its owner."""
    with psycopg.connect(site.database.owner_url) as connection:
        connection.execute(statement.encode(), values)


@pytest.mark.parametrize("path", ["/", "/jobs", "/jobs?jobs_state=failed", "/nowhere", "/index.html", "/jobs/"])
def test_a_cold_address_leads_to_the_sign_in_page_and_no_data(stranger: httpx.Client, path: str) -> None:
    answer = stranger.get(path)
    assert (answer.status_code, answer.content) == (303, b"")
    assert answer.headers["location"].startswith("/login")
    shown = stranger.get(path, follow_redirects=True)
    assert "Sign in" in shown.text
    assert "<script" not in shown.text


@pytest.mark.parametrize(
    "path",
    [
        *("/_stcore/host-config", "/_stcore/stream", "/_stcore/upload_file/x/y", "/_stcore/bidi-components/x/y.js"),
        *("/media/0000.png", "/component/x/index.html", "/static/js/index.js", "/app/static/../../app.py"),
    ],
)
def test_the_parts_of_the_page_are_refused_without_a_session(stranger: httpx.Client, path: str) -> None:
    assert stranger.get(path).status_code in {303, 400, 401}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_sent_without_a_session(stranger: httpx.Client, site: Site, method: str) -> None:
    path = "/_stcore/upload_file/x/y"
    assert stranger.request(method, path, headers={"origin": site.url}).status_code == 401
    assert stranger.request(method, path, headers={"origin": "http://evil.example"}).status_code == 403
    assert stranger.request(method, path).status_code == 403


@pytest.mark.parametrize("path", ["/login.css", "/app/static/icon.svg", "/app/static/logo.svg", "/_stcore/health"])
def test_what_the_sign_in_page_needs_is_open(stranger: httpx.Client, path: str) -> None:
    assert stranger.get(path).status_code == 200


@pytest.mark.parametrize(
    "cookie",
    [
        *(None, "", "desk=", "desk=x", f"desk={'A' * 43}", f"__Host-desk={'A' * 43}", f"desk={'é' * 43}"),
        *(f"desk={'A' * 44}", "desk=' OR true --"),
    ],
)
def test_a_websocket_without_a_living_session_is_refused(site: Site, cookie: str | None) -> None:
    with pytest.raises(InvalidStatus, match="403"):
        socket(site, cookie)


def test_a_signed_in_websocket_runs_the_page_behind_the_navigation(site: Site) -> None:
    with socket(site, cookie_of(site, "vera")) as connection:
        tab = opened(connection, "jobs")
    assert tab.session_id
    assert tab.shows("Sign out")


def test_the_very_first_page_of_a_process_runs_behind_the_navigation(
    site: Site, valkey: Valkey, tmp_path: Path
) -> None:
    port = free_port()
    with (tmp_path / "app.log").open("wb") as log, stack.serving(site.database, valkey, port, log=log):
        cold = Site(f"http://localhost:{port}", site.database, tmp_path / "app.log")
        with socket(cold, cookie_of(cold, "vera")) as connection:
            assert opened(connection, "jobs").shows("Sign out")


@pytest.mark.parametrize("scheme_and_host", ["http://evil.example", "https://localhost", "http://127.0.0.1", "null"])
def test_a_foreign_origin_is_refused(site: Site, scheme_and_host: str) -> None:
    cookie = cookie_of(site, "vera")
    port = httpx.URL(site.url).port
    for origin in (scheme_and_host, f"{scheme_and_host}:{port}", f"http://localhost:{(port or 0) + 1}", None):
        with pytest.raises(InvalidStatus, match="403"):
            socket(site, cookie, origin=origin)
    socket(site, cookie).close()


def test_a_stolen_streamlit_session_id_does_not_resume(site: Site) -> None:
    ada = cookie_of(site, "ada")
    with socket(site, ada) as live:
        stolen = opened(live).session_id
        for thief in (cookie_of(site, "vera"), cookie_of(site, "ada")):
            with socket(site, thief, resume=stolen) as connection:
                assert opened(connection).session_id != stolen, "while its owner is connected"
        assert opened(live).frames, "the owner is not thrown out"
    for thief in (cookie_of(site, "vera"), cookie_of(site, "ada")):
        with socket(site, thief, resume=stolen) as connection:
            assert opened(connection).session_id != stolen, "after its owner has left"
    with socket(site, ada, resume=stolen) as connection:
        assert opened(connection).session_id == stolen, "its owner does resume"


def test_a_claimed_identity_is_ignored(site: Site, stranger: httpx.Client) -> None:
    admin = sessions.reference(cookie_of(site, "ada").removeprefix("desk="))
    assert stranger.get("/", headers={"X-Desk-Session": admin}).status_code == 303
    with pytest.raises(InvalidStatus, match="403"):
        socket(site, None, spoofed=admin)
    with socket(site, cookie_of(site, "vera"), spoofed=admin) as connection:
        tab = opened(connection)
    assert tab.shows("**Vera** :gray[viewer]")
    assert not tab.shows("**Ada**")


def test_signing_out_ends_the_session_everywhere(site: Site, stranger: httpx.Client) -> None:
    sign_in_by_form(stranger, "sam")
    kept = f"desk={stranger.cookies['desk']}"
    assert stranger.get("/").status_code == 200
    token = HIDDEN.findall(stranger.get("/logout").text)[0]
    with socket(site, kept) as connection:
        assert not opened(connection).shows("You are signed out")
        gone = stranger.post("/logout", data={"form": token}, headers={"origin": site.url})
        assert (gone.status_code, gone.headers["location"]) == (303, "/login?left=1")
        with pytest.raises(ConnectionClosed, match="1008"):
            opened(connection)  # in a tab that is still open
    assert httpx.get(f"{site.url}/", headers={"cookie": kept}).status_code == 303
    with pytest.raises(InvalidStatus, match="403"):
        socket(site, kept)


def test_another_site_cannot_sign_anybody_out_or_in(site: Site, stranger: httpx.Client) -> None:
    sign_in_by_form(stranger, "sam")
    kept = stranger.cookies["desk"]
    link = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    assert "Sign out?" in stranger.get("/logout", headers={**link, "sec-fetch-site": "cross-site"}).text
    assert "Sign out?" in stranger.get("/logout", headers={"sec-fetch-site": "same-origin"}).text
    foreign = {"origin": "http://evil.example"}
    assert stranger.post("/logout", data={"form": "x"}, headers=foreign).status_code == 403
    assert stranger.post("/logout", data={"form": "x"}, headers={"origin": site.url}).status_code == 403
    assert stranger.get("/", headers={"cookie": f"desk={kept}"}).status_code == 200
    for headers in (foreign, {"origin": site.url}):
        answer = httpx.post(f"{site.url}/login", data={"user_id": str(person("ada")), "form": "x"}, headers=headers)
        assert answer.status_code == 403
        assert "desk" not in answer.cookies


def test_signing_in_again_ends_the_session_before_it(site: Site, stranger: httpx.Client) -> None:
    sign_in_by_form(stranger, "vera")
    first = stranger.cookies["desk"]
    sign_in_by_form(stranger, "vera")
    assert stranger.cookies["desk"] != first
    assert httpx.get(f"{site.url}/", headers={"cookie": f"desk={first}"}).status_code == 303


def test_a_planted_cookie_is_not_adopted(site: Site) -> None:
    planted = "A" * 43
    with httpx.Client(base_url=site.url, headers={"cookie": f"desk={planted}"}) as client:
        page = client.get("/login")
        headers = {"origin": site.url, "cookie": f"desk={planted}; desk-form={page.cookies['desk-form']}"}
        form = {"form": HIDDEN.findall(page.text)[0], "user_id": str(person("vera"))}
        answer = client.post("/login", data=form, headers=headers)
        assert answer.status_code == 303
        assert answer.cookies["desk"] != planted
        assert client.get("/").status_code == 303


def test_the_cookie_is_closed_to_scripts_and_other_sites(stranger: httpx.Client) -> None:
    answer = sign_in_by_form(stranger, "vera", next_page="//evil.example")
    assert answer.headers["location"] == "/"
    given = next(value for value in answer.headers.get_list("set-cookie") if value.startswith("desk="))
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(given.split("; "))


@pytest.mark.parametrize("user_id", ["", "x", "00000000-0000-0000-0000-000000000000", "' OR true --"])
def test_an_unknown_persona_is_refused(stranger: httpx.Client, site: Site, user_id: str) -> None:
    token = HIDDEN.findall(stranger.get("/login").text)[0]
    answer = stranger.post("/login", data={"form": token, "user_id": user_id}, headers={"origin": site.url})
    assert answer.status_code == 401
    assert "desk" not in answer.cookies


def test_a_huge_form_is_refused_unread(stranger: httpx.Client, site: Site) -> None:
    answer = stranger.post("/login", data={"form": "x" * 20_000}, headers={"origin": site.url})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "path", ["/_stcore/metrics", "/_stcore/agent/mcp", "/_stcore/agent/openapi.json", "/auth/login"]
)
def test_what_streamlit_tells_strangers_is_absent(site: Site, stranger: httpx.Client, path: str) -> None:
    assert stranger.get(path).status_code == 404
    assert httpx.get(f"{site.url}{path}", headers={"cookie": cookie_of(site, "ada")}).status_code == 404


def test_health_says_little_to_strangers(stranger: httpx.Client) -> None:
    assert stranger.get("/healthz").text == "ok"
    assert stranger.get("/readyz").json() == {"writer": "ok", "reader": "ok"}
    assert "desk_query_seconds" in stranger.get("/metrics").text


@pytest.mark.parametrize("path", ["/", "/login", "/logout", "/healthz", "/app/static/icon.svg", "/media/x", "/nowhere"])
def test_every_answer_carries_the_headers(stranger: httpx.Client, path: str) -> None:
    headers = stranger.get(path).headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe-eval'" not in headers["content-security-policy"].replace("'wasm-unsafe-eval'", "")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-frame-options"] == "DENY"


def test_no_answer_waits_for_a_delayed_acknowledgement(stranger: httpx.Client) -> None:
    # Without TCP_NODELAY most take the kernel's 40 ms, whenever one asks; on a busy machine they may for a while.
    def times_s() -> list[float]:
        return sorted(stranger.get("/healthz").elapsed.total_seconds() for _ in range(60))

    until(lambda: times_s()[20] < 0.03)


def test_somebody_who_typed_the_other_loopback_name_is_sent_on(site: Site) -> None:
    other = site.url.replace("localhost", "127.0.0.1")
    assert httpx.get(f"{other}/login?next=/jobs").headers["location"] == f"{site.url}/login?next=/jobs"


def test_the_whole_way_in_and_out(page: Page, sign_in: SignIn, site: Site) -> None:
    blocked: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            blocked.append(message.text)

    page.on("console", listen)
    page.goto("/jobs?jobs_state=failed")
    expect(page).to_have_url(f"{site.url}/login?next=/jobs%3Fjobs_state%3Dfailed")
    sign_in(page, "sam")
    expect(page.get_by_role("heading", name="Jobs")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/jobs\?jobs_state=failed"))
    page.get_by_role("link", name="Overview").click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    page.get_by_role("link", name="Sign out").click()
    expect(page.get_by_role("status")).to_have_text("You are signed out.")
    page.goto("/jobs")
    expect(page).to_have_url(re.compile("/login"))
    assert blocked == []


def test_a_deactivated_person_is_out_of_an_open_page_within_half_a_minute(
    page: Page, sign_in: SignIn, site: Site
) -> None:
    leaver = site_factories.person(site, "reviewer")
    sign_in(page, leaver.name)
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    change(site, "UPDATE dashboard.staff SET is_active = false WHERE user_id = %s", leaver.user_id)
    expect(page.get_by_text("You are signed out")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("heading", name="Overview")).to_be_hidden()
    expect(page).to_have_url(re.compile("/login"))
    expect(page.get_by_role("button", name=leaver.name)).to_be_hidden()
