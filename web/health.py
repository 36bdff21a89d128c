"""Whether the process lives, whether it can serve, and its figures."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from core import database
from core.errors import DeskError
from core.settings import settings
from core.telemetry import registry
from web.gate import is_local

FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


async def healthz(_request: Request) -> Response:
    """`/healthz`: the process answers; says nothing else, as strangers may ask."""
    return PlainTextResponse("ok")


async def readyz(request: Request) -> Response:
    """`/readyz`: each part's state for an operator; 503 unless all are well."""
    if not _may_ask(request):
        return PlainTextResponse("Not found", 404)
    parts = {
        "writer": await run_in_threadpool(_state, lambda: database.ping("writer")),
        "reader": await run_in_threadpool(_state, lambda: database.ping("reader")),
    }
    is_ready = all(state == "ok" for state in parts.values())
    return JSONResponse(parts, 200 if is_ready else 503)


async def metrics(request: Request) -> Response:
    """`/metrics`: the process's figures for Prometheus."""
    if not _may_ask(request):
        return PlainTextResponse("Not found", 404)
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def _may_ask(request: Request) -> bool:
    """An operator on this machine, or one with METRICS_TOKEN; what a proxy forwards is not from this machine."""
    token = settings().metrics_token
    said = request.headers.get("authorization", "")
    if token and secrets.compare_digest(said.encode(), f"Bearer {token.get_secret_value()}".encode()):
        return True
    return is_local(request) and not any(name in request.headers for name in FORWARDED)


def _state(ping: Callable[[], float]) -> str:
    try:
        ping()
    except DeskError as error:
        return str(error)
    return "ok"
