"""Promises made inside a transaction and kept after it. One row is one effect."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Min, Q, QuerySet
from django.utils.module_loading import import_string

from crm.models import Heartbeat, Outbox

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 10
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)
REMEMBERED = timedelta(days=30)


class GivenUp(Exception):
    """Raised by a handler when another try cannot help: the promise is shown to the administrator at once."""


def promise(topic: str, *keys: object, due_at: datetime | None = None) -> None:
    """Write promises in the caller's transaction, one row for each key: if the deed is undone, so are they.

    due_at: not to be kept before.
    """
    Outbox.objects.bulk_create([Outbox(topic=topic, key=str(key), due_at=due_at) for key in keys])


def promise_each(promises: Iterable[tuple[str, object]], *, due_at: datetime | None = None) -> None:
    """Write promises of several topics at once: pairs of topic and key."""
    Outbox.objects.bulk_create([Outbox(topic=topic, key=str(key), due_at=due_at) for topic, key in promises])


def take_back(topics: Iterable[str], key: object) -> bool:
    """Withdraw what was promised for a key, in the caller's transaction; return False if a worker was faster."""
    promised = Outbox.objects.filter(topic__in=list(topics), key=str(key))
    promised.filter(claimed_at=None, attempts=0).delete()
    return not promised.exists()


def keep(*, now: datetime, limit: int = 100) -> int:
    """Keep due promises, oldest first; return how many were kept. Safe to run in any number of workers at once."""
    began = time.monotonic()

    def clock() -> datetime:
        # A lease counts from its own claim: counted from the start of a long sweep it would be over before the mail is out.
        return now + timedelta(seconds=time.monotonic() - began)

    return sum(_keep_one(row, clock) for row in _claim(clock, limit))


def _keep_one(row: Outbox, clock: Callable[[], datetime]) -> bool:
    try:
        import_string(settings.OUTBOX[row.topic])(row)
    except Exception as error:  # one handler's failure must not stop the others
        log.exception("promise %s (%s) was not kept", row.pk, row.topic)
        _put_back(row, clock(), error)
        return False
    _ours(row).update(done_at=clock(), last_error="")
    return True


def _put_back(row: Outbox, now: datetime, error: Exception) -> None:
    hopeless = isinstance(error, GivenUp) or row.attempts >= MAX_ATTEMPTS
    wait = min(FIRST_WAIT * 2 ** (row.attempts - 1), LONGEST_WAIT)
    reason = (str(error) if isinstance(error, GivenUp) else repr(error)).replace("\0", "")  # PostgreSQL refuses NUL
    _ours(row).update(claimed_at=None, due_at=now + wait, failed_at=now if hopeless else None, last_error=reason[:500])


def _ours(row: Outbox) -> QuerySet[Outbox]:
    """Only the latest claim may say how it ended: a worker that slept past its lease has lost the row to another."""
    return Outbox.objects.filter(pk=row.pk, attempts=row.attempts)


def _claim(clock: Callable[[], datetime], limit: int) -> Iterator[Outbox]:
    for row in _due(clock()).order_by("pk")[:limit]:
        if row.attempts >= MAX_ATTEMPTS:
            _bury(row, clock())
        # The row count tells who won, on SQLite and PostgreSQL alike.
        elif _due(now := clock()).filter(pk=row.pk, attempts=row.attempts).update(claimed_at=now, attempts=F("attempts") + 1) == 1:
            row.attempts += 1
            yield row


def _bury(row: Outbox, now: datetime) -> None:
    """Give up what has ended its worker every time, so that nobody could put it back."""
    _ours(row).update(claimed_at=None, failed_at=now, last_error=f"{row.attempts} workers ended while they kept it")


def _due(now: datetime) -> QuerySet[Outbox]:
    lease = timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
    free = Q(claimed_at=None) | Q(claimed_at__lt=now - lease)
    return Outbox.objects.filter(free, Q(due_at=None) | Q(due_at__lte=now), done_at=None, failed_at=None)


def waiting() -> QuerySet[Outbox]:
    """Return the promises that are still to be kept, due or not."""
    return Outbox.objects.filter(done_at=None, failed_at=None)


def failed() -> QuerySet[Outbox]:
    """Return the promises that were given up, the latest first."""
    return Outbox.objects.exclude(failed_at=None).order_by("-failed_at", "-pk")


def retry(*, promise_id: int) -> bool:
    """Free a promise that was given up, so that workers try it again; return whether there was one."""
    return bool(failed().order_by().filter(pk=promise_id).update(failed_at=None, due_at=None, claimed_at=None, attempts=0))


def forget_kept(*, now: datetime, limit: int = 1000) -> int:
    """Forget promises that were kept 30 days ago, oldest first; return how many of one batch. Those given up stay."""
    kept = Outbox.objects.filter(done_at__lt=now - REMEMBERED).order_by("done_at").values_list("pk", flat=True)
    keys = list(kept[:limit])
    Outbox.objects.filter(pk__in=keys).delete()
    return len(keys)


def lag(now: datetime) -> timedelta:
    """Return how long the oldest promise that is due has been waiting. One that waits for its next try counts from then."""
    due = Outbox.objects.filter(Q(due_at=None) | Q(due_at__lte=now), done_at=None, failed_at=None)
    oldest = due.aggregate(asked=Min("created_at", filter=Q(due_at=None)), timed=Min("due_at"))
    since = [at for at in oldest.values() if at]
    return now - min(since) if since else timedelta()


def beat(*, now: datetime, name: str = "worker") -> None:
    """Say that this kind of worker is alive."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now})


def last_beat(name: str = "worker") -> datetime | None:
    return Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()
