"""What the operator chose, with every secret left out."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit

from pydantic import SecretStr
from pydantic_core import PydanticUndefined

from core.settings import Settings, settings


class Chosen(NamedTuple):
    """One setting as it may be shown."""

    name: str
    value: str
    is_default: bool
    meaning: str


def chosen() -> list[Chosen]:
    """Every setting of this process; of a secret only whether it is set, of a URL neither password nor options."""
    found = settings()
    return [
        Chosen(
            name.upper(),
            _shown(name, getattr(found, name)),
            field.default is not PydanticUndefined and getattr(found, name) == field.default,
            field.description or "",
        )
        for name, field in Settings.model_fields.items()
    ]


def _shown(name: str, value: object) -> str:
    if value is None:
        return "not set"
    if isinstance(value, SecretStr):
        return _without_password(value.get_secret_value()) if name.endswith("_url") else "set, not shown"
    if isinstance(value, dict):
        return ", ".join(f"{key}={amount}" for key, amount in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


def _without_password(url: str) -> str:
    try:
        parts = urlsplit(url)
        user, host = parts.username, parts.hostname or "this machine"
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "set, not shown"
    who = f"{user}@" if user else ""
    return f"{parts.scheme}://{who}{host}{port}{parts.path}"
