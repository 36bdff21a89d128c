"""Supabase Storage over HTTP, with the shapes and statuses of the real one: what its client is tested against."""

from __future__ import annotations

import json
import time
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

import jwt

KEY: Final = "sb_secret_0123456789abcdef"
GONE: Final = "Either the object does not exist or you do not have access to it"
_SIGNING: Final = "the double's own key, of 32 bytes or more"
_BATCH: Final = 1_000


class Storage:
    """One project's buckets, and what it was asked."""

    def __init__(self) -> None:
        self.url = ""
        self.objects: dict[str, dict[str, bytes]] = {}
        self.asked: list[tuple[str, str, list[str]]] = []
        self.fault: tuple[int, bytes] | None = None
        """A status and body that answer everything, as a gateway before a broken server does."""


@contextmanager
def serving() -> Generator[Storage]:
    """A Storage that answers until the block ends."""
    storage = Storage()

    class Handler(_Handler):
        project = storage

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        storage.url = f"http://127.0.0.1:{server.server_port}"
        yield storage
        server.shutdown()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    project: Storage
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """`POST /object/sign/<bucket>`: a link for each path, or its error, with HTTP 200 whatever became of them."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        bucket = unquote(self._path().removeprefix("/object/sign/"))
        self.project.asked.append(("sign", bucket, body["paths"]))
        if self._refused():
            return
        if not 1 <= len(body["paths"]) <= _BATCH:
            self._error(400, "400", "Error", "body/paths must NOT have fewer than 1 or more than 1000 items")
            return
        there = self.project.objects.get(bucket, {})
        until = int(time.time()) + int(body["expiresIn"])
        self._answer(200, [self._signed(bucket, path, until, is_there=path in there) for path in body["paths"]])

    def do_GET(self) -> None:
        """Buckets for whoever has the key, and objects for whoever has a link."""
        if self._path().startswith("/object/sign/"):
            self._object()
            return
        if self._path() == "/status":
            self._send(200, b"", "text/plain", {})
            return
        self.project.asked.append(("GET", self._path(), []))
        if self._refused():
            return
        _, _, name = self._path().removeprefix("/").partition("/")
        found = [{"id": one, "name": one, "owner": "", "public": False, "created_at": "2026-01-01T00:00:00Z",
                  "updated_at": "2026-01-01T00:00:00Z", "file_size_limit": None, "allowed_mime_types": None}
                 for one in self.project.objects]  # fmt: skip
        if not name:
            self._answer(200, found)
        elif name in self.project.objects:
            self._answer(200, next(one for one in found if one["id"] == name))
        else:
            self._error(400, "404", "Bucket not found", "Bucket not found")

    def _signed(self, bucket: str, path: str, until: int, *, is_there: bool) -> dict[str, str | None]:
        if not is_there:
            return {"error": GONE, "path": path, "signedURL": None}
        token = jwt.encode({"url": f"{bucket}/{path}", "exp": until}, _SIGNING, "HS256")
        # As it stands, unencoded: what the real one answers too.
        return {"error": None, "path": path, "signedURL": f"/object/sign/{bucket}/{path}?token={token}"}

    def _object(self) -> None:
        """An object, or the part of it that a player asks for, to a link that was signed for it and has not ended."""
        name = unquote(self._path().removeprefix("/object/sign/"))
        try:
            said = jwt.decode(parse_qs(urlsplit(self.path).query)["token"][0], _SIGNING, ["HS256"])
        except jwt.ExpiredSignatureError:
            self._error(400, "400", "InvalidJWT", '"exp" claim timestamp check failed')
            return
        except jwt.InvalidTokenError:
            self._error(400, "400", "InvalidJWT", "signature verification failed")
            return
        bucket, _, path = name.partition("/")
        body = self.project.objects.get(bucket, {}).get(path)
        if said["url"] != name or body is None:
            self._error(400, "400", "InvalidSignature", "The url do not match the signature")
            return
        first, last = 0, len(body) - 1
        is_part = "Range" in self.headers
        if is_part:
            first, last = (int(end) for end in self.headers["Range"].removeprefix("bytes=").split("-"))
        part = {"Content-Range": f"bytes {first}-{last}/{len(body)}"} if is_part else {}
        self._send(206 if is_part else 200, body[first : last + 1], "video/webm", part)

    def _refused(self) -> bool:
        """Whether a fault or the wrong key was the answer."""
        if self.project.fault:
            self._send(*self.project.fault, "text/html", {})
        elif self.headers["apikey"] != KEY or self.headers["Authorization"] != f"Bearer {KEY}":
            self._error(400, "403", "Unauthorized", "Invalid Compact JWS")
        else:
            return False
        return True

    def _path(self) -> str:
        return urlsplit(self.path).path.removeprefix("/storage/v1")

    def _error(self, status: int, code: str, error: str, message: str) -> None:
        self._answer(status, {"statusCode": code, "error": error, "message": message})

    def _answer(self, status: int, answer: Any) -> None:
        self._send(status, json.dumps(answer).encode(), "application/json", {})

    def _send(self, status: int, body: bytes, kind: str, more: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **more}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""
