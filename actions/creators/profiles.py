"""Which creator a pasted profile URL or a typed username means, written one way for each of the five platforms."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args
from urllib.parse import parse_qs, quote, unquote, urlsplit

from core.errors import Invalid

Platform = Literal["instagram", "tiktok", "youtube", "linkedin", "twitter"]
PLATFORMS: Final[tuple[Platform, ...]] = get_args(Platform)
NAMES: Final[dict[str, str]] = {
    "instagram": "Instagram", "tiktok": "TikTok", "youtube": "YouTube", "linkedin": "LinkedIn", "twitter": "X",
}  # fmt: skip

_HOSTS: Final[dict[str, Platform]] = {
    "instagram.com": "instagram",
    "instagr.am": "instagram",
    "tiktok.com": "tiktok",
    "youtube.com": "youtube",
    "linkedin.com": "linkedin",
    "twitter.com": "twitter",
    "x.com": "twitter",
}
_PREFIXES: Final = re.compile(r"^(www|m|mobile|music|web|[a-z]{2})\.")
_SHORT: Final = {"youtu.be", "vm.tiktok.com", "vt.tiktok.com", "t.co", "lnkd.in", "bit.ly", "l.instagram.com"}
_BARE: Final = re.compile(r"^[a-z0-9-]+(\.[a-z0-9-]+)+/", re.IGNORECASE)
_RULES: Final[dict[Platform, tuple[re.Pattern[str], str]]] = {
    "instagram": (
        re.compile(r"(?!.*\.\.)(?!\.)[a-z0-9._]{1,30}(?<!\.)"),
        "up to 30 letters, digits, dots and underscores, no dot at either end",
    ),
    "tiktok": (re.compile(r"[a-z0-9._]{2,24}(?<!\.)"), "2 to 24 letters, digits, dots and underscores"),
    "youtube": (re.compile(r"UC[\w-]{22}|(?![-._·])[\w.·-]{3,100}(?<![-._·])"), "3 to 100 letters, digits, . _ and -"),
    "linkedin": (re.compile(r"[\w-]{3,100}"), "3 to 100 letters, digits and hyphens"),
    "twitter": (re.compile(r"[a-z0-9_]{1,15}"), "up to 15 letters, digits and underscores"),
}
"""Usernames as they are stored (lower case but for YouTube's channel ids), and the rule in words."""

_NOT_PEOPLE: Final[dict[Platform, str]] = {
    "instagram": "p reel reels tv explore accounts direct about developer legal web graphql api stories s locations",
    "tiktok": "",
    "youtube": "watch shorts playlist results feed embed live hashtag gaming premium music redirect clip post about t",
    "linkedin": "",
    "twitter": "home i search intent share hashtag settings explore notifications messages login signup compose tos "
    "privacy jobs about download",
}
"""First parts of addresses that are the platform's own, in words."""
_LINKEDIN_KINDS: Final = ("in", "company", "school", "showcase", "pub")


@dataclass(frozen=True, slots=True)
class Profile:
    """A creator as the product stores one."""

    platform: Platform
    username: str
    url: str


def read(text: str, platform: str | None = None) -> Profile:
    """The profile that a URL, or a username with its platform, means.

    Raises `Invalid` with what is wrong: not a profile, another platform's, or outside the platform's rules.
    """
    cleaned = _cleaned(text)
    if not cleaned:
        raise Invalid("Type a username, or paste the address of a profile.")
    if platform is not None and platform not in PLATFORMS:
        raise Invalid("That platform is not known. Choose one of the five.")
    if is_url(cleaned):
        found = _of_url(cleaned)
        if platform and found.platform != platform:
            raise Invalid(
                f"That is a profile on {NAMES[found.platform]}, not on {NAMES[platform]}. Correct one of them."
            )
        return found
    if platform is None:
        raise Invalid("A username alone fits several platforms. Choose the platform, or paste the profile's address.")
    return _profile(platform, cleaned)


def is_url(text: str) -> bool:
    """Whether the text is meant as an address rather than as a username."""
    cleaned = _cleaned(text)
    return "://" in cleaned or ":" in cleaned.split("/")[0] or bool(_BARE.match(cleaned)) or _host(cleaned) in _HOSTS


def address(platform: str, username: str) -> str:
    """The profile's address as the platform itself writes it; the `Profile.url` of a typed username."""
    name = quote(username, safe="")
    if platform == "youtube" and re.fullmatch(r"UC[\w-]{22}", username):
        return f"https://www.youtube.com/channel/{name}"
    return {
        "instagram": f"https://www.instagram.com/{name}/",
        "tiktok": f"https://www.tiktok.com/@{name}",
        "youtube": f"https://www.youtube.com/@{name}",
        "linkedin": f"https://www.linkedin.com/in/{name}/",
    }.get(platform, f"https://x.com/{name}")


def _cleaned(text: str) -> str:
    """Without what copying drags along: space, brackets, quotes, invisible characters, full-width forms."""
    visible = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) not in {"Cf", "Cc"})
    return re.sub(r"""^[<"'“](.*)[>"'”]$""", _unquoted, visible.strip()).strip()


def _unquoted(match: re.Match[str]) -> str:
    """What stands between quotes or brackets if it is an address; `<script>` is none."""
    return match[1] if "/" in match[1] else match[0]


def _host(text: str) -> str:
    """The host of an address with or without its scheme, in lower case, without www and the like."""
    rest = text.split("://", 1)[-1]
    host = re.split(r"[/?#]", rest, maxsplit=1)[0].lower().rstrip(".")
    return host if host in _SHORT else _PREFIXES.sub("", host)


def _of_url(text: str) -> Profile:
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        port = parts.port
    except ValueError:
        raise Invalid("That address cannot be read. Copy it again from the profile page.") from None
    if parts.scheme.lower() not in {"http", "https"} or "\\" in text or (":" in text and "://" not in text):
        raise Invalid("Only addresses that begin with http:// or https:// are accepted.")
    host = _host(parts.hostname or "")
    if host in _SHORT:
        raise Invalid("That is a short link. Open it, and copy the address of the profile it leads to.")
    platform = _HOSTS.get(host)
    if platform is None or parts.username is not None or port not in {None, 80, 443}:
        raise Invalid(
            "That is not an address on Instagram, TikTok, YouTube, LinkedIn or X. Copy it from the profile page."
        )
    path = [piece for piece in unquote(parts.path).split("/") if piece]
    if platform == "twitter" and path[:2] == ["intent", "user"]:
        path = parse_qs(parts.query).get("screen_name", [])
    if platform == "twitter" and parts.fragment.startswith("!/"):
        path = parts.fragment.split("/")[1:]
    return _of_path(platform, path)


def _of_path(platform: Platform, path: Sequence[str]) -> Profile:
    first, rest = (path[0], path[1:]) if path else ("", [])
    if platform == "instagram" and first.lower() in {"stories", "_u"} and rest and rest[0].lower() != "highlights":
        return _profile(platform, rest[0])
    if platform == "youtube" and first.lower() in {"channel", "c", "user"} and rest:
        if first.lower() == "channel" and not re.fullmatch(r"UC[\w-]{22}", rest[0]):
            raise Invalid("A YouTube channel id is UC and 22 more characters. Copy the address again.")
        return _profile(platform, rest[0], kind="" if first.lower() == "channel" else f"{first.lower()}/")
    if platform == "linkedin":
        if first.lower() not in _LINKEDIN_KINDS or not rest:
            raise Invalid(_not_a_profile(platform))
        kind = "in" if first.lower() == "pub" else first.lower()
        return _profile(platform, rest[0], kind=f"{kind}/")
    if platform == "tiktok" and not first.startswith("@"):
        raise Invalid(_not_a_profile(platform))
    if not first or first.lower() in _NOT_PEOPLE[platform].split():
        raise Invalid(_not_a_profile(platform))
    return _profile(platform, first, kind="" if platform != "youtube" or first.startswith("@") else "c/")


def _profile(platform: Platform, typed: str, kind: str = "") -> Profile:
    name = typed.strip().removeprefix("@")
    is_channel = platform == "youtube" and re.fullmatch(r"UC[\w-]{22}", name) is not None
    username = name if is_channel else name.lower()
    rule, words = _RULES[platform]
    if not rule.fullmatch(username) or (not kind and username in _NOT_PEOPLE[platform].split()):
        raise Invalid(f"That is not a valid username on {NAMES[platform]}: {words}.")
    if kind in {"", "in/"}:
        return Profile(platform, username, address(platform, username))
    slash = "/" if platform == "linkedin" else ""
    return Profile(platform, username, f"https://www.{platform}.com/{kind}{quote(username, safe='')}{slash}")


def _not_a_profile(platform: Platform) -> str:
    return f"That address on {NAMES[platform]} is not a profile but a post, page or search. Copy the profile's address."
