"""A post office for the tests of what is told."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from crm import outbox
from crm.models import Customer, User
from tests.make import a_customer


@pytest.fixture
def customer(seller: User) -> Customer:
    return a_customer("青木建材", recorder=seller)


@pytest.fixture
def post(now: datetime) -> Callable[..., int]:
    """Let the worker run; at a later time if asked."""
    return lambda after=timedelta(): outbox.keep(now=now + after)


@dataclass
class SmtpPeer:
    """A mail server that takes what it is given, or answers as it is told to."""

    port: int = 0
    envelopes: list[Any] = field(default_factory=list)
    answer_to_rcpt: str = ""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802 - its name there
        if self.answer_to_rcpt:
            return self.answer_to_rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.envelopes.append(envelope)
        return "250 OK"


@contextmanager
def _listening(peer: SmtpPeer) -> Iterator[SmtpPeer]:
    with socket.create_server(("127.0.0.1", 0)) as found:
        peer.port = found.getsockname()[1]
    controller = Controller(peer, hostname="127.0.0.1", port=peer.port)
    controller.start()
    try:
        yield peer
    finally:
        controller.stop()


@pytest.fixture
def smtp(settings: Any) -> Iterator[SmtpPeer]:
    with _listening(SmtpPeer()) as peer:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", peer.port
        yield peer
