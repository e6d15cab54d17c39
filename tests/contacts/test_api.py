"""Contact records as programs make and read them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contacts.models import ContactPoint
from crm.actions import assets, staff
from crm.audience import Audience
from crm.models import User
from schedule.actions import AppointmentEntry, book
from schedule.models import Appointment
from tests.conftest import Cast
from tests.contacts.given import a_contact, promised
from tests.make import a_choice, a_customer, a_person, an_audience

pytestmark = pytest.mark.django_db
URL = "/api/v1/contacts/"


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def send(user: User, path: str = URL, verb: str = "post", **data: Any) -> Any:
    return getattr(logged_in(user), verb)(path, data, content_type="application/json")


def test_an_asset_that_moved_out_of_sight_is_not_named(cast: Cast, now: datetime) -> None:
    here, secret = (
        a_customer("公開", recorder=cast.boss),
        a_customer("極秘工業", recorder=cast.boss, audience=an_audience(people=(cast.boss,))),
    )
    asset = assets.add_asset(by=cast.boss, customer=here, name="車")
    contact = a_contact(cast.seller, now, customer=here, asset=asset)
    read = f"{URL}{contact.pk}/"
    assert logged_in(cast.seller).get(read).json()["asset"] == str(asset.pk)

    assets.change_asset(by=cast.boss, asset=asset, version=1, customer=secret)

    assert logged_in(cast.seller).get(read).json()["asset"] is None
    assert logged_in(cast.boss).get(read).json()["asset"] == str(asset.pk)


def an_hour(now: datetime, **more: Any) -> dict[str, Any]:
    return {"started_at": (now - timedelta(hours=2)).isoformat(), "ended_at": (now - timedelta(hours=1)).isoformat(), **more}


def test_a_contact_is_made_with_all_it_holds_changed_deleted_and_restored(cast: Cast, now: datetime) -> None:
    firm = a_customer(recorder=cast.seller)
    person = a_person(firm, recorder=cast.seller)
    method, kind = a_choice("method", "訪問"), a_choice("expense_kind", "電車")
    ahead = {"starts_at": (now + timedelta(days=7)).isoformat(), "ends_at": (now + timedelta(days=7, hours=1)).isoformat()}

    made = send(
        cast.seller, **an_hour(now), customer=str(firm.pk), people=[str(person.pk)], method=method.pk, content="見積", report_to=[cast.boss.pk],
        participants=[cast.colleague.pk], expenses=[{"kind": kind.pk, "amount_yen": 1200, "round_trip": True}], next=ahead,
        audience={"units": [cast.sales.pk]},
    )  # fmt: skip
    one = f"{URL}{made.json()['id']}/"
    changed = send(cast.seller, one, "patch", version=1, content="訂正")

    body = changed.json()
    assert made.status_code == 201, made.json()
    assert (body["content"], body["version"], body["customer"], body["people"]) == ("訂正", 2, str(firm.pk), [str(person.pk)])
    assert (body["participants"], body["method"], body["expenses"][0]["amount_yen"]) == ([cast.colleague.pk], method.pk, 1200)
    assert [row["user"] for row in body["recipients"]] == [cast.boss.pk]
    assert body["next_appointment"]
    assert promised("report") == ["report.mail", "report.notice"]
    assert send(cast.seller, one, "delete").status_code == 204
    assert logged_in(cast.seller).get(one).status_code == 404
    assert send(cast.seller, f"{one}restore/").json()["content"] == "訂正"


def test_a_repeated_send_is_answered_with_the_first(cast: Cast, now: datetime) -> None:
    key = str(uuid4())
    first = send(cast.seller, id=key, **an_hour(now, content="一度目"))

    again = send(cast.seller, id=key, **an_hour(now, content="二度目"))
    foreign = send(cast.outsider, id=key, **an_hour(now))

    assert (first.status_code, again.status_code, again.headers["Idempotency-Replayed"]) == (201, 200, "true")
    assert again.json()["content"] == "一度目"
    assert (foreign.status_code, foreign.json()["error"]["code"]) == (409, "id_taken")


def test_a_draft_is_made_and_registered_later(cast: Cast, now: datetime) -> None:
    made = send(cast.seller, draft=True, **an_hour(now, report_to=[cast.boss.pk]))
    one = f"{URL}{made.json()['id']}/"
    quiet = promised()

    kept = send(cast.seller, one, "patch", version=1, content="つづき")
    registered = send(cast.seller, one, "patch", version=2, draft=False)

    assert (made.json()["state"], kept.json()["state"], quiet) == ("draft", "draft", [])
    assert (registered.json()["state"], registered.json()["content"]) == ("registered", "つづき")
    assert promised("report") == ["report.mail", "report.notice"]


def test_a_stale_version_is_told_the_current_one(cast: Cast, now: datetime) -> None:
    contact = a_contact(cast.seller, now)
    one = f"{URL}{contact.pk}/"
    send(cast.seller, one, "patch", version=1, content="先")

    stale = send(cast.seller, one, "patch", version=1, content="後")
    without = send(cast.seller, one, "patch", content="後")

    assert (stale.status_code, stale.json()["error"]["current_version"]) == (409, 2)
    assert (without.status_code, list(without.json()["error"]["fields"])) == (400, ["version"])


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"started_at": ""}, "started_at"),
        ({"started_at": "2026-11-31T10:00:00+09:00"}, "started_at"),
        ({"started_at": "0001-01-01T00:00:00Z"}, "started_at"),
        ({"started_at": "2027-01-01T00:00:00Z", "ended_at": None}, "started_at"),
        ({"ended_at": "2026-11-01T00:00:00Z"}, "ended_at"),
        ({"content": "あ" * 20_001}, "content"),
        ({"content": "a\u0000b"}, "non_field_errors"),
        ({"customer": "1"}, "customer"),
        ({"customer": "01900000-0000-7000-8000-000000000000"}, "customer"),
        ({"method": 10**30}, "method"),
        ({"report_to": ["x"]}, "report_to.0"),
        ({"report_to": 5}, "report_to"),
        ({"expenses": [{"amount_yen": -1}]}, "expenses.0.amount_yen"),
        ({"next": {"starts_at": "2026-12-01T10:00:00Z", "ends_at": "2026-12-01T09:00:00Z"}}, "next"),
        ({"audience": {"units": [99999]}}, "audience.units"),
        ({"owner": 99999}, "owner"),
    ],
)
def test_bad_input_is_told_at_its_field(cast: Cast, now: datetime, data: dict[str, Any], field: str) -> None:
    answer = send(cast.seller, **{**an_hour(now), **data})

    assert answer.status_code == 400, answer.content
    assert field in answer.json()["error"]["fields"] or field == "non_field_errors"
    assert not ContactPoint.objects.visible_to(cast.seller).exists()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b'{"started_at": "\\ud800"}', b'{"a":' * 100, b"\xff\xfe"])
def test_a_body_that_is_no_json_object_gets_a_sentence(cast: Cast, body: bytes) -> None:
    answer = logged_in(cast.seller).post(URL, body, content_type="application/json")

    assert answer.status_code == 400
    assert answer.json()["error"]["message"]


def test_hidden_things_are_refused_in_the_words_for_unknown_ones(cast: Cast, now: datetime) -> None:
    hidden = a_customer("極秘工業", recorder=cast.outsider, audience=Audience())
    secret = a_contact(cast.outsider, now, audience=Audience(), content="極秘の話")

    answers = [send(cast.seller, **an_hour(now, customer=str(key))).json() for key in (hidden.pk, uuid4())]
    doors = [("get", ""), ("patch", ""), ("delete", ""), ("post", "restore/"), ("post", "send-again/")]

    assert answers[0] == answers[1]
    for verb, path in doors:
        data = {} if verb == "get" else {"version": 1, "recipient": 1}
        codes = [send(cast.seller, f"{URL}{key}/{path}", verb, **data).status_code for key in (secret.pk, uuid4())]
        assert codes == [404, 404], verb
    assert "極秘" not in logged_in(cast.seller).get(URL).content.decode()


def test_what_a_reader_may_not_see_of_a_record_is_null(cast: Cast, now: datetime) -> None:
    hidden = a_customer("極秘工業", recorder=cast.seller, audience=Audience())
    person = a_person(hidden, recorder=cast.seller)
    contact = a_contact(cast.seller, now, customer=hidden, people=[person])

    body = logged_in(cast.outsider).get(f"{URL}{contact.pk}/").json()

    assert (body["customer"], body["people"]) == (None, [])


def test_the_list_is_filtered_paged_and_refuses_what_it_does_not_know(cast: Cast, now: datetime) -> None:
    firm = a_customer(recorder=cast.seller)
    rows = [a_contact(cast.seller, now, started_at=now - timedelta(days=day), ended_at=None, content=f"{day}日前") for day in range(1, 6)]
    mine = a_contact(cast.colleague, now, customer=firm, content="契約")
    client = logged_in(cast.boss)

    def found(query: str) -> list[str]:
        return [row["id"] for row in client.get(f"{URL}?{query}").json()["results"]]

    first = client.get(f"{URL}?page_size=4").json()
    second = client.get(first["next"]).json()
    assert [row["id"] for row in first["results"] + second["results"]] == [str(row.pk) for row in [mine, *rows]]
    assert client.get(second["previous"]).json()["results"] == first["results"]
    assert found(f"customer={firm.pk}") == found("q=契約") == found(f"owner={cast.colleague.pk}") == [str(mine.pk)]
    assert found("from=2026-11-18&to=2026-11-18") == [str(rows[1].pk)]
    assert found("sort=oldest")[0] == str(rows[-1].pk)
    for wrong in ("page=2", "customer=x", f"customer={uuid4()}", "sort=zz", "from=yesterdayish", "cursor=zzz", "page_size=1000"):
        assert client.get(f"{URL}?{wrong}").status_code == 400, wrong


def test_an_appointment_becomes_a_record_once(cast: Cast, now: datetime) -> None:
    entry = AppointmentEntry(starts_at=now - timedelta(hours=2), ends_at=now, audience=an_audience(cast.sales))
    appointment = book(owner=cast.seller, recorder=cast.seller, entry=entry, now=now)[0]

    first = send(cast.seller, **an_hour(now, appointment=str(appointment.pk)))
    second = send(cast.seller, **an_hour(now, appointment=str(appointment.pk)))

    assert (first.status_code, first.json()["appointment"]) == (201, str(appointment.pk))
    assert (second.status_code, second.json()["error"]["code"]) == (409, "already_fulfilled")


def test_one_recipient_is_told_again(cast: Cast, now: datetime) -> None:
    contact = a_contact(cast.seller, now, report_to=[cast.boss])
    row = contact.recipients.get()

    answer = send(cast.seller, f"{URL}{contact.pk}/send-again/", recipient=row.pk, reason="訂正")

    assert answer.status_code == 200
    assert answer.json()["recipients"][0]["sent_again_at"]
    assert promised("again") == ["again.mail", "again.notice"]


def test_the_list_asks_the_same_number_of_questions_for_few_and_many(cast: Cast, now: datetime) -> None:
    def counted() -> int:
        with CaptureQueriesContext(connection) as asked:
            logged_in(cast.seller).get(URL)
        return len(asked)

    def fill(times: int) -> None:
        for _ in range(times):
            firm = a_customer(recorder=cast.seller)
            a_contact(
                cast.seller,
                now,
                customer=firm,
                people=[a_person(firm, recorder=cast.seller)],
                report_to=[cast.boss],
                participants=[cast.boss],
            )

    fill(1)
    few = counted()
    fill(6)
    assert counted() == few


def a_past_appointment(owner: User, now: datetime, **more: Any) -> Appointment:
    entry = AppointmentEntry(starts_at=now - timedelta(hours=2), ends_at=now - timedelta(hours=1), **more)
    return book(owner=owner, recorder=owner, entry=entry, now=now)[0]


def test_a_reader_makes_no_record_of_somebody_elses_appointment(cast: Cast, now: datetime) -> None:
    theirs = str(a_past_appointment(cast.boss, now).pk)
    mine = send(cast.outsider, draft=True, **an_hour(now)).json()["id"]

    made = send(cast.outsider, **an_hour(now, appointment=theirs))
    drafted = send(cast.outsider, draft=True, **an_hour(now, appointment=theirs))
    changed = send(cast.outsider, f"{URL}{mine}/", "patch", version=1, appointment=theirs)
    unknown = send(cast.outsider, **an_hour(now, appointment=str(uuid4())))

    assert [answer.status_code for answer in (made, drafted, changed, unknown)] == [400] * 4
    assert made.json()["error"]["fields"] == unknown.json()["error"]["fields"] == changed.json()["error"]["fields"]
    assert Appointment.objects.visible_to(cast.boss).get(pk=theirs).status == "confirmed"


def test_the_second_of_two_drafts_of_an_appointment_is_refused_when_it_is_registered(cast: Cast, now: datetime) -> None:
    appointment = str(a_past_appointment(cast.seller, now).pk)
    first, second = (send(cast.seller, draft=True, **an_hour(now, appointment=appointment)) for _ in range(2))

    won, lost = (send(cast.seller, f"{URL}{made.json()['id']}/", "patch", version=1, draft=False) for made in (first, second))

    assert (first.status_code, second.status_code, won.status_code) == (201, 201, 200)
    assert (lost.status_code, lost.json()["error"]["code"]) == (409, "already_fulfilled")


def test_a_change_that_hides_the_record_from_its_sender_is_answered_with_nothing(cast: Cast, now: datetime) -> None:
    staff.delegate(by=None, principal=cast.boss, agent=cast.outsider)
    record = a_contact(cast.boss, now)

    answer = send(cast.outsider, f"{URL}{record.pk}/", "patch", version=1, audience={"people": [cast.boss.pk]}, content="直した")

    assert (answer.status_code, answer.content) == (204, b"")
    assert ContactPoint.objects.visible_to(cast.boss).get(pk=record.pk).content == "直した"


def test_people_keep_the_order_in_which_they_were_sent(cast: Cast, now: datetime) -> None:
    firm = a_customer(recorder=cast.seller)
    people = [str(a_person(firm, recorder=cast.seller).pk) for _ in range(3)][::-1]

    made = send(cast.seller, **an_hour(now), customer=str(firm.pk), people=people).json()
    changed = send(cast.seller, f"{URL}{made['id']}/", "patch", version=1, content="訂正").json()

    assert made["people"] == changed["people"] == people
