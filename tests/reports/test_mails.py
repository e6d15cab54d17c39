"""The demo's mailbox, and what administrators see of deliveries that failed."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.mail import BadHeaderError, EmailMultiAlternatives
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crm import outbox
from crm.models import AuditEntry, Outbox, User
from reports.models import SentMail
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings: Any) -> Any:
    settings.DEMO = True
    settings.EMAIL_BACKEND = "reports.mailbox.DemoMailbox"
    return settings


def send(to: str, subject: str = "報告", message_id: str = "<1@localhost>") -> None:
    mail = EmailMultiAlternatives(subject, "本文です。", to=[to], headers={"Message-ID": message_id})
    mail.attach_alternative("<h1>本文です。</h1><script>alert(1)</script>", "text/html")
    mail.send()


def mail_of(user: User) -> SentMail:
    return SentMail.objects.visible_to(user).get()


def test_the_demo_keeps_mails_and_each_reads_their_own(demo: Any, client: Client, cast: Cast) -> None:
    send(cast.boss.email)
    url = reverse("reports:sent_mail_read", args=[mail_of(cast.boss).pk])

    client.force_login(cast.boss)
    assert "報告" in client.get(reverse("reports:sent_mail")).content.decode()
    assert "本文です。" in client.get(url).content.decode()

    client.force_login(cast.admin)
    assert "あなた宛てのメールはまだありません" in client.get(reverse("reports:sent_mail")).content.decode()
    assert client.get(url).status_code == 404


def test_a_mail_shown_as_html_can_do_nothing(demo: Any, client: Client, cast: Cast) -> None:
    send(cast.boss.email)
    client.force_login(cast.boss)

    answer = client.get(reverse("reports:sent_mail_html", args=[mail_of(cast.boss).pk]))

    rules = answer["Content-Security-Policy"]
    assert "sandbox" in rules
    assert "default-src 'none'" in rules
    assert "allow-scripts" not in rules
    assert "script-src" not in rules


def test_a_repeated_mail_is_kept_once(demo: Any, cast: Cast) -> None:
    send(cast.boss.email)
    send(cast.boss.email)
    send(cast.seller.email)

    assert SentMail.objects.visible_to(cast.boss).count() == 1
    assert SentMail.objects.visible_to(cast.seller).count() == 1


def test_the_mailbox_refuses_a_broken_header_as_a_mail_server_would(demo: Any, cast: Cast) -> None:
    with pytest.raises(BadHeaderError):
        send(cast.boss.email, subject="報告\nBcc: all@example.jp")

    assert not SentMail.objects.visible_to(cast.boss).exists()


def test_outside_the_demo_there_is_no_mailbox(client: Client, boss: User) -> None:
    client.force_login(boss)

    assert client.get(reverse("reports:sent_mail")).status_code == 404
    assert client.get(reverse("reports:sent_mail_read", args=[1])).status_code == 404
    assert client.get(reverse("reports:sent_mail_html", args=[1])).status_code == 404


@pytest.fixture
def given_up(db: None) -> Outbox:
    return Outbox.objects.create(topic="report.mail", key="1", failed_at=timezone.now(), attempts=10, last_error="550 no such user")


def test_the_administrator_sees_what_failed_and_why_and_tries_again(client: Client, admin: User, given_up: Outbox) -> None:
    client.force_login(admin)
    page = client.get(reverse("reports:deliveries")).content.decode()
    assert "メール：報告" in page
    assert "550 no such user" in page

    answer = client.post(reverse("reports:delivery_retry", args=[given_up.pk]), follow=True)

    assert "配信に失敗したものはありません" in answer.content.decode()
    assert not outbox.failed().exists()
    assert AuditEntry.objects.get(verb="retry").user == admin
    assert client.post(reverse("reports:delivery_retry", args=[given_up.pk])).status_code == 404


def test_for_all_others_the_page_of_deliveries_does_not_exist(client: Client, boss: User, given_up: Outbox) -> None:
    client.force_login(boss)

    assert client.get(reverse("reports:deliveries")).status_code == 404
    assert client.post(reverse("reports:delivery_retry", args=[given_up.pk])).status_code == 404
    assert outbox.failed().exists()
