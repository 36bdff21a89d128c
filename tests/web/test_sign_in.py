"""Signing in through Supabase: who proves everything is in, whoever does not learns nothing, and no secret gets out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import psycopg
import pytest
from psycopg import errors

from core import sessions, throttle
from core import settings as settings_module
from core.errors import SignInRefused, Throttled
from core.identity import Viewer
from demo.servers import Valkey
from tests.gotrue_people import User
from tests.web.conftest import HIDDEN, PASSWORD, Browser, Desk, NewBrowser, fault
from web import login, steps, supabase

REFUSED = SignInRefused.default


def change(desk: Desk, statement: str, *values: object) -> None:
    """Change something in the database as its owner."""
    with psycopg.connect(desk.database.owner_url) as connection:
        connection.execute(statement.encode(), values)


def restarted(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    """Other settings from here on."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    settings_module.settings.cache_clear()


@pytest.fixture
def seen(browser: Browser) -> Iterator[list[str]]:
    """Everything that reaches the browser."""
    texts: list[str] = []

    def keep(answer: httpx.Response) -> None:
        answer.read()
        texts.append(f"{answer.headers} {answer.text}")

    browser.event_hooks["response"].append(keep)
    yield texts


def test_the_way_in_and_out(desk: Desk, browser: Browser, seen: list[str]) -> None:
    ada = desk.staff["ada"]
    tokens: list[str] = []
    desk.auth.sign = lambda claims: tokens.append(desk.auth.signed(claims)) or tokens[-1]
    desk.auth.sessions["of the product"] = (ada, "aal1")
    answer = browser.give_password(ada, wanted="/jobs?jobs_state=failed")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login/mfa")
    assert not browser.is_in(), "a password alone opens nothing"
    page = browser.get("/login/mfa")
    assert ada.email in page.text
    assert "<script" not in page.text
    assert "script-src" not in page.headers["content-security-policy"]
    answer = browser.submit("/login/mfa", code=f" {desk.auth.code(ada)} ")
    assert (answer.status_code, answer.headers["location"]) == (303, "/jobs?jobs_state=failed")
    assert browser.is_in()
    assert set(desk.auth.sessions) == {"of the product"}, "Supabase's session ended, and no other of the person"
    everything = "".join(seen)
    assert len(tokens) == 2
    assert not any(token in everything for token in [*tokens, PASSWORD, *ada.secrets.values()])
    assert browser.get("/login/mfa").headers["location"] == "/", "a form that is sent twice finds its step done"

    kept = browser.cookies["desk"]
    assert browser.submit("/logout").status_code == 303
    assert not browser.is_in()
    browser.cookies.set("desk", kept)
    assert not browser.is_in(), "a cookie from before"
    with psycopg.connect(desk.database.owner_url) as connection:
        assert connection.execute("SELECT count(*) FROM dashboard.staff_session").fetchone() == (0,)


def test_all_failures_are_one(desk: Desk, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supabase, "TRIES", dict.fromkeys(supabase.TRIES, 1000))
    vera, sam = desk.staff["vera"], desk.staff["sam"]
    customer = desk.auth.add("customer@product.example", PASSWORD)
    change(desk, "UPDATE dashboard.staff SET is_active = false WHERE user_id = %s", sam.id)
    desk.auth.users.remove(desk.staff["mona"])
    tried = {
        "wrong password": (vera.email, "wrong"),
        "unknown address": ("nobody@desk.example", PASSWORD),
        "a customer": (customer.email, PASSWORD),
        "deactivated": (sam.email, PASSWORD),
        "staff without an account": ("mona@desk.example", PASSWORD),
        "look-alike letters": ("v\u0435ra@desk.example", PASSWORD),
        "full-width letters": ("\uff56era@desk.example", PASSWORD),
        "a dotless i": ("r\u0131ta@desk.example", PASSWORD),
        "10 kB": (vera.email, "x" * 10_000),
        "NUL": (vera.email, f"{PASSWORD}\0"),
        "another's": (vera.email, f"{PASSWORD} "),
        "nothing": ("", ""),
        "SQL": ("' OR true --@x", "' OR true --"),
    }
    for name, (email, password) in tried.items():
        answer = browser.submit("/login", email=email, password=password)
        assert (answer.status_code, fault(answer)) == (401, REFUSED), name
        assert "desk" not in browser.cookies, name
        assert "desk-step" not in browser.cookies, name
        assert password == "" or password not in answer.text, name
    assert desk.auth.sessions == {}, "who is not staff is signed out of Supabase again"
    assert browser.sign_in(desk, User(vera.email.upper(), "", vera.id, vera.factors, vera.secrets)).status_code == 303


def test_no_refusal_comes_sooner_than_the_slowest(
    desk: Desk, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login, "FLOOR_S", 0.3)
    for email in ("vera@desk.example", "nobody@desk.example", "v\u0435ra@desk.example"):
        assert browser.submit("/login", email=email, password="wrong").elapsed.total_seconds() >= 0.3


def test_guessing_ends_after_ten_tries_from_one_place_and_fifty_from_everywhere(
    desk: Desk, browser: Browser, another: NewBrowser
) -> None:
    vera = desk.staff["vera"]
    form = HIDDEN.findall(browser.get("/login").text)[0]
    jar = dict(browser.cookies)

    def guess(number: int) -> int:
        with Browser(base_url=desk.url, cookies=jar, timeout=30) as guesser:
            return guesser.submit_as(form, "/login", email=vera.email, password=f"guess {number}").status_code

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(guess, range(100)))
    assert (told.count(401), told.count(429)) == (10, 90)
    assert desk.auth.asked.count(("POST", "/token")) == 10
    answer = browser.give_password(vera)
    assert (answer.status_code, fault(answer)) == (429, Throttled.default)
    assert answer.headers["retry-after"] == "900"
    other = browser.give_password(desk.staff["sam"])
    assert other.status_code == 429, "the whole address is over its fifty"
    change(desk, "UPDATE dashboard.attempt SET ends_at = now() - interval '1 second'")
    assert browser.sign_in(desk, vera).status_code == 303, "a quarter of an hour later"


def test_a_right_password_with_wrong_codes_stays_outside_and_is_throttled(desk: Desk, browser: Browser) -> None:
    vera, sam = desk.staff["vera"], desk.staff["sam"]
    browser.give_password(vera)
    right = desk.auth.code(vera)
    for wrong in (
        desk.auth.code(sam),
        "",
        "abcdef",
        "12345",
        "1234567",
        "\u0661\u0662\u0663\u0664\u0665\u0666",
        right[::-1] + "0",
    ):
        answer = browser.submit("/login/mfa", code=wrong)
        assert (answer.status_code, fault(answer)) == (401, REFUSED), wrong
    browser.submit("/login/mfa", code="000000")
    browser.submit("/login/mfa", code="000000")
    answer = browser.submit("/login/mfa", code=right)
    assert (answer.status_code, fault(answer)) == (429, Throttled.default)
    assert not browser.is_in()
    assert browser.give_password(vera).status_code == 429, "a new password step gives no new tries"


def test_a_code_is_good_once(desk: Desk, browser: Browser, another: NewBrowser) -> None:
    vera = desk.staff["vera"]
    browser.give_password(vera)
    code = desk.auth.code(vera)
    assert browser.submit("/login/mfa", code=code).status_code == 303
    thief = another()
    thief.give_password(vera)
    assert thief.submit("/login/mfa", code=code).status_code == 401, "Supabase refuses it"
    vera.used_step = 0
    assert thief.submit("/login/mfa", code=code).status_code == 401, "and the Desk would"
    assert not thief.is_in()
    assert thief.submit("/login/mfa", code=desk.auth.code(vera)).status_code == 303


def test_who_has_no_app_sets_one_up_first(desk: Desk, browser: Browser, another: NewBrowser) -> None:
    vera = desk.staff["vera"]
    vera.factors.clear()
    assert browser.give_password(vera).headers["location"] == "/login/mfa"
    page = browser.get("/login/mfa")
    assert "Set up your authenticator" in page.text
    first = vera.factors[-1]["id"]
    shown = "".join(re.findall(r"<span>([A-Z2-7]{1,4})</span>", page.text))
    assert shown == vera.secrets[first]
    picture = browser.get("/login/mfa.svg")
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert "default-src 'none'" in picture.headers["content-security-policy"]
    assert picture.text.startswith("<svg")
    assert another().get("/login/mfa.svg").status_code == 404, "nobody else's"
    assert browser.submit("/login/mfa", code="000000").status_code == 401
    assert [factor["id"] for factor in vera.factors] == [first], "the same however often it is opened"

    again = another()
    again.give_password(vera)
    assert "Set up" in again.get("/login/mfa").text
    assert len(vera.factors) == 1, "what was left unfinished is replaced"
    assert again.submit("/login/mfa", code=desk.auth.code(vera)).status_code == 303
    assert again.is_in()
    assert another().sign_in(desk, vera).status_code == 303


def test_where_a_second_factor_is_not_required_only_those_who_have_one_are_asked(
    desk: Desk, browser: Browser, another: NewBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    restarted(monkeypatch, REQUIRE_MFA="false")
    desk.staff["vera"].factors.clear()
    assert browser.give_password(desk.staff["vera"], wanted="/jobs").headers["location"] == "/jobs"
    assert browser.is_in()
    assert desk.auth.sessions == {}
    other = another()
    assert other.give_password(desk.staff["sam"]).headers["location"] == "/login/mfa"
    assert not other.is_in()


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example/x", "/\\evil.example", "/auth/confirm"])
def test_one_lands_on_this_site(desk: Desk, browser: Browser, wanted: str) -> None:
    assert browser.sign_in(desk, desk.staff["vera"], wanted).headers["location"] == "/"


def test_another_site_signs_nobody_in(desk: Desk, browser: Browser, another: NewBrowser) -> None:
    mallory = desk.staff["vera"]
    mallory.factors.clear()
    fields = {"email": mallory.email, "password": PASSWORD}
    for path in (
        "/login",
        "/login/mfa",
        "/login/password",
        "/login/forgot",
        "/auth/confirm?type=invite&token_hash=abc",
    ):
        foreign = browser.post(path, data=fields, headers={"origin": "http://evil.example"})
        assert foreign.status_code == 403, path
        assert browser.post(path, data=fields).status_code == 403, path
    theirs = HIDDEN.findall(another().get("/login").text)[0]
    assert browser.submit_as(theirs, "/login", **fields).status_code == 403, "another browser's form"
    browser.get("/login")
    assert browser.submit_as(theirs, "/login", **fields).status_code == 403
    browser.give_password(mallory)
    assert browser.submit_as(theirs, "/login/mfa", code="000000").status_code == 403
    assert desk.auth.asked.count(("POST", "/token")) == 1
    assert browser.post("/login", data={"form": "x" * 20_000}, headers={"origin": desk.url}).status_code == 413


def test_a_step_is_its_browsers_for_ten_minutes(
    desk: Desk, browser: Browser, another: NewBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    vera = desk.staff["vera"]
    other = another()
    for cookie in ("", "x", "A" * 43):
        other.cookies.set("desk-step", cookie)
        assert other.get("/login/mfa").headers["location"] == "/login?late=1"
    browser.give_password(vera)
    assert browser.get("/login/password").headers["location"] == "/login/mfa", "no stage is left out"
    form = HIDDEN.findall(browser.get("/login/mfa").text)[0]
    monkeypatch.setattr(steps, "LONGEST_S", -1)
    late = browser.submit_as(form, "/login/mfa", code=desk.auth.code(vera))
    assert late.headers["location"] == "/login?late=1"
    assert "more than ten minutes" in browser.get("/login?late=1").text
    assert not browser.is_in()


def test_who_is_deactivated_halfway_stays_outside(desk: Desk, browser: Browser) -> None:
    vera = desk.staff["vera"]
    browser.give_password(vera)
    change(desk, "UPDATE dashboard.staff SET is_active = false WHERE user_id = %s", vera.id)
    answer = browser.submit("/login/mfa", code=desk.auth.code(vera))
    assert (answer.status_code, fault(answer)) == (401, REFUSED)
    assert not browser.is_in()


def test_a_cookie_of_another_environment_opens_nothing(desk: Desk, browser: Browser) -> None:
    browser.sign_in(desk, desk.staff["vera"])
    change(desk, "DELETE FROM dashboard.staff_session")  # the other environment's sessions are not here
    sessions.forget()
    assert not browser.is_in()
    browser.cookies.set("__Host-desk", browser.cookies["desk"])
    assert not browser.is_in()


def test_a_role_that_does_not_exist_includes_nothing(desk: Desk) -> None:
    vera = desk.staff["vera"]
    with pytest.raises(errors.CheckViolation):
        change(desk, "UPDATE dashboard.staff SET role = 'root' WHERE user_id = %s", vera.id)
    change(desk, "ALTER TABLE dashboard.staff DROP CONSTRAINT staff_role_check")
    change(desk, "UPDATE dashboard.staff SET role = 'root' WHERE email = %s", vera.email)
    viewer = sessions.find(sessions.reference(sessions.start(person(vera))))
    assert isinstance(viewer, Viewer)
    assert not any(viewer.can(permission) for permission in ("read", "admin"))


def person(user: User) -> object:
    """Their id."""
    from uuid import UUID

    return UUID(user.id)


def test_the_demo_has_none_of_these_pages(desk: Desk, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    restarted(monkeypatch, AUTH_MODE="demo")
    for path in ("/login/mfa", "/login/mfa.svg", "/login/password", "/login/forgot", "/auth/confirm?type=invite"):
        assert browser.get(path).status_code == 404


def test_tries_are_counted_in_redis_and_without_it_in_postgresql(
    desk: Desk, valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core import cache

    def tries() -> int:
        with psycopg.connect(desk.database.reader_url) as connection:
            return (connection.execute("SELECT count(*) FROM dashboard.attempt").fetchone() or (0,))[0]

    try:
        restarted(monkeypatch, REDIS_URL=valkey.url)
        cache.reset()
        throttle.take([("one", 2)])
        throttle.take([("one", 2)])
        with pytest.raises(Throttled):
            throttle.take([("one", 2), ("other", 9)])
        throttle.give_back(["one"])
        throttle.take([("one", 2)])
        assert tries() == 0
        restarted(monkeypatch, REDIS_URL="redis://127.0.0.1:1")
        cache.reset()
        throttle.take([("one", 2)])
        throttle.take([("one", 2)])
        with pytest.raises(Throttled):
            throttle.take([("one", 2)])
        assert tries() == 1
        assert not throttle.is_first("one", 60)
    finally:
        monkeypatch.delenv("REDIS_URL")
        settings_module.settings.cache_clear()
        cache.reset()
