"""Which object a stored URL or path means: a bucket and a key, or nothing at all."""

from __future__ import annotations

import pytest

from components.ui import media
from core import storage
from core.settings import settings
from core.storage import Demo
from core.storage_types import SignedUrl, StorageObject
from web import headers


@pytest.fixture(autouse=True)
def demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTH_MODE", "demo")
    monkeypatch.setenv("DATABASE_URL", "postgresql://desk_writer:secret@localhost/desk")
    monkeypatch.setenv("DATABASE_READ_URL", "postgresql://desk_reader@localhost/desk")
    settings.cache_clear()


OURS = "https://storage.aicon.example/storage/v1"
UNNAMED = f"{OURS}/object/public/user-uploads/acc1/clip.mp4"


@pytest.mark.parametrize(
    ("url", "path", "meant"),
    [
        ("https://storage.aicon.example/content/p/a.mp4", None, StorageObject("content", "p/a.mp4")),
        ("https://storage.aicon.example/storage/v1/object/public/media/a.mp3", None, StorageObject("media", "a.mp3")),
        (
            "https://storage.aicon.example/storage/v1/object/sign/voices/a.mp3?token=x",
            None,
            StorageObject("voices", "a.mp3"),
        ),
        (None, "content/p/a.mp4", StorageObject("content", "p/a.mp4")),
        (None, "/content/p/a.mp4", StorageObject("content", "p/a.mp4")),
        (None, "p/a.mp4", StorageObject("content", "p/a.mp4")),
        ("https://evil.example/content/a.mp4", "content/b.mp4", StorageObject("content", "b.mp4")),
        (None, "content/a%20b.mp4", StorageObject("content", "a b.mp4")),
        (None, "content/a//b: 12:30.mp4", StorageObject("content", "a//b: 12:30.mp4")),
        (None, "a//b", StorageObject("content", "a//b")),
        (None, "p:1/a.mp4", StorageObject("content", "p:1/a.mp4")),
        (f"{OURS}/object/public/content/a//12:30.mp4", None, StorageObject("content", "a//12:30.mp4")),
        (f"{OURS}/object/public/content//a.mp4", None, StorageObject("content", "/a.mp4")),
        (f"{OURS}/object/authenticated/media/a%2Fb.mp4?download=../x", None, StorageObject("media", "a/b.mp4")),
        (f"{OURS}/object/media/a.mp4#t=4", None, StorageObject("media", "a.mp4")),
        (f"{OURS}/render/image/public/photos/a.jpg?width=9", None, StorageObject("photos", "a.jpg")),
        (f"{OURS}/render/image/sign/photos/a.jpg?token=x", None, StorageObject("photos", "a.jpg")),
        (OURS.upper().replace("/STORAGE/V1", ":443/storage/v1") + "/object/media/a", None, StorageObject("media", "a")),
        (None, f"{OURS}/object/public/media/a.mp4", StorageObject("media", "a.mp4")),
        (f"{OURS}/object/public/content/a%252Fb", None, StorageObject("content", "a%2Fb")),
        # The bucket is the URL's own, whether a setting names it or not, and whatever the path says.
        (UNNAMED, None, StorageObject("user-uploads", "acc1/clip.mp4")),
        (UNNAMED, "content/b.mp4", StorageObject("user-uploads", "acc1/clip.mp4")),
        (f"{OURS}/object/public/user-uploads/content/a.mp4", None, StorageObject("user-uploads", "content/a.mp4")),
        (f"{OURS}/object/public/User%2Duploads/a", None, StorageObject("User-uploads", "a")),
        (f"{OURS}/object/%70ublic/content/a", None, StorageObject("public", "content/a")),
    ],
)
def test_finds_bucket_and_key(url: str | None, path: str | None, meant: StorageObject) -> None:
    assert storage.parse_object(url, path, "content") == meant


HOSTILE = (
    "file:///etc/passwd", "/etc/../etc/passwd", "../../etc/passwd", "content/../../etc/passwd", "..", ".", "", " ", "/",
    "content/", "content/%2e%2e/x", "content/%252e%252e/x", "content/..%2fx", "javascript:alert(1)",
    "data:text/html,<b>", "C:\\Windows\\win.ini", "..\\x", "a\x00b", "a\nb", "http://169.254.169.254/latest",
    "https://evil.example/x.mp4", "https://storage.aicon.example@evil.example/content/x.mp4",
    "https://storage.aicon.example:8443/content/x.mp4", "http://storage.aicon.example/content/x.mp4",
    "//evil.example/x",
    "https://[", "x" * 1_025, "content/%ff", f"{OURS}/object/public/content/a\nb", f"{OURS}/object/public/content/a\\b",
    f"{OURS}/object/public/content/%2e%2e/x", f"{OURS}/object/public/content/..%2Fx",
    f"{OURS}/object/public/../content/x",
    f"{OURS}/object/public/content/%252e%252e/x", f"{OURS}/object/public/content/", f"{OURS}/object/public/content",
    f"{OURS}/object/sign/content?token=x", f"{OURS}/object/info/public/content/a", f"{OURS}/object/list/content",
    f"{OURS}/object/upload/sign/content/a", f"{OURS}/render/image/content", f"{OURS}/object/public/content/%ff",
    f"{OURS}/bucket/content", f"{OURS}/s3/content/a.mp4", f"{OURS}/object/public/content/a%00b",
    f"{OURS.replace('example/', 'example./')}/object/public/content/a",
)  # fmt: skip


@pytest.mark.parametrize("said", HOSTILE)
def test_nothing_else_names_an_object(said: str) -> None:
    assert storage.parse_object(said, None, "content") is None
    assert storage.parse_object(None, said, "content") is None


def test_a_url_of_ours_that_names_no_object_is_not_made_up_for_by_the_path() -> None:
    assert storage.parse_object(f"{OURS}/object/public/content/../x", "content/b.mp4", "content") is None
    assert storage.parse_object(f"{OURS}/object/info/content/b.mp4", "content/b.mp4", "content") is None


def test_a_bucket_that_no_setting_names_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    one = StorageObject("user-uploads", "acc1/clip.mp4")
    assert storage.answers([one, one]) == {one: SignedUrl(None, "unnamed")}
    monkeypatch.setenv("STORAGE_BUCKETS", "clips=user-uploads")
    settings.cache_clear()
    link = storage.answers([one])[one].link
    assert link
    assert "/user-uploads/acc1/clip.mp4?" in link


@pytest.mark.parametrize("said", [*HOSTILE, __file__, "/etc/hostname", "etc/hostname"])
def test_no_link_leaves_this_origin(said: str) -> None:
    """A path such as `/etc/hostname` is an object's name like any other: asked of Storage, never of this machine."""
    for link in media.links([media.File(said, None, "content"), media.File(None, said, "content")]):
        assert link is None or link.startswith(f"{settings().public_url}{Demo.path}/content/")


@pytest.mark.parametrize(
    "link",
    [*HOSTILE, "http://localhost:8501/app/static/x", "http://localhost:8501.evil.example/demo/storage/x",
     "https://localhost:8501/demo/storage/x"],
)  # fmt: skip
def test_the_player_takes_signed_links_only(link: str) -> None:
    assert media.is_ours(link) is None


def test_a_signature_fits_one_object_until_its_end() -> None:
    files = Demo()
    one, other = StorageObject("content", "a.mp4"), StorageObject("content", "b.mp4")
    link = files.signed([one])[one].link
    assert link is not None
    assert media.is_ours(link) == link
    query = dict(part.split("=") for part in link.partition("?")[2].split("&"))
    assert files.is_signed(one, **query)
    assert not files.is_signed(other, **query)
    assert not files.is_signed(one, str(int(query["until"]) + 900), query["token"])
    assert not files.is_signed(one, "1", files._token(one, 1))  # pyright: ignore[reportPrivateUsage]  # an ended link
    assert not files.is_signed(one, "9" * 40, query["token"])
    assert not files.is_signed(one, "", "")


def test_files_on_a_host_that_the_operator_named_open_as_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIA_HOSTS", "cdn.example.com")
    settings.cache_clear()
    theirs = "https://cdn.example.com/a/b.mp4?v=1"
    assert media.links([media.File(theirs, "content/x.mp4", "content")]) == [theirs]
    assert storage.external_url("https://cdn.example.com/a//12:30.mp4")
    for said in (
        "http://cdn.example.com/a.mp4", "https://cdn.example.com:444/a.mp4", "https://x@cdn.example.com/a.mp4",
        "https://cdn.example.com.evil.example/a.mp4", "https://evil.example/cdn.example.com/a.mp4",
        "https://cdn.example.com/../a.mp4", "//cdn.example.com/a.mp4", "javascript:alert('cdn.example.com')",
    ):  # fmt: skip
        assert media.links([media.File(said, None, "content")]) == [None], said
    policy = headers.streamlit_policy.__wrapped__()
    assert policy.count("https://cdn.example.com") == 2
