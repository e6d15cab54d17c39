"""To-dos for oneself and requests to colleagues: from the record to the answer."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contacts.actions import change_contact, delete_contact
from contacts.actions import requests as act
from contacts.actions.errors import NotForYou, NotOpenAnyMore
from contacts.entry import RequestLine
from contacts.models import ContactPoint, WorkRequest
from crm import outbox
from crm.audience import Audience
from crm.models import AuditEntry, Outbox, User
from reports.models import Notice
from tests.contacts.given import a_contact, a_form, an_entry, promised
from tests.make import a_customer, a_user, an_audience

pytestmark = pytest.mark.django_db
LIST = "/contacts/requests/"
API = "/api/v1/requests/"


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def a_line(to: User, title: str = "見積を作る", **fields: Any) -> RequestLine:
    return RequestLine(to=to, title=title, **fields)


def a_request(asker: User, to: User, now: datetime, **fields: Any) -> WorkRequest:
    line = {name: fields.pop(name) for name in ("title", "due_on", "urgent") if name in fields}
    contact = a_contact(asker, now, requests=[a_line(to, **line)], **fields)
    row: WorkRequest = WorkRequest.objects.for_the_house("just made").get(contact=contact)
    return row


def record(row: WorkRequest) -> ContactPoint:
    found: ContactPoint = ContactPoint.objects.for_the_house("a test looks").get(pk=row.contact_id)
    return found


def states(contact: ContactPoint) -> list[tuple[str, str]]:
    rows = WorkRequest.objects.for_the_house("a test looks").filter(contact=contact).order_by("place", "pk")
    return [(row.title, row.state) for row in rows]


def again(row: WorkRequest) -> WorkRequest:
    row.refresh_from_db()
    return row


def notices(user: User) -> list[str]:
    return list(Notice.objects.visible_to(user).order_by("pk").values_list("kind", flat=True))


def test_registering_sends_requests_and_tells_whom_they_ask(seller, colleague, now):
    contact = a_contact(seller, now, audience=Audience(), requests=[a_line(colleague), a_line(seller, "礼状を出す")])

    assert states(contact) == [("見積を作る", "sent"), ("礼状を出す", "sent")]
    assert promised("request") == ["request.mail", "request.notice"]  # of one's own to-do nobody is told
    assert ContactPoint.objects.visible_to(colleague).filter(pk=contact.pk).exists()
    outbox.keep(now=now)
    assert notices(colleague) == ["request"]
    assert [sent.to for sent in mail.outbox] == [[colleague.email]]
    assert (notices(seller), len(mail.outbox)) == ([], 1)


def test_a_draft_asks_nobody_until_it_is_registered(seller, colleague, now):
    contact = a_contact(seller, now, draft=True, audience=Audience(), requests=[a_line(colleague)])
    assert (states(contact), promised("request")) == ([("見積を作る", "unsent")], [])
    assert not WorkRequest.objects.visible_to(colleague).exists()

    change_contact(by=seller, contact=contact, version=1, entry=an_entry(now), now=now, register=True)

    assert states(contact) == [("見積を作る", "sent")]
    assert WorkRequest.objects.visible_to(colleague).exists()
    assert promised("request") == ["request.mail", "request.notice"]


def test_saving_a_record_again_keeps_what_stands_and_tells_nobody_twice(seller, colleague, boss, now):
    contact = a_contact(seller, now, requests=[a_line(colleague), a_line(boss, "同行する")])
    first, second = WorkRequest.objects.for_the_house("a test looks").filter(contact=contact).order_by("place")
    act.finish(by=boss, request=second, now=now)
    before = promised("request.")

    lines = [a_line(colleague, "見積を急いで作る", id=first.pk, urgent=True), a_line(seller, "電話する")]
    change_contact(by=seller, contact=contact, version=1, entry=an_entry(now, requests=lines), now=now)

    assert sorted(states(contact)) == [("同行する", "done"), ("見積を急いで作る", "sent"), ("電話する", "sent")]
    assert promised("request.") == before
    change_contact(by=seller, contact=contact, version=2, entry=an_entry(now), now=now)  # a form without the block
    assert sorted(states(contact)) == [("同行する", "done"), ("見積を急いで作る", "sent"), ("電話する", "sent")]


def test_what_was_settled_while_the_form_was_open_is_not_asked_again(seller, colleague, now):
    row = a_request(seller, colleague, now)
    act.finish(by=colleague, request=row, now=now)
    before = promised("request.")

    line = a_line(colleague, row.title, id=row.pk)
    change_contact(by=seller, contact=record(row), version=1, entry=an_entry(now, requests=[line]), now=now)

    assert states(record(row)) == [(row.title, "done")]
    assert promised("request.") == before


def test_a_sent_request_taken_off_the_record_is_called_off_with_a_notice(seller, colleague, now):
    row = a_request(seller, colleague, now)
    outbox.keep(now=now)

    change_contact(by=seller, contact=record(row), version=1, entry=an_entry(now, requests=[]), now=now)
    outbox.keep(now=now)

    assert again(row).state == "cancelled"
    assert notices(colleague) == ["request", "request_off"]


def test_asking_somebody_else_calls_the_first_one_off(seller, colleague, boss, now):
    row = a_request(seller, colleague, now)

    lines = [a_line(boss, id=row.pk)]
    change_contact(by=seller, contact=record(row), version=1, entry=an_entry(now, requests=lines), now=now)

    rows = WorkRequest.objects.for_the_house("a test looks").filter(contact=row.contact_id)
    assert {(one.to, one.state) for one in rows} == {(colleague, "cancelled"), (boss, "sent")}


def test_what_is_done_is_told_after_ten_seconds(seller, colleague, now):
    row = a_request(seller, colleague, now)
    Outbox.objects.all().delete()

    act.finish(by=colleague, request=row, now=now)

    assert outbox.keep(now=now + timedelta(seconds=9)) == 0
    assert outbox.keep(now=now + timedelta(seconds=11)) == 2
    assert (again(row).state, row.done_by, notices(seller)) == ("done", colleague, ["request_done"])
    assert [sent.to for sent in mail.outbox] == [[seller.email]]


def test_a_slip_of_the_thumb_is_taken_back_before_anybody_hears_of_it(seller, colleague, now):
    row = a_request(seller, colleague, now)
    Outbox.objects.all().delete()

    act.finish(by=colleague, request=row, now=now)
    act.take_back(by=colleague, request=row)

    assert again(row).state == "sent"
    assert outbox.keep(now=now + timedelta(minutes=1)) == 0
    assert notices(seller) == []


def test_taking_up_again_later_is_told(seller, colleague, now):
    row = a_request(seller, colleague, now)
    act.finish(by=colleague, request=row, now=now)
    outbox.keep(now=now + timedelta(minutes=1))

    act.take_back(by=colleague, request=row)
    outbox.keep(now=now + timedelta(minutes=2))

    assert notices(seller) == ["request_done", "request_open"]


def test_a_request_is_returned_with_a_reason_and_asked_again(seller, colleague, now):
    row = a_request(seller, colleague, now)
    Outbox.objects.all().delete()

    act.send_back(by=colleague, request=row, reason="来週まで休みです。", now=now)
    outbox.keep(now=now + timedelta(seconds=11))
    assert (again(row).state, row.answer, notices(seller)) == ("returned", "来週まで休みです。", ["request_back"])
    assert "来週まで休みです。" in mail.outbox[-1].body

    act.ask_again(by=seller, request=row)
    outbox.keep(now=now + timedelta(seconds=12))
    assert (again(row).state, row.answer, notices(colleague)) == ("sent", "", ["request"])


@pytest.mark.parametrize(
    ("deed", "doer"),
    [("finish", "seller"), ("finish", "boss"), ("send_back", "seller"), ("cancel_request", "colleague"), ("ask_again", "colleague")],
)
def test_only_the_one_asked_answers_and_only_the_asker_calls_off(request, seller, colleague, now, deed, doer):
    row = a_request(seller, colleague, now)
    more = {"finish": {"now": now}, "send_back": {"now": now, "reason": "x"}, "cancel_request": {"now": now}, "ask_again": {}}[deed]

    with pytest.raises(NotForYou):
        getattr(act, deed)(by=request.getfixturevalue(doer), request=row, **more)

    assert again(row).state == "sent"


def test_who_comes_too_late_is_told(seller, colleague, now):
    row = a_request(seller, colleague, now)
    act.cancel_request(by=seller, request=row, now=now)

    with pytest.raises(NotOpenAnyMore):
        act.finish(by=colleague, request=row, now=now)


def test_ones_own_to_do_is_done_and_opened_again_without_a_word(seller, now):
    row = a_request(seller, seller, now)

    act.finish(by=seller, request=row, now=now)
    act.take_back(by=seller, request=row)

    assert (again(row).state, promised("request")) == ("sent", [])


def test_a_restricted_record_is_asked_about_by_mail_without_its_words(seller, colleague, now):
    a_request(seller, colleague, now, title="極秘の見積", content="極秘の内容", audience=an_audience())
    outbox.keep(now=now)

    assert "極秘" not in mail.outbox[0].subject + mail.outbox[0].body
    assert "極秘" not in str(mail.outbox[0].alternatives)


def test_whoever_loses_sight_of_the_record_is_told_nothing(seller, colleague, now):
    row = a_request(seller, colleague, now)
    delete_contact(by=seller, contact=record(row), now=now)

    outbox.keep(now=now)

    assert (notices(colleague), mail.outbox) == ([], [])
    assert not WorkRequest.objects.visible_to(colleague).exists()


def test_entering_for_somebody_else_asks_in_the_owners_name(seller, colleague, boss, now):
    from crm.actions import staff

    staff.delegate(by=None, principal=seller, agent=boss)
    contact = a_contact(seller, now, recorder=boss, requests=[a_line(colleague), a_line(seller, "礼状を出す")])

    rows = WorkRequest.objects.for_the_house("a test looks").filter(contact=contact).order_by("place")
    assert [(row.asker, row.own) for row in rows] == [(seller, False), (seller, True)]


def a_row(place: int, **fields: str) -> dict[str, str]:
    return {f"requests-{place}-{name}": value for name, value in fields.items()}


def rows(*lines: dict[str, str]) -> dict[str, str]:
    form = {"requests-TOTAL_FORMS": str(len(lines)), "requests-INITIAL_FORMS": "0"}
    return form | {name: value for place, line in enumerate(lines) for name, value in a_row(place, **line).items()}


def test_the_form_takes_to_dos_and_requests(seller, colleague, now):
    lines = rows({"title": "礼状を出す", "due_on": "R8.12.1"}, {"title": "見積", "to": str(colleague.pk), "urgent": "on"}, {"title": ""})

    with time_machine.travel(now, tick=False):
        answer = as_(seller).post("/contacts/new", a_form(**lines))

    contact = ContactPoint.objects.visible_to(seller).get()
    assert answer.status_code == 302
    todo, asked = WorkRequest.objects.visible_to(seller).filter(contact=contact).order_by("place")
    assert (todo.own, todo.title, todo.due_on) == (True, "礼状を出す", date(2026, 12, 1))
    assert (asked.to, asked.urgent, asked.state) == (colleague, True, "sent")
    page = as_(seller).get(f"/contacts/{contact.pk}/").content.decode()
    assert "礼状を出す" in page and 'id="requests"' in page


def test_the_form_shows_what_is_open_and_keeps_it(seller, colleague, now):
    row = a_request(seller, colleague, now, title="見積を作る", due_on=date(2026, 12, 1))
    client, url = as_(seller), f"/contacts/{row.contact_id}/edit"
    form = client.get(url).context["form"]
    shown = form.requests.forms[0]
    assert (shown["title"].value(), shown["to"].value(), UUID(str(shown["id"].value()))) == ("見積を作る", colleague.pk, row.pk)

    lines = rows({"id": str(row.pk), "title": "見積を二通作る", "to": str(colleague.pk), "due_on": "2026/12/1"})
    with time_machine.travel(now, tick=False):
        answer = client.post(url, a_form(version="1", **lines))

    assert answer.status_code == 302
    assert (again(row).title, row.state, WorkRequest.objects.visible_to(seller).count()) == ("見積を二通作る", "sent", 1)


def test_another_records_request_is_not_changed_by_its_id(seller, colleague, outsider, now):
    secret = a_request(outsider, outsider, now, audience=an_audience())
    contact = a_contact(seller, now)

    lines = rows({"id": str(secret.pk), "title": "乗っ取り"})
    with time_machine.travel(now, tick=False):
        as_(seller).post(f"/contacts/{contact.pk}/edit", a_form(version="1", **lines))

    assert again(secret).title == "見積を作る"
    assert states(contact) == [("乗っ取り", "sent")]


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ({"to": "999999", "title": "x"}, "to"),
        ({"to": "１", "title": "x"}, "to"),
        ({"to": "9" * 30, "title": "x"}, "to"),
        ({"to": "x", "title": "x"}, "to"),
        ({"title": "あ" * 201}, "title"),
        ({"urgent": "on"}, "title"),
        ({"title": "x", "due_on": "来年のいつか"}, "due_on"),
        ({"id": "x", "title": "x"}, "id"),
    ],
)
def test_a_wrong_line_is_refused_with_a_word_and_nothing_is_lost(seller, now, line, field):
    with time_machine.travel(now, tick=False):
        answer = as_(seller).post("/contacts/new", a_form(content="長い文", **rows({"title": "礼状を出す"}, line)))

    form = answer.context["form"]
    assert (answer.status_code, [*form.requests.forms[1].errors]) == (422, [field])
    assert "長い文" in answer.content.decode() and "礼状を出す" in answer.content.decode()
    assert not ContactPoint.objects.visible_to(seller).exists()


def test_more_lines_than_a_record_holds_are_refused(seller, now):
    with time_machine.travel(now, tick=False):
        answer = as_(seller).post("/contacts/new", a_form(**rows(*[{"title": f"課題{number}"} for number in range(21)])))

    assert answer.status_code == 422


def test_who_has_left_cannot_be_asked_but_stays_where_he_stands(seller, colleague, now):
    from crm.actions import staff

    row = a_request(seller, colleague, now)
    staff.leave(by=seller, user=colleague, left_on=now.date() - timedelta(days=1), today=now.date())
    client, url = as_(seller), f"/contacts/{row.contact_id}/edit"
    with time_machine.travel(now, tick=False):
        kept = client.post(url, a_form(version="1", **rows({"id": str(row.pk), "title": "見積", "to": str(colleague.pk)})))
        new = client.post("/contacts/new", a_form(**rows({"title": "見積", "to": str(colleague.pk)})))

    assert (kept.status_code, new.status_code) == (302, 422)


def titles(client: Client, **asked: str) -> list[str]:
    answer = client.get(LIST, asked)
    assert answer.status_code == 200
    return [row.title for row in answer.context["page"]]


def test_the_lists_tell_apart_what_is_mine_what_i_got_and_what_i_asked_for(seller, colleague, boss, now):
    a_request(seller, seller, now, title="自分の課題")
    a_request(seller, colleague, now, title="頼んだこと")
    a_request(boss, seller, now, title="頼まれたこと")
    client = as_(seller)

    assert [titles(client, view=view) for view in ("todo", "received", "sent")] == [["自分の課題"], ["頼まれたこと"], ["頼んだこと"]]
    assert [count for _code, _label, count in client.get(LIST).context["tabs"]] == [1, 1, 1]
    assert client.get("/").context["open_requests"] == 2


def test_urgent_comes_first_then_what_is_due_soonest(seller, now):
    for title, due, urgent in (("日なし", None, False), ("後", 9, False), ("先", 1, False), ("至急", None, True)):
        a_request(seller, seller, now, title=title, due_on=due and date(2026, 12, due), urgent=urgent)

    assert titles(as_(seller)) == ["至急", "先", "後", "日なし"]


def test_the_list_is_searched_by_words_and_customers_that_one_may_see(seller, outsider, now):
    a_request(seller, seller, now, title="Ｑ＆Ａを作る", customer=a_customer("青木建材", recorder=seller))
    hidden = a_customer("秘密商事", recorder=outsider, audience=an_audience())
    a_request(outsider, seller, now, title="訪問する", customer=hidden)
    client = as_(seller)

    assert titles(client, q="q&a") == titles(client, q="青木") == ["Ｑ＆Ａを作る"]
    assert titles(client, view="received", q="秘密") == []
    assert "秘密商事" not in client.get(LIST, {"view": "received"}).content.decode()
    assert titles(client, view="received", q="訪問") == ["訪問する"]


def test_what_is_settled_leaves_the_open_list_and_a_returned_one_waits_for_its_asker(seller, colleague, now):
    done, back = a_request(seller, colleague, now, title="済"), a_request(seller, colleague, now, title="戻り")
    act.finish(by=colleague, request=done, now=now)
    act.send_back(by=colleague, request=back, reason="忙しい", now=now)

    assert titles(as_(seller), view="sent") == ["戻り"]
    assert (titles(as_(colleague), view="received"), {*titles(as_(colleague), view="received", state="all")}) == ([], {"戻り", "済"})
    assert {*titles(as_(seller), view="sent", state="done")} == {"戻り", "済"}


@pytest.mark.parametrize("asked", [{"view": "all"}, {"state": "x"}, {"q": "あ" * 201}, {"after": "x"}, {"after": "WzAsMSwyXQ"}])
def test_a_strange_question_gets_an_answer(seller, now, asked):
    a_request(seller, seller, now)

    assert as_(seller).get(LIST, asked).status_code == 200


def test_many_requests_are_read_page_by_page(seller, now):
    lines = [a_line(seller, f"課題{number:02}", due_on=date(2026, 12, 1)) for number in range(20)]
    for _ in range(3):
        a_contact(seller, now, requests=lines)
    client = as_(seller)
    first = client.get(LIST).context["page"]
    second = client.get(LIST, {"after": first.older}).context["page"]

    assert (len(first), len(second), second.older) == (50, 10, "")
    assert not {row.pk for row in first} & {row.pk for row in second}


def post(user: User, row: WorkRequest, deed: str, **sent: str) -> Any:
    return as_(user).post(f"{LIST}{row.pk}/{deed}", sent)


def test_one_tap_finishes_and_the_toast_takes_it_back(seller, colleague, now):
    row = a_request(seller, colleague, now)

    answer = post(colleague, row, "finish", view="received")
    assert (answer.status_code, answer.headers["Location"], again(row).state) == (302, f"{LIST}?view=received", "done")
    assert post(colleague, row, "undo").headers["Location"] == f"/contacts/{row.contact_id}/#requests"
    assert again(row).state == "sent"
    assert post(colleague, row, "return", reason="").status_code == 302
    assert again(row).state == "sent"
    post(colleague, row, "return", reason="忙しい")
    assert (again(row).state, row.answer) == ("returned", "忙しい")
    post(seller, row, "again")
    post(seller, row, "cancel")
    assert again(row).state == "cancelled"


@pytest.mark.parametrize("deed", ["finish", "return", "cancel", "undo", "again"])
def test_strangers_find_nothing_to_act_on(seller, colleague, outsider, boss, now, deed):
    row = a_request(seller, colleague, now, audience=an_audience())
    shown = a_request(seller, colleague, now)

    assert post(outsider, row, deed, reason="x").status_code == 404
    assert post(outsider, shown, deed, reason="x").status_code == 404  # who may read it is not asked either
    assert (again(row).state, again(shown).state) == ("sent", "sent")


def test_the_lists_cost_the_same_however_long_they_are(seller, colleague, boss, now):
    def counted() -> list[int]:
        counts = []
        for path in (LIST, f"{LIST}?view=received&q=見積", f"{LIST}?view=sent&state=all", f"{API}?view=sent", "/"):
            with CaptureQueriesContext(connection) as asked:
                assert client.get(path).status_code == 200
            counts.append(len(asked))
        return counts

    client = as_(seller)
    client.get("/")
    for asker, to in ((seller, seller), (boss, seller), (seller, colleague)):
        a_request(asker, to, now, customer=a_customer(recorder=seller))
    few = counted()
    for number in range(5):
        for asker, to in ((seller, seller), (boss, seller), (seller, a_user())):
            a_request(asker, to, now, customer=a_customer(f"会社{number}", recorder=seller))

    assert counted() == few
    assert max(few) <= 12, few


def test_who_can_read_a_record_names_those_asked(seller, colleague, now):
    row = a_request(seller, colleague, now, audience=an_audience())

    page = as_(seller).get(f"/contacts/{row.contact_id}/readers").content.decode()

    assert str(colleague) in page and "依頼" in page


def test_every_deed_is_written_down(seller, colleague, now):
    row = a_request(seller, colleague, now)
    act.finish(by=colleague, request=row, now=now)
    act.take_back(by=colleague, request=row)

    verbs = list(AuditEntry.objects.filter(object_id=str(row.pk)).order_by("pk").values_list("verb", "user"))
    assert verbs == [("finish", colleague.pk), ("reopen", colleague.pk)]


def api(user: User, path: str, method: str = "post", **data: Any) -> Any:
    return getattr(as_(user), method)(path, data, content_type="application/json")


def test_the_api_writes_reads_and_answers_requests(seller, colleague, now):
    line = {"to": colleague.pk, "title": "見積を作る", "due_on": "2026-12-01", "urgent": True}
    sent = {"started_at": (now - timedelta(hours=1)).isoformat(), "requests": [line, {"title": "礼状を出す"}]}
    with time_machine.travel(now, tick=False):
        made = api(seller, "/api/v1/contacts/", **sent)
        assert made.status_code == 201, made.json()
        asked, todo = made.json()["requests"]
        assert {name: asked[name] for name in line} == line and asked["state"] == "sent"
        assert todo["to"] == seller.pk
        received = as_(colleague).get(API, {"view": "received"}).json()["results"]
        assert [one["title"] for one in received] == ["見積を作る"]
        assert api(colleague, f"{API}{asked['id']}/finish/").json()["state"] == "done"
        assert api(colleague, f"{API}{asked['id']}/undo/").json()["state"] == "sent"
        assert api(colleague, f"{API}{asked['id']}/return/", reason="忙しい").json()["answer"] == "忙しい"
        assert api(seller, f"{API}{asked['id']}/again/").json()["state"] == "sent"
        assert api(seller, f"{API}{asked['id']}/cancel/").json()["state"] == "cancelled"
        assert api(seller, f"{API}{asked['id']}/cancel/").status_code == 409
        changed = api(seller, f"/api/v1/contacts/{made.json()['id']}/", "patch", version=1, content="改").json()
    assert [one["state"] for one in changed["requests"]] == ["cancelled", "sent"]


@pytest.mark.parametrize(
    "line",
    [
        {"title": ""},
        {"title": "x\0y"},
        {"title": "x" * 201},
        {"title": "x", "to": 999999},
        {"title": "x", "to": True},
        {"title": "x", "to": 2**70},
        {"title": "x", "due_on": "x"},
        {"title": "x", "id": "x"},
        {"title": "x", "id": str(UUID(int=7))},
        "x",
    ],
)
def test_the_api_refuses_wrong_lines_in_words(seller, now, line):
    sent = {"started_at": (now - timedelta(hours=1)).isoformat(), "requests": [line]}
    with time_machine.travel(now, tick=False):
        answer = api(seller, "/api/v1/contacts/", **sent)

    assert answer.status_code == 400, answer.json()
    assert all(path.startswith("requests") for path in answer.json()["error"]["fields"])


def test_the_api_hides_requests_of_hidden_records(seller, colleague, outsider, now):
    row = a_request(seller, colleague, now, audience=an_audience())

    assert as_(outsider).get(f"{API}{row.pk}/").status_code == 404
    assert api(outsider, f"{API}{row.pk}/finish/").status_code == 404
    assert api(seller, f"{API}{row.pk}/finish/").status_code == 403
