"""The Desk's pages outside Streamlit: server-rendered, no script, nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from starlette.requests import HTTPConnection, Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.templating import Jinja2Templates

from web import headers

ROOT: Final = Path(__file__).parent
_templates: Final = Jinja2Templates(directory=ROOT / "templates")


def page(request: HTTPConnection, template: str, *, status: int = 200, **shown: object) -> Response:
    """A page from its template."""
    response = _templates.TemplateResponse(Request(request.scope), f"{template}.html", shown, status_code=status)
    response.headers["Content-Security-Policy"] = headers.PLAIN
    response.headers["Cache-Control"] = "no-store"
    return response


def message(
    request: HTTPConnection,
    title: str,
    sentence: str,
    *,
    status: int,
    retry_s: int | None = None,
) -> Response:
    """One thing to say: a page for a person, a line for a program; with `retry_s` the page asks again by itself."""
    if "text/html" in request.headers.get("accept", ""):
        shown = {"title": title, "sentence": sentence, "retry_s": retry_s}
        response = page(request, "message", status=status, **shown)
    else:
        response = PlainTextResponse(sentence, status)
    if retry_s:
        response.headers["Retry-After"] = str(retry_s)
    return response


def style(_request: Request) -> Response:
    """The style sheet of these pages."""
    return FileResponse(ROOT.parent / "static" / "login.css", headers={"Cache-Control": "public, max-age=300"})
