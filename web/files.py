"""The files that pages offer: each run of a page offers new ones, and those of the run before are kept for a moment.

A browser that was told of the new ones late asks for an old one; Streamlit has forgotten it by then. What a file holds
is read, and who may have it is asked, when it is made: an old one is no other than the new.
"""

from __future__ import annotations

from time import monotonic
from typing import Final

from streamlit import runtime

from core import _compat
from core._compat import MediaFileManager

KEPT_S: Final = 30
_SINCE: Final = "_desk_orphaned_since"


def keep_for_a_moment() -> None:
    """Have Streamlit forget a file that no page offers any more `KEPT_S` later, or with its tab."""
    _compat.on_forgetting(_forget_old)


def _forget_old(manager: MediaFileManager) -> None:
    now, shown = monotonic(), {*_compat.offered(manager)}
    before: dict[str, float] = getattr(manager, _SINCE, {})
    tabs = {file: tab for file, tab in _compat.made_on_demand(manager).items() if file not in shown}
    since = {file: before.get(file, now) for file in tabs}
    for file, tab in tabs.items():
        if now - since[file] >= KEPT_S or not _is_open(tab):
            _compat.forget(manager, file)
            del since[file]
    setattr(manager, _SINCE, since)


def _is_open(tab: str) -> bool:
    """Whether anybody can still ask; what a file is made from holds everything that its tab held."""
    return runtime.get_instance().is_active_session(tab)
