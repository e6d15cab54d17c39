"""Celery for installations with a broker: it only wakes the workers; the message itself is the row in the outbox."""

import logging
import os
import signal
import threading
import time
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from celery import Celery
from celery.signals import task_prerun, worker_ready
from django.conf import settings

log = logging.getLogger("setten.worker")

SILENT_SECONDS = 120
GRACE_SECONDS = 20

# A half-open connection to Redis is otherwise never noticed: nothing is received, nothing is logged.
REDIS = {
    "socket_timeout": 5,
    "socket_connect_timeout": 3,
    "socket_keepalive": True,
    "health_check_interval": 10,
    "visibility_timeout": 3600,
}
AMQP = {"confirm_publish": True, "connect_timeout": 3, "read_timeout": 15, "write_timeout": 5}

app = Celery("setten")
app.conf.update(
    broker_url=settings.BROKER_URL or None,
    broker_transport_options=AMQP if settings.BROKER_URL.startswith(("amqp", "pyamqp")) else REDIS,
    broker_heartbeat=10,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    task_default_queue="setten",
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    # Only the timetable publishes. Without a retry its line to RabbitMQ, once lost, stays lost.
    task_publish_retry=True,
    task_publish_retry_policy={"max_retries": 3, "interval_start": 0.2, "interval_step": 0.5, "interval_max": 1},
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_enable_remote_control=False,
    beat_schedule=settings.BEAT_SCHEDULE,
    timezone=settings.TIME_ZONE,
    enable_utc=True,
)
app.autodiscover_tasks()

_heard = time.monotonic()


@task_prerun.connect
def _hear(**_: Any) -> None:
    global _heard
    _heard = time.monotonic()


@worker_ready.connect
def _watch(**_: Any) -> None:
    _hear()
    threading.Thread(target=_watchdog, name="watchdog", daemon=True).start()


def _watchdog() -> None:
    """End a worker that has not got a task for two minutes (there is one every second): its line is dead. The supervisor starts a new one."""
    while time.monotonic() - _heard < SILENT_SECONDS:
        time.sleep(1)
    log.critical("No task for %s seconds: the connection to the broker is dead or nobody keeps the timetable. Ending.", SILENT_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os._exit(1)
