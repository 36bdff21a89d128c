"""What every response tells the browser to refuse."""

from __future__ import annotations

import base64
import re
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from streamlit import file_util

from core.settings import settings

# Our own plain pages carry no script at all.
PLAIN: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_INLINE: Final = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)
_NOTHING: Final = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()"
)


def apply(headers: MutableHeaders) -> None:
    """Add what is missing; a response that sets its own policy keeps it."""
    headers.setdefault("Content-Security-Policy", streamlit_policy())
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = _NOTHING
    # Customers' data (media, exports) must not stay in a shared cache; bundles set their own.
    headers.setdefault("Cache-Control", "private, no-store")
    if settings().is_https:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"


@cache
def streamlit_policy() -> str:
    """The tightest policy that Streamlit's own page works under.

    Its one inline script is allowed by hash; inline styles are what its CSS-in-JS is made of; WebAssembly reads Arrow.
    """
    index = (Path(file_util.get_static_dir()) / "index.html").read_text(encoding="utf-8")
    hashes = " ".join(f"'sha256-{_digest(body)}'" for body in _INLINE.findall(index))
    public = urlsplit(settings().public_url)
    socket = f"{'wss' if settings().is_https else 'ws'}://{public.netloc}"
    hosts = (f"https://{host}" for host in settings().media_hosts)
    media = " ".join(filter(None, ("'self' data: blob:", settings().supabase_url, *hosts)))
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'wasm-unsafe-eval' {hashes}",
            "style-src 'self' 'unsafe-inline'",
            f"img-src {media}",
            f"media-src {media}",
            "font-src 'self' data:",
            f"connect-src 'self' {socket}",
            "worker-src 'self' blob:",
            "frame-src 'none'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def _digest(body: str) -> str:
    return base64.b64encode(sha256(body.encode()).digest()).decode()
