"""The short form: fewer fields in sight, the same rules, the same record."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts.forms.unsaved import sent_by
from contacts.models import ContactPoint
from crm.audience import Audience
from crm.items import forget_items
from crm.models import FieldDefinition
from schedule.actions import AppointmentEntry, book
from schedule.models import Appointment
from tests.conftest import Cast
from tests.contacts.given import a_contact, a_form
from tests.make import a_choice, a_customer, a_person, an_audience

pytestmark = pytest.mark.django_db


def planned(cast: Cast, starts_at: datetime, now: datetime, **fields: Any) -> Any:
    entry = AppointmentEntry(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), **fields)
    return book(owner=cast.seller, recorder=cast.seller, entry=entry, now=now)[0]


def opened(client: Client, cast: Cast, now: datetime, **asked: str) -> Any:
    client.force_login(cast.seller)
    with time_machine.travel(now, tick=False):
        return client.get(reverse("contacts:quick"), asked)


def sent_of(page: Any, **typed: Any) -> dict[str, Any]:
    """What the browser sends of this page: everything hidden, and what was typed."""
    data: dict[str, list[str]] = {}
    for name, value in page.context["hidden"]:
        data.setdefault(name, []).append(value)
    form = page.context["form"]
    there = form.data if form.is_bound else sent_by(form)
    return {name: there.getlist(name) for name in page.context["shown"] if name in there} | data | typed


def test_the_nearest_appointment_stands_first(client: Client, cast: Cast, now: datetime) -> None:
    far = planned(cast, now + timedelta(hours=4), now, summary_note="夕方")
    over = planned(cast, now - timedelta(hours=2), now, summary_note="昼")
    planned(cast, now - timedelta(hours=6), now, summary_note="朝")

    page = opened(client, cast, now)

    assert [one.pk for one in page.context["offers"].appointments][:2] == [over.pk, far.pk]


def test_one_tap_on_an_appointment_fills_all_it_knows_and_keeps_what_was_written(client: Client, cast: Cast, now: datetime) -> None:
    customer = a_customer("青木建材", recorder=cast.seller)
    person = a_person(customer, recorder=cast.seller)
    visit, done = a_choice("method", "訪問"), a_choice("result", "前進")
    one = planned(
        cast,
        now - timedelta(hours=2),
        now,
        customer=customer,
        people=[person],
        method=visit,
        participants=[cast.colleague],
        audience=an_audience(cast.sales),
    )
    page = opened(client, cast, now)

    picked = client.post(
        reverse("contacts:quick"),
        sent_of(page, content="書きかけ", result=str(done.pk), pick=f"a:{one.pk}"),
        headers={"HX-Request": "true"},
    )

    assert picked.status_code == 200
    with time_machine.travel(now, tick=False):
        saved = client.post(reverse("contacts:quick"), sent_of(picked))
    assert saved.status_code == 302, saved.context["form"].errors
    contact = ContactPoint.objects.visible_to(cast.seller).get()
    assert (contact.customer_id, contact.appointment_id, contact.method, contact.result, contact.content) == (
        customer.pk,
        one.pk,
        visit,
        done,
        "書きかけ",
    )
    assert [row.person_id for row in contact.people.all()] == [person.pk]
    assert [row.user for row in contact.participants.select_related("user")] == [cast.colleague]
    assert Audience.of(contact.scope) == an_audience(cast.sales)


@pytest.mark.parametrize("linked", [False, True], ids=["chip", "link"])
def test_a_visit_that_was_held_early_is_registered_without_its_planned_times(
    client: Client, cast: Cast, now: datetime, linked: bool
) -> None:
    one = planned(cast, now + timedelta(hours=1), now)
    page = opened(client, cast, now, **({"appointment": str(one.pk)} if linked else {}))

    with time_machine.travel(now, tick=False):
        if not linked:
            page = client.post(reverse("contacts:quick"), sent_of(page, pick=f"a:{one.pk}"))
        saved = client.post(reverse("contacts:quick"), sent_of(page, content="早めに着いた"))

    assert saved.status_code == 302, saved.context["form"].errors
    made = ContactPoint.objects.visible_to(cast.seller).get()
    assert (made.appointment_id, made.has_time, made.ended_at) == (one.pk, False, None)
    assert made.started_at.astimezone(now.tzinfo).date() == now.date()


def test_one_tap_on_an_appointment_carries_the_companys_own_items(client: Client, cast: Cast, now: datetime) -> None:
    words = a_choice("colour", "赤")
    kinds = {"meet": "date_time", "day": "date", "hot": "check", "price": "decimal", "note": "text", "many": "multi_check"}
    for code, kind in kinds.items():
        of = {"choice_list": words.list} if code == "many" else {}
        FieldDefinition.objects.create(target="contact", code=code, type=kind, label_ja=code, label_en=code, **of)
    forget_items()
    custom = {"meet": "2026-11-20T00:30:00+00:00", "day": "2026-11-20", "hot": True, "price": "1234.50", "note": "控え", "many": [words.pk]}
    one = planned(cast, now - timedelta(hours=2), now, custom=custom)
    page = opened(client, cast, now)

    picked = client.post(reverse("contacts:quick"), sent_of(page, pick=f"a:{one.pk}"))
    with time_machine.travel(now, tick=False):
        saved = client.post(reverse("contacts:quick"), sent_of(picked, content="訪問した"))

    assert saved.status_code == 302, saved.context["form"].errors
    made = ContactPoint.objects.visible_to(cast.seller).get()
    assert made.custom == Appointment.objects.visible_to(cast.seller).get().custom
    assert set(made.custom) == set(kinds)


def test_recent_customers_are_a_tap_away(client: Client, cast: Cast, now: datetime) -> None:
    first, second = a_customer("青木建材", recorder=cast.seller), a_customer("山田商店", recorder=cast.seller)
    for hours, customer in ((30, first), (20, second), (10, first)):
        a_contact(cast.seller, now, customer=customer, started_at=now - timedelta(hours=hours), ended_at=None)

    page = opened(client, cast, now)
    picked = client.post(reverse("contacts:quick"), sent_of(page, pick=f"c:{second.pk}"))

    assert page.context["offers"].customers == [first, second]
    assert picked.context["form"]["customer"].value() == str(second.pk)


def test_a_tap_on_what_one_may_not_see_fills_nothing(client: Client, cast: Cast, now: datetime) -> None:
    hidden = a_customer("秘密商会", recorder=cast.boss, audience=an_audience(cast.office))
    client.force_login(cast.seller)
    page = opened(client, cast, now)

    for pick in (f"c:{hidden.pk}", "c:x", "a:", "zz", f"a:{hidden.pk}"):
        answer = client.post(reverse("contacts:quick"), sent_of(page, pick=pick))
        assert answer.status_code == 200
        assert answer.context["form"]["customer"].value() in (None, "", [])
        assert "秘密商会" not in answer.content.decode()


def test_whoever_was_reported_to_last_is_reported_to_again(client: Client, cast: Cast, now: datetime) -> None:
    a_contact(cast.seller, now, report_to=[cast.boss], notice_to=[cast.colleague])

    page = opened(client, cast, now)

    assert page.context["form"]["report_to"].value() == [cast.boss.pk]


def test_what_is_wrong_is_said_on_the_short_form(client: Client, cast: Cast, now: datetime) -> None:
    client.force_login(cast.seller)

    page = client.post(reverse("contacts:quick"), a_form(next_on="いつか", content="残る"))

    assert page.status_code == 422
    assert page.templates[0].name == "contacts/contact_quick.html"
    assert "残る" in page.content.decode()
    assert page.context["form"].errors["next_on"]


def test_something_wrong_in_a_hidden_field_is_said_too(client: Client, cast: Cast, now: datetime) -> None:
    client.force_login(cast.seller)

    page = client.post(reverse("contacts:quick"), a_form(date="", deal="x"))

    assert page.status_code == 422
    text = page.content.decode()
    assert all(str(error) in text for errors in page.context["form"].errors.values() for error in errors)


def test_all_fields_open_with_what_was_entered(client: Client, cast: Cast, now: datetime) -> None:
    client.force_login(cast.seller)

    page = client.post(reverse("contacts:new"), a_form(open="1", content="長くなりそう", next_on="まだ不明"))

    assert page.status_code == 200
    assert page.templates[0].name == "contacts/contact_form.html"
    assert "長くなりそう" in page.content.decode()
    assert "まだ不明" in page.content.decode()
    assert 'aria-invalid="true"' not in page.content.decode()


def test_the_page_for_times_without_a_net_names_no_customer(client: Client, cast: Cast, now: datetime) -> None:
    customer = a_customer("青木建材", recorder=cast.seller)
    a_contact(cast.seller, now, customer=customer, content="内緒の話")
    planned(cast, now, now, customer=customer)
    client.force_login(cast.seller)

    text = client.get(reverse("contacts:offline")).content.decode()

    assert "青木建材" not in text
    assert "内緒の話" not in text
    assert 'name="contact_id" value=""' in text


def test_what_was_begun_by_a_call_opens_in_the_short_form(client: Client, cast: Cast, now: datetime) -> None:
    client.force_login(cast.seller)
    a_choice("method", "電話", semantic="call")
    customer = a_customer("青木建材", recorder=cast.seller)
    begun = client.post(reverse("contacts:call_begin"), {"kind": "call", "customer": str(customer.pk)}).json()

    page = client.get(begun["url"])
    client.post(reverse("contacts:quick"), sent_of(page, content="折り返すとのこと"))

    contact = ContactPoint.objects.visible_to(cast.seller).get()
    assert (str(contact.pk), contact.customer_id, str(contact.method)) == (begun["record"], customer.pk, "電話")


@pytest.mark.parametrize("name", ["quick", "new"])
def test_the_form_asks_few_questions_however_much_there_is(client: Client, cast: Cast, now: datetime, name: str) -> None:
    def asked() -> int:
        with (
            time_machine.travel(now, tick=False),
            CaptureQueriesContext(
                connection,
            ) as queries,
        ):
            assert client.get(reverse(f"contacts:{name}")).status_code == 200
        return len([one for one in queries if one["sql"].startswith("SELECT")])

    client.force_login(cast.seller)
    for _ in range(2):
        a_contact(cast.seller, now, customer=a_customer(recorder=cast.seller), report_to=[cast.boss])
        planned(cast, now, now, customer=a_customer(recorder=cast.seller))
    few = asked()
    for _ in range(8):
        a_contact(cast.seller, now, customer=a_customer(recorder=cast.seller), report_to=[cast.boss, cast.colleague])
        planned(cast, now, now, customer=a_customer(recorder=cast.seller))

    assert asked() == few
    assert few <= 12
