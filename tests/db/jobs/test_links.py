"""One job, what it is about and who touched it; why jobs failed; which account is meant."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from core.database import rows
from demo.databases import Database
from queries.accounts import lookup
from queries.audit import log
from queries.jobs import groups, listing, signatures
from queries.jobs.filters import JobFilter
from queries.jobs.links import linked
from queries.sql.signatures import of_text
from tests.support import clock, factories
from tests.support.factories import at, job
from tests.support.ordered import ordered


def _ids(statement: Any) -> list[UUID]:
    return [UUID(str(found["id"])) for found in rows(statement)]


def _all(where: JobFilter) -> set[UUID]:
    return set(_ids(listing.page(where, "created", True, None)))


def test_one_job_in_full(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    account = factories.row(url, "accounts", name="Lumen")
    user = factories.row(url, "users", account_id=account, email="a@lumen.example")
    start = datetime(2026, 6, 1, tzinfo=UTC)
    whole = factories.row(
        url, "processing_queue",
        **job(account_id=account, user_id=user, status="failed", error_message="é" * 30_000, job_data={"a": "x"},
              scheduled_at=start, started_at=start + timedelta(seconds=90),
              completed_at=start + timedelta(seconds=100)),
    )  # fmt: skip
    [found] = rows(listing.one(whole))
    assert (found["account_name"], found["user_email"], found["state"]) == ("Lumen", "a@lumen.example", "failed")
    assert (len(found["error_message"] or ""), found["error_bytes"]) == (20_000, 60_000)
    assert (found["job_data"], found["job_data_bytes"]) == ('{"a": "x"}', 10)
    assert (found["wait_s"], found["run_s"], found["is_clock_skewed"]) == (90, 10, False)
    assert rows(listing.one(uuid4())) == []


def test_a_megabyte_stays_out_of_the_page_and_clocks_may_disagree(fresh_database: Database) -> None:
    start = datetime(2026, 6, 1, tzinfo=UTC)
    columns = job(job_data={"text": "x" * 1_000_000}, scheduled_at=start, started_at=start - timedelta(seconds=5))
    large = factories.row(fresh_database.owner_url, "processing_queue", **columns, status="processing")
    [found] = rows(listing.one(large))
    assert found["job_data"] is None
    assert found["job_data_bytes"] == 1_000_012
    assert (found["wait_s"], found["is_clock_skewed"]) == (None, True)
    [listed] = rows(listing.page(JobFilter(), "created", True, None))
    assert "job_data" not in listed


def test_linked_records(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    piece = factories.row(
        url, "content_pieces", title="Ten hooks", source_url="https://x", platform="upload", content_type="text"
    )
    script = factories.row(url, "generated_scripts", content_piece_id=piece)
    creator = factories.row(url, "creators", platform="tiktok", username="mia", profile_url="https://t")
    data = {"content_piece_id": str(piece), "script_id": str(script).upper(), "creator_id": str(creator),
            "voice_model_id": "'; DROP TABLE x", "avatar_model_id": str(uuid4())}  # fmt: skip
    one = factories.row(url, "processing_queue", **job(job_data=data))
    found = {row["key"]: (row["object_id"] and UUID(str(row["object_id"])), row["title"]) for row in rows(linked(one))}
    assert found == {
        "content_piece_id": (piece, "Ten hooks"),
        "script_id": (script, "Ten hooks"),
        "creator_id": (creator, "mia"),
        "voice_model_id": (None, None),
        "avatar_model_id": (None, None),
    }
    for odd in ([1, 2], {"content_piece_id": {"id": 1}}, {"content_piece_id": None}, {}):
        other = factories.row(url, "processing_queue", **job(job_data=odd))
        assert all(row["object_id"] is None for row in rows(linked(other)))


def test_failures_by_signature(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    lumen, other = (factories.row(url, "accounts", name=name) for name in ("Lumen", "Other"))
    messages = {
        'HTTP 503 from https://a.example/v1?k=1 after 30,000 ms': lumen,
        'HTTP 503 from https://b.example/v2 after 7 ms': other,
        f'No file "a b" for {uuid4()}': lumen,
        f"No file 'it is' for {uuid4()}": lumen,
        "can't read what isn't there": lumen,
        "?!": lumen,
        " \n": lumen,
        None: None,
    }  # fmt: skip
    factories.rows(url, "processing_queue", [
        job(status="failed", error_message=message, account_id=account, completed_at=at("-90 minutes"))
        for message, account in messages.items()
    ])  # fmt: skip
    by_cause = {row["signature"]: row for row in rows(groups.failed_by_signature(JobFilter()))}
    assert {name: row["jobs"] for name, row in by_cause.items()} == {
        "HTTP 503 from … after … ms": 2,
        "No file … for …": 2,
        "can't read what isn't there": 1,
        "?!": 1,
        "(no message)": 2,
    }
    outage = by_cause["HTTP 503 from … after … ms"]
    assert (outage["share"], outage["accounts"], outage["is_window_full"]) == (0.25, 2, False)
    assert list(outage["job_types"]) == ["content_analysis"]
    hour = (clock.now() - timedelta(minutes=90)).replace(minute=0, second=0, microsecond=0)
    place = int((clock.hour() - hour) / timedelta(hours=1))
    assert list(reversed(outage["per_hour"])) == [2 if ago == place else 0 for ago in range(25)]
    assert outage["first_at"] == outage["last_at"]
    for name, row in by_cause.items():
        assert len(_all(JobFilter(signature=of_text(name)))) == row["jobs"], name
    assert len(_all(JobFilter(signature=of_text("No file … for …"), account_id=other))) == 0
    [recent] = rows(groups.failed_recently())
    assert (recent["jobs"], recent["failed"]) == (2, 8)
    assert recent["is_capped"] is False


def test_what_names_the_fault_stays_in_its_signature(fresh_database: Database) -> None:
    cases = {
        "Error code: 529 - overloaded ('req_8x')": "Error code: 529 - overloaded (…)",
        "Error code: 429 - overloaded ('req_9x')": "Error code: 429 - overloaded (…)",
        "exited with code 1 after 7 s": "exited with code 1 after … s",
        "Received HTTP 403": "Received HTTP 403",
        "code 4x9 of decoder 12": "code … of decoder …",
        'voice "narrator" has no "sample_rate" for "Ann Lee"': 'voice "narrator" has no "sample_rate" for …',
        "…": "…",
        "**!!**": "**!!**",
    }
    ids = factories.rows(
        fresh_database.owner_url,
        "processing_queue",
        [job(status="failed", error_message=message) for message in cases],
    )
    found = {UUID(str(row["id"])): row["signature"] for one in ids for row in rows(signatures.of_job(one))}
    assert [found[one] for one in ids] == list(cases.values())
    for name in cases.values():
        assert len(_all(JobFilter(signature=of_text(name)))) == 1, name


def test_long_messages_share_their_first_120_characters(fresh_database: Database) -> None:
    ends = ("x" * 200, "x" * 121)
    factories.rows(
        fresh_database.owner_url, "processing_queue", [job(status="failed", error_message=end) for end in ends]
    )
    [group] = rows(groups.failed_by_signature(JobFilter()))
    assert (group["jobs"], len(group["signature"])) == (2, 120)


def test_an_account_by_name_mail_member_or_id(fresh_database: Database) -> None:
    url = fresh_database.owner_url
    lumen = factories.row(url, "accounts", name="Lumen Media", billing_email="pay@lumen.example")
    alumni = factories.row(url, "accounts", name="Alumni 100%", billing_email=None)
    factories.row(url, "users", account_id=alumni, email="zoe@school.example")
    cases = {
        "lumen media": [lumen], "LUM": [lumen, alumni], "pay@lumen": [lumen], "zoe@": [alumni], "0%": [alumni],
        "%": [alumni], str(lumen): [lumen], f" {str(lumen).upper()} ": [lumen], str(uuid4()): [], "": [], "nobody": [],
        "\x00": [], "ay@lumen.example": [], "oe@school.example": [], "Zoe@School.example": [alumni],
        "@school.ex": [alumni],
    }  # fmt: skip
    for text, expected in cases.items():
        assert _ids(lookup.matching(text)) == expected, text
    assert [row["name"] for row in rows(lookup.name(lumen))] == ["Lumen Media"]
    named = factories.row(url, "accounts", name=f"was {lumen}", billing_email=None)
    assert _ids(lookup.matching(str(lumen))) == [lumen]
    assert _ids(lookup.matching(str(named))) == [named]


def test_audit_history_is_newest_first(fresh_database: Database) -> None:
    one, two = factories.rows(fresh_database.owner_url, "processing_queue", [job(status="failed"), job()])
    sam = factories.viewer("support")
    ordered("retry", [one], sam)
    ordered("cancel", [one, two], sam, "customer asked")
    history = rows(log.history("job", str(one)))
    assert [(row["action"], row["reason"]) for row in history] == [
        ("job.cancel", "customer asked"),
        ("job.retry", None),
    ]
    assert Counter(row["actor_email"] for row in history) == {sam.email: 2}
