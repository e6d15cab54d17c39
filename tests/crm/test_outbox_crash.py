"""One record reported to 200 colleagues through a real mail server, while workers and brokers die: nobody is forgotten.

Each worker is a real process, as `make run` and production start it.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from config.celery import app
from crm.models import Outbox
from tests.config.starting import end, environment, start, wait_for
from tests.config.test_delivery import BROKERS, answers, empty
from tests.conftest import Cast
from tests.crm.crashing import RECIPIENTS, CountingPeer, Line, a_mail_server

pytestmark = [pytest.mark.slow, pytest.mark.broker, pytest.mark.xdist_group("brokers")]

LEASE_SECONDS = 3
AWAY_SECONDS = 2
LATER = "2099-01-01 00:00:00+00"


@dataclass
class Office:
    """A company whose record waits to be told: its database, its mail server, its workers."""

    values: dict[str, str]
    smtp: CountingPeer
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        return Path(self.values["DATA_DIR"])

    def worker(self) -> subprocess.Popen[bytes]:
        self.workers.append(start(sys.executable, "manage.py", "worker", log=self.folder / "log", **self.values))
        return self.workers[-1]

    def kill(self, worker: subprocess.Popen[bytes]) -> None:
        with suppress(ProcessLookupError):
            os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()

    def _database(self) -> Any:
        if url := self.values.get("DATABASE_URL"):
            import psycopg

            return closing(psycopg.connect(url))
        return closing(sqlite3.connect(self.folder / "setten.sqlite3", timeout=20))

    def ask(self, sql: str) -> int:
        with self._database() as line:
            return int(line.execute(sql).fetchone()[0])

    def tell(self, sql: str) -> None:
        with self._database() as line:
            line.execute(sql)
            line.commit()

    def notices(self) -> int:
        return self.ask("SELECT count(*) FROM reports_notice")

    def wait_until_all_is_told(self, seconds: float = 120) -> None:
        wait_for(lambda: self.ask("SELECT count(*) FROM crm_outbox WHERE done_at IS NULL") == 0, "the last promise", seconds)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, own_database: Any) -> Iterator[dict[str, str]]:
    """Writing the record takes longer than a copy: done once."""
    folder = tmp_path_factory.mktemp("told")
    folder.chmod(0o700)
    with own_database(folder) as database:
        values = {"DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings", "LOG_LEVEL": "WARNING", **database}
        done = subprocess.run([sys.executable, "-m", "tests.crm.crashing"], env=environment(**values), capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        yield values


@contextmanager
def copied(prepared: dict[str, str], folder: Path) -> Iterator[dict[str, str]]:
    folder.chmod(0o700)
    url = prepared.get("DATABASE_URL", "")
    if not url:
        shutil.copytree(prepared["DATA_DIR"], folder, dirs_exist_ok=True)
        yield prepared | {"DATA_DIR": str(folder)}
        return
    import psycopg

    server, _slash, name = url.rpartition("/")
    copy = f"{name}_copy"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as line:
        line.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{name}"')
        try:
            yield prepared | {"DATA_DIR": str(folder), "DATABASE_URL": f"{server}/{copy}"}
        finally:
            line.execute(f'DROP DATABASE "{copy}" WITH (FORCE)')


@pytest.fixture
def office_with(prepared: dict[str, str], tmp_path: Path) -> Any:
    @contextmanager
    def opened(broker: str) -> Iterator[Office]:
        with copied(prepared, tmp_path) as values, a_mail_server() as smtp:
            lines = {"BROKER_URL": broker, "EMAIL_URL": f"smtp://127.0.0.1:{smtp.port}", "OUTBOX_LEASE_SECONDS": str(LEASE_SECONDS)}
            office = Office(values | lines, smtp)
            try:
                yield office
            finally:
                for worker in office.workers:
                    office.kill(worker)

    return opened


def broker_url(name: str) -> str:
    url = BROKERS[name]
    if url and not answers(url):
        pytest.skip(f"{name} does not answer at {urlsplit(url).hostname}:{urlsplit(url).port}")
    empty(name, url)
    return url


def through(line: Line, url: str) -> str:
    parts = urlsplit(url)
    login = f"{parts.username}:{parts.password}@" if parts.username else ""
    return f"{parts.scheme}://{login}127.0.0.1:{line.port}{parts.path}"


@pytest.mark.parametrize("name", BROKERS)
def test_a_worker_killed_in_the_middle_forgets_nobody_and_repeats_one_mail_at_most(name: str, office_with: Any) -> None:
    with office_with(broker_url(name)) as office:
        worker = office.worker()
        wait_for(lambda: len(office.smtp.taken) >= RECIPIENTS // 3, "a third of the mails")
        office.kill(worker)

        second = office.worker()
        office.wait_until_all_is_told()
        assert end(second) == 0

        sent = Counter(office.smtp.taken)  # Message-IDs: a repeat carries the same one, or there would be more of them than people
        assert len(sent) == RECIPIENTS
        assert sum(sent.values()) - RECIPIENTS <= 1
        assert office.notices() == RECIPIENTS


@pytest.mark.parametrize("name", ["redis", "rabbitmq"])
def test_a_broker_that_goes_away_delays_and_loses_nothing(name: str, office_with: Any) -> None:
    url = broker_url(name)
    parts = urlsplit(url)
    line = Line(parts.hostname or "", parts.port or 0)
    with closing(line), office_with(through(line, url)) as office:
        office.tell(f"UPDATE crm_outbox SET due_at = '{LATER}' WHERE topic = 'report.notice'")
        office.worker()
        wait_for(lambda: len(office.smtp.taken) >= 10, "the first mails")
        line.cut()
        time.sleep(AWAY_SECONDS)
        office.tell("UPDATE crm_outbox SET due_at = NULL")
        line.open = True

        office.wait_until_all_is_told()

        assert len(set(office.smtp.taken)) == len(office.smtp.taken) == RECIPIENTS
        assert office.notices() == RECIPIENTS


@pytest.mark.django_db
def test_a_request_never_speaks_to_a_broker(client: Client, cast: Cast) -> None:
    """A silent broker once held up a save for a minute: here one listens and hears nothing."""
    with socket.create_server(("127.0.0.1", 0)) as broker, on_broker(f"redis://127.0.0.1:{broker.getsockname()[1]}/0"):
        broker.setblocking(False)
        client.force_login(cast.seller)
        sent = {"started_at": "2026-11-19T10:00:00+09:00", "report_to": [cast.boss.pk, cast.colleague.pk]}

        answer = client.post("/api/v1/contacts/", sent, content_type="application/json")

        assert answer.status_code == 201
        assert Outbox.objects.filter(done_at=None).count() == 4
        with pytest.raises(BlockingIOError):
            broker.accept()


@contextmanager
def on_broker(url: str) -> Iterator[None]:
    before, app.conf.broker_url = app.conf.broker_url, url
    try:
        yield
    finally:
        app.conf.broker_url = before
