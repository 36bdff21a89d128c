"""Pasted addresses and typed usernames of the five platforms, as people really paste them."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from actions.creators import profiles
from core.errors import Invalid

CHANNEL = "UCX6OQ3DkcsbYNE6H8uQQuVA"

ACCEPTED = [
    # Instagram
    ("https://www.instagram.com/nasa/", "instagram", "nasa"),
    ("https://instagram.com/nasa", "instagram", "nasa"),
    ("http://instagram.com/NASA", "instagram", "nasa"),
    ("HTTPS://WWW.INSTAGRAM.COM/Nasa/", "instagram", "nasa"),
    ("instagram.com/nasa", "instagram", "nasa"),
    ("www.instagram.com/nasa/", "instagram", "nasa"),
    ("https://m.instagram.com/nasa/?hl=en", "instagram", "nasa"),
    ("https://www.instagram.com/nasa/?igsh=MWQ1ZGUxMzBkMA==&utm_source=qr", "instagram", "nasa"),
    ("https://www.instagram.com/nasa/reels/", "instagram", "nasa"),
    ("https://www.instagram.com/nasa/tagged/", "instagram", "nasa"),
    ("https://www.instagram.com/stories/nasa/3141592653589793238/", "instagram", "nasa"),
    ("https://www.instagram.com/_u/nasa", "instagram", "nasa"),
    ("https://www.instagram.com/@nasa", "instagram", "nasa"),
    ("https://instagr.am/nasa", "instagram", "nasa"),
    ("https://www.instagram.com/some.body_1/#", "instagram", "some.body_1"),
    ("  https://www.instagram.com/nasa/\n", "instagram", "nasa"),
    ("<https://www.instagram.com/nasa/>", "instagram", "nasa"),
    ("“https://www.instagram.com/nasa/”", "instagram", "nasa"),
    ("\u200bhttps://www.instagram.com/nasa/\ufeff", "instagram", "nasa"),
    ("https://www.instagram.com:443/nasa/", "instagram", "nasa"),
    ("https://www.instagram.com./nasa/", "instagram", "nasa"),
    # TikTok
    ("https://www.tiktok.com/@khaby.lame", "tiktok", "khaby.lame"),
    ("https://tiktok.com/@khaby.lame?lang=en", "tiktok", "khaby.lame"),
    ("https://m.tiktok.com/@Khaby.Lame/", "tiktok", "khaby.lame"),
    ("tiktok.com/@khaby.lame", "tiktok", "khaby.lame"),
    ("https://www.tiktok.com/%40khaby.lame", "tiktok", "khaby.lame"),
    ("https://www.tiktok.com/@khaby.lame/video/7137423965982174469", "tiktok", "khaby.lame"),
    ("https://www.tiktok.com/@khaby.lame/live?is_from_webapp=1&sender_device=pc", "tiktok", "khaby.lame"),
    ("https://www.tiktok.com/@khaby.lame/photo/7300000000000000000", "tiktok", "khaby.lame"),
    ("https://www.tiktok.com/\uff20khaby.lame", "tiktok", "khaby.lame"),
    # YouTube
    ("https://www.youtube.com/@MrBeast", "youtube", "mrbeast"),
    ("https://youtube.com/@mrbeast?si=Abc_123-x", "youtube", "mrbeast"),
    ("https://m.youtube.com/@mrbeast/videos", "youtube", "mrbeast"),
    ("https://www.youtube.com/@mrbeast/shorts", "youtube", "mrbeast"),
    ("https://www.youtube.com/@some-one.else_2/featured", "youtube", "some-one.else_2"),
    (f"https://www.youtube.com/channel/{CHANNEL}", "youtube", CHANNEL),
    (f"https://www.youtube.com/channel/{CHANNEL}/videos?view=0", "youtube", CHANNEL),
    (f"https://music.youtube.com/channel/{CHANNEL}", "youtube", CHANNEL),
    ("https://www.youtube.com/c/Veritasium", "youtube", "veritasium"),
    ("https://www.youtube.com/user/Vsauce/playlists", "youtube", "vsauce"),
    ("https://www.youtube.com/@mkbhd/search?query=x", "youtube", "mkbhd"),
    ("youtube.com/@mrbeast", "youtube", "mrbeast"),
    ("https://www.youtube.com/@%D0%B0%D0%BD%D0%BD%D0%B0", "youtube", "анна"),
    # LinkedIn
    ("https://www.linkedin.com/in/williamhgates/", "linkedin", "williamhgates"),
    ("https://linkedin.com/in/williamhgates", "linkedin", "williamhgates"),
    ("https://de.linkedin.com/in/williamhgates?trk=public_profile", "linkedin", "williamhgates"),
    ("http://uk.linkedin.com/in/WilliamHGates/en", "linkedin", "williamhgates"),
    ("https://www.linkedin.com/in/williamhgates/recent-activity/all/", "linkedin", "williamhgates"),
    ("https://www.linkedin.com/in/jos%C3%A9-garc%C3%ADa-0a1b2c/", "linkedin", "josé-garcía-0a1b2c"),
    ("www.linkedin.com/in/williamhgates", "linkedin", "williamhgates"),
    ("https://m.linkedin.com/in/williamhgates/", "linkedin", "williamhgates"),
    ("https://www.linkedin.com/pub/williamhgates/1/2/3", "linkedin", "williamhgates"),
    ("https://www.linkedin.com/company/microsoft/posts/", "linkedin", "microsoft"),
    ("https://www.linkedin.com/school/stanford-university/", "linkedin", "stanford-university"),
    # X (Twitter)
    ("https://x.com/jack", "twitter", "jack"),
    ("https://twitter.com/Jack", "twitter", "jack"),
    ("https://www.twitter.com/jack/", "twitter", "jack"),
    ("https://mobile.twitter.com/jack?s=20&t=abc", "twitter", "jack"),
    ("https://x.com/jack/status/20", "twitter", "jack"),
    ("https://x.com/@jack", "twitter", "jack"),
    ("https://twitter.com/jack/with_replies", "twitter", "jack"),
    ("https://twitter.com/intent/user?screen_name=jack", "twitter", "jack"),
    ("https://x.com/jack/media", "twitter", "jack"),
    ("x.com/jack", "twitter", "jack"),
    ("https://x.com/jack/status/20/photo/1", "twitter", "jack"),
    ("https://www.instagram.com/nasa/p/CxYz123AbC/", "instagram", "nasa"),
    ("https://twitter.com/#!/jack", "twitter", "jack"),
    # Names in every script that a platform takes, and names that only a company may have
    ("https://www.youtube.com/@हिन्दी_चैनल", "youtube", "हिन्दी_चैनल"),
    (f"https://www.youtube.com/@{quote('ไทยพีบีเอส')}", "youtube", "ไทยพีบีเอส"),
    ("https://www.youtube.com/@ข่าวคำ", "youtube", "ข่าวคำ"),
    (f"https://www.youtube.com/@{quote('தமிழ்நாடு')}/videos", "youtube", "தமிழ்நாடு"),
    ("https://www.youtube.com/@東京", "youtube", "東京"),
    ("https://www.youtube.com/@Jose%CC%81", "youtube", "josé"),
    ("https://www.youtube.com/@İlker_T", "youtube", "İlker_t"),
    ("https://www.linkedin.com/in/हिन्दी-123", "linkedin", "हिन्दी-123"),
    ("https://www.linkedin.com/in/ACoAAABCdEF1234567890", "linkedin", "ACoAAABCdEF1234567890"),
    ("https://www.linkedin.com/company/hp", "linkedin", "hp"),
    ("https://www.linkedin.com/company/3m/", "linkedin", "3m"),
    ("https://www.linkedin.com/company/Booking.com/about/", "linkedin", "booking.com"),
    ("https://www.linkedin.com/company/at%26t", "linkedin", "at&t"),
    ("https://www.linkedin.com/company/l%27or%C3%A9al/", "linkedin", "l'oréal"),
    ("https://www.linkedin.com/showcase/ai", "linkedin", "ai"),
    # What else leads to a person, and what a sentence puts around it
    ("https://x.com/intent/follow?screen_name=jack", "twitter", "jack"),
    ("https://x.com/intent/user/?screen_name=@jack", "twitter", "jack"),
    ("https://www.linkedin.com/comm/in/williamhgates", "linkedin", "williamhgates"),
    ("https://linkedin.com/in/williamhgates/pt-br", "linkedin", "williamhgates"),
    ("https://www.instagram.com/nasa/reposts/", "instagram", "nasa"),
    ("https://www.instagram.com/foo.json.bar/", "instagram", "foo.json.bar"),
    ("https://web.instagram.com/nasa", "instagram", "nasa"),
    ("x.com:443/jack?t=12:30", "twitter", "jack"),
    ("x.com/jack?from=https://example.com", "twitter", "jack"),
    ("(https://www.tiktok.com/@ada.l)", "tiktok", "ada.l"),
    ("https://www.tiktok.com/@ada.l.", "tiktok", "ada.l"),
    ("“https://www.tiktok.com/@ada.l”,", "tiktok", "ada.l"),
]

REFUSED = [
    "https://www.instagram.com/",
    "https://www.instagram.com/p/CxYz123AbC/",
    "https://www.instagram.com/reel/CxYz123AbC/?utm_source=ig_web_copy_link",
    "https://www.instagram.com/explore/tags/space/",
    "https://www.instagram.com/stories/highlights/17900000000000000/",
    "https://www.instagram.com/bad..dots/",
    "https://www.instagram.com/" + "a" * 31,
    "https://www.tiktok.com/",
    "https://www.tiktok.com/foryou",
    "https://vm.tiktok.com/ZMabcdef/",
    "https://www.tiktok.com/t/ZTabcdef/",
    "https://www.tiktok.com/@has-hyphen",
    "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
    "https://youtu.be/dQw4w9WgXcQ",
    "https://www.youtube.com/shorts/dQw4w9WgXcQ",
    "https://www.youtube.com/playlist?list=PL123",
    "https://www.youtube.com/channel/notachannel",
    "https://www.linkedin.com/feed/",
    "https://www.linkedin.com/posts/williamhgates_activity-1",
    "https://www.linkedin.com/in/",
    "https://lnkd.in/abc",
    "https://x.com/home",
    "https://x.com/search?q=jack",
    "https://x.com/i/flow/login",
    "https://t.co/abc",
    "https://x.com/sixteencharacter",
    "javascript:alert(1)//https://x.com/jack",
    "javascript://x.com/%0aalert(1)",
    "data:text/html,https://x.com/jack",
    "ftp://x.com/jack",
    "https://x.com.evil.example/jack",
    "https://notx.com/jack",
    "https://x.com@evil.example/jack",
    "https://jack:secret@x.com/jack",
    "https://evil.example\\@x.com/jack",
    "https://x.com:8443/jack",
    "https://facebook.com/jack",
    "https://[::1/jack",
    "https://www.instagram.com/share/BAbc123",
    "https://www.instagram.com/share/reel/BAbc123",
    "https://www.instagram.com/share",
    "https://www.instagram.com/reels/",
    "https://www.instagram.com/nasa/unheard-of",
    "https://www.instagram.com/your_activity/",
    "https://www.tiktok.com/search/user?q=x",
    "https://www.tiktok.com/@khaby.lame/unheard-of/1",
    "https://www.tiktok.com/discover/nasa",
    "https://www.youtube.com/channel/",
    "https://www.youtube.com/channel",
    "https://www.youtube.com/c/",
    "https://www.youtube.com/user",
    "https://www.youtube.com/mkbhd",
    "https://www.youtube.com/trending",
    "https://www.youtube.com/premium",
    "https://www.youtube.com/source/abc/shorts",
    "https://www.youtube.com/@mkbhd/unheard-of",
    "https://www.linkedin.com/in/me/",
    "https://www.linkedin.com/jobs/view/123",
    "https://www.linkedin.com/groups/123",
    "https://x.com/bookmarks",
    "https://x.com/lists",
    "https://x.com/i/lists/123",
    "https://x.com/account/access",
    "https://x.com/jack/unheard-of",
    "https://twitter.com/#!/search/jack",
    "https://twitter.com/intent/tweet?text=x",
    "https://www.linkedin.com/pub/dir/Bill/Gates",
    "https://www.linkedin.com/pub/dir",
    "https://www.linkedin.com/in/williamhgates/unheard-of/x",
    "https://www.linkedin.com/in/hp",
    "https://www.linkedin.com/in/booking.com",
    "https://www.linkedin.com/company/microsoft/unheard-of",
    "https://www.linkedin.com/company/setup/new/",
    "https://www.linkedin.com/company/..",
    "https://x.com/followers",
    "https://x.com/following",
    "https://x.com/inbox",
    "https://x.com/saved_searches",
    "https://x.com/direct_messages",
    "https://x.com/intent/follow?screen_name=home",
    "https://x.com/intent/follow?user_id=12",
    "https://x.com/@@home",
    "https://www.instagram.com/download/",
    "https://www.instagram.com/embed.js",
    "https://www.instagram.com/robots.txt",
    "https://www.instagram.com/favicon.ico",
    "https://www.instagram.com/oembed",
    "https://www.instagram.com/professional_dashboard/",
    "https://www.instagram.com/stories/archive/",
    "https://www.instagram.com/stories/nasa/unheard-of",
    "https://www.instagram.com/popular",
    "https://www.instagram.com/settings",
    "https://www.instagram.com/_u/explore",
    "https://www.instagram.com/nasa%CC%83/",
    "https://ai.instagram.com/blog/",
    "https://de.instagram.com/nasa",
    "https://tv.x.com/foo",
    "https://de.tiktok.com/@nasa",
    "https://tv.youtube.com/@abc",
    "https://music.x.com/jack",
    "https://www.youtube.com/user/videos",
    "https://www.youtube.com/c/featured/",
    "https://www.youtube.com/c/Veritasium/unheard-of",
    "https://www.youtube.com/user/Vsauce/unheard-of",
    f"https://www.youtube.com/channel/{CHANNEL}/unheard-of",
    "https://www.youtube.com/@ab",
    "https://www.youtube.com/@%E0%A4%BF%E0%A4%BF%E0%A4%BF",
    "https://www.youtube.com/@abc" + "%CC%83" * 100,
    "//",
    "",
    "   ",
]


@pytest.mark.parametrize(("text", "platform", "username"), ACCEPTED)
def test_a_real_shape_gives_platform_and_username(text: str, platform: str, username: str) -> None:
    found = profiles.read(text)
    assert (found.platform, found.username) == (platform, username)
    assert found.url.startswith("https://")
    assert profiles.read(found.url) == found, "what is stored reads back as the same creator"
    assert profiles.read(text, platform) == found


def test_at_least_sixty_shapes_over_all_platforms() -> None:
    assert len({text for text, _, _ in ACCEPTED}) >= 60
    assert {platform for _, platform, _ in ACCEPTED} == set(profiles.PLATFORMS)


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_profile_is_refused_with_a_next_step(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        profiles.read(text)
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(
    ("typed", "platform", "username"),
    [
        ("@nasa", "instagram", "nasa"),
        ("NASA", "twitter", "nasa"),
        (" khaby.lame ", "tiktok", "khaby.lame"),
        ("@MrBeast", "youtube", "mrbeast"),
        (CHANNEL, "youtube", CHANNEL),
        ("williamhgates", "linkedin", "williamhgates"),
        ("hp", "linkedin", "hp"),
        ("booking.com", "linkedin", "booking.com"),
        ("ACoAAABCdEF1234567890", "linkedin", "ACoAAABCdEF1234567890"),
        ("@İlker_T", "youtube", "İlker_t"),
        ("\uff20ada.l", "tiktok", "ada.l"),
    ],
)
def test_a_username_with_its_platform(typed: str, platform: str, username: str) -> None:
    assert profiles.read(typed, platform).username == username
    assert profiles.read(profiles.read(typed, platform).url).username == username


@pytest.mark.parametrize(
    ("typed", "platform"),
    [
        ("two words", "instagram"),
        ("a/b", "instagram"),
        ("rocket🚀", "instagram"),
        ("has-hyphen", "twitter"),
        ("has.dot", "twitter"),
        ("under_score", "linkedin!"),
        ("x", "tiktok"),
        ("a" * 256, "youtube"),
        ("explore", "instagram"),
        ("<script>", "instagram"),
        ("'; DROP TABLE creators; --", "instagram"),
        ("@", "instagram"),
        ("nasa", None),
        ("foo.js", "instagram"),
        ("12:30", "instagram"),
        ("https://x.com/jack", "instagram"),
    ],
)
def test_a_username_outside_the_platforms_rules_is_refused(typed: str, platform: str | None) -> None:
    with pytest.raises(Invalid):
        profiles.read(typed, platform)


def test_a_company_and_a_person_of_one_name_are_told_apart() -> None:
    person, company = (profiles.read(f"https://www.linkedin.com/{kind}/microsoft/") for kind in ("in", "company"))
    assert person.username == company.username
    assert profiles.is_other(person, company.url)
    assert not profiles.is_other(person, "https://linkedin.com/in/Microsoft?trk=x")
    assert not profiles.is_other(person, None)
    assert (profiles.kind(company.url), profiles.kind(person.url)) == ("a company", "a person")


@pytest.mark.parametrize("url", [None, "", "https://[bad", "https://x.com/c/1", "https://www.instagram.com/in/reels"])
def test_what_is_no_profiles_address_says_no_kind(url: str | None) -> None:
    assert profiles.kind(url) == ""


@pytest.mark.parametrize("text", ["Re:Cap", "12:30", "localhost:8501", "Launch:2", ":", "C:\\x", "mailto:ada@x.io"])
def test_a_colon_makes_no_address(text: str) -> None:
    assert not profiles.is_url(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see https://x.com/jack, and (tiktok.com/@ada.l)!", ["https://x.com/jack", "tiktok.com/@ada.l"]),
        ("[x](https://www.tiktok.com/@ada.l)", ["https://www.tiktok.com/@ada.l"]),
        ("TikTok:https://www.tiktok.com/@ada.l.", ["https://www.tiktok.com/@ada.l"]),
        ("https://t.co/abc", ["https://t.co/abc"]),
        ("https://evil.example/?u=https://x.com/jack", ["https://evil.example/?u=https://x.com/jack"]),
        ("see https://evil.example/@jack", []),
        ("ada@x.com", []),
        ("x.com.evil.example/jack", []),
        ("x.com", ["x.com"]),
        ("launch on x.com", []),
        ("v2.0/final", []),
    ],
)
def test_addresses_are_pulled_out_of_a_text(text: str, found: list[str]) -> None:
    assert profiles.addresses(text) == found
