"""Tasks of the timetable. With a broker Celery calls them, without one the embedded worker does."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from celery import shared_task
from django.utils import timezone

from crm import outbox
from crm.actions import staff

# At most one mail is under way in a process, so a killed process repeats at most one. More speed: more workers.
_sweeping = threading.Lock()
BATCH = 5
SWEEP_SECONDS = 10
CLEARING_SECONDS = 3  # no mail waits longer for what is cleared up


@shared_task(ignore_result=True)
def keep_promises(**_later: object) -> int:
    """Keep what is due, unless another thread of this process is already at it."""
    if not _sweeping.acquire(blocking=False):
        return 0
    try:
        outbox.beat(now=timezone.now())
        return _sweep()
    finally:
        _sweeping.release()


def _sweep() -> int:
    kept, end = 0, time.monotonic() + SWEEP_SECONDS
    while time.monotonic() < end and (done := outbox.keep(now=timezone.now(), limit=BATCH)):
        kept += done
    return kept


@shared_task(ignore_result=True)
def seat_everybody(**_later: object) -> int:
    """Let posts that begin or end today open and close their doors, though nobody changed anything."""
    return staff.seat_everybody(today=timezone.localdate())


@shared_task(ignore_result=True)
def forget_promises(**_later: object) -> int:
    """Forget what was promised and kept long ago."""
    return in_batches(outbox.forget_kept)


def in_batches(act: Callable[..., int]) -> int:
    """Call an action that takes small batches until it has nothing left, or for some seconds; return how many in all."""
    done, end = 0, time.monotonic() + CLEARING_SECONDS
    while time.monotonic() < end and (some := act(now=timezone.now())):
        done += some
    return done
