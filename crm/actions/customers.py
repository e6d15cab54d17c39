"""Customers, their people, and deals: adding, changing, retiring."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from crm import journal
from crm.actions import DepartmentElsewhere, IdTaken, PersonElsewhere, sent_before, standing
from crm.audience import Audience, name_readers, scope_for
from crm.items import fill_items, texts_of
from crm.japanese import searchable
from crm.keys import fill_customer_keys, fill_person_keys
from crm.lines import AddressLine, DepartmentLine, PhoneLine, StaffLine, keep_lines, keep_staff, pictured
from crm.models import (
    Choice,
    Customer,
    CustomerAddress,
    CustomerDepartment,
    CustomerPhone,
    CustomerStaff,
    Deal,
    Person,
    User,
    uuid7,
)
from crm.numbers import next_number
from crm.outbox import promise
from crm.rows import but_hidden, hides, restore, retire, set_audience, write

__all__ = ["AddressLine", "CodeTaken", "DepartmentElsewhere", "DepartmentLine", "PhoneLine", "StaffLine"]


class CodeTaken(Exception):
    """The customer code cannot be used. Whether a customer bears it, and who may see that one, is not told."""


@transaction.atomic
def add_customer(
    *,
    by: User,
    name: str,
    audience: Audience,
    phones: Sequence[PhoneLine] = (),
    addresses: Sequence[AddressLine] = (),
    departments: Sequence[DepartmentLine] = (),
    staff: Iterable[StaffLine] = (),
    customer_id: UUID | None = None,
    **fields: Any,
) -> Customer:
    """Add a customer. fields: columns of Customer; without a code one is issued, T and seven digits. custom: items by code.

    customer_id: made by the sender. A second call with the same one returns the first customer unchanged.

    Raises IdTaken, CodeTaken.
    """
    if before := sent_before(Customer, customer_id, by):
        return before
    customer = Customer(id=customer_id or uuid7(), name=name, recorder=by, scope=scope_for(audience), **fields)
    customer.code = customer.code or _issued_code()
    customer.search_text = ""
    fill_items(customer, customer.custom, by)
    fill_customer_keys(customer, [line.number for line in phones])
    try:
        with transaction.atomic():
            customer.save(force_insert=True)
    except IntegrityError as error:
        if before := sent_before(Customer, customer_id, by):
            return before
        raise CodeTaken from error
    _keep_parts(customer, phones, addresses, departments, staff)
    journal.record(by, "create", customer, {}, journal.picture(customer, **pictured(customer)))
    return customer


@transaction.atomic
def change_customer(
    *,
    by: User,
    customer: Customer,
    version: int,
    audience: Audience | None = None,
    phones: Sequence[PhoneLine] | None = None,
    addresses: Sequence[AddressLine] | None = None,
    departments: Sequence[DepartmentLine] | None = None,
    staff: Iterable[StaffLine] | None = None,
    **fields: Any,
) -> Customer:
    """Change a customer that was read at this version. None leaves a part as it is; a list replaces all its lines.

    custom: the items that change, by code; None empties one, all others stay.

    A parent company that `by` may not see stays, unless another one is named.

    Raises StaleVersion, NotAllowed, CodeTaken.
    """
    row: Customer = standing(customer, version)
    before = journal.picture(row, **pictured(row))
    fill_items(row, fields.pop("custom", None), by)
    write(row, but_hidden(row, by, fields))
    row.code = row.code or _issued_code()
    set_audience(row, by, audience)
    _keep_parts(row, phones, addresses, departments, staff)
    why = "the numbers of a customer being changed"
    fill_customer_keys(row, CustomerPhone.objects.for_the_house(why).filter(customer=row).values_list("number", flat=True))
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise CodeTaken from error
    journal.record(by, "change", row, before, journal.picture(row, **pictured(row)))
    promise("customer.changed", row.pk)
    return row


def _keep_parts(
    customer: Customer,
    phones: Sequence[PhoneLine] | None,
    addresses: Sequence[AddressLine] | None,
    departments: Sequence[DepartmentLine] | None,
    staff: Iterable[StaffLine] | None,
) -> None:
    for lines, model in ((phones, CustomerPhone), (addresses, CustomerAddress), (departments, CustomerDepartment)):
        if lines is not None:
            keep_lines(customer, lines, model)
    if staff is not None:
        keep_staff(customer, staff)
        in_charge = CustomerStaff.objects.for_the_house("those in charge read by name").filter(customer=customer)
        name_readers(customer, {customer.recorder_id, *in_charge.values_list("user_id", flat=True)})


def _issued_code() -> str:
    taken = Customer.objects.for_the_house("a code is issued once in the whole company")
    while True:
        code = f"T{next_number('customer'):07}"
        if not taken.filter(code=code).exists():
            return code


@transaction.atomic
def retire_customer(*, by: User, customer: Customer, now: datetime) -> Customer:
    """Take a customer out of lists and choices; records keep it, and it can be restored."""
    return retire(by, customer, now)


@transaction.atomic
def restore_customer(*, by: User, customer: Customer, now: datetime) -> Customer:
    """Bring a retired customer back."""
    return restore(by, customer)


@transaction.atomic
def add_person(*, by: User, customer: Customer, family_name: str, person_id: UUID | None = None, **fields: Any) -> Person:
    """Add a contact person. fields: columns of Person. A second call with the same person_id returns the first.

    Raises IdTaken, DepartmentElsewhere.
    """
    if before := _person_sent_before(person_id, by):
        return before
    person = Person(id=person_id or uuid7(), customer=customer, family_name=family_name, **fields)
    _check_department(person)
    fill_items(person, person.custom, by)
    fill_person_keys(person)
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError:
        if before := _person_sent_before(person_id, by):
            return before
        raise
    journal.record(by, "create", person, {}, journal.picture(person))
    return person


@transaction.atomic
def change_person(*, by: User, person: Person, version: int, **fields: Any) -> Person:
    """Change a contact person that was read at this version. Raises StaleVersion, DepartmentElsewhere."""
    row: Person = standing(person, version)
    before, customers = journal.picture(row), {row.customer_id}
    if "customer" in fields and fields["customer"].pk != row.customer_id:
        fields.setdefault("department", None)
    fill_items(row, fields.pop("custom", None), by)
    write(row, fields)
    _check_department(row)
    fill_person_keys(row)
    row.save()
    journal.record(by, "change", row, before, journal.picture(row))
    promise("customer.changed", *sorted(customers | {row.customer_id}))
    return row


def _person_sent_before(person_id: UUID | None, by: User) -> Person | None:
    """A person bears no recorder: what one may see anyhow is answered with, everything else is another's."""
    if person_id is None:
        return None
    if found := Person.objects.visible_to(by).filter(pk=person_id).first():
        return found
    if Person.objects.for_the_house("an id is given once in the whole company").filter(pk=person_id).exists():
        raise IdTaken
    return None


def _check_department(person: Person) -> None:
    if not person.department_id:
        return
    departments = CustomerDepartment.objects.for_the_house("a person's department is one of the customer's own")
    if not departments.filter(pk=person.department_id, customer=person.customer_id).exists():
        raise DepartmentElsewhere


@transaction.atomic
def retire_person(*, by: User, person: Person, now: datetime) -> Person:
    """Take a contact person out of lists and choices; records keep the name."""
    return retire(by, person, now)


@transaction.atomic
def restore_person(*, by: User, person: Person, now: datetime) -> Person:
    """Bring a retired contact person back."""
    return restore(by, person)


@transaction.atomic
def add_deal(*, by: User, name: str, stage: Choice, audience: Audience, owner: User, deal_id: UUID | None = None, **fields: Any) -> Deal:
    """Add a deal. fields: columns of Deal. A second call with the same deal_id returns the first.

    Raises IdTaken, PersonElsewhere.
    """
    if before := sent_before(Deal, deal_id, by):
        return before
    deal = Deal(id=deal_id or uuid7(), name=name, stage=stage, owner=owner, recorder=by, scope=scope_for(audience), **fields)
    _check_deal(deal)
    fill_items(deal, deal.custom, by)
    deal.search_text = searchable(deal.name, *texts_of(deal))
    try:
        with transaction.atomic():
            deal.save(force_insert=True)
    except IntegrityError:
        if before := sent_before(Deal, deal_id, by):
            return before
        raise
    name_readers(deal, {owner.pk, by.pk})
    journal.record(by, "create", deal, {}, journal.picture(deal))
    return deal


@transaction.atomic
def change_deal(*, by: User, deal: Deal, version: int, audience: Audience | None = None, **fields: Any) -> Deal:
    """Change a deal that was read at this version.

    A customer and a person that `by` may not see stay, unless others are named.

    Raises StaleVersion, NotAllowed, PersonElsewhere.
    """
    row: Deal = standing(deal, version)
    before, parties = journal.picture(row), (row.customer_id, row.person_id)
    fill_items(row, fields.pop("custom", None), by)
    said = but_hidden(row, by, fields)
    write(row, said)
    set_audience(row, by, audience)
    # Who was named rightly may have moved to another customer since: the deal keeps the name.
    if parties != (row.customer_id, row.person_id):
        if "person" not in said and hides(row, by, "person"):
            row.person = None
        _check_deal(row)
    row.search_text = searchable(row.name, *texts_of(row))
    row.save()
    name_readers(row, {row.owner_id, row.recorder_id})
    journal.record(by, "change", row, before, journal.picture(row))
    promise("deal.changed", row.pk)
    return row


def _check_deal(deal: Deal) -> None:
    if not deal.person_id:
        return
    people = Person.objects.for_the_house("a deal's person is one of its customer's")
    if not people.filter(pk=deal.person_id, customer=deal.customer_id).exists():
        raise PersonElsewhere


@transaction.atomic
def retire_deal(*, by: User, deal: Deal, now: datetime) -> Deal:
    """Take a deal out of lists and choices."""
    return retire(by, deal, now)


@transaction.atomic
def restore_deal(*, by: User, deal: Deal, now: datetime) -> Deal:
    """Bring a retired deal back."""
    return restore(by, deal)
