"""A file that no page offers any more can be had for a moment while its tab is open, and then no more."""

from __future__ import annotations

import pytest
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.media_file_storage import MediaFileStorageError
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

from web import files


def test_an_old_one_is_kept_and_then_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s, is_open = 0.0, True
    monkeypatch.setattr(MediaFileManager, "_remove_orphaned_deferred_callables", None)  # it has that name
    monkeypatch.setattr(files, "monotonic", lambda: now_s)
    monkeypatch.setattr(files, "_is_open", lambda tab: is_open)
    files.keep_for_a_moment()
    manager = MediaFileManager(MemoryMediaFileStorage("/media"))
    old = manager.add_deferred(lambda: b"", "text/csv", "0.1", element_id="csv")
    new = manager.add_deferred(lambda: b"", "text/csv", "0.1", element_id="csv")
    manager.remove_orphaned_files()
    now_s = files.KEPT_S - 1
    manager.remove_orphaned_files()
    assert manager.execute_deferred(old)
    now_s = files.KEPT_S
    manager.remove_orphaned_files()
    with pytest.raises(MediaFileStorageError, match="not found"):
        manager.execute_deferred(old)
    assert manager.execute_deferred(new)
    newest = manager.add_deferred(lambda: b"", "text/csv", "0.1", element_id="csv")
    is_open = False
    manager.remove_orphaned_files()
    with pytest.raises(MediaFileStorageError, match="not found"):
        manager.execute_deferred(new)
    assert manager.execute_deferred(newest)
