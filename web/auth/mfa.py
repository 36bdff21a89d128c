"""The second factor: its page, its QR code, and what a code must be. Who needs one is said by `providers.supabase`."""

from __future__ import annotations

from functools import partial
from time import monotonic
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from core import throttle
from core.browsers import Visitor
from core.errors import SignedOut, SignInRefused, Throttled
from core.telemetry import logger
from web.auth import cookies, pending
from web.auth.login import address, answer_form, elsewhere, form_page, in_slot, not_before, visitor, with_supabase
from web.auth.pending import Outcome, PendingSignIn
from web.auth.providers.supabase import next_of, tries

log = logger(__name__)

SAME_CODE_S: Final = 180
"""A code is good for a minute and a half, however the clocks stand."""
# A picture, whatever it holds: opened by itself it may run and load nothing.
PICTURE: Final = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


@with_supabase
async def mfa(request: Request) -> Response:
    """`/login/mfa`: asks for a code, with the QR code first where no app is set up yet."""
    start = monotonic()
    step = pending.find(cookies.step(request))
    if step is None or step.path != "/login/mfa":
        return elsewhere(request, step)
    await in_slot(enrol, step)
    template, secret = ("enrol", step.enrolment.secret) if step.enrolment else ("mfa", "")
    show = partial(form_page, request, template, secret=secret, email=step.attempt.email)
    try:
        return await answer_form(request, show, lambda form: prove(step, form, visitor(request)), step.wanted)
    except Throttled as error:
        return show(fault=str(error), status=429)
    except (SignInRefused, SignedOut):
        log.warning("code_refused", address=address(request), user_id=str(step.attempt.claims.user_id))
        await not_before(start)
        return show(fault=SignInRefused.default, status=401)


@with_supabase
async def picture(request: Request) -> Response:
    """`/login/mfa.svg`: the QR code of the app that this browser is setting up, and nobody else's."""
    step = pending.find(cookies.step(request))
    if step is None or step.enrolment is None:
        return PlainTextResponse("Not found", 404)
    headers = {"Content-Security-Policy": PICTURE, "Cache-Control": "no-store"}
    return Response(step.enrolment.picture, media_type="image/svg+xml", headers=headers)


def enrol(step: PendingSignIn) -> None:
    """Have the app to set up ready: the same one however often the page is opened."""
    with step.turn:
        if step.stages[:1] == ["mfa"] and not step.attempt.factor and step.enrolment is None:
            step.enrolment = step.attempt.enrol()


def prove(step: PendingSignIn, form: dict[str, str], visitor: Visitor) -> Outcome:
    """Prove the second factor; raises `SignInRefused` for a code that is wrong or was used before."""
    attempt = step.attempt
    throttle.hit(tries(attempt.email, visitor))
    with step.turn:
        factor = step.enrolment.factor_id if step.enrolment else attempt.factor
        digits = "".join(form.get("code", "").split())
        is_code = len(digits) == 6 and digits.isascii() and digits.isdecimal()
        if not factor or not is_code or step.stages[:1] != ["mfa"]:
            raise SignInRefused
        attempt.prove(factor, digits)
        if not throttle.claim_once(f"code:{attempt.claims.user_id}:{digits}", SAME_CODE_S):
            log.warning("code_replayed", user_id=str(attempt.claims.user_id))
            raise SignInRefused
        del step.stages[0]
    return next_of(step, visitor)


ROUTES: Final = [Route("/login/mfa", mfa, methods=["GET", "POST"]), Route("/login/mfa.svg", picture)]
