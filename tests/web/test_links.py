"""Links in e-mails work once, only by the button, only for staff; what they lead to keeps the rules of signing in."""

from __future__ import annotations

from uuid import UUID

import pytest

from actions import staff
from core import supabase_auth
from core.errors import Invalid, SupabaseDown, Throttled
from core.identity import Operator
from tests.support.desk import HIDDEN, PASSWORD, Browser, Desk, NewBrowser, fault, restarted
from tests.support.gotrue.people import Mail, User
from tests.support.until import until

CHOSEN = "a sentence that nobody guesses"
OPERATOR = Operator("root")


def link(mail: Mail) -> str:
    """Where the e-mail leads."""
    return f"/auth/confirm?token_hash={mail.token_hash}&type={mail.kind}"


def mailed(desk: Desk, user: User, number: int) -> Mail:
    """The last of so many e-mails to this person; they are sent after the page has answered."""

    def theirs() -> list[Mail]:
        return [mail for mail in desk.auth.mails if mail.to == user.email]

    until(lambda: len(theirs()) >= number)
    return theirs()[-1]


@pytest.fixture
def invited(desk: Desk) -> User:
    """Somebody whom an admin has just invited."""
    staff.use_invitations(supabase_auth.invite)
    try:
        user_id = staff.invite("nora@desk.example", "Nora", "support", OPERATOR)
    finally:
        staff.use_invitations(None)
    return next(user for user in desk.auth.users if UUID(user.id) == user_id)


def test_from_the_invitation_to_the_desk(desk: Desk, invited: User, browser: Browser, another: NewBrowser) -> None:
    (mail,) = desk.auth.mails
    assert (mail.to, mail.kind, mail.redirect_to) == (invited.email, "invite", f"{desk.url}/auth/confirm")
    scanner = another()
    for _ in range(2):
        assert "Welcome" in scanner.get(link(mail)).text
        scanner.head(link(mail))
    assert ("POST", "/verify") not in desk.auth.asked, "opened by a scanner, it is good still"
    assert scanner.post(link(mail), headers={"origin": desk.url}).status_code == 403
    assert ("POST", "/verify") not in desk.auth.asked

    assert browser.submit(link(mail)).headers["location"] == "/login/password"
    used = scanner.submit(link(mail))
    assert (used.status_code, "no longer works" in used.text) == (401, True)
    assert not browser.is_in()
    assert invited.email in browser.get("/login/password").text
    assert browser.get("/login/mfa").headers["location"] == "/login/password", "first things first"
    for one, two, said in (
        (CHOSEN, f"{CHOSEN}.", "passwords differ"),
        ("short", "short", "12 to 72"),
        ("ü" * 40, "ü" * 40, "12 to 72"),
        ("my password is this", "my password is this", "too easy"),
    ):
        answer = browser.submit("/login/password", password=one, again=two)
        assert (answer.status_code, said in fault(answer)) == (401, True), said
        assert one not in answer.text
    assert browser.submit("/login/password", password=CHOSEN, again=CHOSEN).headers["location"] == "/login/mfa"
    assert "Set up your authenticator" in browser.get("/login/mfa").text
    assert not browser.is_in()
    assert browser.submit("/login/mfa", code=desk.auth.code(invited)).headers["location"] == "/"
    assert browser.is_in()
    assert desk.auth.sessions == {}
    later = another()
    later.give_password(invited, CHOSEN)
    assert later.submit("/login/mfa", code=desk.auth.code(invited)).status_code == 303


def test_a_forgotten_password_needs_the_code_first_and_ends_every_session(
    desk: Desk, browser: Browser, another: NewBrowser
) -> None:
    vera, thief = desk.staff["vera"], another()
    thief.sign_in(desk, vera)
    told = browser.submit("/login/forgot", email=" VERA@desk.example ")
    mail = mailed(desk, vera, 1)
    assert (mail.kind, mail.redirect_to) == ("recovery", f"{desk.url}/auth/confirm")
    assert browser.submit(link(mail)).headers["location"] == "/login/mfa"
    assert browser.get("/login/password").headers["location"] == "/login/mfa", "a mailbox alone changes nothing"
    assert browser.submit("/login/mfa", code=desk.auth.code(vera)).headers["location"] == "/login/password"
    assert thief.is_in()
    same = browser.submit("/login/password", password=PASSWORD, again=PASSWORD)
    assert "your old password" in fault(same)
    assert browser.submit("/login/password", password=CHOSEN, again=CHOSEN).headers["location"] == "/"
    assert browser.is_in()
    assert not thief.is_in()
    assert desk.count("known_browser") == 1, "nor has the thief's browser tries of its own any longer"

    customer = desk.auth.add("customer@product.example", PASSWORD)
    for email in (customer.email, "nobody@desk.example", "v\u0435ra@desk.example", "", "x" * 400):
        answer = browser.submit("/login/forgot", email=email)
        assert (answer.status_code, words(answer.text)) == (200, words(told.text)), email
    for _ in range(2):
        browser.submit("/login/forgot", email=vera.email)
    mailed(desk, vera, 2)
    assert {mail.to for mail in desk.auth.mails} == {vera.email}
    assert fault(browser.submit("/login/forgot", email=vera.email)) == Throttled.default


def words(page: str) -> str:
    """A page without what is the browser's own."""
    return "".join(part for part in page.split("\n") if "hidden" not in part)


def test_links_that_lead_nowhere(desk: Desk, browser: Browser) -> None:
    customer = desk.auth.add("customer@product.example", PASSWORD)
    supabase_auth.send_recovery(customer.email)
    answer = browser.submit(link(desk.auth.mails[-1]))
    assert (answer.status_code, "no longer works" in answer.text) == (401, True), "a customer"
    assert desk.auth.sessions == {}
    for query in ("", "?type=invite", "?type=signup&token_hash=abcdefghijkl", "?token_hash=abcdefghijkl"):
        assert browser.get(f"/auth/confirm{query}").status_code == 400, query
    form = HIDDEN.findall(browser.get("/login").text)[0]
    for token_hash in ("x", "a" * 300, "%C3%A9" * 10, "abcdefghijkl%00", "..%2f..%2fadmin%2fusers"):
        answer = browser.submit_as(form, f"/auth/confirm?type=invite&token_hash={token_hash}")
        assert answer.status_code == 401, token_hash
    answers = [browser.submit_as(form, f"/auth/confirm?type=invite&token_hash={n:012}").status_code for n in range(20)]
    assert answers[-1] == 429
    assert desk.count("staff_session") == 0


def test_an_admin_invites_whoever_has_an_account_without_a_mail(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    customer = desk.auth.add("customer@product.example", PASSWORD)
    assert supabase_auth.invite(customer.email) == UUID(customer.id)
    assert desk.auth.mails == []
    desk.auth.outage = (422, b'{"code": "email_address_invalid", "message": "no"}')
    with pytest.raises(Invalid, match="refused this address"):
        supabase_auth.invite("x@invalid.example")
    desk.auth.outage = (503, b"<html>")
    with pytest.raises(SupabaseDown):
        supabase_auth.invite("new@desk.example")
    desk.auth.outage = None
    restarted(monkeypatch, SUPABASE_SECRET_KEY="")
    from web.auth.providers.supabase import Supabase

    assert Supabase().invitation is None
