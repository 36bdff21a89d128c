"""From when on a job is stuck, an endpoint is failing and an account is news: the defaults, said once.

`actions.policy` makes them of what the operator set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class StuckAfter:
    """For how many minutes a job may be in processing before it counts as stuck, by type where types differ."""

    minutes: int = 30
    by_type: Mapping[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True)
class Flags:
    """An endpoint is failing when, of so many calls or more, more than this share failed, and so many times the share
    of the seven days before."""

    calls: int = 30
    share: float = 0.05
    ratio: float = 2.0


@dataclass(frozen=True)
class Thresholds:
    """A day is a spike when its credits are so many robust deviations above usual, so many times the usual and so many
    credits above it; three days are quiet when each is under this share of usual, for accounts that usually spend so
    many credits a day."""

    spike_z: float = 5.0
    spike_ratio: float = 2.0
    spike_credits: int = 20
    quiet_share: float = 0.1
    quiet_credits: int = 20
