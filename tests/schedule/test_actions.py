"""Appointments as people make, move and call them off."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.actions import DealElsewhere, IdTaken, NotDelegated, PersonElsewhere, StaleVersion, customers, staff
from crm.audience import Audience
from crm.models import AuditEntry
from schedule.actions import (
    EndsBeforeStart,
    NotOpen,
    NotWholeDays,
    TooLong,
    book,
    cancel,
    change_appointment,
    delete_appointment,
    fulfil,
    move,
    reopen,
    restore_appointment,
)
from schedule.models import Appointment, AppointmentBytes, FeedCounter
from tests.conftest import Cast
from tests.make import a_choice, a_customer, a_person, an_audience
from tests.schedule.given import a_link, an_appointment, an_entry

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_a_booked_appointment_stands_with_everything_that_was_entered(cast: Cast, now: datetime) -> None:
    firm = a_customer(recorder=cast.seller)
    person = a_person(firm, recorder=cast.seller)
    entry = an_entry(now, customer=firm, people=[person], participants=[cast.boss, cast.seller], summary_note="見積", direct="to")

    row, is_new = book(owner=cast.seller, recorder=cast.seller, entry=entry, now=now)

    assert is_new
    assert (row.owner_unit, row.customer, row.status, row.version, row.sequence) == (cast.sales, firm, "confirmed", 1, 0)
    assert [one.user for one in row.participants.all()] == [cast.boss], "the owner is there anyway"
    assert [one.person_id for one in row.people.all()] == [person.pk]
    assert AuditEntry.objects.filter(model="schedule.Appointment", object_id=str(row.pk), verb="create").exists()


def test_owner_recorder_and_participants_read_what_nobody_else_may(cast: Cast, now: datetime) -> None:
    staff.delegate(by=cast.admin, principal=cast.seller, agent=cast.colleague)
    row = an_appointment(cast.seller, now, recorder=cast.colleague, participants=[cast.boss], audience=Audience())

    readers = [user for user in (cast.seller, cast.colleague, cast.boss, cast.outsider, cast.admin) if _sees(user, row)]

    assert readers == [cast.seller, cast.colleague, cast.boss]


def _sees(user: Any, row: Appointment) -> bool:
    return bool(Appointment.objects.visible_to(user).filter(pk=row.pk).exists())


def test_a_second_send_from_the_same_phone_changes_nothing(cast: Cast, now: datetime) -> None:
    key = uuid4()
    first, _new = book(owner=cast.seller, recorder=cast.seller, entry=an_entry(now, summary_note="一"), now=now, appointment_id=key)

    again, is_new = book(owner=cast.seller, recorder=cast.seller, entry=an_entry(now, summary_note="二"), now=now, appointment_id=key)

    assert (again, is_new, again.summary_note) == (first, False, "一")
    with pytest.raises(IdTaken):
        book(owner=cast.outsider, recorder=cast.outsider, entry=an_entry(now), now=now, appointment_id=key)


def test_only_who_was_let_may_enter_for_somebody_else(cast: Cast, now: datetime) -> None:
    with pytest.raises(NotDelegated):
        an_appointment(cast.seller, now, recorder=cast.colleague)

    staff.delegate(by=cast.admin, principal=cast.seller, agent=cast.colleague)

    assert an_appointment(cast.seller, now, recorder=cast.colleague).recorder == cast.colleague


@pytest.mark.parametrize(
    ("minutes", "refused"), [(0, EndsBeforeStart), (-30, EndsBeforeStart), (31 * 24 * 60 + 1, TooLong)], ids=["zero", "back", "long"]
)
def test_an_impossible_length_is_refused(cast: Cast, now: datetime, minutes: int, refused: type[Exception]) -> None:
    with pytest.raises(refused):
        an_appointment(cast.seller, now, minutes=minutes)


def test_a_whole_day_is_a_day_of_the_owners_zone(cast: Cast, now: datetime) -> None:
    midnight = datetime(2026, 12, 1, tzinfo=ZoneInfo("Asia/Tokyo"))

    row = an_appointment(cast.seller, now, starts_at=midnight, minutes=24 * 60, all_day=True)

    assert row.all_day
    with pytest.raises(NotWholeDays):
        an_appointment(cast.seller, now, starts_at=midnight + HOUR, minutes=24 * 60, all_day=True)


def test_people_and_deals_of_another_customer_are_refused(cast: Cast, now: datetime) -> None:
    ours, other = a_customer("青木", recorder=cast.seller), a_customer("井上", recorder=cast.seller)
    person = a_person(other, recorder=cast.seller)
    deal = customers.add_deal(
        by=cast.seller, name="更新", stage=a_choice("deal_stage"), audience=Audience.whole_company(), owner=cast.seller, customer=other
    )

    with pytest.raises(PersonElsewhere):
        an_appointment(cast.seller, now, customer=ours, people=[person])
    with pytest.raises(DealElsewhere):
        an_appointment(cast.seller, now, customer=ours, deal=deal)


def test_a_change_made_on_an_old_version_is_refused(cast: Cast, now: datetime) -> None:
    row = an_appointment(cast.seller, now)
    move(by=cast.seller, appointment=row, version=1, starts_at=row.starts_at + HOUR, ends_at=row.ends_at + HOUR, now=now)

    with pytest.raises(StaleVersion) as refused:
        change_appointment(by=cast.seller, appointment=row, version=1, entry=an_entry(now, summary_note="後"), now=now)

    assert refused.value.current.version == 2


def test_every_exported_change_raises_the_sequence_and_rewrites_the_bytes(cast: Cast, now: datetime) -> None:
    row = an_appointment(cast.seller, now)
    later = now + HOUR
    steps = [
        lambda: move(by=cast.seller, appointment=row, version=1, starts_at=row.starts_at + HOUR, ends_at=row.ends_at + HOUR, now=later),
        lambda: change_appointment(by=cast.seller, appointment=row, version=2, entry=an_entry(now, place="会議室"), now=later),
        lambda: cancel(by=cast.seller, appointment=row, reason="都合", now=later),
        lambda: reopen(by=cast.seller, appointment=row, now=later),
        lambda: fulfil(by=cast.seller, appointment=row, now=later),
    ]

    for number, step in enumerate(steps, start=1):
        changed = step()
        bodies = list(AppointmentBytes.objects.for_the_house("a test looks").filter(appointment=row).values_list("body", flat=True))
        assert (changed.sequence, changed.version, changed.exported_at) == (number, number + 1, later)
        assert len(bodies) == 10
        assert all(f"\r\nSEQUENCE:{number}\r\n" in body for body in bodies)


def test_what_was_called_off_is_not_moved_until_it_stands_again(cast: Cast, now: datetime) -> None:
    row = an_appointment(cast.seller, now)
    times = {"starts_at": row.starts_at + HOUR, "ends_at": row.ends_at + HOUR, "now": now}
    cancel(by=cast.seller, appointment=row, reason="", now=now)

    with pytest.raises(NotOpen):
        move(by=cast.seller, appointment=row, version=2, **times)
    with pytest.raises(NotOpen):
        cancel(by=cast.seller, appointment=row, reason="", now=now)

    reopen(by=cast.seller, appointment=row, now=now)
    assert move(by=cast.seller, appointment=row, version=3, **times).starts_at == times["starts_at"]


def test_who_may_not_see_the_customer_does_not_lose_it_by_saving(cast: Cast, now: datetime) -> None:
    firm = a_customer(recorder=cast.seller, audience=an_audience(people=(cast.seller,)))
    person = a_person(firm, recorder=cast.seller)
    staff.delegate(by=cast.admin, principal=cast.seller, agent=cast.colleague)
    row = an_appointment(cast.seller, now, customer=firm, people=[person])

    changed = change_appointment(by=cast.colleague, appointment=row, version=1, entry=an_entry(now, place="本社"), now=now)

    assert (changed.customer_id, changed.place) == (firm.pk, "本社")
    assert [one.person_id for one in changed.people.all()] == [person.pk]


def test_deleting_hides_it_from_everybody_and_the_way_back_is_the_owners(cast: Cast, now: datetime) -> None:
    row = an_appointment(cast.seller, now)

    delete_appointment(by=cast.seller, appointment=row, now=now)

    assert not _sees(cast.seller, row)
    assert list(Appointment.objects.in_bin_of(cast.seller)) == [row]
    assert not Appointment.objects.in_bin_of(cast.boss)
    restore_appointment(by=cast.seller, appointment=row, now=now)
    assert _sees(cast.boss, row)


def test_a_change_counts_for_everybody_it_concerned_before_and_after(cast: Cast, now: datetime) -> None:
    for user in (cast.seller, cast.boss, cast.outsider):
        a_link(user, now)
    a_link(cast.boss, now, kind="unit", unit=cast.branch)
    row = an_appointment(cast.seller, now, participants=[cast.boss])

    change_appointment(by=cast.seller, appointment=row, version=1, entry=an_entry(now), now=now)

    counted = {(one.kind, one.of): one.count for one in FeedCounter.objects.all()}
    assert counted == {
        ("mine", cast.seller.pk): 2,
        ("mine", cast.boss.pk): 2,
        ("mine", cast.outsider.pk): 0,
        ("unit", cast.branch.pk): 2,
    }


def test_booking_costs_few_statements(cast: Cast, now: datetime) -> None:
    firm = a_customer(recorder=cast.seller)
    an_appointment(cast.seller, now)  # the scope and the permission are there from the first day on

    with CaptureQueriesContext(connection) as asked:
        an_appointment(cast.seller, now, customer=firm, participants=[cast.boss])

    assert len(asked) <= 14, [one["sql"][:80] for one in asked.captured_queries]
