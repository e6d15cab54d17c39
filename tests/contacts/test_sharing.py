"""A record and the appointment it was made from share one audience; who stands outside an audience is asked about first."""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from contacts.actions import NotYourAppointment, StaleVersion, change_contact
from contacts.actions.sharing import share_audience, unshare_audience
from contacts.entry import RequestLine
from contacts.models import ContactPoint
from contacts.sharing import Side
from crm.actions import staff
from crm.audience import Audience
from crm.models import AuditEntry, User
from schedule.actions import reopen
from schedule.models import Appointment, CalendarFeed, FeedShell
from tests.conftest import Cast
from tests.contacts.given import a_contact, a_form, an_entry
from tests.make import an_audience
from tests.schedule.given import a_link, an_appointment

pytestmark = pytest.mark.django_db
API = "/api/v1/contacts/"
NEW = "/contacts/new"
HTMX = {"HX-Request": "true"}


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def an_open_pair(cast: Cast, now: datetime, **fields: Any) -> tuple[ContactPoint, Appointment]:
    """A record for sales alone, and the appointment it was made from, which the whole company sees."""
    appointment = an_appointment(cast.seller, now, days=-1, summary_note="商談")
    record = a_contact(cast.seller, now, appointment=appointment, audience=an_audience(cast.sales), **fields)
    return again(record, cast.seller), again(appointment, cast.seller)


def again(row: Any, viewer: User) -> Any:
    return type(row).objects.visible_to(viewer).select_related("scope").get(pk=row.pk)


def page_of(row: Any, **asked: str) -> str:
    return f"/contacts/{row.pk}/" if isinstance(row, ContactPoint) else f"/schedule/{row.pk}/"


def share(user: User, record: ContactPoint, source: str, version: int) -> Any:
    return as_(user).post(f"/contacts/{record.pk}/audience", {"source": source, "version": version})


def test_the_appointment_gets_the_audience_of_its_record_though_it_is_done(cast: Cast, now: datetime) -> None:
    record, appointment = an_open_pair(cast, now)
    assert Appointment.objects.visible_to(cast.outsider).count() == 1

    done = share_audience(by=cast.seller, contact=record, source=Side.RECORD, version=record.version, now=now)

    assert again(appointment, cast.seller).scope == record.scope
    assert again(appointment, cast.seller).status == "done"
    assert not Appointment.objects.visible_to(cast.outsider).exists()
    assert (done.side, done.version, done.before) == (Side.APPOINTMENT, appointment.version + 1, appointment.scope)
    line = AuditEntry.objects.filter(object_id=str(appointment.pk)).latest("pk")
    assert (line.user, line.verb, list(line.after)) == (cast.seller, "change", ["scope"])


def test_the_record_gets_the_audience_of_its_appointment(cast: Cast, now: datetime) -> None:
    record, appointment = an_open_pair(cast, now)

    share_audience(by=cast.seller, contact=record, source=Side.APPOINTMENT, version=appointment.version, now=now)

    assert ContactPoint.objects.visible_to(cast.outsider).filter(pk=record.pk).exists()
    line = AuditEntry.objects.filter(object_id=str(record.pk)).latest("pk")
    assert (line.verb, list(line.after)) == ("change", ["scope"])


def test_calendars_that_lose_the_appointment_are_told(cast: Cast, now: datetime) -> None:
    a_link(cast.outsider, now, kind="unit", unit=cast.sales)
    record, _appointment = an_open_pair(cast, now)

    share_audience(by=cast.seller, contact=record, source=Side.RECORD, version=record.version, now=now)

    feed = CalendarFeed.objects.visible_to(cast.outsider).get()
    assert FeedShell.objects.for_the_house("a test").filter(feed=feed).count() == 1


def test_what_was_shared_is_taken_back_until_somebody_changes_it(cast: Cast, now: datetime) -> None:
    record, appointment = an_open_pair(cast, now)
    done = share_audience(by=cast.seller, contact=record, source=Side.RECORD, version=record.version, now=now)
    undo = {"by": cast.seller, "contact": record, "side": done.side, "audience": Audience.of(done.before), "now": now}

    unshare_audience(version=done.version, **undo)

    assert again(appointment, cast.seller).scope == appointment.scope
    with pytest.raises(StaleVersion):
        unshare_audience(version=done.version, **undo)


def test_only_who_may_change_both_shares(cast: Cast, now: datetime) -> None:
    theirs = an_appointment(cast.colleague, now, days=-1)
    mine = a_contact(cast.seller, now, audience=an_audience(cast.sales))
    ContactPoint.objects.visible_to(cast.seller).filter(pk=mine.pk).update(appointment=theirs)

    for who in (cast.seller, cast.colleague, cast.boss):
        with pytest.raises(NotYourAppointment):
            share_audience(by=who, contact=mine, source=Side.RECORD, version=mine.version, now=now)
        page = as_(who).get(page_of(mine) + "?audience=offer")
        assert page.context["pair"] is None
        assert "公開範囲も同じ" not in page.content.decode()
    assert share(cast.seller, mine, "record", 1).status_code == 404
    assert share(cast.outsider, mine, "record", 1).status_code == 404


def test_nobody_spreads_an_audience_that_was_not_seen(cast: Cast, now: datetime) -> None:
    record, appointment = an_open_pair(cast, now)
    change_contact(by=cast.seller, contact=record, version=1, entry=an_entry(now, audience=an_audience()), now=now)

    answer = share(cast.seller, record, "record", 1)

    assert answer.headers["Location"] == page_of(record) + "?audience=offer"
    assert again(appointment, cast.seller).scope == appointment.scope


def edited(record: ContactPoint, **fields: Any) -> dict[str, Any]:
    return a_form(version=str(record.version), contact_id=str(record.pk), date="2026/11/19", **fields)


def test_the_page_offers_after_the_audience_was_changed_shares_and_takes_back(cast: Cast, now: datetime) -> None:
    appointment = an_appointment(cast.seller, now, days=-1)
    record, client = a_contact(cast.seller, now, appointment=appointment), as_(cast.seller)
    narrower = edited(record, audience="chosen", audience_parts=[f"u{cast.sales.pk}"])

    offered = client.post(f"/contacts/{record.pk}/edit", narrower, follow=True)
    text = offered.content.decode()
    assert "予定の公開範囲も同じにしますか" in text
    assert "営業一課" in text
    shared = client.post(
        f"/contacts/{record.pk}/audience", {"source": "record", "version": re.search(r'name="version" value="(\d+)"', text)[1]}
    )  # type: ignore[index]
    assert not Appointment.objects.visible_to(cast.outsider).exists()
    done = client.get(shared.headers["Location"]).content.decode()
    proof = unescape(re.search(r'name="proof" value="([^"]+)"', done)[1])  # type: ignore[index]
    assert "予定の公開範囲も同じにしますか" not in done
    back = client.post(f"/contacts/{record.pk}/audience/undo", {"proof": proof}, follow=True)

    assert Appointment.objects.visible_to(cast.outsider).count() == 1
    assert "公開範囲を元に戻しました" in back.content.decode()
    assert "予定は別の公開範囲です" in back.content.decode()  # said, and no longer asked
    assert 'name="proof"' not in client.get(shared.headers["Location"]).content.decode()


def test_registering_with_another_audience_offers_it_too_and_the_same_one_offers_nothing(cast: Cast, now: datetime) -> None:
    client = as_(cast.seller)
    one, other = an_appointment(cast.seller, now, days=-1), an_appointment(cast.seller, now, days=-2)

    narrower = client.post(NEW, a_form(appointment=str(one.pk), audience="named"))
    same = client.post(NEW, a_form(appointment=str(other.pk)))
    draft = client.post(NEW, a_form(audience="named", draft="1", appointment=str(an_appointment(cast.seller, now).pk)))

    assert narrower.headers["Location"].endswith("?audience=offer")
    assert same.headers["Location"].endswith("/")
    assert draft.headers["Location"].endswith("/")


def test_an_edit_that_leaves_the_audience_offers_nothing(cast: Cast, now: datetime) -> None:
    record, _appointment = an_open_pair(cast, now)
    same = edited(record, content="直した", audience="chosen", audience_parts=[f"u{cast.sales.pk}"])

    saved = as_(cast.seller).post(f"/contacts/{record.pk}/edit", same)

    assert saved.headers["Location"] == page_of(record)


def test_the_page_of_the_appointment_offers_it_to_the_record(cast: Cast, now: datetime) -> None:
    appointment, client = an_appointment(cast.seller, now, days=-1), as_(cast.seller)
    record = a_contact(cast.seller, now, appointment=appointment)
    reopen(by=cast.seller, appointment=appointment, now=now)
    form = client.get(f"/schedule/{appointment.pk}/edit").context["form"]
    day = {"starts_on": "2026/11/19", "starts": "10:00", "ends": "11:00", "audience": "named", "status": "confirmed"}

    saved = client.post(f"/schedule/{appointment.pk}/edit", day | {"version": form.initial["version"]}, follow=True)
    asks = f"/contacts/of/{appointment.pk}?audience=offer"
    whole, part = client.get(asks).content.decode(), client.get(asks, headers=HTMX).content.decode()
    version = again(appointment, cast.seller).version
    shared = client.post(f"/contacts/{record.pk}/audience", {"source": "appointment", "version": version})

    assert asks in saved.content.decode()
    assert "接点記録の公開範囲も同じにしますか" in whole
    assert "接点記録の公開範囲も同じにしますか" in part
    assert "<html" not in part
    assert not ContactPoint.objects.visible_to(cast.outsider).exists()
    assert shared.headers["Location"].startswith(page_of(appointment) + "?audience=")
    assert shared.headers["Location"].split("?")[1] in client.get(shared.headers["Location"]).content.decode()


def test_of_a_hidden_record_the_appointment_says_what_it_says_of_none(cast: Cast, now: datetime) -> None:
    record, appointment = an_open_pair(cast, now)
    bare = an_appointment(cast.seller, now, days=-1)
    staff.delegate(by=cast.admin, principal=cast.seller, agent=cast.outsider)
    ContactPoint.objects.visible_to(cast.seller).filter(pk=record.pk).update(owner=cast.colleague)  # changes that one no more

    def said(row: Appointment, **extra: Any) -> str:
        return as_(cast.outsider).get(f"/contacts/of/{row.pk}?audience=offer", **extra).content.decode().strip()

    assert said(appointment, headers=HTMX) == said(bare, headers=HTMX) == ""
    assert "記録はありません" in said(appointment)


def test_a_forged_or_foreign_proof_is_unknown(cast: Cast, now: datetime) -> None:
    record, appointment = an_open_pair(cast, now)
    staff.delegate(by=cast.admin, principal=cast.seller, agent=cast.colleague)
    proof = share(cast.seller, record, "record", record.version).headers["Location"].split("audience=")[1]

    for who, sent in ((cast.seller, "x" + proof), (cast.seller, ""), (cast.colleague, proof)):
        assert as_(who).post(f"/contacts/{record.pk}/audience/undo", {"proof": sent}).status_code == 404
    assert again(appointment, cast.seller).scope == record.scope


@pytest.mark.parametrize("sent", [{}, {"source": "x", "version": "1"}, {"source": "record", "version": "１x"}, {"source": "record"}])
def test_a_broken_button_changes_nothing(cast: Cast, now: datetime, sent: dict[str, str]) -> None:
    record, appointment = an_open_pair(cast, now)

    assert as_(cast.seller).post(f"/contacts/{record.pk}/audience", sent).status_code == 404
    assert again(appointment, cast.seller).version == appointment.version


def test_programs_share_in_both_directions(cast: Cast, now: datetime) -> None:
    record, appointment = an_open_pair(cast, now)
    url = f"{API}{record.pk}/share-audience/"

    def send(user: User, **sent: Any) -> Any:
        return as_(user).post(url, sent, content_type="application/json")

    stale = send(cast.seller, version=99)
    there = send(cast.seller, version=record.version)
    assert not Appointment.objects.visible_to(cast.outsider).exists()
    back = send(cast.seller, version=again(appointment, cast.seller).version, source="appointment")

    assert (stale.status_code, stale.json()["error"]["code"]) == (409, "stale_version")
    assert (there.status_code, there.json()["id"]) == (200, str(record.pk))
    assert back.status_code == 200
    assert send(cast.outsider, version=1).status_code == send(cast.boss, version=1).status_code == 404


def test_a_program_hears_the_same_of_no_appointment_and_of_one_that_is_not_its(cast: Cast, now: datetime) -> None:
    bare, linked = a_contact(cast.seller, now), a_contact(cast.seller, now)
    hidden = an_appointment(cast.outsider, now, audience=an_audience())
    ContactPoint.objects.visible_to(cast.seller).filter(pk=linked.pk).update(appointment=hidden)

    answers = [
        as_(cast.seller).post(f"{API}{row.pk}/share-audience/", {"version": 1}, content_type="application/json") for row in (bare, linked)
    ]

    assert [one.status_code for one in answers] == [400, 400]
    assert answers[0].json()["error"]["fields"] == answers[1].json()["error"]["fields"] == {"appointment": ["見つかりません。"]}


def test_a_program_that_says_nothing_of_the_audience_gets_that_of_the_appointment(cast: Cast, now: datetime) -> None:
    secret = an_appointment(cast.seller, now, days=-1, audience=an_audience(cast.sales))
    sent = {"started_at": secret.starts_at.isoformat(), "appointment": str(secret.pk)}

    made = as_(cast.seller).post(API, sent, content_type="application/json")

    assert made.status_code == 201
    assert again(ContactPoint(pk=made.json()["id"]), cast.seller).scope == secret.scope


def for_sales(cast: Cast, **fields: Any) -> dict[str, Any]:
    return a_form(audience="chosen", audience_parts=[f"u{cast.sales.pk}"], **fields)


ASKED = "公開範囲外です。閲覧を許可しますか"


@pytest.mark.parametrize("path", [NEW, "/contacts/quick"])
@pytest.mark.parametrize("name", ["participants", "report_to", "notice_to"])
def test_naming_somebody_outside_the_audience_is_asked_about_first(cast: Cast, path: str, name: str) -> None:
    client, sent = as_(cast.seller), for_sales(cast, **{name: [cast.outsider.pk, cast.boss.pk]})

    asked = client.post(path, sent)
    assert not ContactPoint.objects.visible_to(cast.seller).exists()
    yes = re.search(r'name="outside_allowed" value="([\d,]+)"', asked.content.decode())[1]  # type: ignore[index]
    done = client.post(path, sent | {"outside_allowed": yes})

    assert asked.status_code == 422
    assert asked.content.decode().count(f"外山 遥 は{ASKED}") == 1
    assert client.post(path, sent | {"date": ""}).content.decode().count("入力内容をご確認ください") == 1
    assert yes == str(cast.outsider.pk)
    assert done.status_code == 302
    assert ContactPoint.objects.visible_to(cast.outsider).count() == 1


def test_the_yes_holds_for_those_it_was_said_of(cast: Cast) -> None:
    sent = for_sales(cast, report_to=[cast.outsider.pk, cast.admin.pk], outside_allowed=str(cast.outsider.pk))

    asked = as_(cast.seller).post(NEW, sent)

    assert asked.status_code == 422
    assert asked.context["form"].asked_about == [cast.admin]
    assert f'<input type="hidden" name="outside_allowed" value="{cast.outsider.pk}">' in asked.content.decode()


def test_who_is_asked_to_do_something_is_asked_about_too(cast: Cast) -> None:
    line = {"requests-TOTAL_FORMS": "1", "requests-INITIAL_FORMS": "0", "requests-0-title": "見積", "requests-0-to": str(cast.outsider.pk)}

    asked = as_(cast.seller).post(NEW, for_sales(cast, **line))

    assert asked.context["form"].asked_about == [cast.outsider]


def test_nobody_is_asked_about_a_draft_among_those_concerned_or_the_sender(cast: Cast) -> None:
    client, named = as_(cast.seller), {"report_to": [cast.outsider.pk]}

    assert client.post(NEW, for_sales(cast, draft="1", **named)).status_code == 302
    assert client.post(NEW, a_form(audience="named", **named)).status_code == 302
    assert (
        client.post(NEW, a_form(audience="chosen", audience_parts=[f"u{cast.office.pk}"], participants=[cast.seller.pk])).status_code == 302
    )


def test_an_edit_asks_about_newcomers_and_about_those_whom_a_narrower_audience_leaves_out(cast: Cast, now: datetime) -> None:
    settled = a_contact(cast.seller, now, audience=an_audience(cast.sales), report_to=[cast.outsider])
    wide = a_contact(cast.seller, now, report_to=[cast.outsider], requests=[RequestLine(to=cast.admin, title="見積")])
    client, narrow = as_(cast.seller), {"audience": "chosen", "audience_parts": [f"u{cast.sales.pk}"]}

    same = client.post(f"/contacts/{settled.pk}/edit", edited(settled, **narrow, report_to=[cast.outsider.pk]))
    more = client.post(
        f"/contacts/{settled.pk}/edit", edited(again(settled, cast.seller), **narrow, report_to=[cast.outsider.pk, cast.admin.pk])
    )
    narrowed = client.post(f"/contacts/{wide.pk}/edit", edited(wide, **narrow, report_to=[cast.outsider.pk]))

    assert same.status_code == 302
    assert more.context["form"].asked_about == [cast.admin]
    assert narrowed.context["form"].asked_about == [cast.outsider]


def test_a_draft_is_asked_about_when_it_is_registered(cast: Cast, now: datetime) -> None:
    draft = a_contact(cast.seller, now, draft=True, audience=an_audience(cast.sales), report_to=[cast.outsider])
    sent = edited(draft, audience="chosen", audience_parts=[f"u{cast.sales.pk}"], report_to=[cast.outsider.pk])

    assert as_(cast.seller).post(f"/contacts/{draft.pk}/edit", sent).status_code == 422


def test_what_was_said_yes_to_at_the_appointment_is_not_asked_about_again(cast: Cast, now: datetime) -> None:
    rows = [an_appointment(cast.seller, now, days=-1, audience=an_audience(cast.sales), participants=[cast.outsider]) for _ in range(3)]
    client, sent = as_(cast.seller), {"started_at": rows[2].starts_at.isoformat(), "appointment": str(rows[2].pk)}

    same = client.post(NEW, for_sales(cast, appointment=str(rows[0].pk), participants=[cast.outsider.pk]))
    more = client.post(NEW, for_sales(cast, appointment=str(rows[1].pk), participants=[cast.outsider.pk], report_to=[cast.admin.pk]))
    program = client.post(API, sent, content_type="application/json")

    assert same.status_code == 302
    assert more.context["form"].asked_about == [cast.admin]
    assert (program.status_code, program.json()["participants"]) == (201, [cast.outsider.pk])


def test_a_device_that_kept_a_record_hears_the_question(cast: Cast) -> None:
    answer = as_(cast.seller).post(NEW, for_sales(cast, report_to=[cast.outsider.pk]), headers={"Accept": "application/json"})

    assert answer.status_code == 422
    assert ASKED in answer.json()["message"]


@pytest.mark.parametrize("url", [API, "/api/v1/appointments/"])
def test_programs_say_yes_to_outsiders(cast: Cast, now: datetime, url: str) -> None:
    start = now.isoformat()
    times = {"started_at": start} if url == API else {"starts_at": start, "ends_at": now.replace(hour=23).isoformat()}
    sent = times | {"audience": {"units": [cast.sales.pk]}, "participants": [cast.outsider.pk]}
    client = as_(cast.seller)

    def send(verb: str = "post", path: str = url, **more: Any) -> Any:
        return getattr(client, verb)(path, more, content_type="application/json")

    asked = send(**sent, id=str(uuid4()))
    made = send(**sent, outside_allowed=True)
    row = made.json()
    same = send("patch", f"{url}{row['id']}/", version=row["version"], summary_note="直した")
    more = send("patch", f"{url}{row['id']}/", version=same.json()["version"], participants=[cast.outsider.pk, cast.admin.pk])

    assert asked.status_code == 400
    assert "外山 遥" in asked.json()["error"]["fields"]["outside_allowed"][0]
    assert (made.status_code, same.status_code) == (201, 200)
    assert "outside_allowed" not in row
    assert "管理 太郎" in more.json()["error"]["fields"]["outside_allowed"][0]
    assert "外山 遥" not in more.json()["error"]["fields"]["outside_allowed"][0]


def test_the_form_of_an_appointment_asks_about_newcomers_when_it_is_changed(cast: Cast, now: datetime) -> None:
    row = an_appointment(cast.seller, now, audience=an_audience(cast.sales), participants=[cast.outsider])
    day = {"starts_on": "2026/11/21", "starts": "10:00", "ends": "11:00", "status": "confirmed", "version": row.version}
    day |= {"audience": "chosen", "audience_parts": [f"u{cast.sales.pk}"]}
    client, url = as_(cast.seller), f"/schedule/{row.pk}/edit"

    more = client.post(url, day | {"participants": [cast.outsider.pk, cast.admin.pk]})
    same = client.post(url, day | {"participants": [cast.outsider.pk]})

    assert "管理 太郎" in str(more.context["form"].errors["outside_allowed"])
    assert "外山 遥" not in str(more.context["form"].errors["outside_allowed"])
    assert same.status_code == 302
