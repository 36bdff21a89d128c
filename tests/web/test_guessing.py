"""Whoever guesses learns nothing and is stopped soon, wherever the tries are counted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from core import throttle
from core.errors import SignInRefused, Throttled
from demo.servers import Valkey
from tests.support.desk import HIDDEN, PASSWORD, Browser, Desk, NewBrowser, fault, restarted
from tests.support.gotrue.people import User
from web.auth import login
from web.auth.providers import supabase

REFUSED = SignInRefused.default


def test_all_failures_are_one(desk: Desk, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supabase, "TRIES", dict.fromkeys(supabase.TRIES, 1000))
    vera, sam = desk.staff["vera"], desk.staff["sam"]
    customer = desk.auth.add("customer@product.example", PASSWORD)
    desk.change("UPDATE dashboard.staff SET is_active = false WHERE user_id = %s", sam.id)
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


def test_guessing_ends_after_ten_tries_and_for_a_whole_place_later(
    desk: Desk, browser: Browser, another: NewBrowser
) -> None:
    vera = desk.staff["vera"]
    form = HIDDEN.findall(browser.get("/login").text)[0]

    def guess(number: int) -> int:
        return browser.submit_as(form, "/login", email=vera.email, password=f"guess {number}").status_code

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(guess, range(100)))
    assert (told.count(401), told.count(429)) == (10, 90)
    assert desk.auth.asked.count(("POST", "/token")) == 10
    answer = browser.give_password(vera)
    assert (answer.status_code, fault(answer)) == (429, Throttled.default)
    assert answer.headers["retry-after"] == "900"
    assert another().sign_in(desk, desk.staff["sam"]).status_code == 303, "a colleague"
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(guess, range(100, 1000))) == {429}
    assert desk.auth.asked.count(("POST", "/token")) == 11, "the colleague's, and none of nine hundred more"
    assert browser.give_password(desk.staff["mona"]).status_code == 429, "the whole place"
    desk.change("UPDATE dashboard.attempt SET ends_at = now() - interval '1 second'")
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


def test_tries_are_counted_in_redis_and_without_it_in_postgresql(
    desk: Desk, valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    restarted(monkeypatch, REDIS_URL=valkey.url)
    throttle.hit([("one", 2)])
    throttle.hit([("one", 2)])
    with pytest.raises(Throttled):
        throttle.hit([("one", 2), ("other", 9)])
    throttle.reset(["one"])
    throttle.hit([("one", 2)])
    assert desk.count("attempt") == 0
    restarted(monkeypatch, REDIS_URL="redis://127.0.0.1:1")
    throttle.hit([("one", 2)])
    throttle.hit([("one", 2)])
    with pytest.raises(Throttled):
        throttle.hit([("one", 2)])
    assert desk.count("attempt") == 1
    assert not throttle.claim_once("one", 60)
