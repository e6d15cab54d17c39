"""Reports and notices through the API: the same list, the same deeds, the same walls."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from contacts import actions as contacts
from contacts.actions import ContactEntry
from contacts.models import ContactPoint, Reply, ReportRecipient
from crm import outbox
from crm.actions import customers
from crm.models import Customer, Outbox
from tests.conftest import Cast
from tests.make import an_audience

pytestmark = pytest.mark.django_db
REPORTS, NOTICES = "/api/v1/reports/", "/api/v1/notices/"


@pytest.fixture
def contact(cast: Cast, customer: Customer, now: datetime) -> ContactPoint:
    entry = ContactEntry(started_at=now - timedelta(hours=1), customer=customer, summary_note="見積の説明", report_to=[cast.boss])
    contact, _new = contacts.log_contact(owner=cast.seller, recorder=cast.seller, entry=entry, now=now)
    outbox.keep(now=now + timedelta(hours=1))
    return contact


def test_the_list_holds_what_was_reported_to_me(client: Client, cast: Cast, contact: ContactPoint, customer: Customer) -> None:
    client.force_login(cast.boss)

    [row] = client.get(REPORTS).json()["results"]

    assert (row["contact"], row["owner"], row["customer"]) == (str(contact.pk), cast.seller.pk, str(customer.pk))
    assert row["first_read_at"] is None
    assert client.get(REPORTS, {"unread": "false"}).json()["results"] == []
    assert client.get(REPORTS, {"q": "青木"}).json()["results"] == [row]
    assert client.get(REPORTS, {"owner": cast.boss.pk}).json()["results"] == []
    assert client.get(REPORTS, {"colour": "red"}).status_code == 400


def test_reading_confirming_and_replying(client: Client, cast: Cast, contact: ContactPoint) -> None:
    client.force_login(cast.boss)
    url = f"{REPORTS}{contact.pk}/"

    assert client.post(f"{url}read/").json()["first_read_at"]
    assert client.post(f"{url}confirm/").json()["confirmed_at"]
    answer = client.post(f"{url}reply/", {"body": "承知しました。"}, content_type="application/json")

    assert answer.status_code == 201
    assert Reply.objects.visible_to(cast.seller).get().body == "承知しました。"
    assert client.get(url).json()["replies"][0]["body"] == "承知しました。"
    assert Outbox.objects.filter(topic="reply.mail").count() == 1


@pytest.mark.parametrize("sent", [{}, {"body": ""}, {"body": "あ" * 2001}, {"body": None}, {"body": ["x"]}])
def test_an_empty_answer_is_refused(sent: dict[str, object], client: Client, cast: Cast, contact: ContactPoint) -> None:
    client.force_login(cast.boss)

    answer = client.post(f"{REPORTS}{contact.pk}/reply/", sent, content_type="application/json")

    assert answer.status_code == 400
    assert list(answer.json()["error"]["fields"]) == ["body"]


def test_what_was_not_reported_to_me_is_not_there(client: Client, cast: Cast, contact: ContactPoint) -> None:
    client.force_login(cast.colleague)

    for deed in ("read", "confirm", "reply"):
        answers = [client.post(f"{REPORTS}{key}/{deed}/", {"body": "x"}, content_type="application/json") for key in (contact.pk, uuid4())]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].json() == answers[1].json()
    assert client.get(REPORTS).json()["results"] == []
    assert ReportRecipient.objects.told_to(cast.boss).get().first_read_at is None


def test_a_hidden_customer_reads_as_null(client: Client, cast: Cast, contact: ContactPoint, customer: Customer) -> None:
    customers.change_customer(by=cast.seller, customer=customer, version=customer.version, audience=an_audience())
    client.force_login(cast.boss)

    assert client.get(f"{REPORTS}{contact.pk}/").json()["customer"] is None
    assert client.get(REPORTS, {"q": "青木"}).json()["results"] == []


def test_notices_are_listed_and_read(client: Client, cast: Cast, contact: ContactPoint) -> None:
    client.force_login(cast.boss)
    [row] = client.get(NOTICES, {"unread": "true"}).json()["results"]
    assert (row["kind"], row["actor"], row["contact"]) == ("report", cast.seller.pk, str(contact.pk))

    assert client.post(f"{NOTICES}{row['id']}/read/").json()["read_at"]
    assert client.get(NOTICES, {"unread": "true"}).json()["results"] == []

    client.force_login(cast.colleague)
    assert client.get(f"{NOTICES}{row['id']}/").status_code == 404
