"""Whom the double of Supabase Auth knows, what it mails them, and how it refuses."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

Body = dict[str, Any]


class Refusal(Exception):
    """An error as GoTrue words it."""

    def __init__(self, status: int, code: str, **more: object) -> None:
        super().__init__(code)
        self.answer = (status, {"code": code, "message": code.replace("_", " "), **more})


@dataclass
class User:
    """An account of the project."""

    email: str
    password: str = ""
    id: str = field(default_factory=lambda: str(uuid4()))
    factors: list[Body] = field(default_factory=list)
    secrets: dict[str, str] = field(default_factory=dict)
    used_step: int = 0
    """The last TOTP step that was accepted: none is accepted twice."""

    def shown(self) -> Body:
        """As it stands in answers."""
        now = datetime.now(UTC).isoformat()
        told = {"id": self.id, "email": self.email, "factors": self.factors, "created_at": now, "updated_at": now}
        app = {"provider": "email", "providers": ["email"]}
        return told | {"aud": "authenticated", "role": "authenticated", "app_metadata": app, "user_metadata": {}}


@dataclass
class Mail:
    """An e-mail that was sent, with what its link carries."""

    to: str
    kind: str
    token_hash: str
    redirect_to: str


def totp(secret: str, step: int) -> str:
    """RFC 6238, as every authenticator app computes it."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


def picture(uri: str) -> str:
    """Squares as a QR code has them; GoTrue draws a real one."""
    bits = "".join(f"{byte:08b}" for byte in hashlib.shake_128(uri.encode()).digest(79))
    dots = "".join(f"M{n % 25},{n // 25}h1v1h-1z" for n, bit in enumerate(bits[:625]) if bit == "1")
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 25 25"><path style="fill:black" d="{dots}"/></svg>'
