"""The pages: entering, changing, finding, the bin, and what bad input meets."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts.actions import change_contact, delete_contact
from contacts.models import ContactPoint
from crm.actions import staff
from crm.audience import Audience
from crm.models import AccessEntry, User
from schedule.actions import AppointmentEntry, book
from schedule.models import Appointment
from tests.contacts.given import a_contact, a_form, a_next, an_entry, promised
from tests.make import a_choice, a_customer, a_person, an_audience

pytestmark = pytest.mark.django_db
NEW = "/contacts/new"
MARK = "極秘のことば"


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def detail(contact: ContactPoint) -> str:
    return reverse("contacts:detail", args=[contact.pk])


def edit(contact: ContactPoint) -> str:
    return reverse("contacts:edit", args=[contact.pk])


def saved() -> ContactPoint:
    return ContactPoint.objects.for_the_house("a test looks").get()


def test_a_visit_is_logged_reported_and_followed_up_in_one_save_of_at_most_25_statements(seller, boss, colleague, now):
    client, customer = as_(seller), a_customer(recorder=seller)
    method = a_choice("method", "訪問", semantic="visit")
    a_contact(seller, now, next=a_next(now))  # a working process has looked permissions up before
    sent = a_form(
        starts="9:00", ends="１０時半", customer=customer.pk, method=method.pk, content="見積を説明した。",
        report_to=[boss.pk], notice_to=[colleague.pk], next_on="令和8年12月1日", next_starts="1000",
    )  # fmt: skip

    with CaptureQueriesContext(connection) as asked:
        answer = client.post(NEW, sent)

    contact = ContactPoint.objects.visible_to(boss).get(pk=sent["contact_id"])
    ahead = Appointment.objects.visible_to(boss).get(pk=contact.next_appointment_id)
    assert answer.status_code == 302
    assert f"{contact.ended_at:%H:%M}" == "01:30"
    assert f"{ahead.starts_at:%m-%d %H:%M}" == "12-01 01:00"
    assert promised("report").count("report.mail") == 2
    assert len(asked) <= 25, [one["sql"][:90] for one in asked.captured_queries]


def test_the_form_opens_with_today_oneself_and_the_whole_company(seller):
    answer = as_(seller).get(NEW)
    page = answer.content.decode()

    assert 'value="2026/11/20"' in page
    assert f"担当・記入者：{seller.name}" in page
    assert answer.context["form"].initial["audience"].company
    assert "data-guard" in page


def test_a_double_submit_makes_one_record_and_says_so(seller, boss):
    sent = a_form(content="一度だけ", report_to=[boss.pk])
    client = as_(seller)
    client.post(NEW, sent)

    again = client.post(NEW, sent, follow=True)

    assert ContactPoint.objects.visible_to(seller).count() == 1
    assert promised("report") == ["report.mail", "report.notice"]
    assert again.status_code == 200


def test_a_draft_keeps_everything_even_the_next_appointment(seller, boss):
    client = as_(seller)
    client.post(NEW, a_form(content="書きかけ", draft="1", report_to=[boss.pk], next_on="2026/12/01", next_starts="10:00"))

    draft = saved()
    page = client.get(edit(draft)).content.decode()

    assert draft.state == "draft"
    assert "書きかけ" in page
    assert 'value="2026/12/01"' in page
    assert f'<option value="{boss.pk}" selected>' in page
    assert client.get("/contacts/drafts/").content.decode().count("書きかけ") == 1
    assert as_(boss).get(detail(draft)).status_code == 404


BAD: dict[str, tuple[dict[str, object], str]] = {
    "no date": ({"date": ""}, "date"),
    "no such day": ({"date": "2026/2/30"}, "date"),
    "an era of no years": ({"date": "X8.1.1"}, "date"),
    "an era year 0": ({"date": "R0.1.1"}, "date"),
    "25 o'clock": ({"starts": "25:00"}, "starts"),
    "end before start": ({"starts": "10:00", "ends": "9:00"}, "ends"),
    "an end without a start": ({"ends": "9:00"}, "starts"),
    "tomorrow": ({"date": "2026/11/21"}, "date"),
    "a megabyte": ({"content": "あ" * 350_000}, "content"),
    "an unknown customer": ({"customer": str(uuid4())}, "customer"),
    "no key at all": ({"customer": "abc'--"}, "customer"),
    "an unknown colleague": ({"report_to": ["99999999"]}, "report_to"),
    "a full-width key": ({"report_to": ["１"]}, "report_to"),
    "a huge key": ({"method": "9" * 40}, "method"),
    "an unknown method": ({"method": "77777"}, "method"),
    "somebody else as owner": ({"owner": "99999"}, "owner"),
    "an unknown audience": ({"audience": "chosen", "audience_parts": ["u999999"]}, "audience"),
    "next before this": ({"next_on": "2026/11/01"}, "next_on"),
    "next time without day": ({"next_starts": "10:00"}, "next_on"),
    "next of no length": ({"next_on": "2026/12/01", "next_starts": "10:00", "next_ends": "10:00"}, "next_ends"),
    "a free summary of 101 letters": ({"summary_note": "あ" * 101}, "summary_note"),
    "a bad direct": ({"direct": "sideways"}, "direct"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_meets_a_sentence_at_its_field_and_loses_nothing(case, seller):
    fields, wrong = BAD[case]
    sent = a_form(**{"content": "消えてはならない文", "summary_note": "概略", **fields})

    answer = as_(seller).post(NEW, sent)

    assert answer.status_code == 422
    assert wrong in answer.context["form"].errors
    if "content" not in fields:
        assert "消えてはならない文" in answer.content.decode()
    assert not ContactPoint.objects.visible_to(seller).exists()


@pytest.mark.parametrize("page", [NEW, "/contacts/quick"])
def test_a_refused_form_names_the_fields_and_leads_to_what_is_said_of_them(seller, page):
    text = as_(seller).post(page, a_form(date="いつか", next_on="そのうち")).content.decode()

    for field, words in {"date": "日付", "next_on": "次回予定 · 日付"}.items():
        assert f'<a href="#id_{field}_error">{words}</a>' in text
        assert text.count(f'id="id_{field}_error"') == 1


@pytest.mark.parametrize("half", ["%ED%A0%80", "%FF%FE", "a%00b"])
def test_bytes_that_are_no_text_are_no_error_page(half, seller):
    body = f"date=2026/11/20&audience=company&summary_note=abc{half}def&content={'x' * 10}"

    answer = as_(seller).post(NEW, body, content_type="application/x-www-form-urlencoded", follow=True)

    assert answer.status_code in (200, 422)
    assert "\x00" not in answer.content.decode()


@pytest.mark.parametrize(
    "text", ["🗾 訪問👨‍👩‍👧", "שלום abc", "一行目\r\n二行目", "<script>alert(1)</script>", "{{ 7 }}", "A\u202eB", "タブ\tと\u3000空白"]
)
def test_odd_text_is_kept_and_shown_as_text(text, seller):
    client = as_(seller)

    answer = client.post(NEW, a_form(content=text), follow=True)

    assert answer.status_code == 200
    assert saved().content
    assert "<script>alert" not in answer.content.decode()


def test_a_hidden_customer_is_refused_with_the_words_for_an_unknown_one(seller, outsider):
    hidden = a_customer(MARK, recorder=outsider, audience=Audience())
    client = as_(seller)

    asked = [client.post(NEW, a_form(customer=str(key))).context["form"].errors["customer"] for key in (hidden.pk, uuid4())]
    prefilled = client.get(f"{NEW}?customer={hidden.pk}").content.decode()

    assert asked[0] == asked[1]
    assert MARK not in prefilled
    assert f'<option value="{hidden.pk}"' not in prefilled


def test_expenses_are_added_up_and_a_line_without_amount_is_pointed_out(seller):
    lines = {
        "expenses-TOTAL_FORMS": "3",
        "expenses-0-origin": "長崎",
        "expenses-0-amount_yen": "１，２００円",
        "expenses-1-amount_yen": "300",
    }
    client = as_(seller)

    good = client.post(NEW, a_form(**lines), follow=True)
    bad = client.post(NEW, a_form(**lines | {"expenses-2-origin": "諫早"}))

    assert "¥1,500" in good.content.decode()
    assert bad.status_code == 422
    assert "諫早" in bad.content.decode()


def test_people_outside_the_audience_are_pointed_out_in_the_form(seller, outsider, cast, now):
    contact = a_contact(seller, now, audience=an_audience(cast.sales), report_to=[outsider])

    page = as_(seller).get(edit(contact))

    assert page.context["form"].outsiders() == [outsider]
    assert outsider.name in page.content.decode()


def test_a_stale_edit_shows_both_texts_and_the_current_one_can_be_taken_over(seller, now):
    contact = a_contact(seller, now, content="元の文")
    sent = a_form(version="1", content="わたしの文", summary_note="わたしの概略", starts="9:00")
    change_contact(by=seller, contact=contact, version=1, entry=an_entry(now, content="先に保存された文"), now=now)
    client = as_(seller)

    stale = client.post(edit(contact), sent)
    both = stale.content.decode()
    taken = client.post(edit(contact), {**sent, "version": "2", "take": "content"})
    client.post(edit(contact), {**sent, "version": "2", "content": "先に保存された文 と わたしの文"})

    assert stale.status_code == 409
    assert both.count("わたしの文") >= 2
    assert "先に保存された文" in both
    assert taken.context["form"]["content"].value() == "先に保存された文"
    assert taken.context["form"]["summary_note"].value() == "わたしの概略"
    assert saved().content == "先に保存された文 と わたしの文"


def test_an_appointment_fills_the_whole_form_and_is_converted_once(seller, boss, cast, now):
    customer = a_customer(recorder=seller)
    person = a_person(customer, recorder=seller)
    entry = AppointmentEntry(
        starts_at=now - timedelta(hours=3), ends_at=now - timedelta(hours=2), customer=customer, people=[person], participants=[boss],
        summary_note="契約更新", direct="to", audience=an_audience(cast.sales),
    )  # fmt: skip
    appointment = book(owner=seller, recorder=seller, entry=entry, now=now)[0]
    client = as_(seller)

    page = client.get(f"{NEW}?appointment={appointment.pk}")
    initial = page.context["form"].initial
    client.post(NEW, a_form(appointment=str(appointment.pk), customer=customer.pk))
    second = client.get(f"{NEW}?appointment={appointment.pk}")
    refused = client.post(NEW, a_form(appointment=str(appointment.pk)))

    assert (initial["customer"], initial["people"], initial["participants"]) == (customer.pk, [person.pk], [boss])
    assert (str(initial["starts"]), str(initial["ends"]), initial["direct"], initial["summary_note"]) == (
        "12:00:00",
        "13:00:00",
        "to",
        "契約更新",
    )
    assert initial["audience"] == an_audience(cast.sales)
    assert "契約更新" in page.content.decode()
    assert second["Location"] == detail(saved())
    assert refused.status_code == 422
    assert detail(saved()) in refused.content.decode()


def test_a_record_can_be_copied_and_begun_from_customer_person_and_deal(seller, now):
    customer = a_customer(recorder=seller)
    person = a_person(customer, recorder=seller)
    contact = a_contact(seller, now, customer=customer, people=[person], content="写しの元")
    client = as_(seller)

    from_copy = client.get(f"{NEW}?copy={contact.pk}").context["form"].initial
    from_person = client.get(f"{NEW}?person={person.pk}").context["form"].initial

    assert (from_copy["customer"], from_copy["content"]) == (customer.pk, "写しの元")
    assert (from_person["customer"], from_person["people"]) == (customer.pk, [person.pk])
    assert client.get(f"{NEW}?customer=nonsense&person=%27&deal=1").status_code == 200


def test_the_record_page_shows_who_has_read_and_answered_but_not_a_hidden_customer(seller, boss, outsider, now):
    hidden = a_customer(MARK, recorder=seller, audience=Audience())
    contact = a_contact(seller, now, customer=hidden, report_to=[boss])

    mine, theirs = as_(seller).get(detail(contact)), as_(outsider).get(detail(contact))

    assert MARK in mine.content.decode()
    assert boss.name in mine.content.decode()
    assert theirs.status_code == 200
    assert MARK not in theirs.content.decode()
    assert str(hidden.pk) not in theirs.content.decode()
    assert AccessEntry.objects.filter(verb="view", object_id=str(contact.pk)).count() == 2


def test_the_outsider_meets_the_same_404_at_every_door(seller, outsider, cast, now):
    contact = a_contact(seller, now, audience=an_audience(cast.sales), content=MARK)
    client, unknown = as_(outsider), uuid4()

    for name in ("detail", "edit", "readers", "older", "newer"):
        hidden, missing = (client.get(reverse(f"contacts:{name}", args=[key])) for key in (contact.pk, unknown))
        assert (hidden.status_code, missing.status_code) == (404, 404), name
    for name in ("edit", "delete", "restore", "send_again"):
        hidden, missing = (client.post(reverse(f"contacts:{name}", args=[key]), a_form()) for key in (contact.pk, unknown))
        assert (hidden.status_code, missing.status_code) == (404, 404), name
    assert MARK not in client.get("/contacts/").content.decode()
    assert MARK not in client.get(f"/contacts/?q={MARK}").content.decode().replace(f'value="{MARK}"', "").replace(f": {MARK}", "")


def test_readers_may_not_change_what_is_not_theirs(seller, colleague, now):
    contact = a_contact(seller, now)
    client = as_(colleague)

    assert client.get(detail(contact)).status_code == 200
    assert client.get(edit(contact)).status_code == 404
    assert client.post(reverse("contacts:delete", args=[contact.pk])).status_code == 404


def test_who_can_see_it_and_why_is_told_to_those_who_may_edit(seller, boss, cast, now):
    contact = a_contact(seller, now, audience=an_audience(cast.sales), report_to=[boss])

    page = as_(seller).get(reverse("contacts:readers", args=[contact.pk])).content.decode()

    assert str(cast.sales) in page
    assert boss.name in page
    assert as_(boss).get(reverse("contacts:readers", args=[contact.pk])).status_code == 404


def test_deleting_offers_a_way_back_and_the_bin_gives_it(seller, now):
    contact = a_contact(seller, now, content="捨てた文")
    client = as_(seller)

    after = client.post(reverse("contacts:delete", args=[contact.pk]), follow=True).content.decode()
    in_bin = client.get("/contacts/bin/").content.decode()
    back = client.post(reverse("contacts:restore", args=[contact.pk]))

    assert reverse("contacts:restore", args=[contact.pk]) in after
    assert "捨てた文" in in_bin
    assert back["Location"] == detail(contact)
    assert as_(seller).post(reverse("contacts:restore", args=[contact.pk])).status_code == 404


def test_a_report_is_sent_again_to_one_person_only(seller, boss, colleague, now):
    contact = a_contact(seller, now, report_to=[boss, colleague])
    row = contact.recipients.get(user=boss)
    client = as_(seller)

    client.post(reverse("contacts:send_again", args=[contact.pk]), {"recipient": row.pk, "reason": "訂正"})
    unknown = client.post(reverse("contacts:send_again", args=[contact.pk]), {"recipient": "x"})

    assert promised("again") == ["again.mail", "again.notice"]
    assert unknown.status_code == 404


def test_the_history_is_narrowed_by_each_condition(seller, colleague, now):
    customer = a_customer("青木建材", recorder=seller)
    method, result = a_choice("method", "訪問"), a_choice("result", "前進")
    one = a_contact(seller, now, customer=customer, method=method, result=result, content="見積の話")
    with time_machine.travel(now + timedelta(seconds=1), tick=False):
        two = a_contact(colleague, now, started_at=now - timedelta(days=30), ended_at=None, content="契約の話")
    client = as_(seller)

    def found(query: str) -> list[ContactPoint]:
        return client.get(f"/contacts/?{query}").context["page"].rows

    assert found("") == [one, two]
    assert found("sort=oldest") == [two, one]
    assert found("sort=entered") == [two, one]
    assert found(f"owner={colleague.pk}") == [two]
    assert found(f"customer={customer.pk}") == [one]
    assert found(f"method={method.pk}&result={result.pk}") == [one]
    assert found("from=2026/11/01") == [one]
    assert found("to=R8.10.31") == [two]
    assert found("q=見積") == [one]
    assert found("q=アオキ建材") == []
    assert found("q=青木") == [one]
    assert two in found(f"q={two.number}")  # a small number may stand in a customer's code as well
    assert found("state=draft") == []


def test_a_word_of_a_hidden_customers_name_finds_nothing(seller, outsider, now):
    hidden = a_customer("極秘工業", recorder=seller, audience=Audience())
    contact = a_contact(seller, now, customer=hidden)

    assert as_(seller).get("/contacts/?q=極秘").context["page"].rows == [contact]
    assert as_(outsider).get("/contacts/?q=極秘").context["page"].rows == []
    assert list(AccessEntry.objects.filter(verb="search").values_list("detail", flat=True)) == [{"words": 1, "filters": ["q"]}] * 2


def test_a_change_on_behalf_that_hides_the_record_leads_back_to_the_list(boss, outsider, now):
    staff.delegate(by=None, principal=boss, agent=outsider)
    contact = a_contact(boss, now)

    saved = as_(outsider).post(f"{detail(contact)}edit", a_form(version=1, audience="named", content="直した"), follow=True)

    assert [address for address, _status in saved.redirect_chain] == ["/contacts/"]
    assert ContactPoint.objects.visible_to(boss).get().content == "直した"


@pytest.mark.parametrize(
    "query",
    [
        "from=x",
        "customer=1",
        "owner=abc",
        "method=１",
        "customer=01900000-0000-7000-8000-000000000000",
        "sort=zz",
        "after=x",
        "from=2026/11/20&to=2026/11/01",
        "q=" + "あ" * 300,
    ],
)
def test_conditions_that_cannot_be_read_are_no_error_page(query, seller, now):
    a_contact(seller, now)

    answer = as_(seller).get(f"/contacts/?{query}")

    assert answer.status_code == 200
    assert (answer.context["page"].rows == []) == (query != "after=x")


def test_the_customers_page_gets_the_timeline_as_a_fragment(seller, now):
    customer = a_customer(recorder=seller)
    a_contact(seller, now, customer=customer, content="流れの中の一件")

    part = as_(seller).get(f"/contacts/?customer={customer.pk}&view=timeline", headers={"HX-Request": "true", "HX-Target": "div#timeline"})

    assert "流れの中の一件" in part.content.decode()
    assert "<html" not in part.content.decode()


def test_older_and_newer_lead_along_the_customer_and_stay_at_the_ends(seller, now):
    customer = a_customer(recorder=seller)
    first, second = (a_contact(seller, now, customer=customer, started_at=now - timedelta(days=day), ended_at=None) for day in (3, 1))
    a_contact(seller, now, started_at=now - timedelta(days=2), ended_at=None)
    client = as_(seller)

    def leads(way: str, contact: ContactPoint) -> str:
        return client.get(reverse(f"contacts:{way}", args=[contact.pk]))["Location"]

    assert leads("newer", first) == detail(second)
    assert leads("older", second) == detail(first)
    assert leads("older", first) == detail(first)


def test_pages_ask_the_same_number_of_questions_for_few_and_many_rows(seller, boss, colleague, now):
    client, customer = as_(seller), a_customer(recorder=seller)
    contact = a_contact(seller, now, customer=customer, next=a_next(now), report_to=[boss])
    a_contact(seller, now, customer=customer, draft=True)
    delete_contact(by=seller, contact=a_contact(seller, now, customer=customer), now=now)
    pages = [
        "/contacts/",
        "/contacts/?q=見積&owner=" + str(seller.pk),
        f"/contacts/?customer={customer.pk}&view=timeline",
        "/contacts/drafts/",
        "/contacts/bin/",
    ]
    pages += [detail(contact), edit(contact), NEW]

    def counted() -> dict[str, int]:
        counts = {}
        for page in pages:
            with CaptureQueriesContext(connection) as asked:
                client.get(page)
            counts[page] = len(asked)
        return counts

    few = counted()
    for day in range(1, 8):
        a_contact(seller, now, customer=a_customer(f"顧客{day}", recorder=seller), started_at=now - timedelta(days=day), ended_at=None)
        a_contact(seller, now, customer=customer, draft=True)
    many = counted()

    assert few == many
    wide = {detail(contact), edit(contact), NEW}  # all that belongs to one record
    assert max(many[page] for page in pages if page not in wide) <= 12, many
    assert max(many[page] for page in wide) <= 15, many


def test_a_clerk_may_choose_for_whom_to_enter(seller, colleague, now):
    staff.delegate(by=None, principal=seller, agent=colleague)
    client = as_(colleague)

    page = client.get(NEW).content.decode()
    client.post(NEW, a_form(owner=seller.pk))

    assert seller.name in page
    assert (saved().owner, saved().recorder) == (seller, colleague)
    assert as_(seller).get(detail(saved())).status_code == 200
