"""Messages of one cause are one group, whatever numbers, ids, quoted values, addresses, paths and hex stand in them."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final
from uuid import UUID

from core.database import rows
from demo.databases import Database
from queries.jobs import groups
from queries.jobs.filters import JobFilter
from tests.support import factories
from tests.support.factories import at, job

SEED: Final = 20261130
FAMILIES: Final = (
    "anthropic.APIStatusError: Error code: 529 - overloaded_error: Overloaded ('{request}')",
    "anthropic.APIStatusError: Error code: 500 - api_error: Internal server error ('{request}')",
    "openai.RateLimitError: Error code: 429 - Rate limit reached for org-{hex} on tokens per min: Limit {n}, Used {n}",
    "openai.BadRequestError: Error code: 400 - maximum context length is {n} tokens, you requested {n} tokens",
    "elevenlabs: HTTP 401: Unauthorized for voice {hex}",
    "elevenlabs: HTTP 422: voice {hex} has no samples",
    "heygen: job {id} failed after {n} seconds: avatar not found",
    "botocore.exceptions.ClientError: NoSuchKey: {path} (RequestId: {hex})",
    'psycopg.errors.UniqueViolation: Key (id)=({id}) already exists in table "content_pieces"',
    'psycopg.errors.UniqueViolation: Key (id)=({id}) already exists in table "creators"',
    "redis.exceptions.ConnectionError: Error {n} connecting to {host}:{n}. Connection refused.",
    "httpx.ReadTimeout: timed out after {n}s reading {url}",
    "urllib3: Max retries exceeded with url: {path} (Caused by NewConnectionError)",
    "ffmpeg: could not decode {n} frames of {path}",
    "ffmpeg exited with {n}: moov atom not found in {path}",
    "whisper: barcode {n} of segment {n} is not supported",
    "yt_dlp.DownloadError: [instagram] {token}: login required, see {url}",
    "Supabase Storage: object {quoted} not found in bucket 'content'",
    "celery: worker lost (pid {n}) on {host}",
    "sqlalchemy.exc.TimeoutError: QueuePool limit of size {n} overflow {n} reached at 0x{hex}",
    "json.JSONDecodeError: Expecting value: line {n} column {n} (char {n})",
    "KeyError: `caption_track` in {windows}",
)


def test_each_family_of_messages_is_one_group(fresh_database: Database) -> None:
    told = random.Random(SEED)  # noqa: S311  # made-up messages
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"

    def hexes() -> str:
        return f"{told.getrandbits(96):024x}"

    parts: dict[str, Callable[[], str]] = {
        "n": lambda: str(told.randrange(1, 10 ** told.randrange(1, 9))),
        "hex": hexes,
        "id": lambda: str(UUID(int=told.getrandbits(128))),
        "request": lambda: f"req_{hexes()[:14]}",
        "token": lambda: "".join(told.choices(letters, k=9)) + str(told.randrange(10)),
        "path": lambda: (
            f"/{'/'.join(told.choices(['var', 'tmp', 'srv', 'media', hexes()[:6]], k=told.randrange(2, 5)))}.mp4"
        ),
        "windows": lambda: f"C:\\Users\\{told.choice(['ada', 'sam'])}\\clip{told.randrange(99)}.mov",
        "url": lambda: f"https://{told.choice(['a', 'cdn'])}.example/{hexes()[:8]}?t={told.randrange(999)}",
        "host": lambda: f"10.0.{told.randrange(255)}.{told.randrange(255)}",
        "quoted": lambda: f"'{told.choice(['Summer', 'Ad 12', 'x/y z'])} {told.randrange(99)}.mp4'",
    }
    stored = [
        (place, family.format_map({name: make() for name, make in parts.items()}))
        for place, family in enumerate(FAMILIES)
        for _ in range(30)
    ]
    told.shuffle(stored)
    failed = [job(status="failed", completed_at=at("-1 hour"), error_message=message) for _, message in stored]
    factories.rows(fresh_database.owner_url, "processing_queue", failed)
    found = {row["signature"]: row["jobs"] for row in rows(groups.failed_by_signature(JobFilter()))}
    assert sorted(found.values()) == [30] * len(FAMILIES), (SEED, found)
