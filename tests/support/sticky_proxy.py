"""A reverse proxy that keeps each browser at one of several processes, as the deployment's does."""

from __future__ import annotations

import re
import socket
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Final

COOKIE: Final = "desk-at"
_HEAD_MAX: Final = 64 * 1024
_AT: Final = re.compile(rb"\r\ncookie:[^\r]*\b" + COOKIE.encode() + rb"=(\d+)", re.IGNORECASE)


class Proxy:
    """Where it listens, and which process answered each request."""

    def __init__(self, ports: Sequence[int]) -> None:
        self.ports = ports
        self.url = ""
        self.served: list[int] = []
        self.turn = count()

    def order(self, at: int | None) -> list[int]:
        """The processes to try: the browser's own first, then, or for a new one, the others in turn."""
        first = next(self.turn) if at is None else at
        return [(first + step) % len(self.ports) for step in range(len(self.ports))]


@contextmanager
def serving(port: int, ports: Sequence[int]) -> Generator[Proxy]:
    """The proxy on that port before the processes on those, until the block ends."""
    proxy = Proxy(ports)
    proxy.url = f"http://localhost:{port}"

    class Handler(_Handler):
        shared = proxy

    class Server(ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", port), Handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield proxy
        server.shutdown()
        thread.join()


class _Handler(BaseRequestHandler):
    shared: Proxy
    request: socket.socket

    def handle(self) -> None:
        """One request, or one WebSocket, from its head to its end."""
        head, rest = _head(self.request)
        if not head:
            return
        said = _AT.search(head)
        for number in self.shared.order(int(said[1]) if said else None):
            with suppress(ConnectionRefusedError):
                with socket.create_connection(("localhost", self.shared.ports[number])) as app:
                    self.shared.served.append(number)
                    self._pass_on(app, number, head, rest, is_new=said is None)
                return
        self.request.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    def _pass_on(self, app: socket.socket, number: int, head: bytes, rest: bytes, *, is_new: bool) -> None:
        is_socket = b"\r\nupgrade: websocket" in head.lower()
        if not is_socket:  # one request a connection, so that each finds its process
            head = re.sub(rb"\r\nconnection:[^\r]*", b"", head, flags=re.IGNORECASE)
            head = head[:-2] + b"Connection: close\r\n\r\n"
        app.sendall(head + rest)
        sending = Thread(target=_pump, args=(self.request, app), daemon=True)
        sending.start()
        answer, begun = _head(app)
        if is_new and answer:
            answer = answer[:-2] + f"Set-Cookie: {COOKIE}={number}; Path=/; HttpOnly\r\n\r\n".encode()
        with suppress(OSError):
            self.request.sendall(answer + begun)
            _pump(app, self.request)
        with suppress(OSError):
            self.request.shutdown(socket.SHUT_RDWR)
        sending.join(5)


def _head(source: socket.socket) -> tuple[bytes, bytes]:
    """Everything up to the empty line, and what has come after it already."""
    read = b""
    while b"\r\n\r\n" not in read and len(read) < _HEAD_MAX:
        with suppress(OSError):
            part = source.recv(65_536)
            if part:
                read += part
                continue
        return b"", b""
    head, end, rest = read.partition(b"\r\n\r\n")
    return head + end, rest


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while part := source.recv(65_536):
            target.sendall(part)
        target.shutdown(socket.SHUT_WR)
