"""What a text in the find field means: every kind is asked, what it names by its form stands first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from actions.creators import profiles
from core.database import rows
from core.errors import Invalid
from queries import find
from queries.sql.text import printable

TTL_S: Final = 10
IDS: Final = 5
"""Ids of one text that are looked up."""
_APART: Final = r"[\s\u00ad\u200b\u2010-\u2015\u2060\u2212\ufe58\ufe63\uff0d-]*"
"""What stands between the parts of an id that somebody typed, or that a document or a line break went through."""
_UUID: Final = re.compile(
    rf"(?<![0-9a-f])[0-9a-f]{{8}}{_APART}(?:[0-9a-f]{{4}}{_APART}){{3}}[0-9a-f]{{12}}(?![0-9a-f])", re.IGNORECASE
)


class Answer(NamedTuple):
    """What was found, what the text was taken for (else why nothing was found), and whether it names one thing only."""

    results: Sequence[dict[str, Any]]
    taken_for: str
    is_exact: bool


def answered(text: str) -> Answer:
    """What the text means, whatever it looks like: `Re:Cap`, `v2.0/final cut` and `me@home` may be titles, too."""
    text = printable(text)
    named = _ids(text) or _by_form(text)
    if not text:
        return named
    titled = _read(find.by_text(text))
    known = {(result["kind"], result["id"]) for result in named.results}
    others = [result for result in titled if (result["kind"], result["id"]) not in known]
    if named.is_exact and named.results and not any(result["rank"] == 0 for result in others):
        return named
    taken_for = named.taken_for if named.results or not others else "text"
    return Answer([*named.results, *others], taken_for, False)


def _ids(text: str) -> Answer | None:
    """The records whose ids stand in it: of several, as in a link, none is taken for the one that is meant."""
    ids = [UUID(re.sub("[^0-9a-fA-F]", "", found)) for found in _UUID.findall(text)]
    if not ids:
        return None
    wanted = list(dict.fromkeys(ids))[:IDS]
    return Answer([result for one in wanted for result in _read(find.by_id(one))], "id", len(wanted) == 1)


def _by_form(text: str) -> Answer:
    """What it names by its form: a profile, a person, a creator; nothing where it has none."""
    is_one_word = len(text.split()) == 1
    if is_one_word and profiles.is_url(text):
        try:
            profile = profiles.read(text)
        except Invalid as error:
            return Answer((), str(error), False)
        found = _read(find.by_profile(profile.platform, profile.username))
        is_same = len(found) == 1 and not profiles.is_other(profile, found[0]["note"])
        return Answer(found, f"No creator {profile.username} on {profiles.NAMES[profile.platform]}.", is_same)
    if text.startswith("@"):
        return Answer(_read(find.by_username(text[1:])), "username", False)  # creators may share a username
    if is_one_word and "@" in text:
        found = _read(find.by_email(text))
        same = [result for result in found if result["rank"] == 0]
        return Answer(same if len(same) == 1 else found, "e-mail", len(same) == 1)
    return Answer((), "text", False)


def _read(question: Any) -> list[dict[str, Any]]:
    return rows(question, ttl_s=TTL_S, domain="find")
