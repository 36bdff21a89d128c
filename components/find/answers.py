"""What a text in the find field means: every kind is asked, what it names by its form stands first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from actions.creators import profiles
from actions.creators.profiles import Profile
from core.database import rows
from core.errors import Invalid
from queries import find
from queries.sql.text import printable

TTL_S: Final = 10
NAMED: Final = 20
"""Things of one kind named by one text that are looked up."""
_APART: Final = r"[\s\u00ad\u200b\u2010-\u2015\u2060\u2212\ufe58\ufe63\uff0d-]*"
"""What stands between the parts of an id that somebody typed, or that a document or a line break went through."""
_UUID: Final = re.compile(
    rf"(?<![0-9a-f])[0-9a-f]{{8}}{_APART}(?:[0-9a-f]{{4}}{_APART}){{3}}[0-9a-f]{{12}}(?![0-9a-f])", re.IGNORECASE
)
_EMAIL: Final = re.compile(r"""[^\s@<>()\[\]{}"“”„«»,;:|/\\?=]+@[^\s@<>()\[\]{}"“”„«»,;:|/\\?=&#]*""")
_USERNAME: Final = re.compile(r"(?<![\w@./])@([\w.·-]+)")


class Answer(NamedTuple):
    """What was found, what the text was taken for (else why nothing was found), and whether it names one thing only."""

    results: Sequence[dict[str, Any]]
    taken_for: str
    is_exact: bool


def answered(text: str) -> Answer:
    """What the text means, whatever it looks like: `Re:Cap`, `v2.0/final cut` and `me@home` may be titles, too."""
    text = printable(text)
    if not text:
        return Answer((), "text", False)
    named, is_only = _named(text)
    titled = _read(find.by_text(text))
    known = {(result["kind"], result["id"]) for result in named.results}
    others = [result for result in titled if (result["kind"], result["id"]) not in known]
    if is_only and named.is_exact and named.results and not any(result["rank"] == 0 for result in others):
        return named
    taken_for = named.taken_for if named.results or not others else "text"
    return Answer([*named.results, *others], taken_for, False)


def _named(text: str) -> tuple[Answer, bool]:
    """All that stands in it and names something by its form, and whether that is of one form only."""
    plain = profiles.plain(text)
    found, refusal = _profiles(plain)
    forms = [form for form in (_ids(text), found, _emails(plain), _usernames(plain)) if form]
    results = {(result["kind"], result["id"]): result for form in forms for result in form.results}
    taken_for = forms[0].taken_for if forms else "text"
    if refusal and (not forms or forms[0].taken_for != "id"):
        taken_for = refusal
    return Answer([*results.values()], taken_for, bool(forms) and forms[0].is_exact), len(forms) == 1


def _ids(text: str) -> Answer | None:
    """The records whose ids stand in it: of several, as in a link, none is taken for the one that is meant."""
    ids = [UUID(re.sub("[^0-9a-fA-F]", "", found)) for found in _UUID.findall(text)]
    if not ids:
        return None
    wanted = list(dict.fromkeys(ids))[:NAMED]
    return Answer([result for one in wanted for result in _read(find.by_id(one))], "id", len(wanted) == 1)


def _profiles(text: str) -> tuple[Answer | None, str]:
    """The creators whose addresses stand in it; without any what is wrong with the first that is no profile's."""
    wanted: dict[Profile, None] = {}
    refusal = ""
    for address in profiles.addresses(text):
        try:
            wanted[profiles.read(address)] = None
        except Invalid as error:
            refusal = refusal or str(error)
    if not wanted:
        return None, refusal
    first = next(iter(wanted))
    found = [
        (one, result) for one in list(wanted)[:NAMED] for result in _read(find.by_profile(one.platform, one.username))
    ]
    is_same = len(found) == len(wanted) == 1 and not profiles.is_other(first, found[0][1]["note"])
    taken_for = f"No creator {first.username} on {profiles.NAMES[first.platform]}."
    return Answer([result for _, result in found], taken_for, is_same), ""


def _emails(text: str) -> Answer | None:
    """The people and accounts whose e-mail addresses, or parts of them, stand in it."""
    stripped = [found.strip(profiles.AROUND) for found in _EMAIL.findall(text)]
    is_part = len(text.split()) == 1  # `ada@`
    whole = [one for one in stripped if not one.startswith("@") and (is_part or not one.endswith("@"))]
    wanted = list(dict.fromkeys(whole))[:NAMED]
    if not wanted:
        return None
    answers = [_read(find.by_email(one)) for one in wanted]
    same = [[result for result in found if result["rank"] == 0] for found in answers]
    results = [result for one, found in zip(same, answers, strict=True) for result in (one if len(one) == 1 else found)]
    return Answer(results, "e-mail", len(wanted) == len(same[0]) == 1)


def _usernames(text: str) -> Answer | None:
    """The creators that it names with an @: those that hold what it is, those that are called what stands in it."""
    bare = text.strip(profiles.AROUND)
    is_all = bare.startswith("@")
    found = _read(find.by_username(bare[1:])) if is_all else []
    if not found:
        wanted = list(dict.fromkeys(found.rstrip(".") for found in _USERNAME.findall(text)))[:NAMED]
        found = [result for one in wanted for result in _read(find.by_username(one)) if result["rank"] == 0]
    return Answer(found, "username", False) if found or is_all else None  # creators may share a username


def _read(question: Any) -> list[dict[str, Any]]:
    return rows(question, ttl_s=TTL_S, domain="find")
