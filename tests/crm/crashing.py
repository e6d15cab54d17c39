"""A record reported to 200 colleagues, in a database of its own that worker processes share, and a mail server that counts.

Run as a program it writes the record: `python -m tests.crm.crashing`.
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aiosmtpd.controller import Controller

RECIPIENTS = 200
MESSAGE_ID = re.compile(rb"^Message-ID: *(<[^>]+>)", re.MULTILINE | re.IGNORECASE)


def report_to_many(now: datetime) -> None:
    """One save promises 200 mails and 200 notices."""
    from contacts.actions import ContactEntry, log_contact
    from crm.actions import staff
    from crm.actions.staff import hire
    from crm.models import User

    unit = staff.add_unit(by=None, code="1", name="営業部")
    owner = hire(by=None, today=now.date(), code="owner", name="河田 誠", email="owner@example.jp")
    staff.assign(by=None, user=owner, unit=unit, today=now.date())
    people = [User(code=f"r{number}", name=f"社員 {number}", email=f"r{number}@example.jp") for number in range(RECIPIENTS)]
    readers = User.objects.bulk_create(people)
    entry = ContactEntry(started_at=now - timedelta(hours=1), summary_note="見積の説明", content="見積を説明した。", report_to=readers)
    log_contact(owner=owner, recorder=owner, entry=entry, now=now)


@dataclass
class CountingPeer:
    """A mail server that writes down each Message-ID it has accepted, in order."""

    port: int = 0
    taken: list[str] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - its name there
        found = MESSAGE_ID.search(envelope.content)
        self.taken.append(found.group(1).decode() if found else "")
        return "250 OK"


@contextmanager
def a_mail_server() -> Iterator[CountingPeer]:
    peer = CountingPeer()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        peer.port = probe.getsockname()[1]
    controller = Controller(peer, hostname="127.0.0.1", port=peer.port)
    controller.start()
    try:
        yield peer
    finally:
        controller.stop()


class Line:
    """The wire to a broker: open, it passes everything on; cut, it hangs up on everybody."""

    def __init__(self, host: str, port: int) -> None:
        self.target = (host, port)
        self.open = True
        self.stopped = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(0.2)
        self.port = self.listener.getsockname()[1]
        self.ends: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while not self.stopped.is_set():
            try:
                near, _address = self.listener.accept()
            except OSError:
                continue
            if self.open:
                self._connect(near)
            else:
                near.close()

    def _connect(self, near: socket.socket) -> None:
        far = socket.create_connection(self.target, 5)
        self.ends += [near, far]
        for source, sink in ((near, far), (far, near)):
            threading.Thread(target=_pump, args=(source, sink), daemon=True).start()

    def cut(self) -> None:
        """Lose the broker in the middle of everything; `open` brings it back."""
        self.open = False
        while self.ends:
            _close(self.ends.pop())

    def close(self) -> None:
        self.stopped.set()
        self.cut()
        self.listener.close()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while chunk := source.recv(65536):
            sink.sendall(chunk)
    _close(source)
    _close(sink)


def _close(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


if __name__ == "__main__":
    import django

    django.setup()
    from django.utils import timezone

    report_to_many(timezone.now())
