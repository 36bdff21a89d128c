"""A token opens the Desk only when everything about it is right; keys change and Supabase fails without harm."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from core import sessions, supabase_auth, tokens
from core.errors import SignInRefused, SupabaseDown
from core.settings import settings
from ops import connectivity
from tests.support.desk import PASSWORD, Browser, Desk, NewBrowser, fault, restarted
from tests.support.gotrue.people import Body
from tests.support.until import until
from web.auth import login
from web.auth.providers import supabase

LEEWAY_S = 300


def encoded(part: Body) -> str:
    """A part of a token."""
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def with_hmac(desk: Desk, claims: Body) -> str:
    """Signed with the public key as if it were a shared secret; PyJWT itself refuses to make this."""
    body = f"{encoded({'alg': 'HS256', 'typ': 'JWT', 'kid': desk.auth.kid()})}.{encoded(claims)}"
    digest = hmac.new(desk.auth.public_pem(), body.encode(), hashlib.sha256).digest()
    return f"{body}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def without_signature(desk: Desk, claims: Body) -> str:
    """Of the algorithm `none`."""
    return f"{encoded({'alg': 'none', 'typ': 'JWT', 'kid': desk.auth.kid()})}.{encoded(claims)}."


def test_a_token_that_is_wrong_in_anything_is_refused(
    desk: Desk, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supabase, "TRIES", dict.fromkeys(supabase.TRIES, 1000))
    restarted(monkeypatch, REQUIRE_MFA="false")
    vera = desk.staff["vera"]
    vera.factors.clear()
    now = int(time.time())
    stranger = ec.generate_private_key(ec.SECP256R1())
    other_curve = ec.generate_private_key(ec.SECP384R1())

    def saying(**claims: object) -> Callable[[Body], str]:
        told = {name: value for name, value in claims.items() if value is not None}
        gone = claims.keys() - told.keys()
        return lambda truth: desk.auth.signed({n: v for n, v in (truth | told).items() if n not in gone})

    def by(key: ec.EllipticCurvePrivateKey, algorithm: str, kid: str) -> Callable[[Body], str]:
        return lambda truth: jwt.encode(truth, key, algorithm, {"kid": kid})

    wrong: dict[str, Callable[[Body], str]] = {
        "expired": saying(exp=now - LEEWAY_S - 5),
        "of another issuer": saying(iss="https://evil.example/auth/v1"),
        "of another project": saying(iss="https://other.supabase.co/auth/v1"),
        "for another audience": saying(aud="anon"),
        "from the far future": saying(iat=now + LEEWAY_S + 60),
        "anonymous": saying(is_anonymous=True),
        "of the service role": saying(role="service_role"),
        "of nobody": saying(sub="00000000-0000-0000-0000-000000000000"),
        "of no user": saying(sub="admin"),
        **{
            f"without {name}": saying(**{name: None})
            for name in ("exp", "iat", "iss", "aud", "sub", "session_id", "aal")
        },
        "with a swapped algorithm": lambda claims: with_hmac(desk, claims),
        "without a signature": lambda claims: without_signature(desk, claims),
        "of a stranger's key": by(stranger, "ES256", desk.auth.kid()),
        "of an unknown key": by(stranger, "ES256", "unknown"),
        "of another algorithm": by(other_curve, "ES384", desk.auth.kid()),
        "cut": lambda claims: desk.auth.signed(claims)[:-10],
        "no token": lambda _claims: "not-a-token",
    }
    for name, sign in wrong.items():
        desk.auth.sign = sign
        answer = browser.give_password(vera)
        assert (answer.status_code, fault(answer)) == (401, SignInRefused.default), name
        assert "desk" not in browser.cookies, name
    desk.auth.sign = desk.auth.signed
    assert browser.give_password(vera).status_code == 303, "what was refused is not remembered"


def test_a_second_half_of_another_person_or_of_the_first_level_is_refused(desk: Desk, browser: Browser) -> None:
    vera, ada = desk.staff["vera"], desk.staff["ada"]
    browser.give_password(vera)
    for claims in ({"sub": ada.id}, {"aal": "aal1"}):
        desk.auth.claims = claims
        assert browser.submit("/login/mfa", code=desk.auth.code(vera)).status_code == 401, claims
        assert not browser.is_in()
    desk.auth.claims = {}
    assert browser.submit("/login/mfa", code=desk.auth.code(vera)).status_code == 303


@pytest.mark.parametrize("ahead_s", [-290, 290])
def test_clocks_may_be_five_minutes_apart(desk: Desk, browser: Browser, ahead_s: int) -> None:
    desk.auth.ahead_s = ahead_s
    assert browser.sign_in(desk, desk.staff["vera"]).status_code == 303
    assert browser.is_in()


def test_keys_change_while_people_are_signed_in(desk: Desk, browser: Browser, another: NewBrowser) -> None:
    browser.sign_in(desk, desk.staff["vera"])
    halfway = another()
    halfway.give_password(desk.staff["sam"])
    desk.auth.rotate()
    assert browser.is_in()
    assert halfway.submit("/login/mfa", code=desk.auth.code(desk.staff["sam"])).status_code == 303
    assert another().sign_in(desk, desk.staff["mona"]).status_code == 303
    asked = desk.auth.asked.count(("GET", "/.well-known/jwks.json"))
    assert asked == 2, "once, and once more for the new key"


def test_supabase_fails_in_every_way_and_who_is_in_goes_on(
    desk: Desk,
    browser: Browser,
    another: NewBrowser,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(supabase, "TRIES", dict.fromkeys(supabase.TRIES, 1000))
    vera, other = desk.staff["vera"], another()
    browser.sign_in(desk, vera)
    other.give_password(vera)
    garbage = b'{"access_token": "eyJ-leaked-token", "user": 5}'
    outages = [(503, b"<html>"), (502, b'{"message": "bad"}'), (500, b"<html>"), (500, b"{}"), (429, b"<html>")]
    for outage in [*outages, (200, b"<html>"), (200, b""), (200, garbage), (401, b'{"message": "Invalid API key"}')]:
        desk.auth.outage = outage
        answer = another().give_password(vera)
        assert answer.status_code == 503, outage
        assert "Supabase" in answer.text, outage
        assert other.submit_as(form_of(other), "/login/mfa", code="000000").status_code == 503, outage
        assert browser.is_in(), outage
    desk.auth.outage = (429, b'{"code": "over_request_rate_limit", "message": "slow down"}')
    answer = another().give_password(vera)
    assert (answer.status_code, "Wait a few minutes" in fault(answer)) == (429, True)
    restarted(monkeypatch, SUPABASE_URL="http://127.0.0.1:1")
    answer = another().give_password(vera)
    assert (answer.status_code, SupabaseDown.default in answer.text) == (503, True)
    assert browser.is_in()
    restarted(monkeypatch, SUPABASE_URL=desk.auth.url)
    desk.auth.outage = None
    assert other.submit("/login/mfa", code=desk.auth.code(vera)).status_code == 303, "goes on where it was"
    logged = capsys.readouterr().out
    assert "supabase_down" in logged
    assert not any(secret in logged for secret in ("leaked-token", PASSWORD, *vera.secrets.values()))


def test_a_project_without_signing_keys_is_told_so(desk: Desk, browser: Browser) -> None:
    assert connectivity.supabase_auth(settings()).endswith("; signing keys: 1")
    desk.auth.publishes_keys = False
    tokens.forget()
    answer = browser.give_password(desk.staff["vera"])
    assert (answer.status_code, "signing keys" in fault(answer)) == (503, True)
    with pytest.raises(SupabaseDown, match="signing keys"):
        connectivity.supabase_auth(settings())


def test_supabase_hangs_and_nobody_else_does(
    desk: Desk, browser: Browser, another: NewBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supabase, "TRIES", dict.fromkeys(supabase.TRIES, 1000))
    monkeypatch.setattr(supabase_auth, "TIMEOUT", 120)
    browser.sign_in(desk, desk.staff["vera"])
    sessions.forget()
    waiting = another()
    waiting.get("/login")
    fields = {"email": "sam@desk.example", "password": "wrong"}
    before = len(desk.auth.asked)
    desk.auth.answers.clear()
    # More than the app has threads: each of them would wait, and with them whoever is signed in.
    with ThreadPoolExecutor(50) as pool:
        told = [pool.submit(waiting.submit_as, form_of(waiting), "/login", **fields) for _ in range(50)]
        try:
            until(lambda: desk.auth.waiting >= login.SLOTS.total_tokens)
            assert browser.is_in()
            assert len(desk.auth.asked) == before
        finally:
            desk.auth.answers.set()
    assert {one.result().status_code for one in told} == {401}


def form_of(browser: Browser) -> str:
    """The value that the browser's forms send."""
    return browser.cookies["desk-form"]
