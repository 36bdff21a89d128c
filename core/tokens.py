"""Supabase's access tokens: believed only when its key signed them, for this project and for signed-in people."""

from __future__ import annotations

from typing import Final, NamedTuple
from uuid import UUID

import httpx
import jwt

from core.errors import SignInRefused, SupabaseDown
from core.once import once
from core.settings import settings
from core.telemetry import logger

log = logger(__name__)

# Named here and never taken from the token: a public key must not pass for a shared secret.
ALGORITHMS: Final = ("ES256", "RS256")
AUDIENCE: Final = "authenticated"
LEEWAY_S: Final = 300
"""How far the two clocks may be apart."""
ANSWER_S: Final = 5
NO_KEYS: Final = (
    "Nobody can sign in yet: this Supabase project signs with a shared secret, which the Desk does not trust. "
    "Ask an admin of the project to switch to signing keys under Project Settings, JWT Keys."
)
_NEEDED: Final = ("exp", "iat", "iss", "aud", "sub", "session_id", "aal")


class Claims(NamedTuple):
    """What a token that can be believed says."""

    user_id: UUID
    session_id: str
    aal: str


def verified(token: str) -> Claims:
    """What the token says; raises `SignInRefused` unless everything about it is right, `SupabaseDown` without keys."""
    try:
        key = _keys().get_signing_key_from_jwt(token)
        said = jwt.decode(
            token,
            key,
            algorithms=ALGORITHMS,
            audience=AUDIENCE,
            issuer=issuer(),
            leeway=LEEWAY_S,
            options={"require": list(_NEEDED)},
        )
        if said.get("role") != AUDIENCE or said.get("is_anonymous"):
            raise jwt.InvalidTokenError("role")
        return Claims(UUID(str(said["sub"])), str(said["session_id"]), str(said["aal"]))
    except jwt.PyJWKClientConnectionError:
        log.warning("supabase_keys", error="no answer")
        raise SupabaseDown from None
    except jwt.PyJWKSetError:
        log.error("supabase_keys", error="none published")
        raise SupabaseDown(NO_KEYS) from None
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        # The kind alone: some of these messages repeat what they were given.
        log.error("token_refused", error=type(error).__name__)
        raise SignInRefused from None


def published() -> int:
    """By how many keys the project signs; raises `SupabaseDown` when it publishes none, or does not answer."""
    try:
        return len(_keys().get_signing_keys(refresh=True))
    except jwt.PyJWKClientConnectionError:
        raise SupabaseDown from None
    except (jwt.PyJWKSetError, jwt.PyJWKClientError):
        raise SupabaseDown(NO_KEYS) from None


def issuer() -> str:
    """Who must have signed: Auth of the project that SUPABASE_URL names."""
    return f"{(settings().supabase_url or '').rstrip('/')}/auth/v1"


def forget() -> None:
    """Ask for the keys anew; for a process whose settings changed."""
    _keys.cache_clear()


@once
def _keys() -> jwt.PyJWKClient:
    """The project's public keys, asked for every five minutes.

    And at once when a key is unknown: tokens come from Supabase itself, so nobody else can make the Desk ask.
    """
    return jwt.PyJWKClient(
        f"{issuer()}/.well-known/jwks.json",
        timeout=ANSWER_S,
        ssl_context=httpx.create_ssl_context(),
        cooldown_duration=0,
    )
