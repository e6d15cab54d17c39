"""Notices: one line each, opened by a tap, and only one's own."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contacts import actions as contacts
from contacts.actions import ContactEntry
from contacts.models import ContactPoint
from crm import outbox
from crm.models import User
from reports.actions import give_notice
from reports.models import Notice
from tests.conftest import Cast
from tests.make import an_audience

pytestmark = pytest.mark.django_db


@pytest.fixture
def contact(cast: Cast, now: datetime) -> ContactPoint:
    entry = ContactEntry(started_at=now - timedelta(hours=1), summary_note="見積の説明", report_to=[cast.boss])
    contact, _new = contacts.log_contact(owner=cast.seller, recorder=cast.seller, entry=entry, now=now)
    outbox.keep(now=now + timedelta(hours=1))
    return contact


def only_notice_of(user: User) -> Notice:
    return Notice.objects.visible_to(user).get()


@pytest.mark.parametrize(("kind", "name"), [("report", "reports:read"), ("reply", "contacts:detail"), ("on_behalf", "contacts:detail")])
def test_a_notice_leads_to_what_it_is_about_and_is_read_then(
    kind: str, name: str, client: Client, cast: Cast, contact: ContactPoint
) -> None:
    notice = give_notice(to=cast.boss, kind=Notice.Kind(kind), actor=cast.seller, contact=contact, source="a test")
    client.force_login(cast.boss)

    answer = client.post(reverse("reports:notice_open", args=[notice.pk]))

    assert answer["Location"] == reverse(name, args=[contact.pk])
    assert Notice.objects.visible_to(cast.boss).get(pk=notice.pk).read_at is not None


def test_the_list_says_who_did_what(client: Client, cast: Cast, contact: ContactPoint) -> None:
    client.force_login(cast.boss)

    page = client.get(reverse("reports:notices")).content.decode()

    assert "河田 誠さんから報告が届きました" in page
    assert "見積の説明" in page


def test_all_are_read_at_once(client: Client, cast: Cast, contact: ContactPoint) -> None:
    client.force_login(cast.boss)
    assert client.get(reverse("home")).context["unread_notices"] == 1

    page = client.post(reverse("reports:notices_read"), follow=True)

    assert page.context["unread_notices"] == 0
    assert "お知らせをすべて既読にしました" in page.content.decode()


def test_a_notice_of_what_was_hidden_since_is_gone(client: Client, cast: Cast, contact: ContactPoint) -> None:
    notice = only_notice_of(cast.boss)
    narrow = ContactEntry(started_at=contact.started_at, summary_note="見積の説明", audience=an_audience())
    contacts.change_contact(by=cast.seller, contact=contact, version=contact.version, entry=narrow, now=timezone.now())
    client.force_login(cast.boss)

    page = client.get(reverse("reports:notices"))

    assert "見積の説明" not in page.content.decode()
    assert page.context["unread_notices"] == page.context["unread_reports"] == 0
    assert client.post(reverse("reports:notice_open", args=[notice.pk])).status_code == 404


def test_nobody_opens_the_notice_of_another(client: Client, cast: Cast, contact: ContactPoint) -> None:
    notice = only_notice_of(cast.boss)
    client.force_login(cast.colleague)

    assert client.post(reverse("reports:notice_open", args=[notice.pk])).status_code == 404
    assert client.post(reverse("reports:notices_read")).status_code == 302
    assert only_notice_of(cast.boss).read_at is None


def test_opening_needs_a_post(client: Client, cast: Cast, contact: ContactPoint) -> None:
    client.force_login(cast.boss)

    assert client.get(reverse("reports:notice_open", args=[only_notice_of(cast.boss).pk])).status_code == 405
