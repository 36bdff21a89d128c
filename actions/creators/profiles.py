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
_CHANNEL: Final = re.compile(r"UC[\w-]{22}", re.ASCII)
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
    "instagram": "p reel reels tv explore accounts direct about developer developers legal web graphql api stories s "
    "share locations challenge emails session oauth login signup press privacy terms help create your_activity ar "
    "topics directory nametag archive_stories linkshim qr n lite igtv guides audio hashtag tags data activity "
    "notifications",
    "tiktok": "",
    "youtube": "",
    "linkedin": "unavailable setup",
    "twitter": "home i search intent share hashtag settings explore notifications messages login logout signup compose "
    "tos privacy jobs about download bookmarks lists communities account accounts oauth help follower_requests "
    "who_to_follow connect_people topics trends timeline tweet widgets statuses status mentions favorites invitations "
    "personalization articles grok premium_sign_up newtwitter rules moments logged_out error session sessions",
}
"""Names that are the platform's own pages, in words: they look like a person's where a name comes first."""
_OF_A_PROFILE: Final[dict[Platform, str]] = {
    "instagram": "reels reel p tv tagged guides channel feed followers following highlights saved live",
    "tiktok": "video photo live playlist collection",
    "youtube": "videos shorts streams live playlists community posts featured about channels podcasts releases store "
    "membership join search courses",
    "linkedin": "",
    "twitter": "status with_replies media likes highlights articles followers following verified_followers photo "
    "header_photo lists about affiliates superfollows creator-subscriptions moments topics communities subscriptions",
}
"""What may follow a name in an address that is still that person's, in words; nothing else is a profile."""
_LINKEDIN_KINDS: Final = ("in", "company", "school", "showcase", "pub")
_KIND_WORDS: Final = {
    "company": "a company", "school": "a school", "showcase": "a showcase page", "in": "a person",
    "c": "a custom address", "user": "an old account name",
}  # fmt: skip


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
    if platform == "youtube" and _CHANNEL.fullmatch(username):
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
    """The profile that a path names: each platform has few shapes, and whatever has none of them names nobody."""
    first, rest = (path[0], path[1:]) if path else ("", [])
    word = first.lower()
    match platform:
        case "instagram" if word in {"stories", "_u"} and rest and rest[0].lower() != "highlights":
            return _profile(platform, rest[0])
        case "youtube" if word == "channel" and rest:
            if not _CHANNEL.fullmatch(rest[0]):
                raise Invalid("A YouTube channel id is UC and 22 more characters. Copy the address again.")
            return _profile(platform, rest[0])
        case "youtube" if word in {"c", "user"} and rest:
            return _profile(platform, rest[0], kind=f"{word}/")
        case "linkedin" if word in _LINKEDIN_KINDS and rest:
            return _profile(platform, rest[0], kind=f"{'in' if word == 'pub' else word}/")
        case "youtube" | "tiktok" if first.startswith("@") and _may_follow(platform, rest):
            return _profile(platform, first)
        case "instagram" | "twitter" if first and _may_follow(platform, rest):
            if word.removeprefix("@") not in _NOT_PEOPLE[platform].split():
                return _profile(platform, first)
        case _:
            pass
    if platform == "youtube" and first and not rest:
        raise Invalid("That may be a page of YouTube's. Open it, and copy the address with the @ in it.")
    raise Invalid(_not_a_profile(platform))


def _may_follow(platform: Platform, rest: Sequence[str]) -> bool:
    return not rest or rest[0].lower() in _OF_A_PROFILE[platform].split()


def _profile(platform: Platform, typed: str, kind: str = "") -> Profile:
    name = typed.strip().removeprefix("@")
    is_channel = platform == "youtube" and _CHANNEL.fullmatch(name) is not None
    username = name if is_channel else name.lower()
    rule, words = _RULES[platform]
    if not rule.fullmatch(username) or username in _NOT_PEOPLE[platform].split():
        raise Invalid(f"That is not a valid username on {NAMES[platform]}: {words}.")
    if kind in {"", "in/"}:
        return Profile(platform, username, address(platform, username))
    slash = "/" if platform == "linkedin" else ""
    return Profile(platform, username, f"https://www.{platform}.com/{kind}{quote(username, safe='')}{slash}")


def kind(url: str | None) -> str:
    """What the address says that its owner is, in words: `a company`; nothing where a name is all."""
    path = [piece for piece in urlsplit(url or "").path.split("/") if piece]
    return _KIND_WORDS.get(path[0].lower(), "") if len(path) > 1 else ""


def is_other(profile: Profile, url: str | None) -> bool:
    """Whether a stored address is another's of the same name: a company's where the profile is a person's."""
    try:
        return bool(url) and read(url or "").url != profile.url
    except Invalid:
        return False


def _not_a_profile(platform: Platform) -> str:
    return f"That address on {NAMES[platform]} is not a profile but a post, page or search. Copy the profile's address."
