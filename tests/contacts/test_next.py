"""The next appointment of a record: booked with it, or one that stands already."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from contacts.models import ContactPoint
from crm.audience import Audience
from schedule.actions import AppointmentEntry, book, cancel
from schedule.models import Appointment
from tests.conftest import Cast
from tests.contacts.given import a_contact, a_form
from tests.house.walking import logged_in
from tests.make import a_customer

pytestmark = pytest.mark.django_db


def an_appointment(cast: Cast, now: Any, customer: Any, **fields: Any) -> Appointment:
    starts_at = now + timedelta(days=3)
    entry = AppointmentEntry(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), customer=customer, **fields)
    return book(owner=cast.seller, recorder=cast.seller, entry=entry, now=now)[0]


def saved() -> ContactPoint:
    return ContactPoint.objects.for_the_house("a test looks").get()


def test_an_appointment_that_stands_becomes_the_next_one(cast: Cast, now: Any) -> None:
    firm, client = a_customer(recorder=cast.seller), logged_in(cast.seller)
    ahead = an_appointment(cast, now, firm, summary_note="見積の提出")

    offered = client.get("/schedule/suggest", {"customer": str(firm.pk)}).json()["results"]
    answer = client.post("/contacts/new", a_form(customer=str(firm.pk), next_linked=offered[0]["value"]))

    assert "見積の提出" in offered[0]["text"]
    assert answer.status_code == 302
    assert saved().next_appointment_id == ahead.pk
    assert Appointment.objects.visible_to(cast.seller).count() == 1
    assert "見積の提出" in client.get(answer["Location"]).content.decode()


def test_a_draft_keeps_the_one_it_was_given(cast: Cast, now: Any) -> None:
    firm, client = a_customer(recorder=cast.seller), logged_in(cast.seller)
    ahead = an_appointment(cast, now, firm)
    client.post("/contacts/new", a_form(customer=str(firm.pk), next_linked=str(ahead.pk), draft="1"))

    page = client.get(f"/contacts/{saved().pk}/edit").content.decode()
    assert f'<option value="{ahead.pk}" selected>' in page
    form = a_form(customer=str(firm.pk), next_linked=str(ahead.pk), version=str(saved().version))
    assert client.post(f"/contacts/{saved().pk}/edit", form).status_code == 302
    assert (saved().state, saved().next_appointment_id) == ("registered", ahead.pk)


def test_a_new_one_and_one_that_stands_do_not_go_together(cast: Cast, now: Any) -> None:
    ahead = an_appointment(cast, now, None)

    answer = logged_in(cast.seller).post("/contacts/new", a_form(next_on="2026/12/01", next_linked=str(ahead.pk), content="残る文"))

    assert answer.status_code == 422
    assert "どちらか一方" in answer.content.decode()
    assert "残る文" in answer.content.decode()


def test_hidden_and_called_off_ones_are_not_offered_and_refused(cast: Cast, now: Any) -> None:
    hidden = an_appointment(cast, now, None, summary_note="内緒", audience=Audience(people=frozenset({cast.boss.pk})))
    off = cancel(by=cast.seller, appointment=an_appointment(cast, now, None), reason="", now=now)
    outsider, seller = logged_in(cast.outsider), logged_in(cast.seller)

    assert outsider.post("/contacts/new", a_form(next_linked=str(hidden.pk))).status_code == 422
    assert seller.post("/contacts/new", a_form(next_linked=str(off.pk))).status_code == 422
    assert [one["value"] for one in seller.get("/schedule/suggest").json()["results"]] == [str(hidden.pk)]
    assert outsider.get("/schedule/suggest?q=内緒").json() == {"results": []}


def test_programs_link_one_too(cast: Cast, now: Any) -> None:
    ahead, client = an_appointment(cast, now, None), logged_in(cast.seller)
    sent = {"started_at": now.isoformat(), "linked": str(ahead.pk)}

    answer = client.post("/api/v1/contacts/", sent, content_type="application/json")

    assert answer.status_code == 201
    assert answer.json()["next_appointment"] == str(ahead.pk)
    changed = {"version": answer.json()["version"], "content": "追記"}
    again = client.patch(f"/api/v1/contacts/{answer.json()['id']}/", changed, content_type="application/json")
    assert again.json()["next_appointment"] == str(ahead.pk)
    assert a_contact(cast.seller, now).next_appointment_id is None
