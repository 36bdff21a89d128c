"""What the operator decided, as queries take it: the one place that reads thresholds from the settings."""

from __future__ import annotations

from dataclasses import fields

from core.settings import settings
from core.thresholds import Flags, StuckAfter, Thresholds


def flags() -> Flags:
    """From when on an endpoint is news, as the operator set it."""
    chosen = settings()
    return Flags(chosen.flag_calls, chosen.flag_share, chosen.flag_ratio)


def stuck_after() -> StuckAfter:
    """From when on a job in processing is stuck, as the operator chose."""
    return StuckAfter(settings().stuck_after_minutes, settings().stuck_after_by_type)


def thresholds() -> Thresholds:
    """From when on an account is news, as the operator set it."""
    chosen = settings()
    names = [one.name for one in fields(Thresholds)]
    return Thresholds(**{name: getattr(chosen, name) for name in names})
