"""Whether Redis, Supabase Auth and Storage answer the Desk, and what to change where they do not."""

from __future__ import annotations

from contextlib import suppress
from typing import Final
from urllib.parse import urlsplit

import httpx
from redis import Redis, RedisError

from core import supabase_storage, tokens
from core.errors import DeskError
from core.settings import Settings

ANSWER_S: Final = 3
KINDS: Final = ("avatars", "content", "media", "photos", "thumbnails", "voices")
_STORAGE: Final = {
    "no key": "SUPABASE_SECRET_KEY is not set, so no file can be shown. It is in the Supabase dashboard under Project "
    "Settings, API Keys.",
    "forbidden": "refuses SUPABASE_SECRET_KEY. Copy it again from the Supabase dashboard, Project Settings, API Keys.",
}


def redis(chosen: Settings) -> str:
    """How the shared cache answers; raises `DeskError`."""
    if chosen.redis_url is None:
        return "none: each process caches for itself"
    url = chosen.redis_url.get_secret_value()
    try:
        with Redis.from_url(url, socket_timeout=ANSWER_S, socket_connect_timeout=ANSWER_S) as client:
            client.ping()
    except (RedisError, ValueError) as error:
        raise DeskError(f"{_redis_fault(url, error)} The Desk works without it, more slowly.") from None
    return "answers, over TLS" if url.startswith("rediss:") else "answers"


def supabase_auth(chosen: Settings) -> str:
    """How Supabase Auth answers, and by how many keys it signs; raises `DeskError`."""
    answers = _health(chosen, "/auth/v1/health")
    return f"{answers}; signing keys: {tokens.published()}" if chosen.auth_mode == "supabase" else answers


def supabase_files(chosen: Settings) -> str:
    """How Supabase Storage answers, and to the secret key; raises `DeskError`."""
    answers = _health(chosen, "/storage/v1/status")
    if chosen.auth_mode == "demo":
        return answers
    found = supabase_storage.project().buckets()
    if isinstance(found, str):
        raise DeskError(_STORAGE.get(found, "does not answer. Check the project's status in the Supabase dashboard."))
    lacking = [kind for kind in KINDS if chosen.storage_buckets.get(kind, kind) not in found]
    more = f"; none for {', '.join(lacking)}, so set STORAGE_BUCKETS if their files lie elsewhere" if lacking else ""
    return f"{answers}; buckets {', '.join(sorted(found)) or 'none'}{more}"


def _redis_fault(url: str, error: Exception) -> str:
    """Why Redis cannot be used, and what to change."""
    told, name = str(error), urlsplit(url).hostname
    if "Hostname mismatch" in told or "IP address mismatch" in told:
        return f"its certificate is for another name than {name}. Use the name on the certificate in REDIS_URL."
    if "CERTIFICATE_VERIFY_FAILED" in told:
        return "its certificate is not trusted. Add ?ssl_ca_certs=/path/to/ca.pem to REDIS_URL."
    hint = " If it speaks TLS only, REDIS_URL must begin with rediss://." if url.startswith("redis:") else ""
    return f"does not answer ({type(error).__name__}).{hint}"


def _health(chosen: Settings, path: str) -> str:
    if chosen.supabase_url is None:
        return f"not used: AUTH_MODE={chosen.auth_mode}"
    key = chosen.supabase_publishable_key
    headers = {"apikey": key.get_secret_value()} if key else {}
    try:
        answer = httpx.get(chosen.supabase_url + path, headers=headers, timeout=ANSWER_S).raise_for_status()
    except httpx.HTTPStatusError as error:
        said = error.response.status_code
        raise DeskError(f"answers with {said}. Check SUPABASE_URL and SUPABASE_PUBLISHABLE_KEY.") from None
    except httpx.HTTPError as error:
        raise DeskError(f"does not answer ({type(error).__name__}). Check SUPABASE_URL and the network.") from None
    with suppress(ValueError, AttributeError):
        return f"answers, version {answer.json().get('version', 'unknown')}"
    return "answers"
