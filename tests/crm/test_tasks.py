"""The tasks of the timetable, called as Celery and the embedded worker call them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from crm import outbox, tasks
from crm.actions import staff
from crm.models import Outbox
from tests.make import a_unit, a_user

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


def test_a_post_that_ended_yesterday_opens_nothing_today(settings: Any) -> None:
    today, unit, guest = timezone.localdate(), a_unit(), a_user()
    yesterday = today - timedelta(days=1)
    staff.assign(by=None, user=guest, unit=unit, today=yesterday, valid_to=yesterday)
    assert guest.groups.filter(pk=unit.group_id).exists()

    tasks.seat_everybody()

    assert not guest.groups.filter(pk=unit.group_id).exists()
    assert "crm.tasks.seat_everybody" in {line["task"] for line in settings.BEAT_SCHEDULE.values()}
