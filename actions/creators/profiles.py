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
_IN_FRONT: Final = r"www|m|mobile|web"
_IN_FRONT_OF: Final[dict[Platform, str]] = {"youtube": "music", "linkedin": "[a-z]{2}"}
"""What stands before a platform's host, on all of them and on one: LinkedIn alone has a host for each country."""
_SHORT: Final = {"youtu.be", "vm.tiktok.com", "vt.tiktok.com", "t.co", "lnkd.in", "bit.ly", "l.instagram.com"}
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_BARE: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+\.?(:\d+)?/", re.IGNORECASE)
_WEB: Final = re.compile(r"https?://.*", re.IGNORECASE)
_APART: Final = re.compile(r"""[\s<>()\[\]{}"“”„«»,;|]+""")
"""What stands between the words of a text and in no address of a profile."""
AROUND: Final = """ <>()[]{}"'“”\u2018\u2019„«»,;|.:!?*…"""
"""What a sentence or a list puts around an address."""

_CHANNEL: Final = re.compile(r"UC[\w-]{22}", re.ASCII)
_MEMBER: Final = re.compile(r"AC[ow]AA[\w-]{6,95}", re.ASCII)
_CASED: Final[dict[Platform, re.Pattern[str]]] = {"youtube": _CHANNEL, "linkedin": _MEMBER}
"""Ids in the place of a name, in which capitals and small letters differ."""
_FILES: Final = "js|mjs|css|map|txt|ico|html?|php|xml|json|webmanifest|png|jpe?g|gif|svg|webp|mp4|pdf"
_RULES: Final[dict[str, tuple[re.Pattern[str], str]]] = {
    "instagram": (
        re.compile(rf"(?!.*\.\.)(?!.*\.({_FILES})$)(?!\.)[a-z0-9._]{{1,30}}(?<!\.)"),
        "up to 30 letters, digits, dots and underscores, no dot at either end, not the name of a file",
    ),
    "tiktok": (re.compile(r"[a-z0-9._]{2,24}(?<!\.)"), "2 to 24 letters, digits, dots and underscores"),
    "youtube": (
        re.compile(r"UC[\w-]{22}|(?=.{3}|[^\x00-\x7f]{2}$)(?![-._·])[\w.·-]{2,100}(?<![-._·])"),
        "3 to 100 letters, digits, . _ and -",
    ),
    "linkedin": (re.compile(r"[\w-]{3,100}"), "3 to 100 letters, digits and hyphens"),
    "company": (
        re.compile(r"(?!\.)(?=.*\w)[\w.&'\u2019-]{1,100}"),
        "up to 100 letters, digits, hyphens, dots, & and '",
    ),
    "twitter": (re.compile(r"[a-z0-9_]{1,15}"), "up to 15 letters, digits and underscores"),
}
"""Usernames as they are stored (lower case but for ids), and the rule in words; `company` for all LinkedIn pages."""
_LONGEST: Final = 100

_NOT_PEOPLE: Final[dict[str, str]] = {
    "instagram": "p reel reels tv explore accounts direct about developer developers legal web graphql api stories s "
    "share locations challenge emails session oauth login signup press privacy terms help create your_activity ar "
    "topics directory nametag archive_stories linkshim qr n _n _u j lite igtv guides audio hashtag tags data activity "
    "notifications download oembed professional_dashboard popular settings two_factor consent channel invites static "
    "ajax",
    "linkedin": "unavailable edit feed",
    "company": "unavailable setup new",
    "twitter": "home i search intent share hashtag settings explore notifications messages login logout signup compose "
    "tos privacy jobs about download bookmarks lists communities account accounts oauth help follower_requests "
    "who_to_follow connect_people topics trends timeline tweet widgets statuses status mentions favorites invitations "
    "personalization articles grok premium_sign_up newtwitter rules moments logged_out error session sessions "
    "followers following inbox saved_searches direct_messages public_timeline retweets retweeted_of_mine replies "
    "find_users find_sources friend_request signin sign_in users invite goodies devices related_tweets similar_to "
    "tweetbutton terms",
}
"""Names that are the platform's own pages, in words: they look like a person's where a name comes first."""
_OF_A_CHANNEL: Final = (
    "videos shorts streams live playlists community posts featured about channels podcasts releases store membership "
    "join search courses discussion shows"
)
_OF_A_COMPANY: Final = (
    "posts about jobs people life videos admin insights events products services home mycompany followers alumni "
    "notifications ads careers"
)


def _shape(before: str, following: str, after: str = "") -> re.Pattern[str]:
    """A path: what stands before a name, the name, the words one of which may follow, and what else may."""
    words = following.replace(" ", "|")
    return re.compile(rf"{before}(?P<name>[^/]+)(/({words})(/.*)?{after})?", re.IGNORECASE)


_LINKEDIN: Final = "((comm|mwlite)/)?"
_SHAPES: Final[dict[Platform, tuple[re.Pattern[str], ...]]] = {
    "instagram": (
        _shape("stories/(?!(highlights|archive)(/|$))", r"\d+"),
        _shape(
            "(_u/)?",
            "reels reel p tv tagged guides channel feed followers following highlights saved live reposts embed",
        ),
    ),
    "tiktok": (
        _shape(
            "(?=@)", "video photo live playlist collection followers following reposts liked favorites story mix shop"
        ),
    ),
    "youtube": (
        _shape("(?=@)", _OF_A_CHANNEL),
        _shape("(?P<kind>channel)/", _OF_A_CHANNEL),
        _shape(f"(?P<kind>c|user)/(?!({_OF_A_CHANNEL.replace(' ', '|')})(/|$))", _OF_A_CHANNEL),
    ),
    "linkedin": (
        _shape(_LINKEDIN + "(?P<kind>in)/", "recent-activity details detail overlay edit", "|/[a-z]{2}(-[a-z]{2})?"),
        _shape("pub/(?!dir(/|$))", "[0-9a-f]{1,3}"),
        _shape(_LINKEDIN + "(?P<kind>company|school|showcase)/", _OF_A_COMPANY),
    ),
    "twitter": (
        _shape(
            "",
            "status statuses with_replies media likes highlights article articles followers following "
            "verified_followers followers_you_follow photo header_photo lists about affiliates superfollows "
            "creator-subscriptions moments topics communities subscriptions",
        ),
    ),
}
"""The paths that name somebody, `kind` being what the platform calls them; nothing else is a profile."""
_PAGES: Final = ("company", "school", "showcase")
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
    """Whether the text is meant as an address rather than as a username; `Re:Cap` and `12:30` are none."""
    cleaned = _cleaned(text)
    return "://" in cleaned or bool(_BARE.match(cleaned)) or _platform(_host(cleaned)) is not None


def addresses(text: str) -> list[str]:
    """The addresses on the five platforms and the short links in a text; without any what begins with http."""
    words = [word.strip(AROUND) for word in _APART.split(plain(text).strip(AROUND))]
    found = [_WEB.search(word) for word in words]
    words = [match[0] if match else word for match, word in zip(found, words, strict=True)]
    hosts = [_host(word) if "/" in word or len(words) == 1 else "" for word in words]
    named = [word for word, host in zip(words, hosts, strict=True) if host in _SHORT or _platform(host)]
    return list(dict.fromkeys(named)) or ([plain(text).strip()] if _WEB.match(text.strip(AROUND)) else [])


def plain(text: str) -> str:
    """The text as it looks: full-width forms are the usual ones, and what is not seen is gone, but for spaces."""
    return "".join(c for c in _composed(text) if c.isspace() or unicodedata.category(c) not in {"Cf", "Cc"})


def address(platform: str, username: str) -> str:
    """The profile's address as the platform itself writes it; the `Profile.url` of a typed username."""
    name = quote(username, safe="")
    if platform == "youtube" and _CHANNEL.fullmatch(username):
        return f"https://www.youtube.com/channel/{name}"
    return {
        "instagram": f"https://www.instagram.com/{name}/",
        "tiktok": f"https://www.tiktok.com/@{name}",
        "youtube": f"https://www.youtube.com/@{name}",
        "linkedin": f"https://www.linkedin.com/{_page(username)}/{name}/",
    }.get(platform, f"https://x.com/{name}")


def _composed(text: str) -> str:
    """One way of writing each character. Not of Thai and Lao am, which would become two that nobody writes so."""
    usual = "".join(c if c in "\u0e33\u0eb3" else unicodedata.normalize("NFKC", c) for c in text)
    return unicodedata.normalize("NFC", usual)


def _cleaned(text: str) -> str:
    """Without what copying drags along: space, brackets, quotes, line breaks; `<script>` is no address and stays."""
    visible = "".join(c for c in plain(text) if unicodedata.category(c) != "Cc").strip()
    bare = visible.strip(AROUND)
    return bare if "/" in bare else visible


def _host(text: str) -> str:
    """The host of an address with or without its scheme, in lower case."""
    rest = text.split("://", 1)[-1]
    return re.split(r"[/?#:]", rest, maxsplit=1)[0].lower().rstrip(".")


def _platform(host: str) -> Platform | None:
    """Whose host it is, with or without www and the like."""
    front, _, rest = host.partition(".")
    if host in _HOSTS or rest not in _HOSTS:
        return _HOSTS.get(host)
    platform = _HOSTS[rest]
    return platform if re.fullmatch(f"{_IN_FRONT}|{_IN_FRONT_OF.get(platform, _IN_FRONT)}", front) else None


def _of_url(text: str) -> Profile:
    try:
        parts = urlsplit(text if _SCHEME.match(text) else f"https://{text}")
        port = parts.port
    except ValueError:
        raise Invalid("That address cannot be read. Copy it again from the profile page.") from None
    if parts.scheme.lower() not in {"http", "https"} or "\\" in text:
        raise Invalid("Only addresses that begin with http:// or https:// are accepted.")
    host = (parts.hostname or "").rstrip(".")
    if host in _SHORT:
        raise Invalid("That is a short link. Open it, and copy the address of the profile it leads to.")
    platform = _platform(host)
    if platform is None or parts.username is not None or port not in {None, 80, 443}:
        raise Invalid(
            "That is not an address on Instagram, TikTok, YouTube, LinkedIn or X. Copy it from the profile page."
        )
    path = [piece for piece in _composed(unquote(parts.path)).split("/") if piece]
    if platform == "twitter" and [piece.lower() for piece in path] in (["intent", "user"], ["intent", "follow"]):
        path = parse_qs(parts.query).get("screen_name", [])
    if platform == "twitter" and parts.fragment.startswith("!/"):
        path = parts.fragment.split("/")[1:]
    return _of_path(platform, path)


def _of_path(platform: Platform, path: Sequence[str]) -> Profile:
    """The profile that a path names: each platform has few shapes, and whatever has none of them names nobody."""
    found = next(filter(None, (shape.fullmatch("/".join(path)) for shape in _SHAPES[platform])), None)
    if found:
        name, kind = found["name"], (found.groupdict().get("kind") or "").lower()
        if kind == "channel" and not _CHANNEL.fullmatch(name):
            raise Invalid("A YouTube channel id is UC and 22 more characters. Copy the address again.")
        if platform == "linkedin" or not _is_reserved(platform, name.lower().removeprefix("@")):
            return _profile(platform, name, kind or "in" if platform == "linkedin" else kind.removeprefix("channel"))
    if platform == "youtube" and len(path) == 1:
        raise Invalid("That may be a page of YouTube's. Open it, and copy the address with the @ in it.")
    raise Invalid(_not_a_profile(platform))


def _profile(platform: Platform, typed: str, kind: str = "") -> Profile:
    """The profile of a name. What kind it is only an address says: `in` is a person, `c` an old name."""
    name = typed.strip().removeprefix("@")
    is_cased = platform in _CASED and _CASED[platform].fullmatch(name)
    username = name if is_cased else _lower(name)
    if platform == "linkedin":
        kind = kind or _page(username)
    rule = "company" if kind in _PAGES else platform
    if not _fits(rule, username) or _is_reserved(rule, username):
        raise Invalid(f"That is not a valid username on {NAMES[platform]}: {_RULES[rule][1]}.")
    if kind in {"", "in"}:
        return Profile(platform, username, address(platform, username))
    slash = "/" if platform == "linkedin" else ""
    return Profile(platform, username, f"https://www.{platform}.com/{kind}/{quote(username, safe='')}{slash}")


def _page(username: str) -> str:
    """What a LinkedIn name alone is taken for: a person, or a company where no person may be called that."""
    return "company" if not _fits("linkedin", username) and _fits("company", username) else "in"


def _fits(rule: str, username: str) -> bool:
    """Whether the rule allows the name. A vowel sign or accent that is a character of its own goes with its letter."""
    letters = username
    if rule in {"youtube", "linkedin", "company"}:
        letters = username[:1] + "".join(c for c in username[1:] if not unicodedata.category(c).startswith("M"))
    return len(username) <= _LONGEST and _RULES[rule][0].fullmatch(letters) is not None


def _is_reserved(rule: str, username: str) -> bool:
    return username in _NOT_PEOPLE.get(rule, "").split()


def _lower(name: str) -> str:
    """In small letters, but for the İ, of which Python makes two characters and PostgreSQL one."""
    return "".join(small if len(small := c.lower()) == 1 else c for c in name)


def kind(url: str | None) -> str:
    """What the address of a profile says that its owner is, in words: `a company`; nothing where a name is all."""
    try:
        path = urlsplit(read(url or "").url).path.strip("/").split("/")
    except Invalid:
        return ""
    return _KIND_WORDS.get(path[0], "") if len(path) > 1 else ""


def is_other(profile: Profile, url: str | None) -> bool:
    """Whether a stored address is another's of the same name: a company's where the profile is a person's."""
    try:
        return bool(url) and read(url or "").url != profile.url
    except Invalid:
        return False


def _not_a_profile(platform: Platform) -> str:
    return f"That address on {NAMES[platform]} is not a profile but a post, page or search. Copy the profile's address."
