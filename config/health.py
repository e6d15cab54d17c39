"""Is it alive, is it ready: for load balancers and watchers. Open to all, so no figure in it tells about the business."""

from datetime import datetime, timedelta

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.errors import RETRY_SECONDS
from crm import outbox

WORKER_SILENT = timedelta(seconds=90)
OUTBOX_LATE = timedelta(seconds=60)


@login_not_required
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    # /ical/ is not forbidden: calendar services that honour robots.txt would stop fetching the feeds.
    return HttpResponse(
        "User-agent: *\nAllow: /ical/\nDisallow: /\n", content_type="text/plain", headers={"Cache-Control": "public, max-age=86400"}
    )


@login_not_required
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Database, worker and outbox, each with what is wrong; 503 when anything is."""
    found = {"database": _database(), "worker": "unknown", "outbox": "unknown"}
    if found["database"] == "ok":
        now = timezone.now()
        found |= {"worker": _worker(now), "outbox": _outbox(now)}
    fine = set(found.values()) == {"ok"}
    headers = {} if fine else {"Retry-After": RETRY_SECONDS}
    return JsonResponse({"status": "ok" if fine else "not ready", **found}, status=200 if fine else 503, headers=headers)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "cannot be reached"
    return "ok"


def _worker(now: datetime) -> str:
    last = outbox.last_beat()
    if last is None:
        return "has never run"
    return "ok" if now - last < WORKER_SILENT else f"silent for {(now - last) // timedelta(seconds=1)} seconds"


def _outbox(now: datetime) -> str:
    lag = outbox.lag(now)
    return "ok" if lag < OUTBOX_LATE else f"late by {lag // timedelta(seconds=1)} seconds"
