"""People halfway through signing in: each step of theirs is held in this process, for some minutes, and nowhere else.

What Supabase gave for the first half is neither stored nor sent to the browser, which holds only a name for it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock
from time import monotonic
from typing import Final, Literal
from uuid import UUID

from core.supabase_auth import Attempt, Enrolment

Stage = Literal["mfa", "password"]

LONGEST_S: Final = 600
MOST: Final = 1_000
"""More can only be a flood; the oldest then begin again."""


@dataclass
class PendingSignIn:
    """Somebody who has proved something, and what they still have to do, in order."""

    attempt: Attempt
    stages: list[Stage]
    wanted: str
    """Where they want to go."""
    enrolment: Enrolment | None = None
    began: float = field(default_factory=monotonic)
    turn: Lock = field(default_factory=Lock)
    """A form that is sent twice is worked on once, and then once more."""

    @property
    def path(self) -> str:
        """The page of the next stage."""
        return "/login/password" if self.stages[:1] == ["password"] else "/login/mfa"


Outcome = UUID | PendingSignIn
"""Who somebody is proved to be, or what they have to do yet."""
_steps: dict[str, PendingSignIn] = {}
_lock = Lock()


def begin(step: PendingSignIn) -> str:
    """Hold this step; the token that finds it again."""
    token = secrets.token_urlsafe(32)
    with _lock:
        for name in [name for name, held in _steps.items() if _is_over(held)] + list(_steps)[: -MOST + 1]:
            _steps.pop(name, None)
        _steps[_name(token)] = step
    return token


def find(token: str) -> PendingSignIn | None:
    """The step that the token names, None when it is over or another process holds it."""
    step = _steps.get(_name(token))
    return None if step is None or _is_over(step) else step


def end(token: str) -> None:
    """Hold it no longer."""
    with _lock:
        _steps.pop(_name(token), None)


def forget() -> None:
    """Hold nobody's any longer."""
    with _lock:
        _steps.clear()


def _is_over(step: PendingSignIn) -> bool:
    return monotonic() - step.began > LONGEST_S


def _name(token: str) -> str:
    return sha256(token.encode()).hexdigest()
