"""The files that pages offer: each run of a page offers new ones, and those of the run before are kept for a moment.

A browser that was told of the new ones late asks for an old one; Streamlit has forgotten it by then. What a file holds
is read, and who may have it is asked, when it is made: an old one is no other than the new.
"""

from __future__ import annotations

from time import monotonic
from typing import Final

from streamlit.runtime.media_file_manager import MediaFileManager

KEPT_S: Final = 30
_FORGETS: Final = "_remove_orphaned_deferred_callables"
_SINCE: Final = "_desk_orphaned_since"


def keep_for_a_moment() -> None:
    """Have Streamlit forget a file that no page offers any more `KEPT_S` later."""
    setattr(MediaFileManager, _FORGETS, _forget_old)


def _forget_old(manager: MediaFileManager) -> None:
    """What Streamlit calls with the manager's lock held."""
    now, known = monotonic(), manager._deferred_callables  # pyright: ignore[reportPrivateUsage]
    by_tab = manager._files_by_session_and_coord.values()  # pyright: ignore[reportPrivateUsage]
    offered = {file for files in by_tab for file in files.values()}
    before: dict[str, float] = getattr(manager, _SINCE, {})
    since = {file: before.get(file, now) for file in known if file not in offered}
    for file in [file for file, began in since.items() if now - began >= KEPT_S]:
        manager._drop_deferred_id(file)  # pyright: ignore[reportPrivateUsage]
        del since[file]
    setattr(manager, _SINCE, since)
