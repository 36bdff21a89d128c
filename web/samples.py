"""The demo's Storage: a sample picture, sound or film for every object, behind the gate and under signed links."""

from __future__ import annotations

import io
import math
import wave
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from core.errors import DeskError
from core.storage import Demo, storage
from core.storage_types import StorageObject

FILM: Final = Path(__file__).parent / "samples" / "sample.webm"
_RATE: Final = 8_000
_SECONDS: Final = 6
_TYPES: Final = {
    ".mp4": "video/webm",
    ".webm": "video/webm",
    ".mov": "video/webm",
    ".mp3": "audio/wav",
    ".m4a": "audio/wav",
    ".wav": "audio/wav",
}
_ICONS: Final = ("M-9-11 L13 0 L-9 11Z", "M-12-8H12V8H-12Z", "M0-12A12 12 0 1 0 .1-12Z")


async def sample(request: Request) -> Response:
    """`/demo/storage/<bucket>/<key>?until=&token=`: a sample of the kind that the key's ending names."""
    try:
        files = storage()
    except DeskError:
        return PlainTextResponse("Not found", 404)
    one = StorageObject(request.path_params["bucket"], request.path_params["key"])
    asked = request.query_params
    if not isinstance(files, Demo) or not files.is_signed(one, asked.get("until", ""), asked.get("token", "")):
        return PlainTextResponse("InvalidJWT", 400)
    kind = _TYPES.get(Path(one.key).suffix.lower(), "image/svg+xml")
    headers = {"Cache-Control": "private, max-age=900", "Content-Security-Policy": "default-src 'none'"}
    if kind == "video/webm":
        return FileResponse(FILM, media_type=kind, headers=headers)
    return _ranged(request, sound() if kind == "audio/wav" else picture(one.key), kind, headers)


def _ranged(request: Request, body: bytes, kind: str, headers: dict[str, str]) -> Response:
    """The body or the part of it that a player asks for."""
    headers = {**headers, "Accept-Ranges": "bytes"}
    unit, _, span = request.headers.get("range", "").partition("=")
    first, _, last = span.partition("-")
    if unit != "bytes" or not first.isdecimal() or int(first) >= len(body):
        return Response(body, media_type=kind, headers=headers)
    end = min(int(last), len(body) - 1) if last.isdecimal() else len(body) - 1
    headers["Content-Range"] = f"bytes {first}-{end}/{len(body)}"
    return Response(body[int(first) : end + 1], 206, media_type=kind, headers=headers)


@cache
def sound() -> bytes:
    """Six seconds of plucked notes as WAV."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(1)
        writer.setframerate(_RATE)
        writer.writeframes(bytes(_level(n) for n in range(_RATE * _SECONDS)))
    return file.getvalue()


def _level(number: int) -> int:
    beat, rest = divmod(number, _RATE // 2)
    pitch = (220.0, 277.18, 329.63, 277.18)[beat % 4]
    at = rest / _RATE
    return round(128 + 40 * math.sin(2 * math.pi * pitch * at) * math.exp(-4 * at))


def picture(key: str) -> bytes:
    """A portrait picture in two colours of its own, the same for the same key."""
    digest = sha256(key.encode()).digest()
    hue, turn, mark = digest[0] * 360 // 256, digest[1] % 90, _ICONS[digest[2] % len(_ICONS)]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="270" height="480" viewBox="0 0 270 480">'
        f'<defs><linearGradient id="g" gradientTransform="rotate({turn})">'
        f'<stop stop-color="hsl({hue},45%,62%)"/><stop offset="1" stop-color="hsl({(hue + 50) % 360},50%,38%)"/>'
        '</linearGradient></defs><rect width="270" height="480" fill="url(#g)"/>'
        f'<circle cx="{70 + digest[3] % 130}" cy="{120 + digest[4] % 240}" r="{50 + digest[5] % 70}" fill="#fff" '
        f'opacity=".13"/><g transform="translate(135 240)"><circle r="34" fill="#fff" opacity=".22"/>'
        f'<path d="{mark}" fill="#fff" opacity=".9"/></g></svg>'
    ).encode()
