"""The find field, run in this process: what a text is taken for, and where it leads."""

from __future__ import annotations

import psycopg
import pytest
from streamlit.testing.v1 import AppTest

from components.find import answers, field
from components.find.field import KINDS
from components.ui import destinations
from core import sessions
from demo.databases import Database
from demo.places import ROOT
from tests.support import factories
from tests.support.app import person
from tests.support.until import PATIENCE_S


def one(database: Database, statement: str) -> str:
    """The first value of a query, as text."""
    with psycopg.connect(database.reader_url) as connection:
        found = connection.execute(statement.encode()).fetchone()
    assert found
    return str(found[0])


def searched(text: str, who: str = "vera") -> AppTest:
    """The app as it stands after somebody put the text into the field."""
    at = AppTest.from_file(ROOT / "navigation.py", default_timeout=PATIENCE_S)
    at.user = {"session": sessions.reference(sessions.start(person(who)))}
    at.session_state["find_said"] = text
    return at.run()


def said(at: AppTest) -> list[str]:
    """What the sidebar says in small print."""
    return [str(caption.value) for caption in at.sidebar.caption]


def offered(at: AppTest) -> list[str]:
    """The results that can be opened."""
    return [button.label for button in at.sidebar.button]


@pytest.fixture
def ada(fresh_database: Database) -> None:
    """A member and a creator called Ada, and others of nearly that name."""
    url = fresh_database.owner_url
    account = factories.row(url, "accounts", name="One")
    factories.rows(url, "users", [{"email": one, "account_id": account} for one in ("ada@x.io", "ada@x.io.example")])
    tiktok = {"platform": "tiktok", "profile_url": "https://www.tiktok.com/@ada.l"}
    factories.rows(url, "creators", [{**tiktok, "username": one} for one in ("ada.l", "bo")])


@pytest.mark.parametrize("written", ["{}", "  {}\n", "{{{}}}", "urn:uuid:{}", "https://desk.example/jobs?job={}&x=1"])
@pytest.mark.parametrize("apart", ["-", " ", "\u2013", "\u2011", "-\n", ""])
def test_an_id_is_found_however_it_was_copied(database: Database, written: str, apart: str) -> None:
    job = one(database, "SELECT id FROM processing_queue ORDER BY id LIMIT 1")
    at = searched(written.format(job.upper().replace("-", apart)))
    assert "Job" in said(at)
    assert len(offered(at)) == 1


def test_of_several_ids_in_a_link_none_is_taken_for_the_one_that_is_meant(fresh_database: Database) -> None:
    account, other = (factories.row(fresh_database.owner_url, "accounts", name=name) for name in ("One", "Two"))
    found = answers.answered(f"https://desk.example/jobs?jobs_account={account}&job={other}")
    assert {result["id"] for result in found.results} == {str(account), str(other)}
    assert not found.is_exact
    assert answers.answered(f"{account} {str(account).upper()}").is_exact


def test_the_address_of_a_company_does_not_open_the_person_of_its_name(fresh_database: Database) -> None:
    person = "https://www.linkedin.com/in/acme/"
    factories.row(fresh_database.owner_url, "creators", platform="linkedin", username="acme", profile_url=person)
    assert answers.answered("linkedin.com/in/Acme?trk=x").is_exact
    company = answers.answered("https://www.linkedin.com/company/acme/")
    assert len(company.results) == 1
    assert not company.is_exact


def test_every_kind_is_asked_and_what_is_named_stands_first(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    account = factories.row(url, "accounts", name="One", billing_email="me@home.example")
    factories.row(url, "creators", platform="tiktok", username="ada", profile_url="https://www.tiktok.com/@ada")
    for title in ("@ada", "me@home.example", "tiktok.com/@ada"):
        factories.row(url, "projects", title=title, account_id=account)
    for text, kinds in {
        "@ada": ["creators", "projects", "projects"],
        "me@home.example": ["accounts", "projects"],
        "tiktok.com/@ada": ["creators", "projects"],
    }.items():
        found = answers.answered(text)
        assert [result["kind"] for result in found.results] == kinds
        assert not found.is_exact, "it names a title, too"


def test_each_kind_of_text_finds_its_kind(database: Database) -> None:
    email = one(database, "SELECT email FROM users WHERE account_id IS NOT NULL ORDER BY id LIMIT 1")
    profile = one(database, "SELECT profile_url FROM creators WHERE platform = 'tiktok' AND username <> '' LIMIT 1")
    name = one(database, "SELECT username FROM creators WHERE length(username) > 8 ORDER BY id LIMIT 1")
    title = one(database, "SELECT title FROM projects ORDER BY id LIMIT 1")
    account = one(database, "SELECT name FROM accounts WHERE id IN (SELECT account_id FROM projects) LIMIT 1")
    assert "User" in said(searched(email.upper()))
    assert "Creator" in said(searched(profile))
    assert {"Creator", "Creators"} & set(said(searched(f"@{name}")))
    assert {"Project", "Projects"} & set(said(searched(title)))
    assert {"Account", "Accounts"} & set(said(searched(account)))


@pytest.mark.parametrize(
    "title",
    [
        "Research: building habits",
        "Re:Cap",
        "Talk with @ada at noon",
        "https://x.com/ada and more",
        "3/4: done",
        "@ada on stage",
        "@ada",
        "me@home",
        "tiktok.com/@ada",
        "Launch: phase 2",
        "v2.0/final cut",
        "v2.0/final",
        "Talk @ noon",
        "http://",
        "::",
        "ftp://old",
        "00000000-0000-4000-8000-0000000000ff",
        "İstanbul",
    ],
)
def test_a_title_that_looks_like_something_else_is_found(fresh_database: Database, title: str) -> None:
    url = fresh_database.owner_url
    factories.row(url, "projects", title=title, account_id=factories.row(url, "accounts", name="One"))
    assert [(result["kind"], result["title"]) for result in answers.answered(title).results] == [("projects", title)]


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize(
    "text",
    [
        "ada@x.io",
        "Ada@X.io ",
        "mailto:ada@x.io",
        "mailto:ada@x.io?subject=Hi",
        "<ada@x.io>",
        "Ada Lovelace <ada@x.io>",
        "e-mail: ada@x.io",
        "ada@x.io,",
        "ada@x.io.",
        "ada@x.io;",
        "(ada@x.io)",
        "'ada@x.io'",
        "Is it ada@x.io?",
        "“ada@x.io”",
        "*ada@x.io*",
        "ada\uff20x.io",
        "ada@\u200bx.io",
        "https://desk.example/users?email=ada@x.io",
        "https://www.tiktok.com/@ada.l",
        "https://www.tiktok.com/@ada.l.",
        "(https://www.tiktok.com/@ada.l)",
        "see https://www.tiktok.com/@ada.l",
        "https://www.tiktok.com/@ada.l, see",
        "[x](https://www.tiktok.com/@ada.l)",
        "www.tiktok.com/\uff20ada.l?x",
    ],
)
def test_what_a_text_names_is_pulled_out_of_it_and_opened(text: str) -> None:
    found = answers.answered(text)
    kind = "creators" if "tiktok" in text else "users"
    assert [result["kind"] for result in found.results] == [kind]
    assert found.is_exact


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize(
    "text", ["@ada.l", "@ada.l,", "\uff20ada.l", "“@ada.l”", "'@ada.l'", "@ada", "@\u200bada.l", "ask @ada.l about it"]
)
def test_a_username_is_found_and_opens_nothing_as_platforms_share_it(text: str) -> None:
    found = answers.answered(text)
    assert [result["title"] for result in found.results] == ["@ada.l"]
    assert not found.is_exact


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize(
    "text", ["ada@x.io https://www.tiktok.com/@ada.l", "ada@x.io bob@x.io", "tiktok.com/@ada.l tiktok.com/@bob"]
)
def test_a_text_that_names_two_things_opens_none(text: str) -> None:
    found = answers.answered(text)
    assert found.results
    assert not found.is_exact


@pytest.mark.usefixtures("ada")
def test_a_name_within_a_text_is_that_name_and_no_longer_one() -> None:
    assert answers.answered("ask @ada about it").results == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("00000000-0000-4000-8000-0000000000ff", "No record has this id"),
        ("00000000-0000-4000-8000-00000000000", "No match for"),
        ("nobody@nowhere.invalid", "No user or account has this e"),
        ("@no.such.creator.anywhere", "No creator has this username"),
        ("https://www.tiktok.com/@no_such_creator_1", "on TikTok"),
        ("https://evil.example/@someone", "not an address on"),
        ("see https://evil.example/@someone", "No match for"),
        ("https://www.instagram.com/p/CxYz123AbC/", "is not a profile but a post"),
        ("https://t.co/abc", "That is a short link"),
        ("tiktok.com/@x_9_y_8_z_7", "on TikTok"),
        ("Launch:2x9", "No match for"),
        ("12:30:77", "No match for"),
        ("localhost:8501", "No match for"),
        ("Re:Cap9", "No match for"),
        ("C:\\x", "No match for"),
        ("v2.0/final9", "No match for"),
        ("note.txt/", "No match for"),
        ("mailto:nobody@nowhere.invalid", "No user or account has this e"),
        ("Ada <nobody@nowhere.invalid>", "No user or account has this e"),
        ("Talk9 @ noon", "No match for"),
        ("\U0001fae8\U0001fae8", "Short words are looked for in the newest 5,000 of each kind"),
        ("@\U0001fae8", "Short words are looked for in the newest 5,000 of each kind"),
        ("%_\\'\"; DROP TABLE users", "No match for"),
        ("<script>alert(1)</script>\x00", "No match for"),
        ("@", "No creator has this username"),
        ("٪مشروع غير موجود", "No match for"),
    ],
)
def test_nothing_found_is_said_in_a_sentence(database: Database, text: str, sentence: str) -> None:
    at = searched(text)
    assert not at.sidebar.exception
    assert any(sentence in caption.replace("\\", "") for caption in said(at)), said(at)
    assert offered(at) == []


def test_every_kind_has_a_name_and_somewhere_to_go(database: Database) -> None:
    there = set(searched("").session_state["_pages"])
    ids = {"id": "a", "account_id": "b", "project_id": "c", "piece_id": "d", "creator_id": "e"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(destinations.st, "session_state", {"_pages": frozenset(there)})
        for kind in KINDS:
            found = destinations.of(kind, ids)
            assert found, kind
            assert found.page.removeprefix("pages/").removesuffix(".py") in there
        assert destinations.of("projects", ids) == destinations.Destination("pages/projects.py", {"project": "a"})
        assert destinations.of("account_usage_stats", dict.fromkeys(ids)) is None


def test_only_a_new_text_is_a_question(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: dict[str, object] = {"find_text": " new ", "find_said": "old", "find_drawn_on": "here"}
    monkeypatch.setattr(field.st, "session_state", kept)
    field._ask()  # pyright: ignore[reportPrivateUsage]  # what the browser sets off
    assert (kept["find_said"], kept.pop("find_asked")) == ("new", "here")
    field._ask()  # pyright: ignore[reportPrivateUsage]
    assert "find_asked" not in kept, "the same again is what the browser sends with any other field's change"
    kept["find_text"] = None
    field._ask()  # pyright: ignore[reportPrivateUsage]
    assert kept["find_said"] == ""
