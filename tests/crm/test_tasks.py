"""The tasks of the timetable, called as Celery and the embedded worker call them."""

from __future__ import annotations

from typing import Any

import pytest

from crm import outbox, tasks
from crm.models import Outbox

pytestmark = pytest.mark.django_db

kept: list[str] = []


def deliver(row: Outbox) -> None:
    """A handler that finds out whether a second thread may sweep at the same time."""
    assert tasks.keep_promises() == 0
    kept.append(row.key)


def test_one_process_has_one_letter_under_way(settings: Any) -> None:
    settings.OUTBOX = {"letter": f"{__name__}.deliver"}
    outbox.promise("letter", *range(12))

    assert tasks.keep_promises(an_argument_of="a later release") == 12

    assert kept == [str(number) for number in range(12)]
    assert outbox.last_beat() is not None
