"""Content and Models on everything that customers store: as written, never as Markdown, HTML or a file's name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from psycopg import sql
from streamlit.testing.v1 import AppTest

from components.content.view import View
from components.ui.fmt import literal
from demo.databases import Database
from tests.support import factories
from tests.support.app import App, keyed

MARKUP = "<b onmouseover=alert(1)>b</b> **s** [l](javascript:alert(1)) :red[r] `c` $x$ ![i](file:///etc/passwd)"
TEXTS: dict[str, tuple[str, ...]] = {
    "accounts": ("name", "billing_email"),
    "projects": ("title", "description"),
    "creators": ("display_name",),
    "content_pieces": (
        "source_url", "title", "description", "thumbnail_url", "original_file_url", "original_file_path", "transcript",
    ),
    "content_analysis": (
        "hook_analysis", "body_analysis", "cta_analysis", "content_style_analysis", "ai_model_used",
    ),
    "content_annotations": ("annotation_text",),
    "generated_scripts": ("original_script", "rewritten_script", "generation_prompt", "ai_model_used"),
    "generated_content": ("file_url", "file_path", "error_message"),
    "voice_models": ("name", "elevenlabs_voice_id", "sample_audio_url", "sample_audio_path"),
    "avatar_models": ("name", "heygen_avatar_id", "sample_video_url", "sample_video_path"),
}  # fmt: skip
SHORT = {"ai_model_used": 100}
# Columns that pages do not show: an address is used or refused, and who pays stands on the account's own page.
UNSEEN = {
    "accounts.billing_email", "projects.description", "content_pieces.thumbnail_url",
    "content_pieces.original_file_path", "generated_content.file_path", "voice_models.sample_audio_path",
    "avatar_models.sample_video_path",
}  # fmt: skip


LOOKS = {"content_look": "gallery", "content_review": "newest"}


def marker(table: str, column: str) -> str:
    """A text that is told from every other and harmful wherever it is not shown as written."""
    return f"{table}.{column} {MARKUP}"[: SHORT.get(column, 255)]


def canaries(table: str) -> dict[str, str]:
    return {column: marker(table, column) for column in TEXTS[table]}


@pytest.fixture
def canary(fresh_database: Database) -> dict[str, UUID]:
    """One record in every content table with a marker in every text column."""
    url = fresh_database.owner_url
    account = factories.row(url, "accounts", **canaries("accounts"))
    project = factories.row(url, "projects", account_id=account, **canaries("projects"))
    creator = factories.row(
        url, "creators", platform="tiktok", username="canary", profile_url="https://x", **canaries("creators")
    )
    piece = factories.row(
        url, "content_pieces", account_id=account, project_id=project, creator_id=creator, platform="tiktok",
        content_type="video", processing_status="completed", metadata={MARKUP: MARKUP}, **canaries("content_pieces"),
    )  # fmt: skip
    tags = sql.SQL("ARRAY[{0}]").format(sql.Literal(f"hashtags {MARKUP}"))
    factories.row(
        url, "content_analysis", content_piece_id=piece, hashtags=tags, mentions=tags, analysis_status="completed",
        trending_elements={MARKUP: [MARKUP]}, **canaries("content_analysis"),
    )  # fmt: skip
    factories.row(url, "content_annotations", content_piece_id=piece, **canaries("content_annotations"))
    perspectives = [{"perspective": f"perspective {MARKUP}", "summary": f"summary {MARKUP}", "sources": [MARKUP]}]
    script = factories.row(
        url, "generated_scripts", content_piece_id=piece, account_id=account, research_perspectives=perspectives,
        generation_status="completed", **canaries("generated_scripts"),
    )  # fmt: skip
    voice = factories.row(
        url, "voice_models", account_id=account, training_status="completed", **canaries("voice_models")
    )
    avatar = factories.row(
        url, "avatar_models", account_id=account, creation_status="completed", **canaries("avatar_models")
    )
    media = factories.row(
        url, "generated_content", account_id=account, project_id=project, script_id=script, voice_model_id=voice,
        avatar_model_id=avatar, content_type="video", generation_status="failed", **canaries("generated_content"),
    )  # fmt: skip
    return {"piece": piece, "script": script, "media": media, "voice": voice, "avatar": avatar}


def interpreted(at: AppTest) -> Iterator[str]:
    """Everything that a page hands to something that reads Markdown."""
    for found in (at.markdown, at.caption, at.title, at.header, at.subheader, at.warning, at.info, at.error):
        yield from (str(element.value) for element in found)
    for element in (*at.button, *at.expander, *at.tabs):
        yield str(element.label)


def seen(at: AppTest) -> str:
    """Everything that stands on the page, as a person reads it."""
    parts = [str(element.value) for found in (at.text, at.code) for element in found]
    parts += [str(element.value) for element in at.json]
    parts += [" ".join(map(str, frame.value.to_numpy().ravel())) for frame in at.dataframe]
    parts += [" ".join(map(str, table.value.to_numpy().ravel())) for table in at.table]
    parts += interpreted(at)
    return "\n".join(parts)


def test_every_text_stands_as_written(app: App, canary: dict[str, UUID]) -> None:
    views = [
        *(app("rita", "content", content_tab=kind) for kind in ("piece", "script", "media")),
        *(app("rita", "content", **{key: value}) for key, value in LOOKS.items()), app("rita", "models"),
        *(app("rita", "content", **{kind: str(canary[kind])}) for kind in ("piece", "script", "media")),
        *(app("rita", "models", **{kind: str(canary[kind])}) for kind in ("voice", "avatar")),
    ]  # fmt: skip
    everything = ""
    for at in views:
        assert not at.exception
        assert "could not be shown" not in seen(at)
        everything += seen(at)
        for text in interpreted(at):
            for harmful in ("<b onmouse", "**s**", "](javascript", ":red[r]", "`c`", "$x$", "![i]"):
                assert harmful not in text.replace("\\" + harmful[0], ""), text
    for table, columns in TEXTS.items():
        for column in columns:
            if f"{table}.{column}" in UNSEEN:
                continue
            head = f"{table}.{column}"
            assert head in everything or literal(head) in everything, head


BARE: dict[str, dict[str, Any]] = {
    "content_pieces": {"source_url": "?", "platform": "tiktok", "content_type": "video"},
    "generated_scripts": {},
    "generated_content": {"content_type": "audio"},
    "voice_models": {"name": "bare"},
    "avatar_models": {"name": "bare"},
}
PLACES = {
    "content_pieces": ("content", "piece"),
    "generated_scripts": ("content", "script"),
    "generated_content": ("content", "media"),
    "voice_models": ("models", "voice"),
    "avatar_models": ("models", "avatar"),
}


def nulled(database: Database, table: str, required: dict[str, Any]) -> UUID:
    """A record in which everything that may be NULL is, whatever the defaults."""
    identity = factories.row(database.owner_url, table, **required)
    optional = factories.values(
        database.owner_url,
        "SELECT attname::text FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attnotnull"
        " AND NOT attisdropped AND attname <> ALL (%s)",
        table,
        list(required),
    )
    factories.values(
        database.owner_url,
        f"UPDATE {table} SET {', '.join(f'{name} = NULL' for name in optional)} WHERE id = %s RETURNING 1",
        identity,
    )
    return identity


@pytest.mark.parametrize("table", BARE)
def test_opens_with_nothing_filled_in(app: App, fresh_database: Database, table: str) -> None:
    page, kind = PLACES[table]
    identity = nulled(fresh_database, table, BARE[table])
    if table == "content_pieces":
        nulled(fresh_database, "content_analysis", {"content_piece_id": identity})
    for query in ({kind: str(identity)}, {}, {"content_look": "gallery", "content_tab": kind}):
        at = app("rita", page, **query)
        assert not at.exception
        assert "could not be shown" not in seen(at)


HOSTILE = ("file:///etc/passwd", "javascript:alert(1)", "data:text/html,<b>", "../../../etc/passwd", "/etc/passwd")


@pytest.mark.parametrize("said", HOSTILE)
def test_no_stored_address_opens_a_file_or_runs(app: App, fresh_database: Database, said: str) -> None:
    url = fresh_database.owner_url
    piece = factories.row(
        url, "content_pieces", source_url=said, platform="upload", content_type="video", thumbnail_url=said,
        original_file_url=said, original_file_path=said, processing_status="completed",
    )  # fmt: skip
    voice = factories.row(url, "voice_models", name="v", sample_audio_url=said, sample_audio_path=said)
    media = factories.row(url, "generated_content", content_type="audio", file_url=said, file_path=said)
    for at in (
        app("rita", "content", piece=str(piece)),
        app("rita", "content", media=str(media)),
        app("rita", "content", content_look="gallery"),
        app("rita", "models", voice=str(voice)),
    ):
        assert not at.exception
        assert "could not be shown" not in seen(at)
        for kind in ("bidi_component", "imgs", "link_button"):
            for element in at.get(kind):
                proto = str(getattr(element, "proto", element))
                assert "root:" not in proto
                assert said not in proto or "/demo/storage/" in proto
                assert "/media/" not in proto.replace("/demo/storage/", "")


def test_survives_what_is_far_too_much(app: App, fresh_database: Database) -> None:
    url = fresh_database.owner_url
    piece = factories.row(
        url, "content_pieces", source_url="https://x.example/", platform="upload", content_type="video",
        title="\u202e\u200b" + "t" * 498, transcript="needle " + "word " * 400_000 + "NEEDLE",
        duration_seconds=-5, file_size_bytes=2**63 - 1, processing_status="completed", metadata={"views": 2**70},
    )  # fmt: skip
    factories.row(
        url, "content_analysis", content_piece_id=piece, engagement_score=-999.99, sentiment_score=9.99,
        hashtags=sql.SQL("ARRAY(SELECT '#' || n FROM generate_series(1, 10000) AS n)"), analysis_status="completed",
    )  # fmt: skip
    at = app("rita", "content", piece=str(piece))
    assert not at.exception
    told = seen(at)
    assert "could not be shown" not in told
    assert "The first 20,000 of 2,000,013 characters" in told
    assert "the first 200 of 10,000" in told
    assert "impossible" in told
    keyed(at.text_input, "content_find").set_value("needle").run()
    assert "2 places" in seen(at)
    assert not app("rita", "content", content_sort="engagement-asc").exception
    extreme = factories.row(
        url, "content_pieces", source_url="https://x.example/", platform="upload", content_type="video",
        duration_seconds=2**31 - 1, file_size_bytes=-1,
    )  # fmt: skip
    at = app("rita", "content", piece=str(extreme))
    assert not at.exception
    assert "could not be shown" not in seen(at)


def test_a_viewer_reads_and_judges_nothing(app: App, canary: dict[str, UUID]) -> None:
    listed = app("vera", "content")
    assert not any(button.key == "review_start" for button in listed.button)
    opened = app("vera", "content", piece=str(canary["piece"]))
    assert not any(str(button.key).startswith(("content_judge", "content_requeue")) for button in opened.button)
    forced = app("vera", "content", content_review="newest")
    assert "Reviewing needs the reviewer role" in seen(forced)
    assert not any(str(button.key).startswith("review_") for button in forced.button)


def test_json_as_stored_is_shown_as_data(app: App, canary: dict[str, UUID]) -> None:
    shown = app("rita", "content", piece=str(canary["piece"])).json
    assert any(MARKUP in json.dumps(json.loads(str(element.value))) for element in shown)


def test_a_name_that_several_creators_share_is_asked_about(app: App, fresh_database: Database) -> None:
    """The first of them would be shown as if it were the one that is meant."""
    url = fresh_database.owner_url
    ids = {
        platform: factories.row(url, "creators", platform=platform, username="rosa", profile_url="x", display_name=name)
        for platform, name in (("tiktok", "Rosa T"), ("youtube", "Rosa Y"))
    }
    other = factories.row(url, "creators", platform="twitter", username="other", profile_url="x", display_name="Rosa")
    for creator in (*ids.values(), other):
        factories.row(
            url, "content_pieces", creator_id=creator, platform="tiktok", content_type="video", source_url="x",
            title=f"of {creator}",
        )  # fmt: skip
    for text, names in (("@Rosa", ["Rosa T on tiktok", "Rosa Y on youtube"]), ("rosa", [*"TY", ""])):
        at = app("rita", "content", content_creator=text)
        asked = keyed(at.button_group, "content_creator_which")
        assert len(asked.options) == len(names)
        assert f"Which creator? {len(names)} match" in str(asked.proto.label)
        assert not at.dataframe
        assert not any(str(creator) in seen(at) for creator in ids.values())
    at = app("rita", "content", content_creator=str(ids["youtube"]))
    assert f"of {ids['youtube']}" in seen(at)
    assert f"of {ids['tiktok']}" not in seen(at)


@pytest.mark.parametrize("before", ["", "@"])
@pytest.mark.parametrize("username", ["@ada", "ada ", " ada", "\u2060ada", "@", "İstanbul", "a\u2060b", "a_b", "Ada"])
def test_a_creator_is_found_by_what_it_is_called(fresh_database: Database, username: str, before: str) -> None:
    url = fresh_database.owner_url
    for name in (username, "axb"):
        factories.row(url, "creators", platform="tiktok", username=name, profile_url="x")
    assert [one["name"] for one in View({"content_creator": before + username}).called] == [username]


def test_what_is_no_id_of_a_project_shows_nothing_instead_of_everything(app: App, fresh_database: Database) -> None:
    factories.row(
        fresh_database.owner_url, "content_pieces", platform="tiktok", content_type="video", source_url="x", title="any"
    )
    at = app("rita", "content", content_project="6f1c-what-was-copied")
    assert "That is not a valid project id" in seen(at).replace("\\", "")
    assert "**0** content pieces" in seen(at).replace("\\", "")
    assert not at.dataframe
