"""The double of Supabase Auth on a port."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qsl, urlsplit

from tests.support.gotrue.double import Gotrue
from tests.support.gotrue.people import Refusal


@contextmanager
def running() -> Generator[Gotrue]:
    """The double on a port of its own."""
    double = Gotrue()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(double))
    double.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield double
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(double: Gotrue) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

        def handle_any(self) -> None:
            """Answer whatever is asked."""
            asked = urlsplit(self.path)
            path = asked.path.removeprefix("/auth/v1")
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            bearer = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
            with double.lock:
                double.waiting += 1
            double.answers.wait()
            with double.lock:
                double.waiting -= 1
            with double.lock:
                double.asked.append((self.command, path))
                if double.outage:
                    return self._send(*double.outage, "text/html")
                try:
                    status, told = double.answer(
                        self.command,
                        path,
                        dict(parse_qsl(asked.query)),
                        json.loads(sent or b"{}"),
                        bearer,
                        self.headers.get("apikey", ""),
                    )
                except Refusal as refusal:
                    status, told = refusal.answer
            self._send(status, b"" if told is None else json.dumps(told).encode(), "application/json")

        do_GET = do_POST = do_PUT = do_DELETE = handle_any

        def _send(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("X-Supabase-Api-Version", "2024-01-01")
            self.end_headers()
            self.wfile.write(body)

    return Handler
