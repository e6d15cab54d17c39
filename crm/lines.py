"""The lines below a customer: phones, addresses, departments and staff in charge, each kept under its own key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from crm.japanese import clean_phone
from crm.models import Customer, CustomerAddress, CustomerDepartment, CustomerPhone, CustomerStaff, User


@dataclass(frozen=True, kw_only=True)
class PhoneLine:
    """One phone. `id` names the standing line that this one replaces; without it the line is new."""

    number: str
    label: str = ""
    extension: str = ""
    id: int | None = None

    def values(self) -> dict[str, Any]:
        phone = clean_phone(self.number)
        extension = self.extension or phone.ext
        return {"label": self.label, "number": phone.display[:40], "digits": phone.digits[:20], "extension": extension[:10]}


@dataclass(frozen=True, kw_only=True)
class AddressLine:
    label: str = ""
    postal_code: str = ""
    prefecture: str = ""
    city: str = ""
    street: str = ""
    building: str = ""
    id: int | None = None

    def values(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("label", "postal_code", "prefecture", "city", "street", "building")}


@dataclass(frozen=True, kw_only=True)
class DepartmentLine:
    name: str
    phone: str = ""
    id: int | None = None

    def values(self) -> dict[str, Any]:
        return {"name": self.name, "phone": clean_phone(self.phone).display[:40] if self.phone else ""}


@dataclass(frozen=True, kw_only=True)
class StaffLine:
    """One of us in charge of the customer."""

    user: User
    role: str = CustomerStaff.Role.MAIN


def keep_lines(customer: Customer, lines: Sequence[PhoneLine | AddressLine | DepartmentLine], model: Any) -> None:
    """Make the customer's phones, addresses or departments these. A line that names no standing one of this customer is new."""
    rows = {row.pk: row for row in model.objects.for_the_house("the lines of a customer being changed").filter(customer=customer)}
    kept: set[int] = set()
    for place, line in enumerate(lines):
        row = rows.get(line.id) if line.id and line.id not in kept else None
        row = row or model(customer=customer)
        before = {name: getattr(row, name) for name in (*line.values(), "place")}
        wanted = line.values() | {"place": place}
        for name, value in wanted.items():
            setattr(row, name, value)
        if row.pk is None or before != wanted:
            row.save()
        kept.add(row.pk)
    if gone := set(rows) - kept:
        model.objects.for_the_house("lines taken away").filter(pk__in=gone).delete()


def keep_staff(customer: Customer, lines: Iterable[StaffLine]) -> None:
    """Make these the staff in charge; the same person counts once, with the first role given."""
    wanted: dict[int, str] = {}
    for line in lines:
        wanted.setdefault(line.user.pk, line.role)
    rows = CustomerStaff.objects.for_the_house("the staff of a customer being changed").filter(customer=customer)
    standing = dict(rows.values_list("user_id", "role"))
    rows.filter(user__in=set(standing) - set(wanted)).delete()
    for pk, role in wanted.items():
        if pk in standing and standing[pk] != role:
            rows.filter(user=pk).update(role=role)
    CustomerStaff.objects.bulk_create(
        [CustomerStaff(customer=customer, user_id=pk, role=role) for pk, role in wanted.items() if pk not in standing]
    )


def pictured(customer: Customer) -> dict[str, list[str]]:
    """Return the lines as the journal keeps them."""
    if customer._state.adding:
        return {}
    why = "the journal keeps the lines too"
    phones = CustomerPhone.objects.for_the_house(why).filter(customer=customer).order_by("place", "pk")
    addresses = CustomerAddress.objects.for_the_house(why).filter(customer=customer).order_by("place", "pk")
    departments = CustomerDepartment.objects.for_the_house(why).filter(customer=customer).order_by("place", "pk")
    staff = CustomerStaff.objects.for_the_house(why).filter(customer=customer).order_by("user")
    return {
        "phones": [" ".join(filter(None, (row.label, row.number, row.extension))) for row in phones],
        "addresses": [" ".join(filter(None, (row.label, row.postal_code, str(row)))) for row in addresses],
        "departments": [row.name for row in departments],
        "staff": [f"{row.user_id} {row.role}" for row in staff],
    }
