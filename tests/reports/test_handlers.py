"""Who is told what, when, and in which words: NT1 to NT5, and what must never be told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes
from typing import Any

import pytest
from django.core import mail

from contacts import actions as contacts
from contacts.actions import ContactEntry, NextEntry
from contacts.models import ContactPoint, ReportRecipient
from crm import outbox
from crm.actions import customers, staff
from crm.models import Customer, Delegation, Outbox, User
from reports import handlers
from reports.models import Notice
from tests.conftest import Cast
from tests.make import TODAY, a_choice, a_person, a_user, an_audience
from tests.reports.conftest import SmtpPeer

pytestmark = pytest.mark.django_db
Post = Callable[..., int]


@pytest.fixture
def entry(customer: Customer, seller: User, boss: User, colleague: User, now: datetime) -> ContactEntry:
    return ContactEntry(
        started_at=now - timedelta(hours=2),
        ended_at=now - timedelta(hours=1),
        has_time=True,
        customer=customer,
        people=[a_person(customer, "鈴木", recorder=seller)],
        method=a_choice("contact_method", "訪問"),
        summary_note="見積の説明",
        content="単価を 5% 下げた見積を説明した。",
        report_to=[boss, colleague],
    )


def notices_of(user: User) -> list[str]:
    return list(Notice.objects.visible_to(user).order_by("pk").values_list("kind", flat=True))


def told() -> list[str]:
    return sorted(address for message in mail.outbox for address in message.to)


def test_each_recipient_is_told_once_at_first_and_never_by_a_later_save(entry: ContactEntry, cast: Cast, now: datetime, post: Post) -> None:
    contact, _new = contacts.log_contact(owner=cast.seller, recorder=cast.seller, entry=entry, now=now)
    post()
    assert told() == sorted([cast.boss.email, cast.colleague.email])

    mail.outbox.clear()
    edited = replace(entry, content="単価を 8% 下げた。")
    contact = contacts.change_contact(by=cast.seller, contact=contact, version=contact.version, entry=edited, now=now)
    post()
    assert told() == []

    third = a_user("三人 目", cast.sales)
    more = replace(edited, report_to=[cast.boss, cast.colleague, third])
    contact = contacts.change_contact(by=cast.seller, contact=contact, version=contact.version, entry=more, now=now)
    post()
    assert told() == [third.email]

    mail.outbox.clear()
    contacts.change_contact(by=cast.seller, contact=contact, version=contact.version, entry=more, now=now)
    post()
    assert told() == []
    assert [notices_of(user) for user in (cast.boss, cast.colleague, third)] == [["report"]] * 3


def test_a_draft_tells_nobody(entry: ContactEntry, cast: Cast, now: datetime, post: Post) -> None:
    contacts.log_contact(owner=cast.seller, recorder=cast.seller, entry=entry, now=now, draft=True)

    post()

    assert told() == []
    assert notices_of(cast.boss) == []


def test_sending_again_tells_that_one_person_with_the_reason(entry: ContactEntry, cast: Cast, now: datetime, post: Post) -> None:
    contact, _new = contacts.log_contact(owner=cast.seller, recorder=cast.seller, entry=entry, now=now)
    post()
    mail.outbox.clear()
    recipient = ReportRecipient.objects.visible_to(cast.seller).get(contact=contact, user=cast.boss)

    contacts.send_again(by=cast.seller, recipient=recipient, now=now, reason="至急ご確認ください")
    post()

    assert told() == [cast.boss.email]
    assert "至急ご確認ください" in mail.outbox[0].body
    assert notices_of(cast.boss) == ["report", "sent_again"]


def test_the_owner_is_told_of_an_answer_ten_seconds_later(entry: ContactEntry, cast: Cast, now: datetime, post: Post) -> None:
    contact, _new = contacts.log_contact(owner=cast.seller, recorder=cast.seller, entry=replace(entry, report_to=[cast.boss]), now=now)
    post()
    mail.outbox.clear()

    contacts.reply(author=cast.boss, contact=contact, body="承知しました。", now=now)
    post(timedelta(seconds=9))
    assert told() == []

    post(timedelta(seconds=11))
    assert told() == [cast.seller.email]
    assert "田中 部長さんから返信がありました" in mail.outbox[0].body
    assert "承知しました。" in mail.outbox[0].body
    assert notices_of(cast.seller) == ["reply"]


def test_the_owner_is_told_when_somebody_else_enters_a_record(entry: ContactEntry, cast: Cast, now: datetime, post: Post) -> None:
    Delegation.objects.create(principal=cast.seller, agent=cast.colleague)

    contacts.log_contact(owner=cast.seller, recorder=cast.colleague, entry=replace(entry, report_to=[]), now=now)
    post()

    assert notices_of(cast.seller) == ["on_behalf"]
    assert Notice.objects.visible_to(cast.seller).get().actor == cast.colleague
    assert told() == []


def test_who_is_taken_off_the_list_before_the_post_goes_is_not_told(entry: ContactEntry, cast: Cast, now: datetime, post: Post) -> None:
    contact, _new = contacts.log_contact(owner=cast.seller, recorder=cast.seller, entry=entry, now=now)
    contacts.change_contact(by=cast.seller, contact=contact, version=contact.version, entry=replace(entry, report_to=[cast.boss]), now=now)

    post()

    assert told() == [cast.boss.email]
    assert notices_of(cast.colleague) == []
    assert not Outbox.objects.filter(done_at=None).exists()


def test_what_is_binned_before_the_post_goes_is_not_told(entry: ContactEntry, cast: Cast, now: datetime, post: Post) -> None:
    contact, _new = contacts.log_contact(owner=cast.seller, recorder=cast.seller, entry=entry, now=now)
    contacts.delete_contact(by=cast.seller, contact=contact, now=now)

    post()

    assert told() == []
    assert not Notice.objects.for_the_house("a test looks at all").exists()
    assert not Outbox.objects.filter(done_at=None).exists()


def test_a_leaver_is_not_told(entry: ContactEntry, cast: Cast, now: datetime, post: Post) -> None:
    contacts.log_contact(owner=cast.seller, recorder=cast.seller, entry=entry, now=now)
    staff.leave(by=cast.admin, user=cast.boss, left_on=TODAY, today=TODAY)

    post()

    assert told() == [cast.colleague.email]
    assert Notice.objects.for_the_house("a test looks at all").filter(recipient=cast.boss).count() == 0


def test_who_has_no_mail_address_still_gets_the_notice(entry: ContactEntry, cast: Cast, now: datetime, post: Post) -> None:
    User.objects.filter(pk=cast.boss.pk).update(email="")
    contacts.log_contact(owner=cast.seller, recorder=cast.seller, entry=replace(entry, report_to=[cast.boss]), now=now)

    post()

    assert told() == []
    assert notices_of(cast.boss) == ["report"]


def test_a_repeated_promise_makes_one_notice(entry: ContactEntry, cast: Cast, now: datetime) -> None:
    contacts.log_contact(owner=cast.seller, recorder=cast.seller, entry=replace(entry, report_to=[cast.boss]), now=now)
    row = Outbox.objects.get(topic="report.notice")

    handlers.notice_report(row)
    handlers.notice_report(row)

    assert notices_of(cast.boss) == ["report"]


def test_a_repeated_mail_bears_the_same_message_id(entry: ContactEntry, cast: Cast, now: datetime) -> None:
    contacts.log_contact(owner=cast.seller, recorder=cast.seller, entry=replace(entry, report_to=[cast.boss]), now=now)
    row = Outbox.objects.get(topic="report.mail")

    handlers.mail_report(row)
    handlers.mail_report(row)

    first, second = (message.message() for message in mail.outbox)
    assert first["Message-ID"] == second["Message-ID"] == f"<{row.message_id}@localhost>"
    assert first["Auto-Submitted"] == "auto-generated"


def test_a_mail_says_it_all_in_plain_text_and_html_with_a_link(
    entry: ContactEntry, cast: Cast, now: datetime, post: Post, settings: Any
) -> None:
    settings.BASE_URL = "https://setten.example.jp"
    ahead = NextEntry(starts_at=now + timedelta(days=7), ends_at=now + timedelta(days=7, hours=1))
    whole = replace(entry, report_to=[cast.boss], participants=[cast.colleague], next=ahead)
    contact, _new = contacts.log_contact(owner=cast.seller, recorder=cast.seller, entry=whole, now=now)

    post()

    [message] = mail.outbox
    html = str(message.alternatives[0][0])
    assert message.subject == "[Setten] 報告（河田 誠さん）：青木建材 見積の説明"
    assert message.extra_headers["Message-ID"].endswith("@setten.example.jp>")
    assert cast.seller.email in message.reply_to[0]
    facts = [
        "2026/11/20(金) 13:00～14:00",
        "青木建材",
        "鈴木 様",
        "訪問",
        "坂田 純",
        "2026/11/27(金) 15:00～16:00",
        "単価を 5% 下げた見積を説明した。",
    ]
    for said in (*facts, f"https://setten.example.jp/reports/{contact.pk}/"):
        assert said in message.body
        assert said in html


def test_everybody_reads_in_their_own_language_and_dates(entry: ContactEntry, cast: Cast, now: datetime, post: Post) -> None:
    User.objects.filter(pk=cast.boss.pk).update(date_style="era")
    User.objects.filter(pk=cast.colleague.pk).update(language="en", time_zone="UTC")
    contacts.log_contact(owner=cast.seller, recorder=cast.seller, entry=entry, now=now)

    post()

    by_reader = {message.to[0]: message for message in mail.outbox}
    japanese, english = by_reader[cast.boss.email], by_reader[cast.colleague.email]
    assert "令和8年11月20日(金) 13:00～14:00" in japanese.body
    assert "河田 誠さんから報告が届きました" in japanese.body
    assert english.subject == "[Setten] Report (河田 誠): 青木建材 見積の説明"
    assert "2026-11-20 (Fri) 04:00–05:00" in english.body
    assert '<html lang="en">' in str(english.alternatives[0][0])


def test_a_mail_leaves_out_what_its_reader_may_not_see(
    entry: ContactEntry, cast: Cast, now: datetime, post: Post, customer: Customer
) -> None:
    secret = customers.change_customer(by=cast.seller, customer=customer, version=customer.version, audience=an_audience(cast.sales))
    contacts.log_contact(
        owner=cast.seller, recorder=cast.seller, entry=replace(entry, customer=secret, report_to=[cast.boss, cast.outsider]), now=now
    )

    post()

    by_reader = {message.to[0]: message for message in mail.outbox}
    inside, outside = by_reader[cast.boss.email], by_reader[cast.outsider.email]
    assert "青木建材" in inside.body
    for said in (outside.subject, outside.body, str(outside.alternatives[0][0])):
        assert "青木建材" not in said
        assert "鈴木" not in said


def test_a_record_with_a_narrow_audience_is_told_by_its_title_alone(entry: ContactEntry, cast: Cast, now: datetime, post: Post) -> None:
    narrow = replace(entry, audience=an_audience(cast.sales), report_to=[cast.boss])
    contacts.log_contact(owner=cast.seller, recorder=cast.seller, entry=narrow, now=now)

    post()

    [message] = mail.outbox
    assert "見積の説明" in message.subject
    for said in (message.body, str(message.alternatives[0][0])):
        assert "5%" not in said
        assert "公開範囲が限定されている" in said


def test_answers_and_reasons_of_a_record_with_a_narrow_audience_stay_in_the_house(
    entry: ContactEntry, cast: Cast, now: datetime, post: Post
) -> None:
    narrow = replace(entry, audience=an_audience(cast.sales), report_to=[cast.boss])
    contact, _new = contacts.log_contact(owner=cast.seller, recorder=cast.seller, entry=narrow, now=now)
    post()
    mail.outbox.clear()

    recipient = ReportRecipient.objects.visible_to(cast.seller).get(contact=contact, user=cast.boss)
    contacts.send_again(by=cast.seller, recipient=recipient, now=now, reason="値引きの件です")
    contacts.reply(author=cast.boss, contact=contact, body="値引きは 7% まで", now=now)
    post(timedelta(seconds=11))

    assert sorted(told()) == sorted([cast.boss.email, cast.seller.email])
    for message in mail.outbox:
        for said in (message.subject, message.body, str(message.alternatives[0][0])):
            assert "値引き" not in said


def test_for_information_reads_differently(entry: ContactEntry, cast: Cast, now: datetime, post: Post) -> None:
    contacts.log_contact(owner=cast.seller, recorder=cast.seller, entry=replace(entry, report_to=[], notice_to=[cast.boss]), now=now)

    post()

    assert "共有" in mail.outbox[0].body


@pytest.mark.parametrize("name", ["青木\r\nBcc: all@example.jp", "青木\nX-Evil: 1", "青木\u2028\u0085建材\x00"])
def test_a_name_cannot_break_out_into_the_headers(
    name: str, entry: ContactEntry, cast: Cast, now: datetime, post: Post, smtp: SmtpPeer
) -> None:
    User.objects.filter(pk=cast.seller.pk).update(name=name.replace("\x00", ""))
    contact, _new = contacts.log_contact(owner=cast.seller, recorder=cast.seller, entry=replace(entry, report_to=[cast.boss]), now=now)
    ContactPoint.objects.for_the_house("as an import may bring it").filter(pk=contact.pk).update(summary_note=name.replace("\x00", ""))

    assert post() == 2

    [envelope] = smtp.envelopes
    sent = message_from_bytes(envelope.content)
    assert envelope.rcpt_tos == [cast.boss.email]
    assert sent["Bcc"] is None
    assert sent["X-Evil"] is None


def test_a_text_cannot_break_out_into_the_html(entry: ContactEntry, cast: Cast, now: datetime, post: Post) -> None:
    nasty = replace(entry, content="<script>alert(1)</script>", summary_note="</title><img src=x>", report_to=[cast.boss])
    contacts.log_contact(owner=cast.seller, recorder=cast.seller, entry=nasty, now=now)

    post()

    html = str(mail.outbox[0].alternatives[0][0])
    assert "<script" not in html
    assert "<img" not in html
    assert "<script>alert(1)</script>" in mail.outbox[0].body


def test_a_mail_server_that_is_busy_is_asked_again(entry: ContactEntry, cast: Cast, now: datetime, post: Post, smtp: SmtpPeer) -> None:
    contacts.log_contact(owner=cast.seller, recorder=cast.seller, entry=replace(entry, report_to=[cast.boss]), now=now)
    smtp.answer_to_rcpt = "451 4.7.1 greylisted, come again"
    post()
    assert smtp.envelopes == []
    assert not outbox.failed().exists()

    smtp.answer_to_rcpt = ""
    assert post(timedelta(seconds=20)) == 0
    assert post(timedelta(seconds=40)) == 1
    assert len(smtp.envelopes) == 1


def test_a_mail_server_that_is_away_is_asked_again(
    entry: ContactEntry, cast: Cast, now: datetime, post: Post, smtp: SmtpPeer, settings: Any
) -> None:
    contacts.log_contact(owner=cast.seller, recorder=cast.seller, entry=replace(entry, report_to=[cast.boss]), now=now)
    settings.EMAIL_PORT = 1
    assert post() == 1
    assert "ConnectionRefusedError" in Outbox.objects.get(topic="report.mail").last_error

    settings.EMAIL_PORT = smtp.port
    post(timedelta(seconds=40))
    assert len(smtp.envelopes) == 1


def test_an_address_that_does_not_exist_is_given_up_at_once(
    entry: ContactEntry, cast: Cast, now: datetime, post: Post, smtp: SmtpPeer
) -> None:
    contacts.log_contact(owner=cast.seller, recorder=cast.seller, entry=replace(entry, report_to=[cast.boss]), now=now)
    smtp.answer_to_rcpt = "550 5.1.1 no such user"

    post()

    assert outbox.failed().get().last_error == f"{cast.boss.email}: 550 5.1.1 no such user"
