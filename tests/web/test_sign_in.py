"""Signing in through Supabase: who proves everything is in, whoever does not learns nothing, and no secret gets out."""

from __future__ import annotations

import re
from uuid import UUID

import httpx
import pytest
from psycopg import errors

from core import sessions
from core.errors import SignInRefused
from core.identity import Viewer
from tests.support.desk import HIDDEN, PASSWORD, Browser, Desk, NewBrowser, fault, restarted
from web.auth import pending

REFUSED = SignInRefused.default


@pytest.fixture
def seen(browser: Browser) -> list[str]:
    """Everything that reaches the browser."""
    texts: list[str] = []

    def keep(answer: httpx.Response) -> None:
        answer.read()
        texts.append(f"{answer.headers} {answer.text}")

    browser.event_hooks["response"].append(keep)
    return texts


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
    assert desk.count("staff_session") == 0


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


def test_one_lands_on_this_site_and_the_cookies_are_closed_to_scripts_and_to_others(
    desk: Desk, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert browser.sign_in(desk, desk.staff["vera"], "//evil.example").headers["location"] == "/"
    assert "evil.example" not in browser.get("/login?next=https://evil.example/x").text
    restarted(monkeypatch, PUBLIC_URL="https://desk.example.com")
    sent = {"origin": "https://desk.example.com"}
    form = browser.get("/login").headers["set-cookie"].split(";")[0]
    fields = {"email": desk.staff["sam"].email, "password": PASSWORD, "form": form.split("=")[1]}
    answer = browser.post("/login", data=fields, headers=sent | {"cookie": form})
    step = answer.headers["set-cookie"]
    assert step.startswith("__Host-desk-step=")
    fields = {"code": desk.auth.code(desk.staff["sam"]), "form": form.split("=")[1]}
    answer = browser.post("/login/mfa", data=fields, headers=sent | {"cookie": f"{form}; {step.split(';')[0]}"})
    given = next(cookie for cookie in answer.headers.get_list("set-cookie") if cookie.startswith("__Host-desk="))
    for cookie in (step, given):
        assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(cookie.split("; ")), cookie


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
    monkeypatch.setattr(pending, "LONGEST_S", -1)
    late = browser.submit_as(form, "/login/mfa", code=desk.auth.code(vera))
    assert late.headers["location"] == "/login?late=1"
    assert "more than ten minutes" in browser.get("/login?late=1").text
    assert not browser.is_in()


def test_who_is_deactivated_halfway_stays_outside(desk: Desk, browser: Browser) -> None:
    vera = desk.staff["vera"]
    browser.give_password(vera)
    desk.change("UPDATE dashboard.staff SET is_active = false WHERE user_id = %s", vera.id)
    answer = browser.submit("/login/mfa", code=desk.auth.code(vera))
    assert (answer.status_code, fault(answer)) == (401, REFUSED)
    assert not browser.is_in()


def test_a_cookie_of_another_environment_opens_nothing(desk: Desk, browser: Browser) -> None:
    browser.sign_in(desk, desk.staff["vera"])
    desk.change("DELETE FROM dashboard.staff_session")  # the other environment's sessions are not here
    sessions.forget()
    assert not browser.is_in()
    browser.cookies.set("__Host-desk", browser.cookies["desk"])
    assert not browser.is_in()


def test_a_role_that_does_not_exist_includes_nothing(desk: Desk) -> None:
    vera = desk.staff["vera"]
    with pytest.raises(errors.CheckViolation):
        desk.change("UPDATE dashboard.staff SET role = 'root' WHERE user_id = %s", vera.id)
    desk.change("ALTER TABLE dashboard.staff DROP CONSTRAINT staff_role_check")
    desk.change("UPDATE dashboard.staff SET role = 'root' WHERE email = %s", vera.email)
    viewer = sessions.find(sessions.reference(sessions.start(UUID(vera.id))))
    assert isinstance(viewer, Viewer)
    assert not any(viewer.can(permission) for permission in ("read", "admin"))


def test_the_demo_has_none_of_these_pages(desk: Desk, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    restarted(monkeypatch, AUTH_MODE="demo")
    for path in ("/login/mfa", "/login/mfa.svg", "/login/password", "/login/forgot", "/auth/confirm?type=invite"):
        assert browser.get(path).status_code == 404
