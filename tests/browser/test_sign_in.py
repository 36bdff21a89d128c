"""From an invitation to the Desk and out again, in browsers, with Supabase's answers; and no secret in the log."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from demo import databases, stack
from demo.personas import PERSONAS
from demo.servers import PostgreSQL, Valkey
from tests.support.gotrue.double import PUBLISHABLE, SECRET, Gotrue
from tests.support.gotrue.people import User
from tests.support.gotrue.server import running
from tests.support.site import Site, free_port, patient_context

ADAS, NORAS = "ada keeps this to herself", "nora keeps this to herself"


@pytest.fixture
def auth() -> Iterator[Gotrue]:
    """Supabase Auth, as far as the Desk can tell."""
    with running() as double:
        yield double


@pytest.fixture
def desk(auth: Gotrue, postgresql: PostgreSQL, empty_template: str, valkey: Valkey, tmp_path: Path) -> Iterator[Site]:
    """The Desk as in production, logging all it can."""
    database, port, log = databases.copy(postgresql, empty_template, "signing_in"), free_port(), tmp_path / "app.log"
    chosen = {"AUTH_MODE": "supabase", "SUPABASE_URL": auth.url, "LOG_LEVEL": "DEBUG"}
    chosen |= {"SUPABASE_PUBLISHABLE_KEY": PUBLISHABLE, "SUPABASE_SECRET_KEY": SECRET}
    with log.open("wb") as output, stack.serving(database, valkey, port, log=output, **chosen):
        yield Site(f"http://localhost:{port}", database, log)
    databases.drop(postgresql, "signing_in")


@pytest.fixture
def windows(browser: Browser, desk: Site) -> Iterator[list[Page]]:
    """An admin's browser and another's, neither signed in; what the policy blocks fails the test."""
    blocked: list[str] = []
    opened: list[Page] = []
    with patient_context(browser, desk.url) as one, patient_context(browser, desk.url) as other:
        for context in (one, other):
            page = context.new_page()
            page.on("console", lambda said: blocked.append(said.text) if "Content Security" in said.text else None)
            opened.append(page)
        yield opened
    assert blocked == []


def give_code(page: Page, auth: Gotrue, user: User, verb: str) -> str:
    """Enter what the user's app shows."""
    code = auth.code(user)
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name=verb).click()
    return code


def sign_in(page: Page, auth: Gotrue, user: User) -> str:
    """Both halves."""
    page.goto("/login")
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password").fill(user.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Enter the code")).to_be_visible()
    code = give_code(page, auth, user, "Continue")
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    return code


def invite(page: Page, email: str, name: str) -> None:
    """What an admin does on the Staff page."""
    page.goto("/staff")
    page.get_by_role("button", name="Invite").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="E-mail").fill(email)
    dialog.get_by_role("textbox", name="Name").fill(name)
    dialog.get_by_role("button", name="Send invitation").click()
    expect(page.get_by_text(f"{email} is invited")).to_be_visible()


def deactivate(page: Page, user: User) -> None:
    """What an admin does when somebody leaves."""
    page.goto(f"/staff?person={user.id}")
    page.get_by_role("dialog").get_by_role("button", name="Deactivate").click()
    page.get_by_role("dialog").get_by_role("textbox", name="Reason").fill("left the company")
    page.get_by_role("dialog").get_by_role("button", name="Deactivate").click()
    expect(page.get_by_text("is deactivated")).to_be_visible()


def test_invited_enrolled_signed_in_and_deactivated(windows: list[Page], auth: Gotrue, desk: Site) -> None:
    admin, theirs = windows
    tokens: list[str] = []
    auth.sign = lambda claims: tokens.append(auth.signed(claims)) or tokens[-1]
    ada = auth.add(PERSONAS[-1].email, ADAS, user_id=str(PERSONAS[-1].user_id), has_factor=True)
    codes = [sign_in(admin, auth, ada)]
    invite(admin, "nora@desk.example", "Nora")
    mail = auth.mails[-1]
    nora = auth.users[-1]

    theirs.goto(f"/auth/confirm?token_hash={mail.token_hash}&type={mail.kind}")
    theirs.get_by_role("button", name="Continue").click()
    theirs.get_by_label("New password").fill(NORAS)
    theirs.get_by_label("Repeat the password").fill(NORAS)
    theirs.get_by_role("button", name="Save password").click()
    picture = theirs.get_by_role("img", name="QR code")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    codes.append(give_code(theirs, auth, nora, "Finish"))
    expect(theirs.get_by_role("heading", name="Overview")).to_be_visible()
    cookies = [cookie.get("value", "") for page in windows for cookie in page.context.cookies()]

    theirs.goto("/logout")
    theirs.get_by_role("button", name="Sign out").click()
    expect(theirs.get_by_role("status")).to_have_text("You are signed out.")
    codes.append(sign_in(theirs, auth, nora))
    theirs.reload()
    expect(theirs.get_by_role("heading", name="Overview")).to_be_visible()
    deactivate(admin, nora)
    expect(theirs.get_by_text("You are signed out")).to_be_visible()
    assert auth.sessions == {}

    theirs.goto("/login")
    theirs.get_by_label("E-mail").fill(nora.email)
    theirs.get_by_label("Password").fill(NORAS)
    theirs.get_by_role("button", name="Sign in").click()
    expect(theirs.get_by_role("alert")).to_have_text("That did not work. Check what you entered and try again.")

    cookies += [cookie.get("value", "") for page in windows for cookie in page.context.cookies()]
    secrets = [ADAS, NORAS, PUBLISHABLE, SECRET, mail.token_hash, *tokens, *cookies]
    secrets += [*ada.secrets.values(), *nora.secrets.values(), "refresh_token", nora.email]
    logged = desk.log.read_text()
    assert '"event": "signed_in"' in logged
    assert len(secrets) > 20
    assert [secret for secret in secrets if not secret or secret in logged] == []
    # Six digits by themselves: those of a time or an id are none.
    assert [code for code in codes if re.search(rf"(?<![\w.]){code}(?!\w)", logged)] == []
