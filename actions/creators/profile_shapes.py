"""The shapes that addresses and names of profiles have on the five platforms."""

from __future__ import annotations

import re
from typing import Final, Literal, get_args

Platform = Literal["instagram", "tiktok", "youtube", "linkedin", "twitter"]
PLATFORMS: Final[tuple[Platform, ...]] = get_args(Platform)
NAMES: Final[dict[str, str]] = {
    "instagram": "Instagram", "tiktok": "TikTok", "youtube": "YouTube", "linkedin": "LinkedIn", "twitter": "X",
}  # fmt: skip

HOSTS: Final[dict[str, Platform]] = {
    "instagram.com": "instagram",
    "instagr.am": "instagram",
    "tiktok.com": "tiktok",
    "youtube.com": "youtube",
    "linkedin.com": "linkedin",
    "twitter.com": "twitter",
    "x.com": "twitter",
}
IN_FRONT: Final = r"www|m|mobile|web"
IN_FRONT_OF: Final[dict[Platform, str]] = {"youtube": "music", "linkedin": "[a-z]{2}"}
"""What stands before a platform's host, on all of them and on one: LinkedIn alone has a host for each country."""
SHORT: Final = {"youtu.be", "vm.tiktok.com", "vt.tiktok.com", "t.co", "lnkd.in", "bit.ly", "l.instagram.com"}
SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
BARE: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+\.?(:\d+)?/", re.IGNORECASE)
WEB: Final = re.compile(r"https?://.*", re.IGNORECASE)
APART: Final = re.compile(r"""[\s<>()\[\]{}"“”„«»,;|]+""")
"""What stands between the words of a text and in no address of a profile."""
AROUND: Final = """ <>()[]{}"'“”\u2018\u2019„«»,;|.:!?*…"""
"""What a sentence or a list puts around an address."""

CHANNEL: Final = re.compile(r"UC[\w-]{22}", re.ASCII)
MEMBER: Final = re.compile(r"AC[ow]AA[\w-]{6,95}", re.ASCII)
CASED: Final[dict[Platform, re.Pattern[str]]] = {"youtube": CHANNEL, "linkedin": MEMBER}
"""Ids in the place of a name, in which capitals and small letters differ."""
FILES: Final = "js|mjs|css|map|txt|ico|html?|php|xml|json|webmanifest|png|jpe?g|gif|svg|webp|mp4|pdf"
RULES: Final[dict[str, tuple[re.Pattern[str], str]]] = {
    "instagram": (
        re.compile(rf"(?!.*\.\.)(?!.*\.({FILES})$)(?!\.)[a-z0-9._]{{1,30}}(?<!\.)"),
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
LONGEST: Final = 100

NOT_PEOPLE: Final[dict[str, str]] = {
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
OF_A_CHANNEL: Final = (
    "videos shorts streams live playlists community posts featured about channels podcasts releases store membership "
    "join search courses discussion shows"
)
OF_A_COMPANY: Final = (
    "posts about jobs people life videos admin insights events products services home mycompany followers alumni "
    "notifications ads careers"
)


def shape(before: str, following: str, after: str = "") -> re.Pattern[str]:
    """A path: what stands before a name, the name, the words one of which may follow, and what else may."""
    words = following.replace(" ", "|")
    return re.compile(rf"{before}(?P<name>[^/]+)(/({words})(/.*)?{after})?", re.IGNORECASE)


LINKEDIN: Final = "((comm|mwlite)/)?"
SHAPES: Final[dict[Platform, tuple[re.Pattern[str], ...]]] = {
    "instagram": (
        shape("stories/(?!(highlights|archive)(/|$))", r"\d+"),
        shape(
            "(_u/)?",
            "reels reel p tv tagged guides channel feed followers following highlights saved live reposts embed",
        ),
    ),
    "tiktok": (
        shape(
            "(?=@)", "video photo live playlist collection followers following reposts liked favorites story mix shop"
        ),
    ),
    "youtube": (
        shape("(?=@)", OF_A_CHANNEL),
        shape("(?P<kind>channel)/", OF_A_CHANNEL),
        shape(f"(?P<kind>c|user)/(?!({OF_A_CHANNEL.replace(' ', '|')})(/|$))", OF_A_CHANNEL),
    ),
    "linkedin": (
        shape(LINKEDIN + "(?P<kind>in)/", "recent-activity details detail overlay edit", "|/[a-z]{2}(-[a-z]{2})?"),
        shape("pub/(?!dir(/|$))", "[0-9a-f]{1,3}"),
        shape(LINKEDIN + "(?P<kind>company|school|showcase)/", OF_A_COMPANY),
    ),
    "twitter": (
        shape(
            "",
            "status statuses with_replies media likes highlights article articles followers following "
            "verified_followers followers_you_follow photo header_photo lists about affiliates superfollows "
            "creator-subscriptions moments topics communities subscriptions",
        ),
    ),
}
"""The paths that name somebody, `kind` being what the platform calls them; nothing else is a profile."""
PAGES: Final = ("company", "school", "showcase")
KIND_WORDS: Final = {
    "company": "a company", "school": "a school", "showcase": "a showcase page", "in": "a person",
    "c": "a custom address", "user": "an old account name",
}  # fmt: skip
