"""A file on its way out: through this process, through the web server in front (X-Accel-Redirect), or by a link of S3 that lives a minute.

Whoever calls has looked whether the viewer may see the file. Nothing here is kept by caches in between, and nothing runs in the browser.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import IO, Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header, parse_etags, quote_etag

from contacts.filing import served_as
from contacts.models import Attachment

log = logging.getLogger(__name__)
PIECE = 64 * 1024
LINK_SECONDS = 60
CSP = "sandbox; default-src 'none'"
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


def answer_file(request: HttpRequest, file: Attachment) -> HttpResponseBase:
    """Answer with the file itself, as a download; parts of it are given to players that ask for them."""
    if default_storage_signs():
        return _guarded(redirect(_signed(file)))
    response: HttpResponseBase = _unchanged(request, file.sha256) or _bytes(request, file)
    response.headers.setdefault("Content-Disposition", content_disposition_header(True, file.name) or "attachment")
    return _guarded(response, file.sha256)


def answer_picture(request: HttpRequest, file: Attachment, stored: str) -> HttpResponseBase:
    """Answer with a small WebP of ours, to be shown. It never comes by redirect: a page may show pictures of its own origin only."""
    tag = f"{file.sha256[:32]}-{stored.partition('/')[0]}"
    return _guarded(_unchanged(request, tag) or _whole(stored, "image/webp"), tag)


def starts_here(request: HttpRequest) -> bool:
    """Tell whether a request is for the beginning of a file: a player that goes on asks for many parts of one look."""
    return request.headers.get("Range", "bytes=0-").startswith("bytes=0-")


def default_storage_signs() -> bool:
    return bool(getattr(default_storage, "querystring_auth", False))


def _guarded(response: Any, tag: str = "") -> Any:
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = CSP
    # To be asked again each time: who may no longer see it gets no copy of an hour ago.
    response.headers["Cache-Control"] = "private, no-cache" if tag else "private, no-store"
    if tag:
        response.headers["ETag"] = quote_etag(tag)
    return response


def _unchanged(request: HttpRequest, tag: str) -> HttpResponse | None:
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return HttpResponseNotModified() if quote_etag(tag) in known or f"W/{quote_etag(tag)}" in known else None


def _signed(file: Attachment) -> str:
    storage: Any = default_storage
    said = {
        "ResponseContentType": served_as(file.media_type),
        "ResponseContentDisposition": content_disposition_header(True, file.name),
        "ResponseCacheControl": "private, no-store",
    }
    return str(storage.url(file.file.name, parameters=said, expire=LINK_SECONDS))


def _bytes(request: HttpRequest, file: Attachment) -> HttpResponseBase:
    kind = served_as(file.media_type)
    if settings.X_ACCEL_PREFIX:
        return HttpResponse(headers={"X-Accel-Redirect": f"{settings.X_ACCEL_PREFIX.rstrip('/')}/{file.file.name}"}, content_type=kind)
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None or not any(asked.groups()) or request.headers.get("If-Range", quote_etag(file.sha256)) != quote_etag(file.sha256):
        return _whole(str(file.file.name), kind)
    return _part(file, kind, *asked.groups())


def _whole(stored: str, kind: str) -> HttpResponseBase:
    opened, size = _opened(stored)
    response = StreamingHttpResponse(_pieces(opened, size), content_type=kind)
    response.headers["Content-Length"] = str(size)
    response.headers["Accept-Ranges"] = "bytes"
    return response


def _part(file: Attachment, kind: str, first: str, last: str) -> HttpResponseBase:
    """Answer a range: from the first byte to the last one, or (without a first) the last so many bytes."""
    opened, size = _opened(str(file.file.name))
    start = int(first) if first else max(size - int(last), 0)
    end = min(int(last), size - 1) if first and last else size - 1
    if start > end:
        opened.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    opened.seek(start)
    response = StreamingHttpResponse(_pieces(opened, end - start + 1), status=206, content_type=kind)
    said = {"Content-Length": str(end - start + 1), "Content-Range": f"bytes {start}-{end}/{size}", "Accept-Ranges": "bytes"}
    for name, value in said.items():
        response.headers[name] = value
    return response


def _opened(stored: str) -> tuple[IO[bytes], int]:
    try:
        opened: Any = default_storage.open(stored)
        return opened, opened.size
    except FileNotFoundError as error:
        log.exception("The bytes of %s are missing.", stored)
        raise Http404 from error


def _pieces(opened: IO[bytes], left: int) -> Iterator[bytes]:
    with opened:
        while left > 0 and (piece := opened.read(min(PIECE, left))):
            left -= len(piece)
            yield piece
