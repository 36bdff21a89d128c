"""Nobody keeps a colleague out: her browser passes the limits that strangers share, and a stranger stops at his own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from uuid import UUID

import pytest

from core import browsers, throttle
from core.browsers import Visitor
from core.errors import Throttled
from demo.servers import Valkey
from tests.support.desk import Browser, Desk, NewBrowser, fault, restarted
from tests.support.gotrue.people import User
from web.auth.providers.supabase import TRIES, network
from web.auth.recovery import admit_mail

COOKIE = "desk-browser"


@pytest.fixture(params=["redis", "postgresql"])
def counted_in(request: pytest.FixtureRequest, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both stores that tries are counted in."""
    if request.param == "redis":
        valkey: Valkey = request.getfixturevalue("valkey")
        restarted(monkeypatch, REDIS_URL=valkey.url)


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """Addresses that nobody of the staff has."""
    return (f"203.0.113.{number}" for number in count(1))


def flood(browser: Browser, email: str, tries: int, address: str, path: str = "/login") -> list[int]:
    """What somebody at this address is told who tries an e-mail so often."""
    browser.headers["x-forwarded-for"] = address
    return [browser.submit(path, email=email, password="wrong").status_code for _ in range(tries)]


def lock(browser: Browser, user: User, elsewhere: Iterator[str]) -> None:
    """Use up every try that strangers have at this e-mail."""
    per_address = TRIES["who"]
    for _ in range(TRIES["email"] // per_address):
        assert flood(browser, user.email, per_address, next(elsewhere)) == [401] * per_address
    assert flood(browser, user.email, 1, next(elsewhere)) == [429]


@pytest.mark.usefixtures("counted_in")
def test_one_address_uses_up_no_more_of_an_e_mail_than_its_own_share(
    desk: Desk, another: NewBrowser, elsewhere: Iterator[str]
) -> None:
    told = flood(another(), desk.staff["vera"].email, 60, next(elsewhere))
    assert (told.count(401), told.count(429)) == (TRIES["who"], 50)
    assert another().sign_in(desk, desk.staff["vera"]).status_code == 303, "from another address, in any browser"


@pytest.mark.usefixtures("counted_in")
def test_tries_from_many_addresses_keep_out_new_browsers_and_not_hers(
    desk: Desk, another: NewBrowser, elsewhere: Iterator[str]
) -> None:
    vera, hers = desk.staff["vera"], another()
    assert hers.sign_in(desk, vera).status_code == 303
    assert hers.submit("/logout").status_code == 303
    lock(another(), vera, elsewhere)
    refused = another().give_password(vera)
    assert (refused.status_code, fault(refused)) == (429, Throttled.default), "she is told to wait, where she is new"
    hers.headers["x-forwarded-for"] = next(elsewhere)
    assert hers.sign_in(desk, vera).status_code == 303, "password and code, and wherever she is now"
    assert hers.is_in()
    assert another().give_password(vera).status_code == 429, "and strangers have won no tries by it"


def test_a_code_too_is_taken_from_her_browser(desk: Desk, another: NewBrowser, elsewhere: Iterator[str]) -> None:
    vera, hers = desk.staff["vera"], another()
    hers.sign_in(desk, vera)
    hers.give_password(vera)
    lock(another(), vera, elsewhere)
    assert hers.submit("/login/mfa", code=desk.auth.code(vera)).status_code == 303


def test_her_browser_has_ten_tries_and_lifts_no_limit_of_its_address(
    desk: Desk, another: NewBrowser, elsewhere: Iterator[str]
) -> None:
    vera, hers = desk.staff["vera"], another()
    hers.sign_in(desk, vera)
    asked = desk.auth.asked.count(("POST", "/token"))
    told = [hers.give_password(vera, "wrong").status_code for _ in range(30)]
    assert (told.count(401), told.count(429)) == (TRIES["browser"], 20)
    assert desk.auth.asked.count(("POST", "/token")) == asked + TRIES["browser"]
    assert another().sign_in(desk, vera).status_code == 303, "who has a stolen cookie locks nobody out by it"

    mona, busy = desk.staff["mona"], next(elsewhere)
    monas = another()
    monas.sign_in(desk, mona)
    for _ in range(TRIES["address"]):
        throttle.hit([(f"address:{network(busy)}", TRIES["address"])])
    monas.headers["x-forwarded-for"] = busy
    assert monas.give_password(mona).status_code == 429


def test_a_cookie_gives_tries_for_its_person_only_and_opens_nothing(
    desk: Desk, another: NewBrowser, elsewhere: Iterator[str]
) -> None:
    vera, sam, sams = desk.staff["vera"], desk.staff["sam"], another()
    sams.sign_in(desk, sam)
    lock(another(), vera, elsewhere)
    assert sams.give_password(vera).status_code == 429, "the colleague's browser is a stranger to her e-mail"
    thief = another()
    thief.cookies.set(COOKIE, sams.cookies[COOKIE])
    assert not thief.is_in()
    lock(another(), sam, elsewhere)
    first = thief.give_password(sam, "wrong")
    assert (first.status_code, "desk" in thief.cookies) == (401, False)
    for made_up in ("", "x", "A" * 43, sams.cookies[COOKIE][::-1], f"{sams.cookies[COOKIE]}x"):
        thief.cookies.clear()
        thief.cookies.set(COOKIE, made_up)
        assert thief.give_password(sam).status_code == 429, made_up


def test_two_people_are_known_in_one_browser_by_a_new_name_at_each_sign_in(
    desk: Desk, another: NewBrowser, elsewhere: Iterator[str]
) -> None:
    vera, sam, shared, planted = desk.staff["vera"], desk.staff["sam"], another(), "A" * 43
    shared.cookies.set(COOKIE, planted, domain="127.0.0.1", path="/")
    names = {planted}
    for user in (vera, sam, vera):
        answer = shared.sign_in(desk, user)
        assert "httponly" in answer.headers.get_list("set-cookie")[-1].lower()
        [name] = [cookie.value for cookie in shared.cookies.jar if cookie.name == COOKIE]
        assert name not in names
        names.add(name or "")
    assert desk.count("known_browser") == 2, "as many as people, not as sign-ins"
    for user in (vera, sam):
        lock(another(), user, elsewhere)
        assert shared.give_password(user).status_code == 303
    knower = another()
    knower.cookies.set(COOKIE, planted)
    assert knower.give_password(vera).status_code == 429, "who planted a cookie is known by nothing"


def test_who_is_deactivated_or_chose_a_new_password_or_stayed_away_is_known_nowhere(desk: Desk) -> None:
    vera = desk.staff["vera"]
    tokens = [browsers.remember(UUID(vera.id), "") for _ in range(2)]

    def known() -> list[bool]:
        return [browsers.known_as(vera.email.upper(), Visitor("", token)) is not None for token in tokens]

    assert known() == [True, True]
    for change, back in (
        (
            "UPDATE dashboard.staff SET is_active = false WHERE role <> 'admin'",
            "UPDATE dashboard.staff SET is_active = true",
        ),
        (
            "UPDATE dashboard.known_browser SET seen_at = seen_at - interval '181 days'",
            "UPDATE dashboard.known_browser SET seen_at = now()",
        ),
    ):
        desk.change(change)
        assert known() == [False, False]
        desk.change(back)
    browsers.forget(UUID(vera.id))
    assert known() == [False, False]


def test_strangers_use_up_the_mails_of_an_e_mail_and_not_those_of_her_browser(
    desk: Desk, another: NewBrowser, elsewhere: Iterator[str]
) -> None:
    vera, hers, stranger = desk.staff["vera"], another(), another()
    hers.sign_in(desk, vera)
    assert flood(stranger, vera.email, 4, next(elsewhere), "/login/forgot") == [200] * 3 + [429]
    hers.headers["x-forwarded-for"] = next(elsewhere)
    assert [hers.submit("/login/forgot", email=vera.email).status_code for _ in range(3)] == [200] * 2 + [429]
    for number in range(20):
        admit_mail(f"nobody{number}@desk.example", Visitor("198.51.100.1", ""))
    with pytest.raises(Throttled):
        admit_mail("sam@desk.example", Visitor("198.51.100.1", ""))
    assert admit_mail("sam@desk.example", Visitor("198.51.100.2", "")) == "sam@desk.example"


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unix", "unix"),
    ],
)
def test_an_address_is_counted_as_what_one_customer_of_a_provider_has(address: str, counted_as: str) -> None:
    assert network(address) == counted_as


def test_nothing_counts_after_the_first_limit_that_is_over(desk: Desk) -> None:
    for _ in range(3):
        with pytest.raises(Throttled):
            throttle.hit([("address:full", 0), ("email:hers", 1)])
    throttle.hit([("email:hers", 1)])
