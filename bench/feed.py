"""Time the calendar feed: unchanged polls, whole bodies, and how many statements each costs.

Usage: DATA_DIR=... python -m bench.feed [links] [events]. Works in one transaction that is rolled back; any migrated database will do.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("LOG_LEVEL", "WARNING")
import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.cache import caches  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from crm.actions import staff  # noqa: E402
from crm.models import User  # noqa: E402
from schedule.actions import AppointmentEntry, add_feed, book  # noqa: E402
from schedule.models import CalendarFeed  # noqa: E402

TITLE = "見積書の再提出と現地調査の打合せ（担当者同席のうえ、納期と支払条件も確認する）"


def measured(name: str, call: Callable[[], Any], rounds: int) -> None:
    """Print the median and the rate. Processor time is what a quiet core would need; wall time is what this machine took."""
    call()
    spent, worked = [], time.process_time()
    for _round in range(rounds):
        began = time.perf_counter()
        call()
        spent.append((time.perf_counter() - began) * 1000)
    worked = (time.process_time() - worked) * 1000 / rounds
    with CaptureQueriesContext(connection) as asked:
        answer = call()
    figures = f"p50 {statistics.median(spent):7.2f} ms   cpu {worked:7.2f} ms   {1000 / worked:6.0f}/s/core   {len(asked)} statements"
    print(f"{name:34} {figures}   {answer.status_code} {int(answer.headers.get('Content-Length') or 0):>9,} B")


def a_busy_person(events: int) -> User:
    now = timezone.now()
    owner = staff.hire(by=None, today=timezone.localdate(), code="bench", name="計測 太郎")
    for number in range(events):
        start = (now + timedelta(hours=6 * (number - events // 8))).replace(minute=0, second=0, microsecond=0)
        entry = AppointmentEntry(starts_at=start, ends_at=start + timedelta(hours=1), summary_note=TITLE[:100], place="長崎県長崎市1-2-3")
        book(owner=owner, recorder=owner, entry=entry, now=now)
    return owner


def main() -> None:
    links = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    events = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000
    settings.ALLOWED_HOSTS = ["*"]
    with transaction.atomic():
        owner = a_busy_person(events)
        feed, secret = add_feed(by=owner, label="bench", now=timezone.now())
        path, client = f"/ical/{feed.public_id}/{secret}/Setten.ics", Client()
        other = staff.hire(by=None, today=timezone.localdate(), code="bench2", name="他の人")
        rows = [CalendarFeed(owner=other, label="x", public_id=f"{number:016x}", digest="0" * 64) for number in range(links)]
        CalendarFeed.objects.bulk_create(rows, batch_size=1_000)
        tag = {"If-None-Match": client.get(path)["ETag"]}
        print(f"{links:,} links, {events:,} events, {connection.vendor}, load {os.getloadavg()[0]:.1f}")
        measured("unchanged (304)", lambda: client.get(path, headers=tag), 500)
        measured("unknown link (404)", lambda: client.get("/ical/0/0/Setten.ics"), 300)
        measured("whole body", lambda: client.get(path), 50)
        measured("whole body, gzip kept", lambda: client.get(path, headers={"Accept-Encoding": "gzip"}), 50)
        measured("whole body, gzip anew", lambda: (caches["bodies"].clear(), client.get(path, headers={"Accept-Encoding": "gzip"}))[1], 20)
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
