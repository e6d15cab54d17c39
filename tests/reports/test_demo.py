"""The demo company in the database: what was written in bulk is what the actions would have written."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from contacts.actions import ContactEntry, ExpenseLine, log_contact
from contacts.models import ContactPoint, Reply, ReportRecipient
from crm.actions import assets, customers, infos, plans
from crm.audience import Audience
from crm.demo import firm, logins, plan
from crm.demo.days import TOKYO
from crm.items import forget_items
from crm.lines import AddressLine, DepartmentLine, PhoneLine, StaffLine
from crm.models import (
    AccountPlan,
    Asset,
    Choice,
    CollectedInfo,
    Contract,
    Customer,
    Deal,
    Membership,
    OrgUnit,
    Outbox,
    Person,
    User,
    uuid7,
)
from crm.visibility import house_eyes
from reports.actions.founding import HouseInUse, found_demo, tell_news
from reports.models import Notice
from schedule.actions import AppointmentEntry, book
from schedule.models import Appointment, CalendarFeed
from tests.make import a_user

NOW = datetime(2026, 11, 20, 8, 30, tzinfo=TOKYO)


@dataclass(frozen=True)
class House:
    company: plan.DemoCompany

    def contacts(self, **wanted: Any) -> list[plan.Contact]:
        """Records of the plan that have all of these: a name of a field, and whether it is filled."""
        return [one for one in self.company.contacts if all(bool(getattr(one, name)) is filled for name, filled in wanted.items())]


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[House]:
    """Founding takes seconds, so the tests of this module share one company; what each of them writes is taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield House(found_demo(now=NOW))
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def taken_back(request: pytest.FixtureRequest) -> Iterator[None]:
    if "house" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("house")
    forget_items()  # the house has its own
    with transaction.atomic(), house_eyes("the test looks at everything"):
        yield
        transaction.set_rollback(True)


def user(code: str) -> User:
    return User.objects.get(code=code)


def columns(row: Any, *, apart_from: set[str]) -> dict[str, Any]:
    own = {"id", "created_at", "updated_at"} | apart_from
    return {field.name: field.value_from_object(row) for field in row._meta.concrete_fields if field.name not in own}


def lines(row: Any, *parts: str) -> dict[str, list[tuple[Any, ...]]]:
    """The parts of a row without their own keys and without the row's."""
    found = {}
    for part in parts:
        rows = getattr(row, part).all()
        names = [field.attname for field in rows.model._meta.concrete_fields if field.name != "id" and field.related_model is not type(row)]
        found[part] = sorted(rows.values_list(*names), key=repr)
    return found


def test_it_has_the_promised_size(house):
    assert OrgUnit.objects.count() == 12
    assert User.objects.count() == 40
    assert Customer.objects.count() == 500
    assert Person.objects.count() == 900
    assert Deal.objects.count() == 120
    assert AccountPlan.objects.count() == 10
    assert (CollectedInfo.objects.filter(voice=False).count(), CollectedInfo.objects.filter(voice=True).count()) == (50, 30)
    assert ContactPoint.objects.count() == 3000


def test_nobody_is_told_of_what_lies_behind(house):
    assert not Outbox.objects.filter(topic__regex=r"^(report|reply|again|behalf)\.").exists()
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    "wanted",
    [
        {"expenses": True, "draft": False},
        {"participants": True, "visitors": True},
        {"reports": True, "deal": True, "draft": False},
        {"draft": True},
        {"customer": False},
        {"timed": False},
    ],
    ids=str,
)
def test_a_record_is_what_logging_it_would_have_made(house, wanted):
    found = house.contacts(**wanted)[-3:]
    assert found

    for one in found:
        made = ContactPoint.objects.get(pk=one.id)

        twin, _new = log_contact(
            owner=made.owner, recorder=made.recorder, entry=_entry(made, one), now=one.recorded_at, draft=one.draft, contact_id=uuid7()
        )

        own = {"number", "appointment", "next_appointment", "search_text"}
        assert columns(made, apart_from=own) == columns(twin, apart_from=own)
        assert made.search_text.replace(str(made.number), "") == twin.search_text.replace(str(twin.number), "")
        parts = ("people", "participants", "expenses", "named_people")
        assert lines(made, *parts) == lines(twin, *parts)
        told = ("user", "role", "notified_at")
        assert set(made.recipients.values_list(*told)) == set(twin.recipients.values_list(*told))


def _entry(made: ContactPoint, one: plan.Contact) -> ContactEntry:
    kinds = {choice.code: choice for choice in Choice.objects.filter(list__code="expense_kind")}
    costs = [
        ExpenseLine(
            kind=kinds[line.kind], origin=line.from_place, destination=line.to_place, round_trip=line.round_trip, amount_yen=line.amount_yen
        )
        for line in one.expenses
    ]
    copied = ("started_at", "ended_at", "has_time", "customer", "deal", "plan", "method", "result", "summary")
    copied += ("summary_note", "content", "direct", "custom")
    return ContactEntry(
        **{name: getattr(made, name) for name in copied},
        people=[row.person for row in made.people.order_by("place")],
        participants=[user(code) for code in one.participants],
        audience=Audience.of(made.scope),
        report_to=[user(report.to) for report in one.reports],
        expenses=costs,
    )


def test_an_appointment_is_what_booking_it_would_have_made(house):
    untouched = [one for one in house.company.appointments if one.status in ("confirmed", "tentative")]
    for one in [*untouched[:3], *[one for one in untouched if one.participants or one.all_day][:3]]:
        made = Appointment.objects.get(pk=one.id)

        twin, _new = book(owner=made.owner, recorder=made.recorder, entry=_booking(made), now=one.created_at)

        assert columns(made, apart_from=set()) == columns(twin, apart_from=set())
        assert lines(made, "people", "participants", "named_people") == lines(twin, "people", "participants", "named_people")
        assert _as_calendars_read(made) == _as_calendars_read(twin)


def _booking(made: Appointment) -> AppointmentEntry:
    copied = (
        "starts_at",
        "ends_at",
        "all_day",
        "customer",
        "deal",
        "method",
        "summary",
        "summary_note",
        "content",
        "direct",
        "place",
        "status",
    )
    return AppointmentEntry(
        **{name: getattr(made, name) for name in copied},
        people=[row.person for row in made.people.all()],
        participants=[row.user for row in made.participants.all()],
        audience=Audience.of(made.scope),
    )


def _as_calendars_read(row: Appointment) -> dict[Any, list[str]]:
    """Its bytes in each variant; the twin has its own id and was made today."""
    bodies = {(one.language, one.detail, one.with_customer): one.body.replace("\r\n ", "") for one in row.bytes.all()}
    return {
        key: [line for line in body.replace(str(row.pk), "").splitlines() if not line.startswith("CREATED")] for key, body in bodies.items()
    }


def test_what_was_called_off_has_changed_once_since_it_was_booked(house):
    called_off = Appointment.objects.filter(status=Appointment.Status.CANCELLED)

    assert called_off.exists()
    assert set(called_off.values_list("version", "sequence")) == {(2, 1)}
    assert all("STATUS:CANCELLED" in one.body for row in called_off for one in row.bytes.all())


def test_what_became_a_record_is_done(house):
    fulfilled = ContactPoint.objects.exclude(appointment=None)

    assert fulfilled.exists()
    assert {row.appointment.status for row in fulfilled.select_related("appointment")} == {Appointment.Status.DONE}


def test_a_customer_is_what_adding_it_would_have_made(house):
    for one in house.company.customers[:6]:
        made = Customer.objects.get(code=one.code)

        twin = customers.add_customer(
            by=made.recorder,
            audience=Audience.of(made.scope),
            phones=[PhoneLine(number=row.number, label=row.label) for row in made.phones.order_by("place")],
            addresses=[AddressLine(**{name: getattr(row, name) for name in AddressLine().values()}) for row in made.addresses.all()],
            departments=[DepartmentLine(name=row.name) for row in made.departments.order_by("place")],
            staff=[StaffLine(user=row.user, role=row.role) for row in made.staff.all()],
            code="TWIN",
            **{name: getattr(made, name) for name in _OF_CUSTOMERS},
        )

        assert columns(made, apart_from={"code", "search_text", "recorder", "scope"}) == columns(
            twin, apart_from={"code", "search_text", "recorder", "scope"}
        )
        assert made.search_text.replace(made.code, "twin") == twin.search_text
        assert made.scope == twin.scope
        parts = ("phones", "addresses", "departments", "staff", "named_people")
        assert lines(made, *parts) == lines(twin, *parts)
        twin.code = None
        twin.save()


_OF_CUSTOMERS = (
    "name",
    "type",
    "kind",
    "legal_form",
    "legal_position",
    "kana",
    "rank",
    "industry",
    "email",
    "website",
    "born_or_founded_on",
    "caution",
    "note",
    "owner_unit",
    "custom",
)


def test_a_person_and_a_deal_are_what_adding_them_would_have_made(house):
    for made in Person.objects.order_by("pk")[:4]:
        names = (
            "family_name",
            "given_name",
            "family_kana",
            "given_kana",
            "title",
            "role",
            "phone",
            "mobile",
            "email",
            "left_on",
            "department",
        )
        twin = customers.add_person(by=user(logins.SELLER), customer=made.customer, **{name: getattr(made, name) for name in names})
        assert columns(made, apart_from=set()) == columns(twin, apart_from=set())
    for made in Deal.objects.order_by("pk")[:4]:
        names = ("name", "stage", "owner", "customer", "person", "amount_yen", "expected_on", "note", "custom")
        twin = customers.add_deal(by=made.recorder, audience=Audience.of(made.scope), **{name: getattr(made, name) for name in names})
        assert columns(made, apart_from=set()) == columns(twin, apart_from=set())
        assert lines(made, "named_people") == lines(twin, "named_people")


def test_assets_and_contracts_are_what_adding_them_would_have_made(house):
    parties = {"customer", "name", "recorder"}
    for model, add in ((Asset, assets.add_asset), (Contract, assets.add_contract)):
        for made in model.objects.order_by("pk")[:4]:
            own = (
                {field.name for field in model._meta.concrete_fields}
                - {"id", "version", "created_at", "updated_at", "search_text"}
                - parties
            )
            twin = add(by=made.recorder, customer=made.customer, name=made.name, **{name: getattr(made, name) for name in own})
            assert columns(made, apart_from=set()) == columns(twin, apart_from=set())


def test_plans_and_information_are_what_adding_them_would_have_made(house):
    for made in AccountPlan.objects.order_by("pk")[:4]:
        twin = plans.add_plan(
            by=made.recorder,
            audience=Audience.of(made.scope),
            targets=[plans.TargetLine(customer=row.customer, planned=row.planned) for row in made.targets.order_by("place")],
            actions=[plans.ActionLine(what=row.what, planned=row.planned) for row in made.actions.order_by("place")],
            **{name: getattr(made, name) for name in ("name", "starts_on", "ends_on", "owner", "goal")},
        )
        assert columns(made, apart_from=set()) == columns(twin, apart_from=set())
        assert lines(made, "targets", "actions", "named_people") == lines(twin, "targets", "actions", "named_people")
    for made in CollectedInfo.objects.order_by("pk")[:6]:
        names = ("title", "text", "voice", "kind", "importance", "collected_on", "customer", "owner")
        twin = infos.add_info(by=made.recorder, audience=Audience.of(made.scope), **{name: getattr(made, name) for name in names})
        assert columns(made, apart_from=set()) == columns(twin, apart_from=set())
        assert lines(made, "named_people") == lines(twin, "named_people")


def test_times_are_those_of_the_story_not_of_the_founding(house):
    registered = ContactPoint.objects.registered()

    assert max(registered.values_list("created_at", flat=True)) < NOW
    assert max(registered.values_list("updated_at", flat=True)) < NOW
    assert max(Reply.objects.values_list("created_at", flat=True)) < NOW
    assert max(Customer.objects.values_list("created_at", flat=True)) < NOW
    assert max(Deal.objects.values_list("updated_at", flat=True)) < NOW
    assert max(Appointment.objects.values_list("created_at", flat=True)) < NOW


def test_an_answer_comes_from_somebody_who_has_read_the_report(house):
    told = {(row.contact_id, row.user_id): row for row in ReportRecipient.objects.all()}

    assert all(told[reply.contact_id, reply.author_id].last_read_at == reply.created_at for reply in Reply.objects.all())


def test_a_leaver_is_a_name_only_and_a_coming_transfer_opens_nothing_yet(house):
    leaver, moving = user(firm.LEAVER), user(firm.TRANSFERRED)
    nagasaki = OrgUnit.objects.get(code="005100")

    assert not leaver.is_active
    assert not leaver.groups.exists()
    assert Membership.objects.filter(user=moving, unit=nagasaki, valid_from__gt=NOW.date()).exists()
    assert not moving.groups.filter(pk=nagasaki.group_id).exists()


def test_everybody_sees_most_but_not_all(house):
    whole = ContactPoint.objects.registered().count()
    seen = {code: ContactPoint.objects.visible_to(user(code)).registered().count() for code in (logins.BOSS, logins.OUTSIDER)}

    assert seen[logins.OUTSIDER] < seen[logins.BOSS] < whole
    assert seen[logins.OUTSIDER] > whole * 0.6


def test_the_boss_finds_a_handful_of_unread_reports(house):
    boss = user(logins.BOSS)

    assert 4 <= ReportRecipient.objects.told_to(boss).unread().count() <= 8


def test_the_newest_reports_are_told_by_mail_and_notice(house):
    made = tell_news(now=NOW)

    promised = Outbox.objects.filter(topic__in=["report.mail", "report.notice", "reply.mail", "reply.notice"])
    assert made == promised.count()
    boss_unread = ReportRecipient.objects.told_to(user(logins.BOSS)).unread().values_list("pk", flat=True)
    assert {str(pk) for pk in boss_unread} <= set(promised.filter(topic="report.mail").values_list("key", flat=True))


def test_nobody_has_a_calendar_link_yet(house):
    assert not CalendarFeed.objects.exists()


def test_those_one_can_log_in_as_have_the_published_password_and_the_others_none(house):
    by_password = {one.code for one in User.objects.all() if one.has_usable_password()}

    assert by_password == {login.code for login in logins.LOGINS}
    assert user(logins.SELLER).check_password(logins.PASSWORD)


def test_a_second_run_says_so_and_changes_nothing(house, settings):
    settings.DEMO, said = True, io.StringIO()
    before = ContactPoint.objects.count()

    call_command("demo", stdout=said)

    assert "nothing was changed" in said.getvalue()
    assert logins.PASSWORD in said.getvalue()
    assert ContactPoint.objects.count() == before


def test_a_reset_without_a_yes_changes_nothing(house, settings, monkeypatch):
    settings.DEMO = True
    monkeypatch.setattr("builtins.input", lambda _question: "no")

    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("demo", "--reset")

    assert ContactPoint.objects.count() == 3000


@pytest.mark.django_db
def test_without_demo_the_command_refuses(settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("demo")

    assert not User.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("words", [(), ("--reset", "--yes")], ids=["plain", "reset"])
def test_a_house_with_people_in_it_is_left_alone(settings, words):
    settings.DEMO = True
    somebody = a_user("先住 太郎")

    with pytest.raises(CommandError, match="in use"):
        call_command("demo", *words)

    assert list(User.objects.all()) == [somebody]


@pytest.mark.django_db
def test_founding_in_a_house_in_use_is_refused(now):
    a_user("先住 太郎")

    with pytest.raises(HouseInUse):
        found_demo(now=now)
