"""The schedule's pages, as people use them."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crm.actions import customers, staff
from crm.audience import Audience
from crm.models import User
from schedule.actions import cancel, delete_appointment
from schedule.models import Appointment, CalendarFeed
from tests.conftest import Cast
from tests.make import a_choice, a_customer, a_person, a_user, an_audience
from tests.schedule.given import a_link, an_appointment

pytestmark = pytest.mark.django_db


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def events(user: User, now: datetime, *who: str) -> list[dict[str, Any]]:
    asked = {"start": f"{now - timedelta(days=20):%Y-%m-%d}", "end": f"{now + timedelta(days=30):%Y-%m-%d}", "who": who}
    answer = logged_in(user).get("/schedule/events", asked)
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()
    return found


def titles(found: list[dict[str, Any]]) -> set[str]:
    return {one["title"] for one in found}


def a_form(**fields: Any) -> dict[str, Any]:
    return {"starts_on": "R8.12.1", "starts": "10", "ends": "1130", "audience": "company", "status": "confirmed", **fields}


def test_the_calendar_asks_for_mine_my_unit_a_unit_or_persons(cast: Cast, now: datetime) -> None:
    an_appointment(cast.seller, now, summary_note="自")
    an_appointment(cast.boss, now, summary_note="上")
    an_appointment(cast.admin, now, summary_note="総")

    assert titles(events(cast.seller, now)) == titles(events(cast.seller, now, "me")) == {"自"}
    assert titles(events(cast.seller, now, "team")) == {"自", "田中 部長: 上"}
    assert (
        titles(events(cast.seller, now, f"unit:{cast.office.pk}"))
        == titles(events(cast.seller, now, f"u{cast.office.pk}"))
        == {"管理 太郎: 総"}
    )
    assert titles(events(cast.seller, now, f"user:{cast.boss.pk}", f"p{cast.admin.pk}")) == {"田中 部長: 上", "管理 太郎: 総"}


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"start": "2026-11-01"},
        {"start": "2026-12-01", "end": "2026-11-01"},
        {"start": "2020-01-01", "end": "2026-11-01"},
        {"start": "x", "end": "y"},
        {"start": "9999-12-31", "end": "9999-12-31T23:59:59"},
        {"start": "2026-11-01", "end": "2026-11-30", "who": "unit:x"},
        {"start": "2026-11-01", "end": "2026-11-30", "who": "user:１２"},
        {"start": "2026-11-01", "end": "2026-11-30", "who": "everybody"},
    ],
)
def test_a_period_that_makes_no_sense_is_refused(cast: Cast, asked: dict[str, str]) -> None:
    assert logged_in(cast.seller).get("/schedule/events", asked).status_code == 400


def test_events_say_what_the_calendar_draws(cast: Cast, now: datetime) -> None:
    firm = a_customer("青木", recorder=cast.seller)
    open_one = an_appointment(cast.seller, now, customer=firm, summary_note="見積", status="tentative", direct="to")
    gone = an_appointment(cast.seller, now, days=2)
    cancel(by=cast.seller, appointment=gone, reason="", now=now)
    others = an_appointment(cast.boss, now, days=3, participants=[cast.seller])

    by_id = {one["id"]: one for one in events(cast.seller, now)}

    first = by_id[str(open_one.pk)]
    assert (first["start"], first["version"], first["tentative"], first["editable"]) == ("2026-11-21T15:00:00+09:00", 1, True, True)
    assert first["title"].startswith("青木 見積 (")
    assert (first["direct"], by_id[str(gone.pk)]["direct"]) == ("to", "")
    assert (by_id[str(gone.pk)]["cancelled"], by_id[str(gone.pk)]["editable"]) == (True, False)
    assert by_id[str(others.pk)]["editable"] is False


def test_the_calendar_shows_no_trace_of_what_is_hidden(cast: Cast, now: datetime) -> None:
    firm = a_customer("秘密商事", recorder=cast.seller, audience=an_audience(people=(cast.seller,)))
    an_appointment(cast.seller, now, summary_note="秘", audience=Audience())
    an_appointment(cast.seller, now, customer=firm, summary_note="公")

    assert titles(events(cast.outsider, now, f"user:{cast.seller.pk}")) == {"河田 誠: 公"}


def test_a_months_events_cost_the_same_queries_however_many_there_are(cast: Cast, now: datetime) -> None:
    def asked() -> int:
        client = logged_in(cast.seller)
        with CaptureQueriesContext(connection) as queries:
            client.get("/schedule/events", {"start": "2026-11-01", "end": "2026-12-31", "who": "team"})
        return len(queries)

    an_appointment(cast.seller, now, customer=a_customer(recorder=cast.seller), participants=[cast.boss])
    few = asked()
    for days in range(6):
        colleague = a_user(unit=cast.sales)
        an_appointment(colleague, now, days=days, customer=a_customer(f"会社{days}", recorder=cast.seller))

    assert asked() == few <= 12


def move(user: User, row: Appointment, **sent: Any) -> Any:
    body = {"starts_at": "2026-12-02T09:00:00+09:00", "ends_at": "2026-12-02T10:00:00+09:00", "version": row.version, **sent}
    return logged_in(user).post(f"/schedule/{row.pk}/move", json.dumps(body), content_type="application/json")


def test_dragging_moves_and_the_answer_carries_the_new_version(cast: Cast, now: datetime) -> None:
    row = an_appointment(cast.seller, now)

    answer = move(cast.seller, row)

    assert (answer.status_code, answer.json()["version"]) == (200, 2)
    assert Appointment.objects.visible_to(cast.seller).get(pk=row.pk).starts_at.isoformat() == "2026-12-02T00:00:00+00:00"
    assert move(cast.seller, row).status_code == 409, "the first version is stale by now"


def test_dragging_to_the_top_makes_it_a_whole_day(cast: Cast, now: datetime) -> None:
    row = an_appointment(cast.seller, now)

    move(cast.seller, row, starts_at="2026-12-02", ends_at="2026-12-02")

    moved = Appointment.objects.visible_to(cast.seller).get(pk=row.pk)
    assert (moved.all_day, moved.ends_at - moved.starts_at) == (True, timedelta(days=1))


@pytest.mark.parametrize(
    "sent",
    [
        {"starts_at": "2026-12-02T12:00:00+09:00"},
        {"ends_at": "2027-12-02T10:00:00+09:00"},
        {"starts_at": 5},
        {"starts_at": None},
        {"version": "1"},
        {"version": True},
        {"starts_at": "0001-01-01T00:00:00"},
    ],
)
def test_a_move_that_makes_no_sense_is_refused_with_a_sentence(cast: Cast, now: datetime, sent: dict[str, Any]) -> None:
    answer = move(cast.seller, an_appointment(cast.seller, now), **sent)

    assert answer.status_code == 422
    assert answer.json()["detail"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'"x"', b"[" * 10_000])
def test_a_broken_body_is_no_catastrophe(cast: Cast, now: datetime, body: bytes) -> None:
    row = an_appointment(cast.seller, now)

    assert logged_in(cast.seller).post(f"/schedule/{row.pk}/move", body, content_type="application/json").status_code == 422


def test_the_form_books_with_japanese_dates_and_answers_with_the_appointment(cast: Cast, now: datetime) -> None:
    firm = a_customer(recorder=cast.seller)
    person = a_person(firm, recorder=cast.seller)
    client = logged_in(cast.seller)

    answer = client.post(
        "/schedule/new", a_form(customer=firm.pk, people=[person.pk], participants=[cast.boss.pk], place="本社", appointment_id=uuid4())
    )

    row = Appointment.objects.visible_to(cast.seller).get()
    assert (answer.status_code, answer["Location"]) == (302, f"/schedule/{row.pk}/")
    assert (row.starts_at.isoformat(), row.ends_at.isoformat()) == ("2026-12-01T01:00:00+00:00", "2026-12-01T02:30:00+00:00")
    page = client.get(answer["Location"]).content.decode()
    assert "鈴木" in page
    assert "田中 部長" in page


def test_a_form_sent_twice_books_once(cast: Cast, now: datetime) -> None:
    client, sent = logged_in(cast.seller), a_form(appointment_id=uuid4())

    answers = [client.post("/schedule/new", sent) for _time in range(2)]

    assert answers[0]["Location"] == answers[1]["Location"]
    assert Appointment.objects.visible_to(cast.seller).count() == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"starts_on": ""}, "starts_on"),
        ({"starts_on": "R99.1.1"}, "starts_on"),
        ({"starts": ""}, "starts"),
        ({"starts": "25:00"}, "starts"),
        ({"ends": "9:00"}, "ends"),
        ({"ends_on": "2027/3/1"}, "ends_on"),
        ({"customer": str(uuid4())}, "customer"),
        ({"customer": "x" * 1000}, "customer"),
        ({"participants": ["999999999999999999999"]}, "participants"),
        ({"summary_note": "x" * 101}, "summary_note"),
        ({"audience": "chosen"}, "audience"),
        ({"status": "done"}, "status"),
    ],
)
def test_bad_input_is_explained_and_kept(cast: Cast, fields: dict[str, Any], field: str) -> None:
    answer = logged_in(cast.seller).post("/schedule/new", a_form(place="本社", content="長い話") | fields)

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert "長い話" in answer.content.decode()
    assert not Appointment.objects.visible_to(cast.seller).exists()


def test_an_empty_form_is_wrong_not_unsent(cast: Cast) -> None:
    assert logged_in(cast.seller).post("/schedule/new", {}).status_code == 422


def test_naming_somebody_outside_the_visibility_is_asked_about_first(cast: Cast) -> None:
    client = logged_in(cast.seller)
    sent = a_form(audience="chosen", audience_parts=[f"u{cast.sales.pk}"], participants=[cast.outsider.pk], appointment_id=uuid4())

    asked = client.post("/schedule/new", sent)
    done = client.post("/schedule/new", sent | {"outside_allowed": "on"})

    assert "外山 遥" in str(asked.context["form"].errors["outside_allowed"])
    assert done.status_code == 302
    assert Appointment.objects.visible_to(cast.outsider).count() == 1


def test_a_span_drawn_in_the_calendar_fills_the_form(cast: Cast) -> None:
    client = logged_in(cast.seller)

    timed = client.get("/schedule/new?start=2026-12-01T10:00:00%2B09:00&end=2026-12-01T11:30:00%2B09:00").context["form"].initial
    days = client.get("/schedule/new?start=2026-12-01&end=2026-12-03&all_day=1").context["form"].initial

    assert (timed["starts_on"], f"{timed['starts']:%H:%M}", f"{timed['ends']:%H:%M}") == (date(2026, 12, 1), "10:00", "11:30")
    assert (days["all_day"], days["starts_on"], days["ends_on"]) == (True, date(2026, 12, 1), date(2026, 12, 2))
    assert client.get("/schedule/new?start=%E3%81%82&end=x&customer=x").status_code == 200


def test_a_whole_day_goes_through_the_form_and_back(cast: Cast) -> None:
    client = logged_in(cast.seller)
    client.post("/schedule/new", a_form(starts="", ends="", all_day="on", ends_on="2026/12/2", appointment_id=uuid4()))

    row = Appointment.objects.visible_to(cast.seller).get()
    form = client.get(f"/schedule/{row.pk}/edit").context["form"].initial

    assert row.ends_at - row.starts_at == timedelta(days=2)
    assert (form["all_day"], form["starts_on"], form["ends_on"]) == (True, date(2026, 12, 1), date(2026, 12, 2))


def test_a_change_on_an_old_version_shows_both_texts_and_goes_through_when_sent_again(cast: Cast, now: datetime) -> None:
    row = an_appointment(cast.seller, now)
    client = logged_in(cast.seller)
    client.post(f"/schedule/{row.pk}/edit", a_form(version=1, place="先の人"))

    stale = client.post(f"/schedule/{row.pk}/edit", a_form(version=1, place="後の人"))

    page = stale.content.decode()
    assert stale.status_code == 409
    assert "先の人" in page
    assert "後の人" in page
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    assert version[1] == "2"
    assert client.post(f"/schedule/{row.pk}/edit", a_form(version=2, place="後の人")).status_code == 302


def test_calling_off_and_back(cast: Cast, now: datetime) -> None:
    row = an_appointment(cast.seller, now)
    client = logged_in(cast.seller)

    client.post(f"/schedule/{row.pk}/cancel", {"reason": "先方都合"})
    assert "先方都合" in client.get(f"/schedule/{row.pk}/").content.decode()
    client.post(f"/schedule/{row.pk}/reopen")

    assert Appointment.objects.visible_to(cast.seller).get().open


def test_deleting_leads_to_the_way_back(cast: Cast, now: datetime) -> None:
    row = an_appointment(cast.seller, now)
    client = logged_in(cast.seller)

    page = client.post(f"/schedule/{row.pk}/delete", follow=True)

    assert f"/schedule/{row.pk}/restore" in page.content.decode()
    assert client.get(f"/schedule/{row.pk}/").status_code == 404
    client.post(f"/schedule/{row.pk}/restore")
    assert client.get(f"/schedule/{row.pk}/").status_code == 200


def test_colleagues_read_what_they_may_not_change_and_outsiders_find_nothing(cast: Cast, now: datetime) -> None:
    row = an_appointment(cast.seller, now, audience=an_audience(cast.sales))
    staff.delegate(by=cast.admin, principal=cast.seller, agent=cast.colleague)

    boss, agent, outsider = logged_in(cast.boss), logged_in(cast.colleague), logged_in(cast.outsider)

    assert "/edit" not in boss.get(f"/schedule/{row.pk}/").content.decode()
    assert boss.get(f"/schedule/{row.pk}/edit").status_code == 404
    assert agent.get(f"/schedule/{row.pk}/edit").status_code == 200
    for path in ("", "edit", "deleted"):
        assert outsider.get(f"/schedule/{row.pk}/{path}").status_code in (404, 302)
    for path in ("cancel", "delete", "restore", "reopen", "move"):
        assert outsider.post(f"/schedule/{row.pk}/{path}").status_code == 404


def test_who_may_edit_sees_who_can_see_it_and_why(cast: Cast, now: datetime) -> None:
    row = an_appointment(cast.seller, now, audience=an_audience(cast.sales), participants=[cast.outsider])

    lines = logged_in(cast.seller).get(f"/schedule/{row.pk}/").context["readers"]

    assert [line.who for line in lines] == [str(cast.sales), "河田 誠", "外山 遥"]
    assert logged_in(cast.outsider).get(f"/schedule/{row.pk}/").context["readers"] == []


def test_what_lies_ahead_of_a_customer_is_a_fragment_of_its_page(cast: Cast, now: datetime) -> None:
    firm = a_customer(recorder=cast.seller)
    an_appointment(cast.seller, datetime.now(tz=now.tzinfo), customer=firm, summary_note="これから")
    an_appointment(cast.seller, datetime.now(tz=now.tzinfo), customer=firm, summary_note="内緒", audience=Audience())
    old = an_appointment(cast.seller, now, days=-500, customer=firm, summary_note="昔")
    delete_appointment(by=cast.seller, appointment=old, now=now)

    for client, shown in ((logged_in(cast.seller), True), (logged_in(cast.boss), False)):
        page = client.get(f"/schedule/upcoming?customer={firm.pk}", headers={"HX-Request": "true"}).content.decode()
        assert "これから" in page
        assert "昔" not in page
        assert ("内緒" in page) == shown
        assert "<html" not in page
    hidden = a_customer("秘", recorder=cast.seller, audience=Audience())
    assert logged_in(cast.boss).get(f"/schedule/upcoming?customer={hidden.pk}").status_code == 404


def test_a_link_is_made_shown_once_and_taken_back_on_the_page(cast: Cast) -> None:
    client = logged_in(cast.seller)

    made = client.post("/schedule/feeds/new", {"label": "iPhone", "kind": "mine", "detail": "full", "language": "ja", "colour": "teal"})
    assert made.status_code == 422, "not one of our colours"
    made = client.post("/schedule/feeds/new", {"label": "iPhone", "kind": "mine", "detail": "full", "language": "ja", "colour": "crimson"})

    feed = CalendarFeed.objects.visible_to(cast.seller).get()
    page = made.content.decode()
    secret = re.search(rf"/ical/{feed.public_id}/([\w-]{{43}})/Setten.ics", page)
    assert secret
    assert "webcal://" in page
    assert "data:image/png;base64," in page
    assert secret[1] not in client.get("/schedule/feeds/").content.decode()
    assert logged_in(cast.boss).post(f"/schedule/feeds/{feed.pk}/revoke").status_code == 404
    client.post(f"/schedule/feeds/{feed.pk}/revoke")
    assert CalendarFeed.objects.visible_to(cast.seller).get().revoked_at


def test_the_list_says_when_and_by_which_program_a_link_was_read(cast: Cast, now: datetime) -> None:
    Client().get(a_link(cast.seller, now, label="会社のPC"), headers={"User-Agent": "Mozilla/5.0 Gecko Thunderbird/153.7"})

    page = logged_in(cast.seller).get("/schedule/feeds/").content.decode()

    assert "会社のPC" in page
    assert "Thunderbird" in page


def test_the_form_of_a_full_appointment_costs_few_queries(cast: Cast, now: datetime) -> None:
    firm = a_customer(recorder=cast.seller)
    audience = an_audience(cast.sales)
    row = an_appointment(
        cast.seller,
        now,
        customer=firm,
        people=[a_person(firm, recorder=cast.seller)],
        deal=a_deal(cast.seller, firm),
        method=a_choice("method", semantic="visit"),
        participants=[cast.boss],
        audience=audience,
    )
    client = logged_in(cast.seller)
    client.get(f"/schedule/{row.pk}/edit")

    for path in ("", "edit"):
        with CaptureQueriesContext(connection) as asked:
            page = client.get(f"/schedule/{row.pk}/{path}").content.decode()
        assert len(asked) <= 12, [one["sql"][:100] for one in asked.captured_queries]
        assert "青木建材" in page
        assert "更新の案件" in page


def a_deal(owner: User, customer: Any) -> Any:
    whole = Audience.whole_company()
    return customers.add_deal(by=owner, name="更新の案件", stage=a_choice("deal_stage"), audience=whole, owner=owner, customer=customer)


@pytest.mark.parametrize("path", ["/schedule/", "/schedule/new", "/schedule/feeds/", "/schedule/feeds/new", "/schedule/upcoming"])
def test_every_page_costs_few_queries(cast: Cast, now: datetime, path: str) -> None:
    an_appointment(cast.seller, datetime.now(tz=now.tzinfo))
    client = logged_in(cast.seller)
    client.get(path)

    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200

    assert len(asked) <= 12, [one["sql"][:100] for one in asked.captured_queries]
