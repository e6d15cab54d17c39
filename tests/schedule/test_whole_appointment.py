"""An appointment says all that a contact record can say, in page and API; what somebody cannot see of it stays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import crm.company
from contacts.actions import ContactEntry, NextEntry, log_contact
from contacts.models import ContactPoint
from crm.actions import AssetElsewhere, CategoryElsewhere, DepartmentElsewhere, customers
from crm.audience import Audience, name_readers, scope_for
from crm.lines import DepartmentLine
from crm.models import (
    AccountPlan,
    Asset,
    AuditEntry,
    Choice,
    CollectedInfo,
    Company,
    Customer,
    CustomerDepartment,
    Deal,
    Person,
    User,
)
from schedule.actions import AppointmentEntry, change_appointment
from schedule.models import Appointment, AppointmentGuest, AppointmentInfo, Facility
from tests.conftest import Cast
from tests.make import a_choice, a_customer, a_person, an_audience
from tests.schedule.given import an_appointment, an_entry

pytestmark = pytest.mark.django_db
URL = "/api/v1/appointments/"
DAY = date(2026, 11, 20)


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@dataclass(frozen=True)
class Around:
    """A customer with everything that an appointment can name, and a partner who comes along."""

    firm: Customer
    department: CustomerDepartment
    person: Person
    deal: Deal
    plan: AccountPlan
    asset: Asset
    info: CollectedInfo
    partner: Customer
    adviser: Person
    upper: Choice
    lower: Choice
    room: Facility

    def sent(self) -> dict[str, Any]:
        """Return all of it as the form sends it."""
        return {
            "customer": str(self.firm.pk),
            "department": str(self.department.pk),
            "people": [str(self.person.pk)],
            "guests": [f"p:{self.adviser.pk}", f"c:{self.partner.pk}"],
            "deal": str(self.deal.pk),
            "plan": str(self.plan.pk),
            "asset": str(self.asset.pk),
            "infos": [str(self.info.pk)],
            "category1": str(self.upper.pk),
            "category2": str(self.lower.pk),
            "facilities": [str(self.room.pk)],
        }

    def entry(self, now: datetime, **fields: Any) -> AppointmentEntry:
        said: dict[str, Any] = {
            "customer": self.firm,
            "department": self.department,
            "people": [self.person],
            "guests": [self.adviser, self.partner],
            "deal": self.deal,
            "plan": self.plan,
            "asset": self.asset,
            "infos": [self.info],
            "category1": self.upper,
            "category2": self.lower,
            "facilities": [self.room],
        }
        return an_entry(now, **said | fields)


def an_asset(customer: Customer, recorder: User, name: str = "複合機") -> Asset:
    return Asset.objects.create(customer=customer, name=name, recorder=recorder, search_text=name)


def a_plan(owner: User, name: str = "上期訪問計画", audience: Audience | None = None) -> AccountPlan:
    scope = scope_for(audience or Audience.whole_company())
    span = {"starts_on": DAY, "ends_on": DAY + timedelta(days=90)}
    plan = AccountPlan.objects.create(name=name, owner=owner, recorder=owner, scope=scope, search_text=name, **span)
    name_readers(plan, {owner.pk})
    return plan


def an_info(owner: User, title: str = "増員の噂", audience: Audience | None = None) -> CollectedInfo:
    scope = scope_for(audience or Audience.whole_company())
    info = CollectedInfo.objects.create(title=title, owner=owner, recorder=owner, scope=scope, search_text=title, collected_on=DAY)
    name_readers(info, {owner.pk})
    return info


def everything(seller: User, audience: Audience | None = None) -> Around:
    firm = a_customer("青木建材", recorder=seller, audience=audience, departments=[DepartmentLine(name="資材部")])
    department = CustomerDepartment.objects.visible_to(seller).get(customer=firm)
    stage = a_choice("deal_stage")
    whole = Audience.whole_company()
    deal = customers.add_deal(by=seller, owner=seller, name="倉庫の更新", stage=stage, audience=audience or whole, customer=firm)
    partner = a_customer("石川設計", recorder=seller, kind="partner", audience=audience)
    upper = a_choice("category", "営業活動")
    return Around(
        firm=firm,
        department=department,
        person=a_person(firm, recorder=seller),
        deal=deal,
        plan=a_plan(seller, audience=audience),
        asset=an_asset(firm, seller),
        info=an_info(seller, audience=audience),
        partner=partner,
        adviser=a_person(partner, "石川", recorder=seller),
        upper=upper,
        lower=Choice.objects.create(list=upper.list, code=f"below{upper.pk}", name_ja="提案・見積", name_en="Proposals", parent=upper),
        room=Facility.objects.create(name_ja="会議室A", name_en="Room A"),
    )


def a_form(**fields: Any) -> dict[str, Any]:
    return {"starts_on": "R8.12.1", "starts": "10", "ends": "1130", "audience": "company", "status": "confirmed", **fields}


def only(user: User) -> Appointment:
    row: Appointment = Appointment.objects.visible_to(user).get()
    return row


def parts_of(row: Appointment) -> dict[str, Any]:
    guests = AppointmentGuest.objects.for_the_house("a test looks").filter(appointment=row).order_by("place")
    infos = AppointmentInfo.objects.for_the_house("a test looks").filter(appointment=row)
    return {
        "guests": [one.person_id or one.customer_id for one in guests],
        "infos": [one.info_id for one in infos],
        "people": [one.person_id for one in row.people.all()],
        "facilities": [one.facility_id for one in row.bookings.all()],
    }


def test_the_form_takes_every_field_and_shows_it_again(cast: Cast) -> None:
    around = everything(cast.seller)
    client = logged_in(cast.seller)

    answer = client.post("/schedule/new", a_form(**around.sent()))

    row = only(cast.seller)
    assert answer.status_code == 302, answer.context["form"].errors
    assert (row.department_id, row.plan_id, row.asset_id) == (around.department.pk, around.plan.pk, around.asset.pk)
    assert (row.category1_id, row.category2_id) == (around.upper.pk, around.lower.pk)
    assert parts_of(row) == {
        "guests": [around.adviser.pk, around.partner.pk],
        "infos": [around.info.pk],
        "people": [around.person.pk],
        "facilities": [around.room.pk],
    }
    page = client.get(f"/schedule/{row.pk}/").content.decode()
    for words in ("資材部", "倉庫の更新", "上期訪問計画", "複合機", "増員の噂", "石川設計", "石川", "営業活動 › 提案・見積", "会議室A"):
        assert words in page
    form = client.get(f"/schedule/{row.pk}/edit").content.decode()
    for key in (*around.sent()["guests"], str(around.plan.pk), str(around.asset.pk), str(around.info.pk)):
        assert f'value="{key}" selected' in form


def test_saving_the_form_unchanged_changes_nothing(cast: Cast, now: datetime) -> None:
    around = everything(cast.seller)
    row = an_appointment(cast.seller, now, **{name: getattr(around.entry(now), name) for name in ("customer", "guests", "infos", "plan")})
    client = logged_in(cast.seller)
    form = client.get(f"/schedule/{row.pk}/edit").context["form"]
    before = parts_of(row)
    logged = AuditEntry.objects.count()

    answer = client.post(f"/schedule/{row.pk}/edit", submitted(form))

    assert answer.status_code == 302
    assert parts_of(row) == before
    assert AuditEntry.objects.count() == logged, AuditEntry.objects.last().after


def submitted(form: Any) -> dict[str, Any]:
    """Return a form's initial values as a browser sends them."""
    sent: dict[str, Any] = {}
    for name in form.fields:
        value = form[name].value()
        if name == "audience":
            sent[name] = "company"
        elif isinstance(value, list):
            sent[name] = [str(getattr(one, "pk", one)) for one in value]
        elif value not in (None, "", False):
            sent[name] = str(getattr(value, "pk", value))
    return sent


@pytest.mark.parametrize("name", ["department", "people", "deal", "plan", "asset", "guests", "infos"])
def test_what_is_hidden_is_refused_like_what_is_unknown(cast: Cast, name: str) -> None:
    hidden = everything(cast.seller, an_audience())
    sent = hidden.sent()[name]
    unknown = "00000000-0000-4000-8000-000000000000"
    keys = {"guests": [f"p:{unknown}"], "department": "999999"}.get(name, [unknown] if isinstance(sent, list) else unknown)

    answers = [logged_in(cast.outsider).post("/schedule/new", a_form(**{name: value})) for value in (sent, keys)]

    assert [answer.status_code for answer in answers] == [422, 422]
    said = [[str(error) for error in answer.context["form"].errors[name]] for answer in answers]
    assert said[0] == said[1] == ["見つかりません。"]
    assert not Appointment.objects.visible_to(cast.outsider).exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("guests", "p:x"),
        ("guests", "q:1"),
        ("guests", "p:" + "1" * 60),
        ("guests", "１"),
        ("department", "９"),
        ("department", "9" * 40),
        ("plan", "x"),
        ("category1", "１２"),
        ("category2", "9" * 30),
        ("facilities", "x"),
        ("facilities", "9" * 30),
    ],
)
def test_keys_that_are_none_are_refused_with_a_word(cast: Cast, name: str, value: str) -> None:
    everything(cast.seller)

    answer = logged_in(cast.seller).post("/schedule/new", a_form(**{name: value}))

    assert (answer.status_code, [*answer.context["form"].errors]) == (422, [name])


def test_what_belongs_elsewhere_is_refused(cast: Cast, now: datetime) -> None:
    around, other = everything(cast.seller), everything(cast.seller)
    for field, error in (("department", DepartmentElsewhere), ("asset", AssetElsewhere), ("category2", CategoryElsewhere)):
        value = getattr(other, "lower" if field == "category2" else field)
        with pytest.raises(error):
            replace(around.entry(now), **{field: value}).check(cast.seller)
        sent = around.sent() | {field: str(value.pk)}
        answer = logged_in(cast.seller).post("/schedule/new", a_form(**sent))
        assert (answer.status_code, [*answer.context["form"].errors]) == (422, [field])
        assert [str(one) for one in answer.context["form"].errors[field]] == ["見つかりません。"]


def test_what_the_editor_cannot_see_stays(cast: Cast, now: datetime) -> None:
    around = everything(cast.seller, an_audience())
    row = an_appointment(cast.seller, now, participants=[cast.colleague])
    change_appointment(by=cast.seller, appointment=row, version=1, entry=around.entry(now), now=now)
    before = parts_of(row)

    change_appointment(by=cast.outsider, appointment=row, version=2, entry=an_entry(now, place="本社", facilities=[around.room]), now=now)

    row.refresh_from_db()
    assert parts_of(row) == before
    assert (row.place, row.customer_id, row.department_id) == ("本社", around.firm.pk, around.department.pk)
    assert (row.deal_id, row.plan_id, row.asset_id) == (around.deal.pk, around.plan.pk, around.asset.pk)


def test_what_goes_with_a_hidden_customer_makes_way_for_another_one(cast: Cast, now: datetime) -> None:
    around, firm = everything(cast.seller, an_audience()), a_customer("公開商事", recorder=cast.seller)
    row = an_appointment(cast.seller, now)
    change_appointment(by=cast.seller, appointment=row, version=1, entry=around.entry(now), now=now)

    change_appointment(by=cast.outsider, appointment=row, version=2, entry=an_entry(now, customer=firm), now=now)

    row.refresh_from_db()
    assert (row.customer_id, row.department_id, row.asset_id, row.deal_id) == (firm.pk, None, None, None)
    assert (row.plan_id, parts_of(row)["people"]) == (around.plan.pk, [])


def test_what_the_company_has_switched_off_stays_and_is_not_shown(cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    around = everything(cast.seller)
    row = an_appointment(cast.seller, now)
    change_appointment(by=cast.seller, appointment=row, version=1, entry=around.entry(now), now=now)
    off = Company(pk=1, modules_off=["deals", "plans", "assets", "infos", "voices", "facilities"])
    monkeypatch.setattr(crm.company, "_remembered", (float("inf"), off))
    client = logged_in(cast.seller)

    form = client.get(f"/schedule/{row.pk}/edit").context["form"]
    answer = client.post(f"/schedule/{row.pk}/edit", submitted(form) | {"place": "本社"})

    row.refresh_from_db()
    assert not {"deal", "plan", "asset", "infos", "facilities"} & set(form.fields)
    assert answer.status_code == 302
    assert (row.place, row.deal_id, row.plan_id, row.asset_id) == ("本社", around.deal.pk, around.plan.pk, around.asset.pk)
    assert (parts_of(row)["infos"], parts_of(row)["facilities"]) == ([around.info.pk], [around.room.pk])
    assert "上期訪問計画" not in client.get(f"/schedule/{row.pk}/").content.decode()


def api(user: User, path: str, method: str = "post", **data: Any) -> Any:
    return getattr(logged_in(user), method)(path, data, content_type="application/json")


def api_sent(around: Around, now: datetime) -> dict[str, Any]:
    sent = around.sent() | {name: int(around.sent()[name]) for name in ("department", "category1", "category2")}
    sent["facilities"] = [around.room.pk]
    return sent | {"starts_at": (now + timedelta(days=1)).isoformat(), "ends_at": (now + timedelta(days=1, hours=1)).isoformat()}


def test_the_api_writes_and_reads_every_field(cast: Cast, now: datetime) -> None:
    around = everything(cast.seller)
    sent = api_sent(around, now)

    made = api(cast.seller, URL, **sent)

    assert made.status_code == 201, made.json()
    read = made.json()
    assert {name: read[name] for name in around.sent()} == {name: sent[name] for name in around.sent()}
    changed = api(cast.seller, f"{URL}{read['id']}/", "patch", version=1, place="本社").json()
    assert {name: changed[name] for name in around.sent()} == {name: sent[name] for name in around.sent()}


def test_the_api_tells_outsiders_nothing_of_what_is_hidden(cast: Cast, now: datetime) -> None:
    around = everything(cast.seller, an_audience())
    made = api(cast.seller, URL, **api_sent(around, now), audience={"company": True}).json()

    read = logged_in(cast.outsider).get(f"{URL}{made['id']}/").json()

    nothing = {"customer": None, "department": None, "deal": None, "plan": None, "asset": None, "people": [], "guests": [], "infos": []}
    assert {name: read[name] for name in nothing} == nothing
    for name in nothing:
        refused = api(cast.outsider, URL, **{name: api_sent(around, now)[name]}, starts_at=read["starts_at"], ends_at=read["ends_at"])
        assert refused.status_code == 400, name
        assert {path.split(".")[0] for path in refused.json()["error"]["fields"]} == {name}


def test_pages_and_api_cost_the_same_however_much_an_appointment_names(cast: Cast, now: datetime) -> None:
    def asked(client: Client, path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    around = everything(cast.seller)
    row = an_appointment(cast.seller, now, participants=[cast.boss])
    change_appointment(by=cast.seller, appointment=row, version=1, entry=around.entry(now, participants=[cast.boss]), now=now)
    client = logged_in(cast.seller)
    paths = [f"/schedule/{row.pk}/", f"/schedule/{row.pk}/edit", URL, f"{URL}{row.pk}/", "/schedule/new"]
    few = [asked(client, path) for path in paths]
    guests = [a_person(a_customer(f"会社{number}", recorder=cast.seller), recorder=cast.seller) for number in range(6)]
    infos = [an_info(cast.seller, f"情報{number}") for number in range(6)]
    entry = around.entry(now, guests=[around.partner, *guests], infos=infos, participants=[cast.boss, cast.colleague])
    change_appointment(by=cast.seller, appointment=row, version=2, entry=entry, now=now)
    an_appointment(cast.seller, now, customer=around.firm, guests=guests)

    assert [asked(client, path) for path in paths] == few
    assert few[0] <= 12 and few[1] <= 12 and few[2] <= 15 and few[3] <= 15 and few[4] <= 12, few


def test_a_record_made_of_an_appointment_carries_everything_over(cast: Cast, now: datetime) -> None:
    around, method, summary = everything(cast.seller), a_choice("method", "訪問", semantic="visit"), a_choice("summary", "定期訪問")
    row = an_appointment(cast.seller, now, days=-1)
    said = {"participants": [cast.boss], "method": method, "summary": summary, "summary_note": "見積", "content": "本文", "direct": "to"}
    entry = around.entry(now, days=-1, audience=an_audience(cast.sales), **said)
    change_appointment(by=cast.seller, appointment=row, version=1, entry=entry, now=now)
    client = logged_in(cast.seller)
    with time_machine.travel(now, tick=False):
        form = client.get(f"/contacts/new?appointment={row.pk}").context["form"]
        sent = submitted(form) | {"audience": "chosen", "audience_parts": [f"u{cast.sales.pk}"], "appointment": str(row.pk)}
        answer = client.post("/contacts/new", sent)

    assert answer.status_code == 302, answer.context["form"].errors
    made = ContactPoint.objects.visible_to(cast.seller).get()
    same = ("customer_id", "department_id", "deal_id", "plan_id", "asset_id", "category1_id", "category2_id", "method_id", "summary_id")
    row.refresh_from_db()
    for name in (*same, "summary_note", "content", "direct", "scope_id", "owner_id", "starts_at"):
        assert getattr(made, "started_at" if name == "starts_at" else name) == getattr(row, name), name
    guests = made.guests.order_by("place").values_list("person", "customer")
    assert [one or other for one, other in guests] == [around.adviser.pk, around.partner.pk]
    assert [one.info_id for one in made.infos.all()] == [around.info.pk]
    assert [one.person_id for one in made.people.all()] == [around.person.pk]
    assert [one.user_id for one in made.participants.all()] == [cast.boss.pk]
    assert (row.status, made.appointment_id) == ("done", row.pk)


def test_the_next_appointment_carries_exactly_five_things(cast: Cast, now: datetime) -> None:
    around = everything(cast.seller)
    names = ("customer", "department", "people", "guests", "deal", "plan", "asset", "infos", "category1", "category2")
    ahead = NextEntry(starts_at=now + timedelta(days=7), ends_at=now + timedelta(days=7, hours=1), summary_note="次回")
    said = {name: getattr(around.entry(now), name) for name in names}
    entry = ContactEntry(started_at=now, has_time=True, content="本文", participants=[cast.boss], next=ahead, **said)
    contact, _new = log_contact(owner=cast.seller, recorder=cast.seller, entry=entry, now=now)

    row = Appointment.objects.visible_to(cast.seller).get(pk=contact.next_appointment_id)

    assert (row.customer_id, row.deal_id, row.plan_id) == (around.firm.pk, around.deal.pk, around.plan.pk)
    assert (parts_of(row)["people"], parts_of(row)["infos"]) == ([around.person.pk], [around.info.pk])
    left = (row.department_id, row.asset_id, row.category1_id, row.category2_id, row.content, parts_of(row)["guests"])
    assert left == (None, None, None, None, "", [])
    assert not row.participants.exists()


def test_a_program_that_only_names_the_appointment_takes_everything_over(cast: Cast, now: datetime) -> None:
    around, method = everything(cast.seller), a_choice("method", "訪問", semantic="visit")
    row = an_appointment(cast.seller, now, days=-1)
    room = Facility.objects.create(name_ja="会議室B")
    said = {"participants": [cast.boss], "method": method, "summary_note": "見積", "content": "本文", "direct": "to", "place": "本社三階"}
    entry = around.entry(now, days=-1, audience=an_audience(cast.sales), **said | {"facilities": [room]})
    change_appointment(by=cast.seller, appointment=row, version=1, entry=entry, now=now)
    elsewhere = a_customer("別の会社", recorder=cast.seller)
    sent = {"started_at": row.starts_at.isoformat(), "draft": True, "appointment": str(row.pk)}

    other = api(cast.seller, "/api/v1/contacts/", **sent, customer=str(elsewhere.pk), content="別の本文").json()
    made = api(cast.seller, "/api/v1/contacts/", **sent | {"draft": False}).json()
    page = logged_in(cast.seller).get(f"/contacts/{made['id']}/").content.decode()

    kept = [made[name] for name in ("customer", "department", "deal", "plan", "asset", "method")]
    assert kept == [str(around.firm.pk), around.department.pk, str(around.deal.pk), str(around.plan.pk), str(around.asset.pk), method.pk]
    assert (made["people"], made["infos"], len(made["guests"])) == ([str(around.person.pk)], [str(around.info.pk)], 2)
    assert (made["participants"], made["summary_note"], made["content"], made["direct"]) == ([cast.boss.pk], "見積", "本文", "to")
    assert made["audience"]["units"] == [cast.sales.pk]
    assert (other["customer"], other["content"], other["people"], other["deal"]) == (str(elsewhere.pk), "別の本文", [], None)
    assert other["direct"] == "to"
    assert "本社三階" in page
    assert "会議室B" in page
