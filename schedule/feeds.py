"""The .ics door: whoever holds the link reads what its owner may see now. No session, no cookie, nothing else from the address."""

from __future__ import annotations

import gzip
import hmac
import logging
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.core.cache import caches
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date, parse_etags, parse_http_date_safe
from django.views.decorators.csrf import csrf_exempt

from schedule import contents, ical
from schedule.actions import note_shown, note_use
from schedule.actions.links import NOTE_EVERY
from schedule.models import CalendarFeed
from schedule.models.feed import digest_of

log = logging.getLogger(__name__)

HEADERS = {
    "Cache-Control": "private, max-age=0, must-revalidate",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "X-Content-Type-Options": "nosniff",
}
NOBODY = digest_of("")
FAILURES_PER_MINUTE = 30
KEPT_SECONDS = 3600


@csrf_exempt
@login_not_required
def feed(request: HttpRequest, public_id: str, secret: str) -> HttpResponse:
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"], headers=HEADERS)
    found = CalendarFeed.objects.by_link(public_id).first()
    if not hmac.compare_digest(digest_of(secret), found.digest if found else NOBODY) or found is None:
        return _unknown(request)
    now = timezone.now()
    _note(found, request, now)
    ended_at = found.ended_at
    if ended_at and now - ended_at > ical.TOMBSTONES_STAY:
        return HttpResponse(status=410, headers=HEADERS)
    state, changed_at = _state(found, ended_at, now)
    if found.kind == CalendarFeed.Kind.UNIT and not ended_at:
        state, changed_at = _seen_state(found, state, now)
    etag = f'W/"{found.pk}-{state}"'
    headers = HEADERS | {"ETag": etag, "Last-Modified": http_date(int(changed_at.timestamp())), "Content-Language": found.language}
    if _unchanged(request, etag, changed_at):
        response = HttpResponse(status=304, headers=headers)
        del response.headers["Content-Type"]
    else:
        body = contents.notice_of_end(found, ended_at) if ended_at else contents.calendar_of(found, now)
        response = _answer(request, found, body, headers)
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _unknown(request: HttpRequest) -> HttpResponse:
    """One answer for an unknown link and a wrong secret. Guessing 256 bits is hopeless, so the count is for the log: a valid link is never refused."""
    address = get_adapter(request).get_client_ip(request)
    key = f"feed-failures:{address}"
    caches["counters"].add(key, 0, 60)
    try:
        failures = caches["counters"].incr(key)
    except ValueError:  # the minute was over between the two
        failures = 1
    if failures == FAILURES_PER_MINUTE + 1:
        log.warning("more than %s unknown calendar links within a minute from %s", FAILURES_PER_MINUTE, address)
    return HttpResponse("Not found.\n", status=404, content_type="text/plain; charset=utf-8", headers=HEADERS)


def _note(found: CalendarFeed, request: HttpRequest, now: datetime) -> None:
    if found.last_used_at and now - found.last_used_at < NOTE_EVERY:
        return
    try:
        note_use(feed=found, client=ical.one_line(request.headers.get("User-Agent", "")), now=now)
    except DatabaseError:
        log.warning("the last use of calendar link %s was not noted", found.public_id, exc_info=True)


def _state(found: CalendarFeed, ended_at: datetime | None, now: datetime) -> tuple[str, datetime]:
    start, _end = contents.window(now, ZoneInfo(found.owner.time_zone))
    state = "ended" if ended_at else f"{found.counted or 0}-{found.seats or 0:x}-{found.unit_seats or 0:x}-{start:%Y%m}"
    changed_at = ended_at or max(found.changed_at or found.created_at, found.created_at, start)
    return f"{state}-{ical.RENDER_VERSION}", changed_at


def _seen_state(found: CalendarFeed, state: str, now: datetime) -> tuple[str, datetime]:
    """Say by tag and time only that what the reader sees has changed: a unit's counters move with hidden appointments too.

    While the counters stand still nothing is rendered; when they have moved, the body itself is compared.
    """
    if found.shown_state != state or found.shown_since is None:
        digest = sha256(contents.calendar_of(found, now)).hexdigest()
        try:
            note_shown(feed=found, state=state, digest=digest, now=now)
        except DatabaseError:
            log.warning("what calendar link %s shows was not noted", found.public_id, exc_info=True)
    return f"{found.shown_digest[:32]}-{ical.RENDER_VERSION}", found.shown_since or now


def _unchanged(request: HttpRequest, etag: str, changed_at: datetime) -> bool:
    if sent := request.headers.get("If-None-Match"):
        return sent.strip() == "*" or etag.removeprefix("W/") in {one.removeprefix("W/") for one in parse_etags(sent)}
    since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    return since is not None and int(changed_at.timestamp()) <= since


def _answer(request: HttpRequest, found: CalendarFeed, body: bytes, headers: dict[str, str]) -> HttpResponse:
    if _takes_gzip(request):
        body = _packed(found, body)
        headers = headers | {"Content-Encoding": "gzip"}
    headers = headers | {"Content-Disposition": 'inline; filename="Setten.ics"', "Content-Length": str(len(body))}
    return HttpResponse(b"" if request.method == "HEAD" else body, content_type="text/calendar; charset=utf-8", headers=headers)


def _takes_gzip(request: HttpRequest) -> bool:
    for offer in request.headers.get("Accept-Encoding", "").lower().split(","):
        name, _sep, weight = offer.partition(";")
        if name.strip() in ("gzip", "x-gzip"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _packed(found: CalendarFeed, body: bytes) -> bytes:
    """Packing costs most. It is kept by what is packed, not by what the validator says: rights are looked up on every reading."""
    key = f"feed-gzip:{found.pk}:{sha256(body).hexdigest()}"
    packed = caches["bodies"].get(key)
    if packed is None:
        packed = gzip.compress(body, 3, mtime=0)
        caches["bodies"].set(key, packed, KEPT_SECONDS)
    return bytes(packed)
