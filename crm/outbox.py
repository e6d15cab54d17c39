"""Promises made inside a transaction and kept after it. One row is one effect."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Min, Q
from django.utils.module_loading import import_string

from crm.models import Heartbeat, Outbox

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 10
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)


def promise(topic: str, *keys: object) -> None:
    """Write promises in the caller's transaction, one row for each key: if the deed is undone, so are they."""
    Outbox.objects.bulk_create([Outbox(topic=topic, key=str(key)) for key in keys])


def promise_each(promises: Iterable[tuple[str, object]]) -> None:
    """Write promises of several topics at once: pairs of topic and key."""
    Outbox.objects.bulk_create([Outbox(topic=topic, key=str(key)) for topic, key in promises])


def keep(*, now: datetime, limit: int = 100) -> int:
    """Keep due promises, oldest first; return how many were kept. Safe to run in any number of workers at once."""
    return sum(_keep_one(row, now) for row in _claim(now, limit))


def _keep_one(row: Outbox, now: datetime) -> bool:
    try:
        import_string(settings.OUTBOX[row.topic])(row)
    except Exception as error:  # one handler's failure must not stop the others
        log.exception("promise %s (%s) was not kept", row.pk, row.topic)
        _put_back(row, now, error)
        return False
    Outbox.objects.filter(pk=row.pk).update(done_at=now, last_error="")
    return True


def _put_back(row: Outbox, now: datetime, error: Exception) -> None:
    tried = row.attempts + 1
    wait = min(FIRST_WAIT * 2**row.attempts, LONGEST_WAIT)
    Outbox.objects.filter(pk=row.pk).update(
        claimed_at=None, due_at=now + wait, failed_at=now if tried >= MAX_ATTEMPTS else None, last_error=repr(error)[:500]
    )


def _claim(now: datetime, limit: int) -> Iterator[Outbox]:
    lease = timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
    free = Q(claimed_at=None) | Q(claimed_at__lt=now - lease)
    due = Outbox.objects.filter(free, Q(due_at=None) | Q(due_at__lte=now), done_at=None, failed_at=None)
    for row in due.order_by("pk")[:limit]:
        # The row count tells who won, on SQLite and PostgreSQL alike.
        if due.filter(pk=row.pk).update(claimed_at=now, attempts=F("attempts") + 1) == 1:
            yield row


def retry(*, promise_id: int) -> bool:
    """Free a promise that was given up, so that workers try it again; return whether there was one."""
    given_up = Outbox.objects.filter(pk=promise_id).exclude(failed_at=None)
    return bool(given_up.update(failed_at=None, due_at=None, claimed_at=None, attempts=0))


def lag(now: datetime) -> timedelta:
    """Return the age of the oldest promise that is due and not kept."""
    due = Outbox.objects.filter(Q(due_at=None) | Q(due_at__lte=now), done_at=None, failed_at=None)
    oldest = due.aggregate(oldest=Min("created_at"))["oldest"]
    return now - oldest if oldest else timedelta()


def beat(*, now: datetime, name: str = "worker") -> None:
    """Say that this kind of worker is alive."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now})


def last_beat(name: str = "worker") -> datetime | None:
    return Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()
