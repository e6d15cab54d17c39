"""Whether what an activity names hangs together: people, deal, department and asset of the one customer, category 2 of category 1."""

from __future__ import annotations

from typing import Protocol

from crm.models import Asset, Choice, Customer, CustomerDepartment, Deal, Person


class PersonElsewhere(Exception):
    """The contact person belongs to another customer."""


class DealElsewhere(Exception):
    """The deal belongs to another customer."""


class DepartmentElsewhere(Exception):
    """The department belongs to another customer."""


class AssetElsewhere(Exception):
    """The installed product or vehicle belongs to another customer."""


class CategoryElsewhere(Exception):
    """The category of the second level does not stand below the first one."""


class Named(Protocol):
    """What an entry of an appointment or a contact record names."""

    @property
    def customer(self) -> Customer | None: ...
    @property
    def department(self) -> CustomerDepartment | None: ...
    @property
    def asset(self) -> Asset | None: ...
    @property
    def deal(self) -> Deal | None: ...
    @property
    def category1(self) -> Choice | None: ...
    @property
    def category2(self) -> Choice | None: ...


def check_together(entry: Named, people: list[Person]) -> None:
    """Raise PersonElsewhere, DealElsewhere, DepartmentElsewhere, AssetElsewhere or CategoryElsewhere if something belongs elsewhere."""
    customer = entry.customer.pk if entry.customer else None
    if any(person.customer_id != customer for person in people):
        raise PersonElsewhere
    if entry.deal and customer and entry.deal.customer_id not in (None, customer):
        raise DealElsewhere
    if entry.department and entry.department.customer_id != customer:
        raise DepartmentElsewhere
    if entry.asset and entry.asset.customer_id != customer:
        raise AssetElsewhere
    if entry.category2 and (entry.category1 is None or entry.category2.parent_id != entry.category1.pk):
        raise CategoryElsewhere
