"""The boss reads, answers with one tap and goes on; the seller sees who has read."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from contacts import actions as contacts
from contacts.actions import ContactEntry, ExpenseLine
from contacts.entry import RequestLine
from contacts.models import ContactPoint, Phrase, Reply, ReportRecipient
from crm import outbox
from crm.actions import customers
from crm.models import AccessEntry, Customer, Outbox, User
from reports.models import Notice
from tests.conftest import Cast
from tests.contacts.uploads import a_file
from tests.make import TODAY, a_customer, a_person, a_user, an_audience

pytestmark = pytest.mark.django_db
Report = Callable[..., ContactPoint]


@pytest.fixture
def report(cast: Cast, now: datetime) -> Report:
    """Report a contact to the boss; later ones are newer."""
    past = timezone.now() - timedelta(days=1)
    minutes = iter(range(1, 1000))

    def reported(note: str = "見積の説明", **fields: Any) -> ContactPoint:
        said = {"started_at": past - timedelta(hours=2), "has_time": True, "report_to": [cast.boss], "summary_note": note, **fields}
        owner = said.pop("owner", cast.seller)
        when = past + timedelta(minutes=next(minutes))
        return contacts.log_contact(owner=owner, recorder=owner, entry=ContactEntry(**said), now=when)[0]

    return reported


@pytest.fixture
def as_boss(client: Client, boss: User) -> Client:
    client.force_login(boss)
    return client


def mine(user: User, contact: ContactPoint) -> ReportRecipient:
    return ReportRecipient.objects.told_to(user).get(contact=contact)


def order_of(page: str, *words: str) -> list[str]:
    return sorted(words, key=page.index)


def read_url(contact: ContactPoint) -> str:
    return reverse("reports:read", args=[contact.pk])


def phrase(text: str = "承知しました。") -> Phrase:
    return Phrase.objects.create(text_ja=text, text_en="Understood.")


def test_unread_reports_stand_on_top_in_each_part_the_newest_first(as_boss: Client, boss: User, report: Report) -> None:
    first, _second, _third = report("いちばん"), report("にばん"), report("さんばん")
    contacts.mark_read(reader=boss, contact=first, now=timezone.now())
    report("よんばん")

    page = as_boss.get(reverse("reports:inbox")).content.decode()

    assert order_of(page, "いちばん", "にばん", "さんばん", "よんばん") == ["よんばん", "さんばん", "にばん", "いちばん"]


def test_the_list_is_narrowed_to_unread_to_one_person_and_to_words(as_boss: Client, cast: Cast, report: Report) -> None:
    firm = a_customer("株式会社青木", recorder=cast.seller)
    read, _other = report("既に読んだ件", customer=firm), report("坂田の件", owner=cast.colleague)
    contacts.mark_read(reader=cast.boss, contact=read, now=timezone.now())

    def found(**asked: Any) -> set[str]:
        page = as_boss.get(reverse("reports:inbox"), asked, headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in page
        return {word for word in ("既に読んだ件", "坂田の件") if word in page}

    assert found(show="unread") == {"坂田の件"}
    assert found(who=cast.seller.pk) == {"既に読んだ件"}
    assert found(q="青木") == {"既に読んだ件"}
    assert found(q="坂田") == {"坂田の件"}
    assert found(q="よんだ 見つからない") == set()
    assert found(who="x") == found(show="everything") == found(who="9" * 30) == set()


def test_a_hidden_customer_is_neither_shown_nor_found(as_boss: Client, cast: Cast, report: Report) -> None:
    firm = a_customer("秘密産業", recorder=cast.seller)
    contact = report("定例", customer=firm)
    customers.change_customer(by=cast.seller, customer=firm, version=firm.version, audience=an_audience())

    assert "秘密産業" not in as_boss.get(reverse("reports:inbox")).content.decode()
    assert "定例" not in as_boss.get(reverse("reports:inbox"), {"q": "秘密"}, headers={"HX-Request": "true"}).content.decode()
    assert "秘密産業" not in as_boss.get(read_url(contact)).content.decode()


def test_a_broken_cursor_leads_to_the_first_page(as_boss: Client) -> None:
    for name in ("inbox", "told", "notices"):
        assert as_boss.get(reverse(f"reports:{name}"), {"after": "!!"}).status_code == 302


def test_the_reading_screen_shows_the_whole_record_and_writes_no_mark(as_boss: Client, cast: Cast, report: Report) -> None:
    firm = a_customer("株式会社青木", recorder=cast.seller, caution="支払遅延あり")
    person = a_person(firm, "鈴木", recorder=cast.seller)
    lines = [ExpenseLine(origin="長崎", destination="佐世保", amount_yen=1480)]
    dealer = a_customer("港代理店", recorder=cast.seller)
    work = [RequestLine(to=cast.boss, title="値引きの承認", due_on=TODAY)]
    contact = report(
        customer=firm,
        people=[person],
        guests=[dealer],
        content="単価を下げた。",
        expenses=lines,
        files=[a_file(cast.seller, "見積書.pdf")],
        requests=work,
        participants=[cast.colleague],
    )

    page = as_boss.get(read_url(contact)).content.decode()

    what = (
        "株式会社青木",
        "鈴木 様",
        "単価を下げた。",
        "佐世保",
        "1,480",
        "坂田 純",
        "支払遅延あり",
        "港代理店",
        "見積書.pdf",
        "値引きの承認",
    )
    for said in what:
        assert said in page
    assert mine(cast.boss, contact).first_read_at is None
    assert AccessEntry.objects.get().object_id == str(contact.pk)


def test_the_page_marks_itself_read_and_its_notice_too(as_boss: Client, boss: User, report: Report, post: Callable[..., int]) -> None:
    contact = report()
    outbox.keep(now=timezone.now())
    assert Notice.objects.visible_to(boss).unread().count() == 1

    answer = as_boss.post(reverse("reports:mark_read", args=[contact.pk]))

    assert answer.status_code == 204
    assert mine(boss, contact).first_read_at is not None
    assert Notice.objects.visible_to(boss).unread().count() == 0


def test_one_tap_answers_and_goes_on_to_the_next_unread_report(as_boss: Client, cast: Cast, report: Report) -> None:
    older, newer = report("前の件"), report("後の件")

    answer = as_boss.post(reverse("reports:reply", args=[newer.pk]), {"phrase": phrase().pk}, follow=True)

    page = answer.content.decode()
    assert "前の件" in page
    assert "取り消す" in page
    assert Reply.objects.visible_to(cast.seller).get(contact=newer).body == "承知しました。"
    assert mine(cast.boss, newer).first_read_at is not None
    assert answer.redirect_chain[0] == (f"{read_url(older)}?undo={Reply.objects.visible_to(cast.boss).get().pk}", 302)


def test_after_the_last_one_the_next_is_again_the_first(as_boss: Client, report: Report) -> None:
    oldest, _middle, newest = report("一"), report("二"), report("三")

    page = as_boss.get(read_url(oldest)).content.decode()

    following = re.search(r'href="([^"]+)" data-key="j"', page)
    assert following
    assert following[1] == read_url(newest)


def test_the_answer_to_the_last_unread_report_stays_on_it(as_boss: Client, report: Report) -> None:
    contact = report()

    answer = as_boss.post(reverse("reports:reply", args=[contact.pk]), {"body": "ありがとう。"}, follow=True)

    assert answer.redirect_chain[0][0].startswith(read_url(contact))
    assert "未読の報告はありません" in answer.content.decode()


def test_confirming_the_last_one_leads_back_to_the_list(as_boss: Client, boss: User, report: Report) -> None:
    contact = report()

    answer = as_boss.post(reverse("reports:confirm", args=[contact.pk]))

    assert answer["Location"] == reverse("reports:inbox")
    assert mine(boss, contact).confirmed_at is not None


def test_an_answer_can_be_taken_back_before_anybody_is_told(as_boss: Client, cast: Cast, report: Report) -> None:
    contact = report()
    as_boss.post(reverse("reports:reply", args=[contact.pk]), {"phrase": phrase().pk})
    reply = Reply.objects.visible_to(cast.boss).get()

    answer = as_boss.post(reverse("reports:take_back", args=[reply.pk]), follow=True)

    assert "返信を取り消しました" in answer.content.decode()
    assert not Reply.objects.visible_to(cast.boss).exists()
    assert not Outbox.objects.filter(topic__startswith="reply").exists()


def test_an_answer_that_went_out_stays(as_boss: Client, cast: Cast, report: Report) -> None:
    contact = report()
    as_boss.post(reverse("reports:reply", args=[contact.pk]), {"phrase": phrase().pk})
    outbox.keep(now=timezone.now() + timedelta(seconds=11))
    reply = Reply.objects.visible_to(cast.boss).get()

    answer = as_boss.post(reverse("reports:take_back", args=[reply.pk]), follow=True)

    assert "取り消せません" in answer.content.decode()
    assert Reply.objects.visible_to(cast.seller).filter(pk=reply.pk).exists()


def test_nobody_takes_back_the_answer_of_another(client: Client, cast: Cast, report: Report) -> None:
    reply = contacts.reply(author=cast.boss, contact=report(), body="確認しました。", now=timezone.now())
    client.force_login(cast.seller)

    assert client.post(reverse("reports:take_back", args=[reply.pk])).status_code == 404
    assert Reply.objects.visible_to(cast.seller).filter(pk=reply.pk).exists()


@pytest.mark.parametrize("sent", ["", "body=++", "phrase=x", "phrase=99999999999999999999", f"body={'a' * 2001}"])
def test_an_empty_or_broken_answer_is_refused_with_a_word(sent: str, as_boss: Client, boss: User, report: Report) -> None:
    contact = report()

    answer = as_boss.post(reverse("reports:reply", args=[contact.pk]), sent, content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 422
    assert "invalid" in answer.content.decode()
    assert not Reply.objects.visible_to(boss).exists()


def test_what_was_not_reported_to_me_is_read_on_its_own_page(client: Client, cast: Cast, report: Report) -> None:
    contact = report()
    client.force_login(cast.colleague)

    assert client.get(read_url(contact))["Location"] == reverse("contacts:detail", args=[contact.pk])
    assert client.post(reverse("reports:reply", args=[contact.pk]), {"body": "横から"}).status_code == 404
    assert client.post(reverse("reports:confirm", args=[contact.pk])).status_code == 404


def test_a_hidden_report_answers_like_one_that_does_not_exist(client: Client, cast: Cast, report: Report) -> None:
    contact = report(audience=an_audience(cast.sales))
    client.force_login(cast.outsider)

    for name, ask in {"read": client.get, "mark_read": client.post, "reply": client.post, "confirm": client.post}.items():
        hidden, missing = ask(reverse(f"reports:{name}", args=[contact.pk])), ask(reverse(f"reports:{name}", args=[uuid4()]))
        assert hidden.status_code == missing.status_code == 404


def test_the_writer_sees_who_has_read_when_and_what_they_answered(client: Client, cast: Cast, report: Report) -> None:
    contact = report("定例", report_to=[cast.boss, cast.colleague])
    contacts.confirm(reader=cast.boss, contact=contact, now=timezone.now())
    contacts.reply(author=cast.boss, contact=contact, body="次回は同行します。", now=timezone.now())
    client.force_login(cast.seller)

    page = client.get(reverse("reports:told")).content.decode()

    assert order_of(page, "田中 部長", "確認済", "坂田 純", "再送") == ["田中 部長", "確認済", "坂田 純", "再送"]
    assert "次回は同行します。" in page


def test_the_writer_sees_that_a_mail_did_not_arrive(client: Client, cast: Cast, report: Report) -> None:
    report()
    Outbox.objects.filter(topic="report.mail").update(failed_at=timezone.now(), last_error="550")
    client.force_login(cast.seller)

    assert "メール未達" in client.get(reverse("reports:told")).content.decode()


def test_what_others_reported_is_not_on_my_list(client: Client, cast: Cast, report: Report) -> None:
    report("他人の件", owner=cast.colleague)
    client.force_login(cast.seller)

    assert "他人の件" not in client.get(reverse("reports:told")).content.decode()


@pytest.mark.parametrize("name", ["inbox", "told", "notices", "read", "home"])
def test_every_page_asks_the_same_few_questions_however_full_it_is(name: str, client: Client, cast: Cast, report: Report) -> None:
    phrase()
    reader = cast.seller if name == "told" else cast.boss

    def fill(count: int) -> ContactPoint:
        for _one in range(count):
            firm = a_customer(recorder=cast.seller)
            more = {
                "people": [a_person(firm, recorder=cast.seller)],
                "participants": [cast.colleague],
                "expenses": [ExpenseLine(amount_yen=10)],
            }
            contact = report(customer=firm, report_to=[cast.boss, cast.colleague], **more)
            contacts.reply(author=cast.colleague, contact=contact, body="了解です。", now=timezone.now())
        outbox.keep(now=timezone.now())
        return contact

    def asked() -> int:
        url = reverse(name) if name == "home" else read_url(contact) if name == "read" else reverse(f"reports:{name}")
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    contact = fill(1)
    client.force_login(reader)
    client.get(reverse("home"))
    few = asked()
    contact = fill(4)

    assert asked() == few
    assert few <= (16 if name == "read" else 12)


def test_a_page_shows_fifty_and_leads_to_the_rest(as_boss: Client, boss: User, report: Report) -> None:
    for number in range(52):
        report(f"件{number:02}番")

    first = as_boss.get(reverse("reports:inbox"))
    cursor = first.context["page"].older
    second = as_boss.get(reverse("reports:inbox"), {"after": cursor})

    seen = [row.contact.summary_note for page in (first, second) for row in page.context["page"]]
    assert seen == [f"件{number:02}番" for number in reversed(range(52))]


def test_the_list_has_a_word_for_nothing(as_boss: Client, customer: Customer) -> None:
    assert "報告はまだありません" in as_boss.get(reverse("reports:inbox")).content.decode()
    assert "該当する報告はありません" in as_boss.get(reverse("reports:inbox"), {"q": "何か"}).content.decode()


def test_english_reads_in_english(client: Client, cast: Cast, report: Report) -> None:
    reader = a_user("John Smith", cast.sales, language="en")
    contact = report(report_to=[reader])
    phrase()
    client.force_login(reader)

    page = client.get(read_url(contact)).content.decode()

    assert "Understood." in page
    assert "Next unread" in page or "No more unread reports." in page
