"""Which creator a pasted profile URL or a typed username means, written one way for each of the five platforms."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, unquote, urlsplit

from actions.creators import profile_shapes as shapes
from actions.creators.profile_shapes import AROUND as AROUND
from actions.creators.profile_shapes import NAMES as NAMES
from actions.creators.profile_shapes import PLATFORMS as PLATFORMS
from actions.creators.profile_shapes import Platform as Platform
from core.errors import Invalid


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
    return "://" in cleaned or bool(shapes.BARE.match(cleaned)) or _platform(_host(cleaned)) is not None


def addresses(text: str) -> list[str]:
    """The addresses on the five platforms and the short links in a text; without any what begins with http."""
    words = [word.strip(AROUND) for word in shapes.APART.split(plain(text).strip(AROUND))]
    found = [shapes.WEB.search(word) for word in words]
    words = [match[0] if match else word for match, word in zip(found, words, strict=True)]
    hosts = [_host(word) if "/" in word or len(words) == 1 else "" for word in words]
    named = [word for word, host in zip(words, hosts, strict=True) if host in shapes.SHORT or _platform(host)]
    return list(dict.fromkeys(named)) or ([plain(text).strip()] if shapes.WEB.match(text.strip(AROUND)) else [])


def plain(text: str) -> str:
    """The text as it looks: full-width forms are the usual ones, and what is not seen is gone, but for spaces."""
    return "".join(c for c in _composed(text) if c.isspace() or unicodedata.category(c) not in {"Cf", "Cc"})


def address(platform: str, username: str) -> str:
    """The profile's address as the platform itself writes it; the `Profile.url` of a typed username."""
    name = quote(username, safe="")
    if platform == "youtube" and shapes.CHANNEL.fullmatch(username):
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
    if host in shapes.HOSTS or rest not in shapes.HOSTS:
        return shapes.HOSTS.get(host)
    platform = shapes.HOSTS[rest]
    return (
        platform
        if re.fullmatch(f"{shapes.IN_FRONT}|{shapes.IN_FRONT_OF.get(platform, shapes.IN_FRONT)}", front)
        else None
    )


def _of_url(text: str) -> Profile:
    try:
        parts = urlsplit(text if shapes.SCHEME.match(text) else f"https://{text}")
        port = parts.port
    except ValueError:
        raise Invalid("That address cannot be read. Copy it again from the profile page.") from None
    if parts.scheme.lower() not in {"http", "https"} or "\\" in text:
        raise Invalid("Only addresses that begin with http:// or https:// are accepted.")
    host = (parts.hostname or "").rstrip(".")
    if host in shapes.SHORT:
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
    found = next(filter(None, (shape.fullmatch("/".join(path)) for shape in shapes.SHAPES[platform])), None)
    if found:
        name, kind = found["name"], (found.groupdict().get("kind") or "").lower()
        if kind == "channel" and not shapes.CHANNEL.fullmatch(name):
            raise Invalid("A YouTube channel id is UC and 22 more characters. Copy the address again.")
        if platform == "linkedin" or not _is_reserved(platform, name.lower().removeprefix("@")):
            return _profile(platform, name, kind or "in" if platform == "linkedin" else kind.removeprefix("channel"))
    if platform == "youtube" and len(path) == 1:
        raise Invalid("That may be a page of YouTube's. Open it, and copy the address with the @ in it.")
    raise Invalid(_not_a_profile(platform))


def _profile(platform: Platform, typed: str, kind: str = "") -> Profile:
    """The profile of a name. What kind it is only an address says: `in` is a person, `c` an old name."""
    name = typed.strip().removeprefix("@")
    is_cased = platform in shapes.CASED and shapes.CASED[platform].fullmatch(name)
    username = name if is_cased else _lower(name)
    if platform == "linkedin":
        kind = kind or _page(username)
    rule = "company" if kind in shapes.PAGES else platform
    if not _fits(rule, username) or _is_reserved(rule, username):
        raise Invalid(f"That is not a valid username on {NAMES[platform]}: {shapes.RULES[rule][1]}.")
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
    return len(username) <= shapes.LONGEST and shapes.RULES[rule][0].fullmatch(letters) is not None


def _is_reserved(rule: str, username: str) -> bool:
    return username in shapes.NOT_PEOPLE.get(rule, "").split()


def _lower(name: str) -> str:
    """In small letters, but for the İ, of which Python makes two characters and PostgreSQL one."""
    return "".join(small if len(small := c.lower()) == 1 else c for c in name)


def kind(url: str | None) -> str:
    """What the address of a profile says that its owner is, in words: `a company`; nothing where a name is all."""
    try:
        path = urlsplit(read(url or "").url).path.strip("/").split("/")
    except Invalid:
        return ""
    return shapes.KIND_WORDS.get(path[0], "") if len(path) > 1 else ""


def is_other(profile: Profile, url: str | None) -> bool:
    """Whether a stored address is another's of the same name: a company's where the profile is a person's."""
    try:
        return bool(url) and read(url or "").url != profile.url
    except Invalid:
        return False


def _not_a_profile(platform: Platform) -> str:
    return f"That address on {NAMES[platform]} is not a profile but a post, page or search. Copy the profile's address."
