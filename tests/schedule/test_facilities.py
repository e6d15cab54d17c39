"""Rooms, cars and equipment: booked with an appointment, never twice, and never saying by whom to those who may not know."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import crm.company
from contacts.actions import log_contact
from crm.audience import Audience
from crm.models import AuditEntry, Company, User
from schedule.actions import FacilityTaken, book, cancel, change_appointment, delete_appointment, fulfil, move, reopen, restore_appointment
from schedule.actions import facilities as act
from schedule.models import Appointment, Facility, FacilityBooking
from tests.conftest import Cast
from tests.contacts.given import a_next
from tests.contacts.given import an_entry as a_contact_entry
from tests.make import a_customer, a_unit, a_user, an_audience
from tests.schedule.given import an_appointment, an_entry

pytestmark = pytest.mark.django_db
DAY = "/schedule/facilities"
SETTINGS = "/settings/facilities/"
URL = "/api/v1/appointments/"


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def a_facility(name: str = "会議室A", **fields: Any) -> Facility:
    last = Facility.objects.count()
    return Facility.objects.create(name_ja=name, place=(last + 1) * 10, **fields)


def held(row: Appointment) -> list[tuple[str, datetime, datetime]]:
    rows = FacilityBooking.objects.for_the_house("a test looks").filter(appointment=row, released_at=None).select_related("facility")
    return [(str(one.facility), one.starts_at, one.ends_at) for one in rows.order_by("facility__place")]


def test_an_appointment_books_its_facilities_for_its_time(cast: Cast, now: datetime) -> None:
    room, car = a_facility(), a_facility("社用車1")

    row = an_appointment(cast.seller, now, facilities=[room, car, room])

    assert held(row) == [("会議室A", row.starts_at, row.ends_at), ("社用車1", row.starts_at, row.ends_at)]


@pytest.mark.parametrize(("minutes", "length"), [(-30, 60), (30, 60), (10, 20), (-30, 180), (0, 60)])
def test_what_overlaps_is_refused_and_books_nothing(cast: Cast, now: datetime, minutes: int, length: int) -> None:
    room = a_facility()
    first = an_appointment(cast.seller, now, facilities=[room])

    with pytest.raises(FacilityTaken) as taken:
        an_appointment(cast.boss, now, starts_at=first.starts_at + timedelta(minutes=minutes), minutes=length, facilities=[room])

    assert (taken.value.facility, taken.value.starts_at, taken.value.ends_at) == (room, first.starts_at, first.ends_at)
    assert Appointment.objects.for_the_house("a test looks").count() == 1


def test_what_only_touches_is_free(cast: Cast, now: datetime) -> None:
    room = a_facility()
    first = an_appointment(cast.seller, now, facilities=[room])

    for starts_at in (first.ends_at, first.starts_at - timedelta(hours=1)):
        assert held(an_appointment(cast.boss, now, starts_at=starts_at, facilities=[room]))


def test_the_booking_moves_along_or_the_move_is_refused(cast: Cast, now: datetime) -> None:
    room = a_facility()
    first, second = (an_appointment(cast.seller, now, days=days, facilities=[room]) for days in (1, 2))
    free = first.starts_at + timedelta(hours=3)

    move(by=cast.seller, appointment=first, version=1, starts_at=free, ends_at=free + timedelta(hours=1), now=now)
    assert held(first) == [("会議室A", free, free + timedelta(hours=1))]
    with pytest.raises(FacilityTaken):
        move(by=cast.seller, appointment=first, version=2, starts_at=second.starts_at, ends_at=second.ends_at, now=now)

    first.refresh_from_db()
    assert (first.starts_at, held(first)[0][1]) == (free, free)


def test_a_longer_meeting_may_overlap_itself(cast: Cast, now: datetime) -> None:
    row = an_appointment(cast.seller, now, facilities=[a_facility()])
    until = row.ends_at + timedelta(minutes=30)

    move(by=cast.seller, appointment=row, version=1, starts_at=row.starts_at, ends_at=until, now=now)

    assert held(row) == [("会議室A", row.starts_at, until)]


def test_what_is_called_off_or_thrown_away_holds_nothing(cast: Cast, now: datetime) -> None:
    room = a_facility()
    first, second = (an_appointment(cast.seller, now, days=days, facilities=[room]) for days in (1, 2))

    cancel(by=cast.seller, appointment=first, reason="", now=now)
    delete_appointment(by=cast.seller, appointment=second, now=now)

    assert held(first) == held(second) == []
    assert held(an_appointment(cast.boss, now, facilities=[room])) and held(an_appointment(cast.boss, now, days=2, facilities=[room]))


def test_letting_it_stand_again_books_again(cast: Cast, now: datetime) -> None:
    row = an_appointment(cast.seller, now, facilities=[a_facility()])
    cancel(by=cast.seller, appointment=row, reason="", now=now)

    reopen(by=cast.seller, appointment=row, now=now)

    assert held(row) == [("会議室A", row.starts_at, row.ends_at)]


def test_it_stands_again_only_without_what_somebody_else_has_now(cast: Cast, now: datetime) -> None:
    room = a_facility()
    row = an_appointment(cast.seller, now, facilities=[room])
    cancel(by=cast.seller, appointment=row, reason="", now=now)
    an_appointment(cast.boss, now, facilities=[room])

    with pytest.raises(FacilityTaken):
        reopen(by=cast.seller, appointment=row, now=now)
    row.refresh_from_db()
    assert row.status == "cancelled"
    reopen(by=cast.seller, appointment=row, now=now, without_facilities=True)
    row.refresh_from_db()
    assert (row.status, held(row)) == ("confirmed", [])


def test_out_of_the_bin_it_comes_back_even_without_its_facility(cast: Cast, now: datetime) -> None:
    room = a_facility()
    row, other = (an_appointment(cast.seller, now, days=days, facilities=[room]) for days in (1, 2))
    for one in (row, other):
        delete_appointment(by=cast.seller, appointment=one, now=now)
    an_appointment(cast.boss, now, facilities=[room])

    restored = [restore_appointment(by=cast.seller, appointment=one, now=now) for one in (row, other)]

    assert [one.deleted_at for one in restored] == [None, None]
    assert (held(row), len(held(other))) == ([], 1)


def test_a_record_leaves_its_appointments_booking(cast: Cast, now: datetime) -> None:
    row = an_appointment(cast.seller, now, days=-1, facilities=[a_facility()])

    fulfil(by=cast.seller, appointment=row, now=now)

    assert len(held(row)) == 1


def test_a_change_adds_and_takes_off_facilities(cast: Cast, now: datetime) -> None:
    room, car = a_facility(), a_facility("社用車1")
    row = an_appointment(cast.seller, now, facilities=[room])

    change_appointment(by=cast.seller, appointment=row, version=1, entry=an_entry(now, facilities=[car]), now=now)

    assert [name for name, *_ in held(row)] == ["社用車1"]
    assert held(an_appointment(cast.boss, now, facilities=[room]))
    assert AuditEntry.objects.filter(object_id=str(row.pk), verb="change").get().after["facilities"] == [car.pk]


def test_a_records_next_appointment_books_too(cast: Cast, now: datetime) -> None:
    room = a_facility()
    entry = a_contact_entry(now, next=a_next(now, facilities=[room]))
    contact, _new = log_contact(owner=cast.seller, recorder=cast.seller, entry=entry, now=now)
    ahead = Appointment.objects.visible_to(cast.seller).get(pk=contact.next_appointment_id)
    assert held(ahead)

    with pytest.raises(FacilityTaken):
        log_contact(owner=cast.boss, recorder=cast.boss, entry=entry, now=now)


def a_form(**fields: Any) -> dict[str, Any]:
    return {"starts_on": "2026/11/21", "starts": "15", "ends": "16", "audience": "company", "status": "confirmed", **fields}


def test_the_form_says_what_is_in_use_and_when_but_not_by_whom(cast: Cast, now: datetime) -> None:
    room = a_facility()
    an_appointment(cast.boss, now, facilities=[room], summary_note="極秘会議", audience=Audience())

    answer = logged_in(cast.outsider).post("/schedule/new", a_form(facilities=[str(room.pk)], place="本社"))

    text = answer.content.decode()
    assert (answer.status_code, [*answer.context["form"].errors]) == (422, ["facilities"])
    assert "会議室A" in text and "15:00" in text and "本社" in text
    assert "極秘" not in text and str(cast.boss) not in text


def test_the_contact_form_says_so_too(cast: Cast, now: datetime) -> None:
    import time_machine

    from tests.contacts.given import a_form as a_contact_form

    room = a_facility()
    an_appointment(cast.boss, now, facilities=[room])
    sent = {"next_on": "2026/11/21", "next_starts": "15:00", "next_ends": "16:00", "next_facilities": [str(room.pk)]}
    with time_machine.travel(now, tick=False):
        answer = logged_in(cast.seller).post("/contacts/new", a_contact_form(**sent))

    assert (answer.status_code, [*answer.context["form"].errors]) == (422, ["next_facilities"])


def test_dragging_onto_a_taken_time_is_refused_in_words(cast: Cast, now: datetime) -> None:
    room = a_facility()
    first, second = (an_appointment(cast.seller, now, days=days, facilities=[room]) for days in (1, 2))
    sent = {"starts_at": second.starts_at.isoformat(), "ends_at": second.ends_at.isoformat(), "version": 1}

    answer = logged_in(cast.seller).post(f"/schedule/{first.pk}/move", sent, content_type="application/json")

    assert answer.status_code == 422
    assert "会議室A" in answer.json()["detail"]


def test_the_api_answers_a_taken_facility_with_a_conflict(cast: Cast, now: datetime) -> None:
    room, retired = a_facility(), a_facility("旧会議室", retired_at=now)
    times = {"starts_at": (now + timedelta(days=1)).isoformat(), "ends_at": (now + timedelta(days=1, hours=1)).isoformat()}
    sent = {**times, "facilities": [room.pk]}
    made, again = (logged_in(user).post(URL, sent, content_type="application/json") for user in (cast.seller, cast.boss))

    assert (made.status_code, made.json()["facilities"]) == (201, [room.pk])
    assert (again.status_code, again.json()["error"]["code"]) == (409, "facility_taken")
    for key in (retired.pk, 999_999, 2**70, True, "x"):
        refused = logged_in(cast.seller).post(URL, {**sent, "facilities": [key]}, content_type="application/json")
        assert refused.status_code == 400, key


def test_the_day_shows_every_facility_and_titles_only_to_those_who_may_see_them(cast: Cast, now: datetime) -> None:
    room = a_facility()
    a_facility("社用車1")
    a_facility("旧会議室", retired_at=now)
    secret = an_appointment(cast.boss, now, facilities=[room], summary_note="極秘会議", audience=Audience())

    outside, inside = (logged_in(user).get(DAY, {"day": "2026-11-21"}).content.decode() for user in (cast.outsider, cast.boss))

    assert "極秘会議" in inside and str(secret.pk) in inside
    assert "極秘会議" not in outside and str(secret.pk) not in outside and "使用中" in outside and "15:00" in outside
    assert "社用車1" in outside and "終日空き" in outside and "旧会議室" not in outside
    assert "使用中" not in logged_in(cast.outsider).get(DAY, {"day": "2026-11-22"}).content.decode()


@pytest.mark.parametrize("day", ["", "R8.11.21", "x", "9999-12-31", "0001-01-01", "明日", "２０２６/１１/２１"])
def test_any_day_can_be_asked_for(cast: Cast, day: str) -> None:
    assert logged_in(cast.seller).get(DAY, {"day": day}).status_code == 200


def test_the_day_costs_the_same_however_much_is_booked(cast: Cast, now: datetime) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(DAY, {"day": "2026-11-21"})
        return len(queries)

    client = logged_in(cast.seller)
    an_appointment(cast.seller, now, facilities=[a_facility()], customer=a_customer(recorder=cast.seller))
    few = asked()
    for number in range(5):
        an_appointment(
            cast.seller, now, facilities=[a_facility(f"会議室{number}")], customer=a_customer(f"会社{number}", recorder=cast.seller)
        )

    assert asked() == few <= 12


def free(user: User, **asked: Any) -> str:
    answer = logged_in(user).get(f"{DAY}/free", asked)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_form_asks_whether_a_facility_is_free(cast: Cast, now: datetime) -> None:
    room, car = a_facility(), a_facility("社用車1")
    row = an_appointment(cast.boss, now, facilities=[room], audience=an_audience(people=(cast.boss,)))
    asked = {"starts_on": "2026/11/21", "starts": "15:30", "facilities": [room.pk, car.pk]}

    said = free(cast.seller, **asked)
    assert "使用中" in said and "会議室A" in said and "15:00" in said
    assert "使用中" not in free(cast.boss, **asked, appointment=str(row.pk))
    assert "使用中" in free(cast.seller, **asked, appointment=str(row.pk))  # nobody learns by asking which appointment it is
    assert "使用中" in free(cast.seller, next_on="2026/11/21", next_starts="15:30", next_facilities=[room.pk])
    for wrong in ({}, {"starts_on": "x"}, {**asked, "ends": "14:00"}, {**asked, "facilities": ["x"]}, {**asked, "starts": "99"}):
        assert "使用中" not in free(cast.seller, **wrong)


def test_administrators_keep_the_list(cast: Cast, now: datetime) -> None:
    admin = logged_in(cast.admin)

    admin.post(SETTINGS, {"name_ja": "会議室A", "name_en": "Room A", "capacity": "１２", "note": "3階"})
    admin.post(SETTINGS, {"name_ja": "社用車1"})
    room, car = Facility.objects.in_order()
    assert (room.name_en, room.capacity, room.note) == ("Room A", 12, "3階")
    admin.post(f"{SETTINGS}{car.pk}/up")
    assert [*Facility.objects.in_order()] == [car, room]
    admin.post(f"{SETTINGS}order", {"order": f"{room.pk},{car.pk}"})
    assert [*Facility.objects.in_order()] == [room, car]
    admin.post(f"{SETTINGS}{room.pk}/", {"name_ja": "会議室B", "capacity": ""})
    admin.post(f"{SETTINGS}{car.pk}/retire")
    room.refresh_from_db()
    assert (room.name_ja, room.capacity, [*Facility.objects.offered()]) == ("会議室B", None, [room])
    admin.post(f"{SETTINGS}{car.pk}/restore")
    assert Facility.objects.offered().count() == 2
    assert AuditEntry.objects.filter(model="schedule.Facility").count() >= 6


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"name_ja": "あ" * 81},
        {"name_ja": "x", "capacity": "0"},
        {"name_ja": "x", "capacity": "たくさん"},
        {"name_ja": "x", "note": "n" * 201},
    ],
)
def test_a_facility_that_makes_no_sense_is_refused(cast: Cast, sent: dict[str, str]) -> None:
    assert logged_in(cast.admin).post(SETTINGS, sent).status_code == 422
    assert not Facility.objects.exists()


def test_an_order_of_unknown_facilities_changes_nothing(cast: Cast) -> None:
    room = a_facility()
    for order in ("999999", "x", "", "１"):
        assert logged_in(cast.admin).post(f"{SETTINGS}order", {"order": order}).status_code == 302
    assert [*Facility.objects.in_order()] == [room]


def test_only_administrators_keep_the_list(cast: Cast) -> None:
    room = a_facility()

    for path in (SETTINGS, f"{SETTINGS}{room.pk}/"):
        assert logged_in(cast.seller).get(path).status_code == 403
    for deed in ("retire", "restore", "up"):
        assert logged_in(cast.seller).post(f"{SETTINGS}{room.pk}/{deed}").status_code == 403


def test_a_retired_facility_stays_where_it_is_booked(cast: Cast, now: datetime) -> None:
    room = a_facility()
    row = an_appointment(cast.seller, now, facilities=[room])
    act.retire_facility(by=cast.admin, facility=room, now=now)
    client = logged_in(cast.seller)

    assert "会議室A" in client.get(f"/schedule/{row.pk}/edit").content.decode()
    kept = client.post(f"/schedule/{row.pk}/edit", a_form(version="1", facilities=[str(room.pk)]))
    new = client.post("/schedule/new", a_form(starts_on="2026/11/25", facilities=[str(room.pk)]))
    assert (kept.status_code, new.status_code, len(held(row))) == (302, 422, 1)


def test_without_the_module_there_are_no_facilities(cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    a_facility()
    monkeypatch.setattr(crm.company, "_remembered", (float("inf"), Company(pk=1, modules_off=["facilities"])))
    client, admin = logged_in(cast.seller), logged_in(cast.admin)

    assert [client.get(path).status_code for path in (DAY, f"{DAY}/free", "/api/v1/facilities/", "/api/v1/facilities/busy/")] == [404] * 4
    assert admin.get(SETTINGS).status_code == 404
    assert "facilities" not in client.get("/schedule/new").context["form"].fields
    assert DAY not in client.get("/schedule/").content.decode()


def test_the_api_lists_facilities_and_when_they_are_in_use(cast: Cast, now: datetime) -> None:
    room = a_facility(capacity=8)
    secret = an_appointment(cast.boss, now, facilities=[room], audience=Audience())
    span = {"since": now.isoformat(), "until": (now + timedelta(days=2)).isoformat()}

    listed = logged_in(cast.seller).get("/api/v1/facilities/").json()["results"]
    outside, inside = (logged_in(user).get("/api/v1/facilities/busy/", span).json() for user in (cast.outsider, cast.boss))

    assert [(one["id"], one["capacity"]) for one in listed] == [(room.pk, 8)]
    assert [one["appointment"] for one in outside] == [None]
    assert [one["appointment"] for one in inside] == [str(secret.pk)]
    for wrong in ({}, {"since": "x", "until": "y"}, {**span, "until": now.isoformat()}, {**span, "until": "2027-12-31T00:00:00Z"}):
        assert logged_in(cast.seller).get("/api/v1/facilities/busy/", wrong).status_code == 400


def all_at_once(deed: Callable[[User], str], users: list[User]) -> list[str]:
    """Let everybody do it at the same moment. The tests' SQLite has one connection: there they come one after the other."""
    if connection.vendor != "postgresql":
        return [deed(user) for user in users]
    gate, ended = threading.Barrier(len(users)), list[str]()

    def alone(user: User) -> None:
        gate.wait(timeout=20)
        ended.append(deed(user))
        connection.close()

    threads = [threading.Thread(target=alone, args=(user,)) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return ended


@pytest.mark.django_db(transaction=True)
def test_two_who_book_at_the_same_moment_are_not_both_granted(now: datetime) -> None:
    unit = a_unit()
    users, room = [a_user(unit=unit) for _ in range(4)], a_facility()

    def try_to_book(user: User) -> str:
        try:
            book(owner=user, recorder=user, entry=an_entry(now, facilities=[room]), now=now)
        except FacilityTaken:
            return "taken"
        return "booked"

    assert sorted(all_at_once(try_to_book, users)) == ["booked", "taken", "taken", "taken"]
