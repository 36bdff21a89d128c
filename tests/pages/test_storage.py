"""Files of a Supabase project through its real client: links that open, and for each that cannot be made, why."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import datetime, tzinfo
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import httpx
import pybreaker
import pytest
from psycopg import sql
from streamlit.testing.v1 import AppTest

from components.ui import media
from core import storage, supabase_storage
from core.breaker import OPEN_S
from core.errors import DeskError
from core.settings import settings
from core.storage_types import TTL_S, SignedUrl, StorageObject
from core.supabase_storage import KEEP_S, Supabase
from demo.databases import Database
from ops import connectivity
from tests.support import factories as made
from tests.support import storage_double
from tests.support.app import App
from tests.support.storage_double import KEY

AWKWARD = ("a b/ü ?#&+.mp4", "100%.mp4", "deep/er/x=y;z.mp4", "plain.mp4")


class Clock:
    """The time that the client sees."""

    now = 1_000.0

    def monotonic(self) -> float:
        return self.now

    def now_in(self, zone: tzinfo) -> datetime:
        return datetime.fromtimestamp(self.now, zone)


Client = Callable[[str, str], Supabase]


@pytest.fixture
def client() -> Iterator[Client]:
    """A Storage client for a URL and a key, closed at the end."""
    with ExitStack() as stack:

        def made(url: str, key: str) -> Supabase:
            return stack.enter_context(closing(Supabase(url, key)))

        yield made


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(supabase_storage, "time", SimpleNamespace(monotonic=clock.monotonic))
    monkeypatch.setattr(pybreaker, "datetime", SimpleNamespace(now=clock.now_in))
    return clock


@pytest.fixture
def double() -> Iterator[storage_double.Storage]:
    with storage_double.serving() as running:
        running.objects = {"content": dict.fromkeys(AWKWARD, b"0123456789"), "media": {}}
        yield running


def test_each_object_has_its_own_answer_and_its_link_opens(client: Client, double: storage_double.Storage) -> None:
    files = client(double.url, KEY)
    there, gone = [StorageObject("content", key) for key in AWKWARD], StorageObject("content", "gone.mp4")
    found = files.signed([*there, gone, there[0]])
    assert found[gone] == SignedUrl(None, "missing")
    assert [len(paths) for kind, _, paths in double.asked if kind == "sign"] == [len(AWKWARD) + 1]
    for one in there:
        link = found[one].link
        assert link
        answer = httpx.get(link, headers={"Range": "bytes=2-4"})
        assert (answer.status_code, answer.text) == (206, "234"), one
        # The signature is left as it is, whatever it holds: it is another one every second.
        address, _, query = link.partition("?")
        assert httpx.get(f"{address}x?{query}").json()["error"] == "InvalidSignature"
        assert httpx.get(f"{address}?{query[:-4]}").json()["error"] == "InvalidJWT"
    assert files.signed([]) == {}
    assert len(double.asked) == 1


def test_a_thousand_at_a_time_and_not_again_for_twelve_minutes(
    client: Client, double: storage_double.Storage, clock: Clock
) -> None:
    double.objects["content"] = {f"{number}.mp4": b"" for number in range(2_500)}
    wanted = [StorageObject("content", key) for key in double.objects["content"]]
    files = client(double.url, KEY)
    first = files.signed(wanted)
    assert [len(paths) for _, _, paths in double.asked] == [1_000, 1_000, 500]
    assert all(answer.link for answer in first.values())
    clock.now += KEEP_S - 1
    assert files.signed(wanted) == first
    assert len(double.asked) == 3
    clock.now += 2
    files.signed(wanted[:1])
    assert len(double.asked) == 4
    assert KEEP_S == TTL_S * 0.8


def test_why_there_is_no_link(
    client: Client, double: storage_double.Storage, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    one, elsewhere = StorageObject("content", "plain.mp4"), StorageObject("nowhere", "plain.mp4")
    files = client(double.url, KEY)
    assert files.signed([StorageObject("media", "x"), elsewhere]) == {
        StorageObject("media", "x"): SignedUrl(None, "missing"),
        elsewhere: SignedUrl(None, "no bucket"),
    }
    assert files.buckets() == ["content", "media"]
    assert client(double.url, "sb_secret_wrong").signed([one])[one] == SignedUrl(None, "forbidden")
    assert client(double.url, "").signed([one])[one] == SignedUrl(None, "no key")
    faults: list[tuple[int, bytes, str]] = [
        (401, b'{"message": "Invalid API key"}', "forbidden"), (502, b"<html>Bad gateway</html>", "down"),
        (200, b"<html>Maintenance</html>", "down"), (429, b"{}", "down"),
        (500, b'{"statusCode": "500", "error": "Internal", "message": "x"}', "down"),
    ]  # fmt: skip
    for status, body, why in faults:
        double.fault = status, body
        assert client(double.url, KEY).signed([one])[one].why == why, body
    left_alone = client(double.url, KEY)
    assert left_alone.signed([one])[one].why == "down"
    double.fault = None
    before = len(double.asked)
    clock.now += OPEN_S - 1
    assert left_alone.signed([one])[one].why == "down"
    assert len(double.asked) == before
    clock.now += 1
    assert left_alone.signed([one])[one].link
    assert client("http://127.0.0.1:1", KEY).signed([one])[one].why == "down"
    assert "sb_secret" not in caplog.text


@pytest.fixture
def project(
    fresh_database: Database, double: storage_double.Storage, monkeypatch: pytest.MonkeyPatch
) -> Iterator[storage_double.Storage]:
    """The Desk on a Supabase project."""
    chosen = {"AUTH_MODE": "supabase", "SUPABASE_URL": f"{double.url}/", "SUPABASE_PUBLISHABLE_KEY": "sb_publishable_x"}
    for name, value in {**chosen, "SUPABASE_SECRET_KEY": KEY, "STORAGE_BUCKETS": "media=content"}.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    yield double
    supabase_storage.reset()


def test_what_a_column_holds_becomes_a_key_or_nothing(project: storage_double.Storage) -> None:
    ours = project.url
    for said, kind, meant in (
        (f"{ours}/storage/v1/object/public/uploads/a%20b.mp4", "content", StorageObject("uploads", "a b.mp4")),
        (f"{ours}/storage/v1/object/sign/voices/a.mp3?token=old", "content", StorageObject("voices", "a.mp3")),
        ("p/a.mp4", "media", StorageObject("content", "p/a.mp4")),
        ("p/a.mp4", "voices", StorageObject("voices", "p/a.mp4")),
    ):
        assert storage.parse_object(said, said, kind) == meant
    hostile = ("../x", "%2e%2e/x", "a/..%2fb", "a\0b", "a%00b", "content/%252e%252e/x", f"{ours}/../etc", f"{ours}@x/y")
    for said in hostile:
        assert storage.parse_object(said, said, "content") is None, said
        assert media.answers([media.File(said, said, "content")]) == [None]
    assert project.asked == []


def test_the_doctor_names_the_buckets(project: storage_double.Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = "none for avatars, photos, thumbnails, voices"
    assert connectivity.supabase_files(settings()).startswith(f"answers; buckets content, media; {lacking}")
    for key, said in (("sb_secret_wrong", "refuses SUPABASE_SECRET_KEY"), ("", "SUPABASE_SECRET_KEY is not set")):
        monkeypatch.setenv("SUPABASE_SECRET_KEY", key)
        settings.cache_clear()
        with pytest.raises(DeskError, match=said):
            connectivity.supabase_files(settings())


def told(at: AppTest) -> str:
    """The page's sentences and what its players open."""
    assert not at.exception
    elements: list[Any] = [*at.markdown, *at.caption, *at.warning]
    players = [str(element.proto) for kind in ("bidi_component", "imgs") for element in at.get(kind)]
    return "\n".join([*(str(element.value).replace("\\", "") for element in elements), *players])


def test_pages_play_a_file_or_say_why_not(
    app: App, project: storage_double.Storage, fresh_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def piece(path: str, expires: str = "1 day") -> UUID:
        return made.row(
            fresh_database.owner_url, "content_pieces", source_url="ftp://x", platform="upload", content_type="video",
            original_file_path=path, processing_status="completed", storage_expires_at=made.at(expires),
            thumbnail_url=sql.SQL("NULL"),
        )  # fmt: skip

    def opened(one: UUID) -> str:
        return told(app("rita", "content", piece=str(one)))

    there, gone = piece("content/a b/ü ?#&+.mp4"), piece("content/gone.mp4")
    assert f"{project.url}/storage/v1/object/sign/content/a%20b/%C3%BC%20%3F%23%26%2B.mp4?token=" in opened(there)
    assert "Storage does not have this file." in opened(gone)
    assert "not a file in our Storage: ../../etc/passwd" in opened(piece("../../etc/passwd"))
    assert "Not generated yet." in opened(piece(""))
    before = len(project.asked)
    assert "This file has expired." in opened(piece("content/plain.mp4", "-1 day"))
    assert len(project.asked) == before
    voice = made.row(fresh_database.owner_url, "voice_models", name="v", sample_audio_path="x.mp3")
    assert "The bucket that should hold this file does not exist." in told(app("rita", "models", voice=str(voice)))
    project.fault = 503, b"<html>"
    assert "Storage does not answer." in opened(gone)
    assert f"{project.url}/storage/v1/object/sign/content/a%20b" in opened(there)  # a link that is kept still opens
    monkeypatch.setenv("SUPABASE_SECRET_KEY", "")
    settings.cache_clear()
    assert "The Desk has no key to Storage." in opened(gone)
    monkeypatch.setenv("SUPABASE_SECRET_KEY", "sb_secret_wrong")
    settings.cache_clear()
    project.fault = None
    assert "Storage refuses the Desk's key." in opened(gone)
    thumbnail = made.row(
        fresh_database.owner_url, "content_pieces", source_url="https://x.example/", platform="upload",
        content_type="video", thumbnail_url=f"{project.url}/storage/v1/object/public/thumbnails/x.jpg",
    )  # fmt: skip
    gallery = told(app("rita", "content", content_look="gallery"))
    assert thumbnail
    assert gallery.count("Storage refuses the Desk's key.") == 1


def test_a_url_of_a_bucket_that_no_setting_names_never_plays_another_file(
    app: App, project: storage_double.Storage, fresh_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same key lies in every bucket, so that whatever guess is made finds a file."""
    key = "acc1/12:30//clip.mp4"
    project.objects = {
        bucket: {key: b"1", f"user-uploads/{key}": b"1"} for bucket in ("content", "media", "uploads", "user-uploads")
    }
    stored = f"{project.url}/storage/v1/object/public/user-uploads/{key}"
    piece = made.row(
        fresh_database.owner_url, "content_pieces", source_url="https://x.example/", platform="upload",
        content_type="video", original_file_url=stored, original_file_path=f"content/{key}", thumbnail_url=stored,
        processing_status="completed", storage_expires_at=sql.SQL("NULL"),
    )  # fmt: skip
    shown = told(app("rita", "content", piece=str(piece)))
    assert "This file's bucket, user-uploads, is not in the settings." in shown
    assert "Ask an admin to add it to STORAGE_BUCKETS, such as uploads=user-uploads." in shown
    assert "token=" not in shown
    gallery = told(app("rita", "content", content_look="gallery"))
    assert gallery.count("This file's bucket, user-uploads, is not in the settings.") == 1
    assert [asked for asked in project.asked if key in str(asked)] == []
    monkeypatch.setenv("STORAGE_BUCKETS", "clips=user-uploads")
    settings.cache_clear()
    shown = told(app("rita", "content", piece=str(piece)))
    assert f"{project.url}/storage/v1/object/sign/user-uploads/acc1/12%3A30//clip.mp4?token=" in shown
