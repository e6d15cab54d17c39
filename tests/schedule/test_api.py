"""Appointments and calendar links as programs make and read them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crm.actions import customers, staff
from crm.audience import Audience
from crm.models import User
from schedule.models import Appointment
from tests.conftest import Cast
from tests.make import a_choice, a_customer, a_person, an_audience
from tests.schedule.given import an_appointment

pytestmark = pytest.mark.django_db
URL = "/api/v1/appointments/"


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def send(user: User, path: str, method: str = "post", **data: Any) -> Any:
    return getattr(logged_in(user), method)(path, data, content_type="application/json")


def times(now: datetime, days: int = 1) -> dict[str, str]:
    return {"starts_at": (now + timedelta(days=days)).isoformat(), "ends_at": (now + timedelta(days=days, hours=1)).isoformat()}


def test_an_appointment_is_booked_read_changed_and_deleted(cast: Cast, now: datetime) -> None:
    firm = a_customer(recorder=cast.seller)
    person = a_person(firm, recorder=cast.seller)
    made = send(cast.seller, URL, **times(now), customer=str(firm.pk), people=[str(person.pk)], participants=[cast.boss.pk], place="本社")
    assert made.status_code == 201, made.json()
    one = f"{URL}{made.json()['id']}/"

    changed = send(cast.seller, one, "patch", version=1, place="支店", audience={"units": [cast.sales.pk]})
    moved = send(cast.seller, f"{one}move/", version=2, **times(now, 2))
    cancelled = send(cast.seller, f"{one}cancel/", reason="都合により")
    reopened = send(cast.seller, f"{one}reopen/")

    assert (changed.json()["place"], changed.json()["people"], changed.json()["participants"]) == ("支店", [str(person.pk)], [cast.boss.pk])
    assert changed.json()["audience"]["units"] == [cast.sales.pk]
    assert [one.json()["version"] for one in (changed, moved, cancelled, reopened)] == [2, 3, 4, 5]
    assert (cancelled.json()["status"], reopened.json()["status"]) == ("cancelled", "confirmed")
    assert send(cast.seller, one, "delete").status_code == 204
    assert logged_in(cast.seller).get(one).status_code == 404
    assert send(cast.seller, f"{one}restore/").json()["place"] == "支店"


def test_a_repeated_send_is_answered_with_the_first(cast: Cast, now: datetime) -> None:
    key = str(uuid4())
    first = send(cast.seller, URL, id=key, **times(now))

    again = send(cast.seller, URL, id=key, **times(now, 5))

    assert (first.status_code, again.status_code, again["Idempotency-Replayed"]) == (201, 200, "true")
    assert again.json() == first.json()
    assert send(cast.outsider, URL, id=key, **times(now)).json()["error"]["code"] == "id_taken"


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"ends_at": "2026-11-20T00:00:00+09:00"}, "ends_at"),
        ({"ends_at": "2027-12-20T00:00:00+09:00"}, "ends_at"),
        ({"starts_at": "9999-12-31T23:59:59Z"}, "starts_at"),
        ({"starts_at": "25:00"}, "starts_at"),
        ({"all_day": True}, "all_day"),
        ({"customer": str(uuid4())}, "customer"),
        ({"participants": [10**30]}, "participants.0"),
        ({"participants": list(range(1, 200))}, "participants"),
        ({"status": "done"}, "status"),
        ({"place": "x" * 201}, "place"),
        ({"content": "x" * 20_001}, "content"),
        ({"audience": {"units": [999_999]}}, "audience.units"),
    ],
)
def test_bad_input_is_answered_with_the_field_it_is_in(cast: Cast, now: datetime, sent: dict[str, Any], field: str) -> None:
    answer = send(cast.seller, URL, **times(now) | sent)

    assert answer.status_code == 400, answer.json()
    assert field in answer.json()["error"]["fields"]


def test_a_stale_version_is_told_the_current_one(cast: Cast, now: datetime) -> None:
    row = an_appointment(cast.seller, now)
    one = f"{URL}{row.pk}/"
    send(cast.seller, one, "patch", version=1, place="a")

    stale = send(cast.seller, one, "patch", version=1, place="b")

    assert (stale.status_code, stale.json()["error"]["current_version"]) == (409, 2)
    assert send(cast.seller, one, "patch", place="b").status_code == 400, "a change says what it read"


def test_what_is_hidden_is_missing_for_every_verb(cast: Cast, now: datetime) -> None:
    row = an_appointment(cast.seller, now, audience=Audience())
    hidden, missing = f"{URL}{row.pk}/", f"{URL}{uuid4()}/"

    for verb, ending in (("get", ""), ("patch", ""), ("delete", ""), ("post", "move/"), ("post", "cancel/"), ("post", "restore/")):
        answers = [send(cast.outsider, one + ending, verb) for one in (hidden, missing)]
        assert {one.status_code for one in answers} == {404}
        assert answers[0].json() == answers[1].json()
    assert logged_in(cast.outsider).get(URL).json()["results"] == []


def test_others_may_read_what_they_may_not_change(cast: Cast, now: datetime) -> None:
    row = an_appointment(cast.seller, now)

    assert logged_in(cast.boss).get(f"{URL}{row.pk}/").status_code == 200
    assert send(cast.boss, f"{URL}{row.pk}/cancel/").status_code == 404
    assert Appointment.objects.visible_to(cast.boss).get(pk=row.pk).status == "confirmed"


def test_a_hidden_customer_is_null_and_its_people_are_left_out(cast: Cast, now: datetime) -> None:
    firm = a_customer(recorder=cast.seller, audience=an_audience(people=(cast.seller,)))
    row = an_appointment(cast.seller, now, customer=firm, people=[a_person(firm, recorder=cast.seller)])

    for path in (URL, f"{URL}{row.pk}/"):
        answer = logged_in(cast.boss).get(path)
        assert str(firm.pk) not in answer.content.decode()
    assert (answer.json()["customer"], answer.json()["people"]) == (None, [])
    assert logged_in(cast.boss).get(f"{URL}?customer={firm.pk}").json()["results"] == []


def test_lists_are_filtered_by_a_written_list_of_filters(cast: Cast, now: datetime) -> None:
    firm = a_customer(recorder=cast.seller)
    first = an_appointment(cast.seller, now, customer=firm)
    second = an_appointment(cast.boss, now, days=5)
    client = logged_in(cast.seller)

    def found(**asked: Any) -> list[str]:
        return [one["id"] for one in client.get(URL, asked).json()["results"]]

    assert found() == [str(first.pk), str(second.pk)]
    assert found(sort="-time") == [str(second.pk), str(first.pk)]
    assert found(customer=firm.pk) == [str(first.pk)]
    assert found(owner=cast.boss.pk) == [str(second.pk)]
    assert found(since=(now + timedelta(days=3)).isoformat()) == [str(second.pk)]
    assert client.get(URL, {"colour": "red"}).status_code == 400


def test_more_appointments_cost_no_more_queries(cast: Cast, now: datetime) -> None:
    firm = a_customer(recorder=cast.seller)
    client = logged_in(cast.seller)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(URL).status_code == 200
        return len(queries)

    an_appointment(cast.seller, now, customer=firm, participants=[cast.boss])
    few = asked()
    for days in range(6):
        an_appointment(cast.seller, now, days=days, customer=firm, participants=[cast.boss, cast.colleague])

    assert asked() == few <= 12


def test_a_link_is_made_with_its_address_shown_once_and_taken_back(cast: Cast, now: datetime) -> None:
    made = send(cast.seller, "/api/v1/feeds/", label="iPhone", kind="mine", detail="full", language="ja")
    assert made.status_code == 201, made.json()
    path = "/" + made.json()["url"].split("/", 3)[3]

    assert Client().get(path).status_code == 200
    listed = logged_in(cast.seller).get("/api/v1/feeds/").json()["results"]
    assert [one["label"] for one in listed] == ["iPhone"]
    assert "url" not in listed[0]
    assert logged_in(cast.boss).get("/api/v1/feeds/").json()["results"] == []
    assert send(cast.boss, f"/api/v1/feeds/{made.json()['id']}/", "delete").status_code == 404
    assert send(cast.seller, f"/api/v1/feeds/{made.json()['id']}/", "delete").status_code == 204
    assert "停止" in Client().get(path).content.decode()
    assert send(cast.seller, "/api/v1/feeds/", label="PC", kind="unit").status_code == 400


@pytest.mark.parametrize(
    "asked",
    [
        {"owner": "9" * 30},
        {"owner": "１"},
        {"owner": "NaN"},
        {"since": "0001-01-01T00:00:00+14:00"},
        {"since": "9999-12-31T23:59:59-14:00"},
        {"until": "0001-01-01T00:00:00+14:00"},
        {"until": "9999-12-31T23:59:59-14:00"},
    ],
)
def test_a_filter_beyond_all_bounds_is_no_fault_of_the_server(cast: Cast, now: datetime, asked: dict[str, str]) -> None:
    an_appointment(cast.seller, now)

    answer = logged_in(cast.seller).get(URL, asked)

    assert answer.status_code == 400 or answer.json()["results"] == []


def test_filters_by_owner_and_time_find_what_lies_there(cast: Cast, now: datetime) -> None:
    row = an_appointment(cast.seller, now)
    an_appointment(cast.boss, now, days=9)

    asked = {"owner": cast.seller.pk, "since": now.isoformat(), "until": (now + timedelta(days=2)).isoformat()}
    found = logged_in(cast.seller).get(URL, asked).json()["results"]

    assert [one["id"] for one in found] == [str(row.pk)]


def test_people_keep_their_order_and_a_change_that_hides_the_appointment_is_no_error(cast: Cast, now: datetime) -> None:
    staff.delegate(by=None, principal=cast.boss, agent=cast.outsider)
    firm = a_customer(recorder=cast.seller)
    people = [str(a_person(firm, recorder=cast.seller).pk) for _ in range(3)][::-1]
    made = send(cast.boss, URL, **times(now), customer=str(firm.pk), people=people).json()
    one = f"{URL}{made['id']}/"

    changed = send(cast.boss, one, "patch", version=1, place="支店").json()
    hidden = send(cast.outsider, one, "patch", version=2, audience={"people": [cast.boss.pk]})

    assert made["people"] == changed["people"] == people
    assert (hidden.status_code, logged_in(cast.outsider).get(one).status_code) == (204, 404)


def test_a_hidden_deal_that_does_not_fit_the_new_customer_is_dropped_without_a_word(cast: Cast, now: datetime) -> None:
    staff.delegate(by=None, principal=cast.boss, agent=cast.outsider)
    old, new = a_customer("旧", recorder=cast.boss), a_customer("新", recorder=cast.boss)
    stage = a_choice("deal_stage", "商談中", semantic="open")
    deal = customers.add_deal(
        by=cast.boss, name="極秘", stage=stage, audience=an_audience(people=(cast.boss,)), owner=cast.boss, customer=old
    )
    one = f"{URL}{an_appointment(cast.boss, now, customer=old, deal=deal).pk}/"

    changed = send(cast.outsider, one, "patch", version=1, customer=str(new.pk))

    seen = Appointment.objects.visible_to(cast.boss).get()
    assert (changed.status_code, seen.customer_id, seen.deal_id) == (200, new.pk, None)
