"""The outbox: what was promised inside a transaction is kept after it, once if possible, never not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from crm import outbox
from crm.models import Outbox

pytestmark = pytest.mark.django_db

kept: list[str] = []
trouble: list[Exception] = []
meanwhile: list[Callable[[], object]] = []


def deliver(row: Outbox) -> None:
    """A handler as the rooms have them, with a peer that may be out of order."""
    for deed in meanwhile:
        deed()
    if trouble:
        raise trouble[-1]
    kept.append(row.key)


@pytest.fixture(autouse=True)
def _peer(settings: Any) -> Iterator[None]:
    settings.OUTBOX = {"letter": f"{__name__}.deliver", "card": f"{__name__}.deliver"}
    yield
    for things in (kept, trouble, meanwhile):
        things.clear()


def test_a_promise_is_kept_once(now: datetime) -> None:
    outbox.promise("letter", "a", "b")

    first, second = outbox.keep(now=now), outbox.keep(now=now)

    assert (first, second) == (2, 0)
    assert kept == ["a", "b"]


def test_a_deed_that_is_undone_promises_nothing(now: datetime) -> None:
    def deed() -> None:
        with transaction.atomic():
            outbox.promise("letter", "a")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        deed()

    assert outbox.keep(now=now) == 0
    assert not Outbox.objects.exists()


def test_a_promise_for_later_waits_for_its_time(now: datetime) -> None:
    outbox.promise("letter", "a", due_at=now + timedelta(seconds=10))

    assert outbox.keep(now=now + timedelta(seconds=8)) == 0
    assert outbox.keep(now=now + timedelta(seconds=10)) == 1


def test_a_reason_with_a_byte_that_no_database_takes_is_kept_without_it(now: datetime) -> None:
    outbox.promise("letter", "a")
    trouble.append(outbox.GivenUp("550 no\0body"))

    outbox.keep(now=now)

    assert Outbox.objects.get().last_error == "550 nobody"


def test_a_failure_waits_twice_as_long_each_time(now: datetime) -> None:
    outbox.promise("letter", "a")
    trouble.append(ConnectionRefusedError("nobody home"))

    waits = []
    at = now
    for _try in range(4):
        assert outbox.keep(now=at) == 0
        row = Outbox.objects.get()
        waits.append(round((row.due_at - at).total_seconds()))
        assert outbox.keep(now=row.due_at - timedelta(seconds=1)) == 0
        assert Outbox.objects.get().attempts == row.attempts
        at = row.due_at

    assert waits == [30, 60, 120, 240]


def test_one_failure_does_not_hold_up_the_others(now: datetime, settings: Any) -> None:
    settings.OUTBOX |= {"card": "crm.nowhere.at_all"}
    outbox.promise("card", "broken")
    outbox.promise("letter", "whole")

    assert outbox.keep(now=now) == 1
    assert kept == ["whole"]
    assert "crm.nowhere" in Outbox.objects.get(key="broken").last_error


def test_after_ten_tries_the_administrator_decides(now: datetime) -> None:
    outbox.promise("letter", "a")
    trouble.append(ConnectionRefusedError("nobody home"))
    at = now
    for _try in range(outbox.MAX_ATTEMPTS):
        outbox.keep(now=at)
        at += outbox.LONGEST_WAIT
    assert outbox.failed().get().last_error == "ConnectionRefusedError('nobody home')"
    assert outbox.keep(now=at + timedelta(days=9)) == 0

    trouble.clear()
    assert outbox.retry(promise_id=outbox.failed().get().pk)

    assert outbox.keep(now=at) == 1
    assert kept == ["a"]
    assert not outbox.failed().exists()


def test_what_cannot_be_delivered_at_all_is_shown_at_once(now: datetime) -> None:
    outbox.promise("letter", "a")
    trouble.append(outbox.GivenUp("550 no such mailbox"))

    outbox.keep(now=now)

    assert outbox.failed().get().last_error == "550 no such mailbox"


def test_only_what_was_given_up_can_be_tried_again(now: datetime) -> None:
    outbox.promise("letter", "a")
    waiting = Outbox.objects.get()

    assert not outbox.retry(promise_id=waiting.pk)
    assert not outbox.retry(promise_id=waiting.pk + 1)


def test_what_another_worker_holds_is_left_alone_until_its_lease_is_over(now: datetime, settings: Any) -> None:
    settings.OUTBOX_LEASE_SECONDS = 60
    outbox.promise("letter", "a")
    Outbox.objects.update(claimed_at=now, attempts=1)

    assert outbox.keep(now=now + timedelta(seconds=59)) == 0
    assert outbox.keep(now=now + timedelta(seconds=61)) == 1


def test_two_workers_at_once_send_one_letter(now: datetime) -> None:
    outbox.promise("letter", "a")
    meanwhile.append(lambda: meanwhile.clear() or outbox.keep(now=now))

    assert outbox.keep(now=now) == 1
    assert kept == ["a"]


def test_a_worker_that_slept_past_its_lease_cannot_undo_the_others_work(now: datetime) -> None:
    outbox.promise("letter", "a")

    def another_worker_takes_over() -> None:
        meanwhile.clear()
        assert outbox.keep(now=now + timedelta(minutes=15)) == 1
        trouble.append(TimeoutError("the sleeper wakes up and fails"))

    meanwhile.append(another_worker_takes_over)
    outbox.keep(now=now)

    assert kept == ["a"]
    assert Outbox.objects.get().done_at is not None


def test_a_promise_that_ends_every_worker_is_given_up(now: datetime) -> None:
    outbox.promise("letter", "poison")
    outbox.promise("letter", "bread")
    Outbox.objects.filter(key="poison").update(claimed_at=now - timedelta(hours=1), attempts=outbox.MAX_ATTEMPTS)

    assert outbox.keep(now=now) == 1

    assert kept == ["bread"]
    assert outbox.failed().get().key == "poison"


def test_what_nobody_has_begun_can_be_taken_back(now: datetime) -> None:
    outbox.promise("letter", 7, 8)
    outbox.promise("card", 7)

    assert outbox.take_back(["letter", "card"], 7)

    assert outbox.keep(now=now) == 1
    assert kept == ["8"]


def test_what_is_on_its_way_cannot_be_taken_back(now: datetime) -> None:
    outbox.promise("letter", 7)
    outbox.keep(now=now)

    assert not outbox.take_back(["letter"], 7)
    assert Outbox.objects.filter(key="7").exists()


def test_the_lag_counts_what_is_due_and_not_what_waits(now: datetime) -> None:
    assert outbox.lag(now) == timedelta()

    outbox.promise("letter", "later", due_at=now + timedelta(hours=1))
    assert outbox.lag(now) == timedelta()

    outbox.promise("letter", "due")
    Outbox.objects.filter(key="due").update(created_at=now - timedelta(minutes=3))
    assert outbox.lag(now) == timedelta(minutes=3)


def test_a_worker_says_that_it_is_alive(now: datetime) -> None:
    assert outbox.last_beat() is None

    outbox.beat(now=now)
    outbox.beat(now=now + timedelta(seconds=5))

    assert outbox.last_beat() == now + timedelta(seconds=5)
