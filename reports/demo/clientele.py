"""Write the customers, their people and the deals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Permission
from django.db.models import OuterRef, Subquery

from crm.demo import plan
from crm.demo.days import TOKYO
from crm.japanese import searchable
from crm.keys import fill_customer_keys, fill_person_keys
from crm.lines import AddressLine, DepartmentLine, PhoneLine
from crm.models import Customer, CustomerAddress, CustomerDepartment, CustomerPhone, CustomerStaff, Deal, Person
from reports.demo.cast import Cast, named_rows, permission_to_view

BATCH = 300  # rows in one UPDATE ... CASE: longer ones cost more than they save


def bring_customers(cast: Cast, company: plan.DemoCompany) -> None:
    """Write the customers with phones, addresses, departments and staff in charge."""
    made = [(wanted, _customer(cast, wanted)) for wanted in company.customers]
    rows = Customer.objects.bulk_create([row for _wanted, row in made])
    cast.customers = {str(row.code): row for row in rows}
    dated(Customer, rows, {wanted.id: wanted.created_at for wanted in company.customers})
    CustomerPhone.objects.bulk_create(_lines(CustomerPhone, ((row, _phones(wanted)) for wanted, row in made)))
    CustomerAddress.objects.bulk_create(_lines(CustomerAddress, ((row, [_address(wanted)]) for wanted, row in made)))
    departments = _lines(CustomerDepartment, ((row, [DepartmentLine(name=name) for name in wanted.departments]) for wanted, row in made))
    cast.departments = {(one.customer.code, one.name): one for one in CustomerDepartment.objects.bulk_create(departments)}
    CustomerStaff.objects.bulk_create(
        [CustomerStaff(customer=row, user=cast.users[charge.employee], role=charge.role) for wanted, row in made for charge in wanted.staff]
    )
    permission = permission_to_view(Customer)
    Customer.named_model().objects.bulk_create([line for wanted, row in made for line in _named(cast, wanted, row, permission)])


def bring_people(cast: Cast, company: plan.DemoCompany) -> None:
    """Write the people at the customers'."""
    rows = {wanted.key: _person(cast, wanted) for wanted in company.people}
    Person.objects.bulk_create(rows.values())
    began = Subquery(Customer.objects.filter(pk=OuterRef("customer")).values("created_at"))
    Person.objects.update(created_at=began, updated_at=began)
    cast.people = rows


def bring_deals(cast: Cast, company: plan.DemoCompany) -> None:
    """Write the deals; a deal was last changed when it was last spoken of."""
    spoken = {contact.deal: contact.recorded_at for contact in company.contacts}
    rows = {wanted.key: _deal(cast, wanted) for wanted in company.deals}
    Deal.objects.bulk_create(rows.values())
    opened = {wanted.id: at_nine(wanted.opened_on) for wanted in company.deals}
    changed = {wanted.id: spoken.get(wanted.key, at_nine(wanted.opened_on)) for wanted in company.deals}
    dated(Deal, rows.values(), opened, changed)
    permission = permission_to_view(Deal)
    Deal.named_model().objects.bulk_create(
        [line for row in rows.values() for line in named_rows(row, [row.owner, row.recorder], permission)]
    )
    cast.deals = rows


def dated(model: Any, rows: Iterable[Any], created: dict[UUID, datetime], changed: dict[UUID, datetime] | None = None) -> None:
    """Set when rows were made and last changed, which they would otherwise take from the clock."""
    rows = list(rows)
    for row in rows:
        row.created_at = created[row.pk]
        row.updated_at = (changed or created)[row.pk]
    model.objects.bulk_update(rows, ["created_at", "updated_at"], batch_size=BATCH)


def at_nine(day: date) -> datetime:
    return datetime.combine(day, time(9), TOKYO)


def _customer(cast: Cast, wanted: plan.Customer) -> Customer:
    before = Customer.LegalPosition.BEFORE if wanted.legal_before else Customer.LegalPosition.AFTER
    row = Customer(
        id=wanted.id,
        code=wanted.code,
        type=Customer.Type.CORPORATE if wanted.corporate else Customer.Type.INDIVIDUAL,
        name=wanted.name,
        kana=wanted.kana,
        legal_form=wanted.legal_form,
        legal_position=before if wanted.legal_form else "",
        rank=cast.choices["rank", wanted.rank],
        industry=cast.choices["industry", wanted.industry],
        email=wanted.mail,
        website=wanted.web,
        born_or_founded_on=wanted.born_or_founded_on,
        caution=wanted.caution,
        note=wanted.note,
        owner_unit=cast.unit_on(wanted.seller, wanted.created_at.date()),
        recorder=cast.users[wanted.seller],
        scope=cast.scope(wanted.audience),
    )
    fill_customer_keys(row, [phone.number for phone in wanted.phones])
    return row


def _phones(wanted: plan.Customer) -> list[PhoneLine]:
    return [PhoneLine(number=phone.number, label=phone.label) for phone in wanted.phones]


def _address(wanted: plan.Customer) -> AddressLine:
    return AddressLine(
        label="本社" if wanted.corporate else "自宅",
        postal_code=wanted.postal,
        prefecture=wanted.prefecture,
        city=wanted.city,
        street=wanted.street,
        building=wanted.building,
    )


def _lines(model: Any, customers: Iterable[tuple[Customer, list[Any]]]) -> list[Any]:
    return [model(customer=row, place=place, **line.values()) for row, lines in customers for place, line in enumerate(lines)]


def _named(cast: Cast, wanted: plan.Customer, row: Customer, permission: Permission) -> list[Any]:
    return named_rows(row, [row.recorder, *(cast.users[charge.employee] for charge in wanted.staff)], permission)


def _person(cast: Cast, wanted: plan.Person) -> Person:
    customer = cast.customers[wanted.customer]
    mobile = wanted.phone.startswith(("090", "080", "070"))
    row = Person(
        id=wanted.id,
        customer=customer,
        department=cast.departments.get((wanted.customer, wanted.department)),
        family_name=wanted.family,
        given_name=wanted.given,
        family_kana=wanted.family_kana,
        given_kana=wanted.given_kana,
        title=wanted.title,
        role=cast.choices["person_role", wanted.role],
        phone="" if mobile else wanted.phone,
        mobile=wanted.phone if mobile else "",
        email=wanted.mail,
        left_on=wanted.left_on,
    )
    fill_person_keys(row)
    return row


def _deal(cast: Cast, wanted: plan.Deal) -> Deal:
    notes = (f"競合: {wanted.competitor}" if wanted.competitor else "", f"失注理由: {wanted.lost_reason}" if wanted.lost_reason else "")
    return Deal(
        id=wanted.id,
        name=wanted.name,
        customer=cast.customers[wanted.customer],
        person=cast.people[wanted.person],
        owner=cast.users[wanted.owner],
        recorder=cast.users[wanted.owner],
        stage=cast.choices["deal_stage", wanted.stage],
        amount_yen=wanted.amount_yen,
        expected_on=wanted.expected_on,
        note="\n".join(filter(None, notes)),
        scope=cast.scope(wanted.audience),
        search_text=searchable(wanted.name),
    )
