"""The history of changes: readable, in words of whoever reads it, and silent about what that person may not see."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts.actions import change_contact, comments, delete_contact, log_contact, restore_contact
from contacts.actions.errors import NoSuchText
from contacts.actions.keeping import restore_content
from contacts.changes import SHOWN, entries_for, is_bare
from contacts.entry import ExpenseLine
from contacts.models import ContactPoint
from crm.actions import StaleVersion, customers
from crm.actions.items import add_item
from crm.audience import Audience
from crm.changes import Change, changes_of, known
from crm.changes.diff import MOST_LINES, compare
from crm.changes.names import Names
from crm.lines import PhoneLine, StaffLine
from crm.models import AuditEntry, Delegation, User
from schedule.actions import AppointmentEntry, book, change_appointment
from tests.conftest import Cast
from tests.contacts.given import a_contact, an_entry
from tests.house.walking import logged_in
from tests.make import a_choice, a_customer, a_person, an_audience

pytestmark = pytest.mark.django_db


def told(contact: ContactPoint, viewer: User) -> list[Change]:
    """The whole history, oldest first, as this person reads it."""
    entries = list(entries_for(contact, viewer).order_by("at", "pk"))
    return changes_of(contact, entries, viewer, SHOWN, bare=lambda entry: is_bare(contact, viewer, entry))


def lines(change: Change) -> dict[str, tuple[str, str]]:
    return {line.label: (line.old, line.new) for line in change.lines if not (line.added or line.removed)}


def text_of(user: User, contact: ContactPoint) -> str:
    return logged_in(user).get(reverse("contacts:changes", args=[contact.pk])).content.decode()


def test_who_when_from_where_and_old_to_new_are_told(cast: Cast, now: datetime) -> None:
    firm, other = a_customer("青木建材", recorder=cast.seller), a_customer("旭商会", recorder=cast.seller)
    visit, call = a_choice("method", "訪問"), a_choice("method", "電話")
    contact = a_contact(cast.seller, now, customer=firm, method=visit)

    change_contact(
        by=cast.seller, contact=contact, version=1, now=now,
        entry=an_entry(now, customer=other, method=call, started_at=now - timedelta(hours=3), direct="to"),
    )  # fmt: skip

    created, changed = told(contact, cast.colleague)
    assert (created.said, changed.said, changed.user, changed.via) == ("入力", "変更", cast.seller, "")
    assert lines(changed) == {
        "顧客": ("青木建材", "旭商会"),
        "対応形態": ("訪問", "電話"),
        "日時": ("2026/11/20(金) 13:00", "2026/11/20(金) 12:00"),
        "直行・直帰": ("なし", "直行"),
    }
    assert lines(created)["内容"] == ("", "見積を説明した。")


def test_parts_are_told_as_added_and_removed(cast: Cast, now: datetime) -> None:
    firm = a_customer(recorder=cast.seller)
    suzuki, sato = a_person(firm, "鈴木", recorder=cast.seller), a_person(firm, "佐藤", recorder=cast.seller)
    train = a_choice("expense_kind", "電車")
    entry = an_entry(now, customer=firm, people=[suzuki], report_to=[cast.boss])
    contact = a_contact(cast.seller, now, customer=firm, people=[suzuki], report_to=[cast.boss])

    costs = [ExpenseLine(kind=train, origin="長崎", destination="諫早 駅", amount_yen=480, round_trip=True, note="IC")]
    wanted = replace(entry, people=[sato], participants=[cast.colleague], report_to=[], notice_to=[cast.boss], expenses=costs)
    change_contact(by=cast.seller, contact=contact, version=1, entry=wanted, now=now)

    said = {line.label: (list(line.removed), list(line.added)) for line in told(contact, cast.seller)[-1].lines}
    assert said == {
        "顧客担当者": (["鈴木"], ["佐藤"]),
        "参加社員": ([], ["坂田 純"]),
        "報告": (["田中 部長 (報告先)"], ["田中 部長 (連絡先)"]),
        "交通費・経費": ([], ["電車 長崎 諫早 駅 往復 ¥480 IC"]),
    }


def test_a_plan_tells_its_targets_as_far_as_they_are_seen(cast: Cast) -> None:
    seen, hidden = (
        a_customer("青木建材", recorder=cast.seller),
        a_customer("秘密", recorder=cast.seller, audience=an_audience(people=(cast.seller,))),
    )
    names, part = Names(cast.boss), known.PLAN.parts["targets"]
    for row in (seen, hidden):
        names.want("crm.Customer", row.pk)
    names.fetch()

    assert [part.say(f"{row.pk} 3", names) for row in (seen, hidden)] == ["青木建材 (3 件予定)", ""]


def test_a_text_shows_what_went_and_what_came(cast: Cast, now: datetime) -> None:
    contact = a_contact(cast.seller, now, content="一行目\n単価は百円です。\n三行目")
    change_contact(by=cast.seller, contact=contact, version=1, entry=an_entry(now, content="一行目\n単価は千円です。\n三行目"), now=now)

    page = text_of(cast.colleague, contact)

    assert "単価は<del>百</del><ins>千</ins>円です。" in page


def test_names_the_reader_may_not_see_are_never_told(cast: Cast, now: datetime) -> None:
    secret = an_audience(people=(cast.seller,))
    hidden = a_customer("秘密商事", recorder=cast.seller, audience=secret)
    person = a_person(hidden, "隠田", recorder=cast.seller)
    deal = customers.add_deal(
        by=cast.seller, name="秘密案件", stage=a_choice("deal_stage", "商談"), audience=secret, owner=cast.seller, customer=hidden
    )
    add_item(by=cast.admin, target="contact", code="rival", type="customer", label_ja="競合先", label_en="Rival")
    contact = a_contact(cast.seller, now)
    entry = an_entry(now, customer=hidden, people=[person], deal=deal, guests=[person], custom={"rival": str(hidden.pk)})
    change_contact(by=cast.seller, contact=contact, version=1, entry=entry, now=now)
    change_contact(by=cast.seller, contact=contact, version=2, entry=an_entry(now, content="直した"), now=now)

    own, others = text_of(cast.seller, contact), text_of(cast.colleague, contact)
    api = logged_in(cast.colleague).get(f"/api/v1/contacts/{contact.pk}/changes/").content.decode()

    assert all(word in own for word in ("秘密商事", "隠田", "秘密案件", "競合先"))
    for word in ("秘密商事", "隠田", "秘密案件", "競合先", str(hidden.pk), str(person.pk), str(deal.pk)):
        assert word not in others and word not in api
    assert len(told(contact, cast.seller)) == 3
    # A change of nothing but hidden things is not there at all; the texts of the others are.
    assert [[line.label for line in change.lines] for change in told(contact, cast.colleague)[1:]] == [["内容"]]


def test_who_may_see_it_is_told_to_editors_only(cast: Cast, now: datetime) -> None:
    contact = a_contact(cast.seller, now)
    entry = an_entry(now, audience=an_audience(cast.sales, people=(cast.admin,)))
    change_contact(by=cast.seller, contact=contact, version=1, entry=entry, now=now)

    own, others = text_of(cast.seller, contact), text_of(cast.colleague, contact)

    assert "全社" in own and str(cast.sales) in own and cast.admin.name in own
    assert "公開範囲" not in others and cast.admin.name not in others


def test_how_a_draft_read_stays_its_writers_own(cast: Cast, now: datetime) -> None:
    Delegation.objects.create(principal=cast.seller, agent=cast.boss)
    contact, _new = log_contact(owner=cast.seller, recorder=cast.seller, entry=an_entry(now, content="本音のメモ"), now=now, draft=True)
    contact = change_contact(by=cast.seller, contact=contact, version=1, entry=an_entry(now, content="まだ下書き"), now=now)
    later = now + timedelta(minutes=1)
    AuditEntry.objects.update(at=now)
    contact = change_contact(
        by=cast.seller, contact=contact, version=2, entry=an_entry(now, content="公開する文"), now=later, register=True
    )
    AuditEntry.objects.filter(after__state="registered").update(at=later)

    for reader in (cast.colleague, cast.boss):
        page = text_of(reader, contact)
        assert "登録" in page and "本音" not in page and "下書き" not in page
        assert [change.said for change in told(contact, reader)] == ["登録"]
    assert "本音のメモ" in text_of(cast.seller, contact)
    # Whoever may enter for the owner may edit, and still learns nothing by bringing back.
    register = AuditEntry.objects.get(after__state="registered")
    answer = logged_in(cast.boss).post(reverse("contacts:content_restore", args=[contact.pk, register.pk]), {"version": "3"})
    assert answer.status_code == 404


def test_outsiders_find_no_history(cast: Cast, now: datetime) -> None:
    contact = a_contact(cast.seller, now, audience=an_audience(cast.sales))
    draft = a_contact(cast.seller, now, draft=True)
    client = logged_in(cast.outsider)

    for row in (contact, draft):
        entry = AuditEntry.objects.get(object_id=str(row.pk))
        assert client.get(reverse("contacts:changes", args=[row.pk])).status_code == 404
        assert client.post(reverse("contacts:content_restore", args=[row.pk, entry.pk]), {"version": "1"}).status_code == 404
        assert client.get(f"/api/v1/contacts/{row.pk}/changes/").status_code == 404
    assert logged_in(cast.boss).get(reverse("contacts:changes", args=[draft.pk])).status_code == 404


def test_an_earlier_text_is_brought_back_as_a_change_like_any_other(cast: Cast, now: datetime) -> None:
    contact = a_contact(cast.seller, now, content="単価は百円", report_to=[cast.boss])
    contact = change_contact(
        by=cast.seller, contact=contact, version=1, entry=an_entry(now, content="消した文", report_to=[cast.boss]), now=now
    )
    entry = AuditEntry.objects.get(object_id=str(contact.pk), verb="change")
    client = logged_in(cast.seller)
    address = reverse("contacts:content_restore", args=[contact.pk, entry.pk])

    assert address in text_of(cast.seller, contact)
    assert address not in text_of(cast.colleague, contact)
    assert logged_in(cast.colleague).post(address, {"version": "2"}).status_code == 404
    client.post(address, {"version": "1"})  # stale: refused, nothing changed
    contact.refresh_from_db()
    assert contact.content == "消した文"
    client.post(address, {"version": "2"})

    contact.refresh_from_db()
    assert (contact.content, contact.version) == ("単価は百円", 3)
    assert contact in ContactPoint.objects.visible_to(cast.boss).filter(search_text__contains="百円")
    last = told(contact, cast.boss)[-1]
    assert (last.verb, last.via, lines(last)["内容"]) == ("restore_text", "web", ("消した文", "単価は百円"))


@pytest.mark.parametrize("version", ["", "x", "１", "-1", "9" * 40])
def test_a_nonsense_version_brings_nothing_back(cast: Cast, now: datetime, version: str) -> None:
    contact = a_contact(cast.seller, now, content="単価は百円")
    change_contact(by=cast.seller, contact=contact, version=1, entry=an_entry(now, content="別の文"), now=now)
    entry = AuditEntry.objects.get(object_id=str(contact.pk), verb="change")

    answer = logged_in(cast.seller).post(
        reverse("contacts:content_restore", args=[contact.pk, entry.pk]), {"version": version}, follow=True
    )

    contact.refresh_from_db()
    assert (answer.status_code, contact.content) == (200, "別の文")


def test_only_a_text_of_this_very_record_is_brought_back(cast: Cast, now: datetime) -> None:
    contact, other = a_contact(cast.seller, now), a_contact(cast.seller, now, content="他の記録の文")
    change_contact(by=cast.seller, contact=other, version=1, entry=an_entry(now, content="変更"), now=now)
    strange = AuditEntry.objects.get(object_id=str(other.pk), verb="change")
    without = AuditEntry.objects.get(object_id=str(contact.pk), verb="create")

    assert (
        logged_in(cast.seller).post(reverse("contacts:content_restore", args=[contact.pk, strange.pk]), {"version": "1"}).status_code == 404
    )
    for entry in (strange, without):
        with pytest.raises(NoSuchText):
            restore_content(by=cast.seller, contact=contact, version=1, entry=entry)
    with pytest.raises(StaleVersion):
        restore_content(by=cast.seller, contact=contact, version=7, entry=without)


def test_the_bin_and_the_way_back_stand_in_the_history(cast: Cast, now: datetime) -> None:
    contact = a_contact(cast.seller, now)
    delete_contact(by=cast.seller, contact=contact, now=now)
    restore_contact(by=cast.seller, contact=contact, now=now)

    assert [change.said for change in told(contact, cast.boss)] == ["入力", "ごみ箱へ移動", "復元"]


def test_comments_and_likes_are_no_changes_of_the_record(cast: Cast, now: datetime) -> None:
    contact = a_contact(cast.seller, now)
    comments.write_comment(author=cast.boss, contact=contact, body="了解", now=now)
    comments.like(by=cast.boss, contact=contact, now=now)

    assert [change.verb for change in told(contact, cast.boss)] == ["create"]


def test_the_company_s_own_items_are_told_by_their_labels(cast: Cast, now: datetime) -> None:
    made: dict[str, Any] = {"by": cast.admin, "target": "contact"}
    add_item(code="rivals", type="integer", label_ja="競合社数", unit_label="社", **made)
    add_item(code="sure", type="check", label_ja="決裁者に会えた", **made)
    add_item(code="on", type="date", label_ja="回答期限", **made)
    contact = a_contact(cast.seller, now, custom={"rivals": 2})

    entry = an_entry(now, custom={"rivals": 3, "sure": True, "on": "2026-12-01"})
    change_contact(by=cast.seller, contact=contact, version=1, entry=entry, now=now)

    assert lines(told(contact, cast.boss)[-1]) == {
        "競合社数": ("2社", "3社"),
        "決裁者に会えた": ("", "はい"),
        "回答期限": ("", "2026/12/01(火)"),
    }


def test_programs_read_the_history_and_bring_a_text_back(cast: Cast, now: datetime) -> None:
    contact = a_contact(cast.seller, now, content="単価は百円")
    client, url = logged_in(cast.seller), f"/api/v1/contacts/{contact.pk}/changes/"
    client.patch(f"/api/v1/contacts/{contact.pk}/", {"version": 1, "content": "別の文"}, content_type="application/json")

    last = client.get(url).json()["results"][0]
    again = client.post(f"{url}{last['id']}/restore/", {"version": 2}, content_type="application/json")

    assert (last["verb"], last["via"], last["user"]) == ("change", "api", cast.seller.pk)
    assert last["lines"] == [{"name": "content", "label": "内容", "old": "単価は百円", "new": "別の文", "added": [], "removed": []}]
    assert (again.status_code, again.json()) == (200, {"version": 3, "content": "単価は百円"})
    assert client.post(f"{url}{last['id']}/restore/", {"version": 2}, content_type="application/json").status_code == 409
    assert client.post(f"{url}{last['id']}/restore/", {"version": "x"}, content_type="application/json").status_code == 400
    assert client.post(f"{url}99999/restore/", {"version": 3}, content_type="application/json").status_code == 404
    assert logged_in(cast.boss).post(f"{url}{last['id']}/restore/", {"version": 3}, content_type="application/json").status_code == 404


def test_customers_people_deals_and_appointments_tell_theirs(cast: Cast, now: datetime) -> None:
    secret = an_audience(cast.sales)
    firm = a_customer("青木建材", recorder=cast.seller, audience=secret)
    customers.change_customer(
        by=cast.seller,
        customer=firm,
        version=1,
        name="青木工業",
        phones=[PhoneLine(number="095-820-0000")],
        staff=[StaffLine(user=cast.boss)],
    )
    person = a_person(firm, "鈴木", recorder=cast.seller)
    customers.change_person(by=cast.seller, person=person, version=1, family_name="佐藤")
    deal = customers.add_deal(
        by=cast.seller,
        name="更新",
        stage=a_choice("deal_stage", "商談"),
        audience=secret,
        owner=cast.seller,
        customer=firm,
        amount_yen=1000,
    )
    customers.change_deal(by=cast.seller, deal=deal, version=1, amount_yen=2500)
    times: dict[str, Any] = {"starts_at": now + timedelta(days=1), "ends_at": now + timedelta(days=1, hours=1), "audience": secret}
    ahead, _new = book(owner=cast.seller, recorder=cast.seller, entry=AppointmentEntry(**times), now=now)
    moved = AppointmentEntry(**times, place="諫早工場", participants=[cast.colleague])
    change_appointment(by=cast.seller, appointment=ahead, version=1, entry=moved, now=now)
    pages = {
        reverse("crm:customer_changes", args=[firm.pk]): ["青木建材", "青木工業", "095-820-0000", "田中 部長"],
        reverse("crm:person_changes", args=[person.pk]): ["鈴木", "佐藤"],
        reverse("crm:deal_changes", args=[deal.pk]): ["¥1,000", "¥2,500"],
        reverse("schedule:changes", args=[ahead.pk]): ["諫早工場", "坂田 純"],
    }

    for address, expected in pages.items():
        page = logged_in(cast.colleague).get(address).content.decode()
        assert all(word in page for word in expected), address
        assert logged_in(cast.outsider).get(address).status_code == 404


def test_a_long_history_comes_in_pages_and_costs_no_more(cast: Cast, now: datetime) -> None:
    firms = [a_customer(f"会社{number}", recorder=cast.seller) for number in range(3)]
    contact = a_contact(cast.seller, now, customer=firms[0])
    client = logged_in(cast.boss)

    def reads(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len([one for one in queries.captured_queries if one["sql"].startswith(("SELECT", "(SELECT", "WITH"))])

    def grow(upto: int) -> None:
        for version in range(contact.version, upto):
            entry = an_entry(
                now,
                customer=firms[version % 3],
                content=f"文{version}",
                method=a_choice("method"),
                participants=[[cast.boss, cast.colleague][version % 2]],
            )
            change_contact(by=cast.seller, contact=contact, version=version, entry=entry, now=now)
            contact.refresh_from_db()

    pages = [reverse("contacts:changes", args=[contact.pk]), f"/api/v1/contacts/{contact.pk}/changes/"]
    grow(4)
    few = [reads(address) for address in pages]
    grow(26)

    assert [reads(address) for address in pages] == few
    assert max(few) <= 12
    first = client.get(pages[0])
    assert len(first.context["changes"]) == 20
    assert len(client.get(f"{pages[0]}?after={first.context['page'].older}").context["changes"]) == 6
    assert client.get(f"{pages[0]}?after=nonsense").status_code == 200
    assert client.get(f"{pages[0]}?after={first.context['page'].older}", headers={"HX-Request": "true"}).status_code == 200


def said(old: str, new: str) -> list[tuple[str, str]]:
    return [(piece.op, piece.text) for piece in compare(old, new)]


def test_texts_are_compared_by_words_and_lines() -> None:
    assert said("見積を出した。", "見積書を出した。") == [("same", "見積"), ("in", "書"), ("same", "を出した。")]
    assert said("a\nb\n", "a\n") == [("same", "a\n"), ("out", "b\n")]
    assert said("", "新しい") == [("in", "新しい")]
    assert said("全く違う話", "Completely different") == [("out", "全く違う話"), ("in", "Completely different")]
    assert said("12,000円", "12,500円") == [("out", "12,000"), ("in", "12,500"), ("same", "円")]


def test_what_stayed_is_shortened_and_huge_texts_end_soon() -> None:
    long = "あ" * 500
    assert [op for op, _text in said(f"{long}\n旧\n{long}", f"{long}\n新\n{long}")] == ["gap", "same", "out", "in", "same", "gap"]
    many = "\n".join(str(number) for number in range(MOST_LINES + 2))
    assert [op for op, _text in said(many, many + "x")] == ["out", "in"]
    huge = said("い" * 20_000, "い" * 10_000 + "う" + "い" * 9_999)
    assert {op for op, _text in huge} == {"out", "in"}


def test_every_kind_of_row_has_its_doors_in_both_languages(cast: Cast, now: datetime) -> None:
    contact = a_contact(cast.seller, now)
    User.objects.filter(pk=cast.boss.pk).update(language="en")

    page = logged_in(User.objects.get(pk=cast.boss.pk)).get(reverse("contacts:changes", args=[contact.pk])).content.decode()

    assert "History of changes" in page and "Entered" in page


def test_the_whole_company_s_audience_reads_by_its_name(cast: Cast, now: datetime) -> None:
    contact = a_contact(cast.seller, now, audience=Audience(units=frozenset({cast.sales.pk})))
    change_contact(by=cast.seller, contact=contact, version=1, entry=an_entry(now), now=now)

    (line,) = [line for line in told(contact, cast.seller)[-1].lines if line.name == "scope"]
    assert (line.old, line.new) == (str(cast.sales), "全社公開")


def test_anything_the_journal_kept_that_nobody_named_stays_silent(cast: Cast, now: datetime) -> None:
    contact = a_contact(cast.seller, now)
    odd: dict[str, Any] = {"unheard_of": ["秘密"], "custom.gone": "秘密", "next_wanted": {"a": "秘密"}, "customer": "秘密", "owner": 2**80}
    AuditEntry.objects.create(user=None, verb="change", model="contacts.ContactPoint", object_id=str(contact.pk), before={}, after=odd)

    assert "秘密" not in text_of(cast.seller, contact)
