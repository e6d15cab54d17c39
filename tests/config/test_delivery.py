"""Workers that share the work, and one that is told to stop: embedded, Celery with Redis and Celery with RabbitMQ, as real processes.

Workers that are killed stand in tests/crm/test_outbox_crash.py.
"""

import contextlib
import os
import socket
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.config.starting import end, manage, start, wait_for

# One at a time: they share the brokers.
pytestmark = [pytest.mark.slow, pytest.mark.broker, pytest.mark.xdist_group("brokers")]

DELIVERIES = 200
BROKERS = {
    "embedded": "",
    "redis": os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/9"),
    "rabbitmq": os.environ.get("TEST_RABBITMQ_URL", "amqp://guest:guest@127.0.0.1:5672//"),
}


def answers(url):
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname, parts.port), 2).close()
    except OSError:
        return False
    return True


def empty(broker, url):
    """Nothing of an earlier run may wake these workers."""
    if broker == "redis":
        import redis

        with redis.Redis.from_url(url) as line:
            line.flushdb()
    if broker == "rabbitmq":
        from kombu import Connection

        with Connection(url) as line, contextlib.suppress(Exception):
            line.default_channel.queue_delete("setten")


@pytest.fixture(params=BROKERS)
def stage(request, tmp_path, own_database):
    url = BROKERS[request.param]
    if url and not answers(url):
        assert "CI" not in os.environ, f"{request.param} must answer here"
        pytest.skip(f"{request.param} does not answer at {urlsplit(url).hostname}:{urlsplit(url).port}")
    empty(request.param, url)
    tmp_path.chmod(0o700)
    with own_database(tmp_path) as database:
        yield {
            "DATA_DIR": str(tmp_path),
            "DELIVERED": str(tmp_path / "delivered"),
            "DJANGO_SETTINGS_MODULE": "tests.config.delivering_settings",
            "BROKER_URL": url,
            "WORKER_THREADS": "4",
            **database,
        }


def lines(stage):
    path = Path(stage["DELIVERED"])
    return [line.split() for line in path.read_text(encoding="ascii").splitlines()] if path.exists() else []


def promise(stage, first, last):
    code = f"from crm.outbox import promise; promise('test.delivery', *range({first}, {last}))"
    done = manage("shell", "-v0", "-c", code, **stage)
    assert done.returncode == 0, done.stderr


def a_worker(stage):
    return start(sys.executable, "manage.py", "worker", log=Path(stage["DATA_DIR"], "log"), **stage)


def test_two_workers_at_once_share_the_work_and_repeat_nothing(stage):
    workers = [a_worker(stage), a_worker(stage)]
    promise(stage, 0, DELIVERIES)

    wait_for(lambda: len({key for key, *_ in lines(stage)}) == DELIVERIES, "all deliveries", 90)
    codes = [end(worker) for worker in workers]

    assert codes == [0, 0]
    assert len(lines(stage)) == DELIVERIES


@pytest.mark.parametrize("stage", ["embedded"], indirect=True)
def test_a_worker_told_to_stop_finishes_the_mail_in_hand(stage):
    promise(stage, 0, DELIVERIES)
    worker = a_worker(stage)
    wait_for(lambda: len(lines(stage)) >= 10, "the first ten")

    assert end(worker) == 0
    delivered = len(lines(stage))
    code = "from crm.models import Outbox; print(Outbox.objects.exclude(done_at=None).count(), Outbox.objects.filter(done_at=None).exclude(claimed_at=None).count())"

    assert manage("shell", "-v0", "-c", code, **stage).stdout.split() == [str(delivered), "0"]
