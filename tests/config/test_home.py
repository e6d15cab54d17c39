"""The first page: what lies ahead today, what waits, what was begun, what the week brought."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from contacts import actions as contacts
from contacts.actions import ContactEntry
from crm.actions import customers
from crm.models import Choice, Customer
from schedule.actions import AppointmentEntry, book, cancel
from tests.conftest import Cast
from tests.make import a_choice, a_customer, an_audience

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return a_customer("青木建材", recorder=cast.seller)


def home(client: Client, user: Any, now: datetime) -> Any:
    client.force_login(user)
    with time_machine.travel(now, tick=False):
        return client.get(reverse("home"))


def planned(cast: Cast, note: str, starts_at: datetime, now: datetime, **fields: Any) -> Any:
    entry = AppointmentEntry(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), summary_note=note, **fields)
    return book(owner=cast.seller, recorder=cast.seller, entry=entry, now=now)[0]


def logged(cast: Cast, at: datetime, now: datetime, method: Choice | None = None, **fields: Any) -> Any:
    entry = ContactEntry(started_at=at, has_time=True, method=method, **fields)
    return contacts.log_contact(owner=cast.seller, recorder=cast.seller, entry=entry, now=now)[0]


def test_today_and_the_next_days_are_told_apart(client: Client, cast: Cast, now: datetime) -> None:
    planned(cast, "朝の件", now - timedelta(hours=6), now)
    planned(cast, "夕方の件", now + timedelta(hours=2), now)
    planned(cast, "来週の件", now + timedelta(days=4), now)
    planned(cast, "来月の件", now + timedelta(days=40), now)
    cancel(by=cast.seller, appointment=planned(cast, "中止の件", now, now), reason="", now=now)

    shown = home(client, cast.seller, now).context["home"]

    assert [row.summary_note for row in shown.today] == ["朝の件", "夕方の件"]
    assert [row.summary_note for row in shown.later] == ["来週の件"]


def test_an_appointment_i_take_part_in_is_mine_too(client: Client, cast: Cast, now: datetime) -> None:
    planned(cast, "同行", now + timedelta(hours=1), now, participants=[cast.colleague])

    assert "同行" in home(client, cast.colleague, now).content.decode()
    assert "同行" not in home(client, cast.boss, now).content.decode()


def test_drafts_wait_to_be_gone_on_with(client: Client, cast: Cast, now: datetime, customer: Customer) -> None:
    entry = ContactEntry(started_at=now, customer=customer)
    draft, _new = contacts.log_contact(owner=cast.seller, recorder=cast.seller, entry=entry, now=now, draft=True)

    page = home(client, cast.seller, now).content.decode()

    assert "続きから" in page
    assert reverse("contacts:edit", args=[draft.pk]) in page
    assert "続きから" not in home(client, cast.boss, now).content.decode()


def test_the_week_counts_my_contacts_by_method(client: Client, cast: Cast, now: datetime) -> None:
    visit, call = a_choice("method", "訪問"), a_choice("method", "電話")
    for days, method in [(0, visit), (1, visit), (4, call), (5, call), (7, visit), (12, call)]:
        logged(cast, now - timedelta(days=days), now, method)

    week = home(client, cast.seller, now).context["home"].week

    assert [(row.name, row.count, row.before) for row in week.methods] == [("訪問", 2, 1), ("電話", 1, 1)]
    assert (week.total, week.before, week.top) == (3, 2, 2)


def test_unread_reports_are_offered_and_hidden_customers_are_not_named(
    client: Client, cast: Cast, now: datetime, customer: Customer
) -> None:
    logged(cast, now - timedelta(hours=1), now, customer=customer, summary_note="見積", report_to=[cast.boss])
    assert "青木建材" in home(client, cast.boss, now).content.decode()

    customers.change_customer(by=cast.seller, customer=customer, version=customer.version, audience=an_audience())

    page = home(client, cast.boss, now).content.decode()
    assert "見積" in page
    assert "青木建材" not in page


def test_an_empty_first_page_says_what_to_do(client: Client, cast: Cast, now: datetime) -> None:
    page = home(client, cast.outsider, now).content.decode()

    assert "今日の予定はありません" in page
    assert "登録した接点記録がここに表示されます" in page


def test_strangers_are_asked_to_log_in(client: Client, db: None) -> None:
    assert client.get(reverse("home")).status_code == 302
