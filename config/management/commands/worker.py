"""The worker: keeps promises and the timetable. Without a broker it does so itself; with one it becomes a Celery worker."""

import os
import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management import CommandParser
from django.core.management.base import BaseCommand

from config.runner import python
from config.worker import Worker


class Command(BaseCommand):
    help = "Keep promises (mails, notices) and run scheduled tasks until stopped."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-beat", action="store_true", help="with a broker: another worker keeps the timetable")
        parser.add_argument("--runner", type=int, default=0, help="process id of the one who started this; when that is gone, end too")

    def handle(self, *args: Any, no_beat: bool, runner: int, **options: Any) -> None:
        if settings.BROKER_URL:
            command = celery_command(beat=not no_beat)
            os.execv(command[0], command)  # noqa: S606  (our own command line)
        stopping = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopping.set())
        Worker(stopping, runner).run()


def celery_command(*, beat: bool) -> list[str]:
    # Threads: one process of 70 MB; the work is waiting for mail servers, not computing.
    words = ["-m", "celery", "--app", "config.celery", "worker", "--pool", "threads", "--concurrency", str(settings.WORKER_THREADS)]
    words += ["--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
    if beat:
        words += ["--beat", "--schedule", str(settings.DATA_DIR / "beat")]
    return python(*words)
