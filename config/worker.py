"""The embedded worker: no broker, no server. It sweeps the outbox and calls the tasks of the timetable when they are due."""

import logging
import os
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from celery.schedules import BaseSchedule, maybe_schedule
from django.conf import settings
from django.db import Error, close_old_connections, connections
from django.utils import timezone
from django.utils.module_loading import import_string

from config.celery import app
from crm import outbox

log = logging.getLogger("setten.worker")

SWEEP_SECONDS = 0.5
BEAT_SECONDS = 5
AWAY_SECONDS = 2
# So few at a time that even slow mail servers cannot outlast the lease, and that a stop waits for a few mails at most.
BATCH = 5


class Entry:
    """One line of the timetable and when it was last done."""

    def __init__(self, line: dict[str, Any], now: datetime) -> None:
        self.task: Callable[..., object] = import_string(line["task"])
        self.schedule = cast(BaseSchedule, maybe_schedule(line["schedule"], app=app))
        self.arguments = (line.get("args", ()), line.get("kwargs", {}))
        self.last = now

    def do_if_due(self, now: datetime) -> None:
        if self.schedule.is_due(self.last).is_due:
            self.last = now
            self.task(*self.arguments[0], **self.arguments[1])


class Worker:
    def __init__(self, stopping: threading.Event, runner: int = 0) -> None:
        self.stopping = stopping
        self.runner = runner
        self.beat_at = 0.0
        # The sweep below is this one, only faster.
        self.entries = {name: Entry(line, timezone.now()) for name, line in settings.BEAT_SCHEDULE.items() if name != "keep-promises"}

    def run(self) -> None:
        """Work until told to stop, or until the runner that started us is gone."""
        while not self.stopping.is_set() and self.runner in (0, os.getppid()):
            self.stopping.wait(0 if self._turn() else SWEEP_SECONDS)
        connections.close_all()

    def _turn(self) -> bool:
        """Do what is due; return whether there may be more."""
        close_old_connections()
        try:
            self._beat()
            self._timetable()
            return outbox.keep(now=timezone.now(), limit=BATCH) > 0
        except Error:
            log.exception("The database cannot be reached; trying again in %s seconds.", AWAY_SECONDS)
            connections.close_all()
            self.stopping.wait(AWAY_SECONDS)
            return False

    def _beat(self) -> None:
        if time.monotonic() - self.beat_at > BEAT_SECONDS:
            outbox.beat(now=timezone.now())
            self.beat_at = time.monotonic()

    def _timetable(self) -> None:
        for name, entry in self.entries.items():
            try:
                entry.do_if_due(timezone.now())
            except Error:
                raise
            except Exception:  # one task's failure must not stop the others
                log.exception("The task %s failed.", name)
