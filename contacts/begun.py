"""What was begun and waits: forms nobody saved yet, as a list shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse

from contacts.models import SHOWN, ContactPoint, Unsaved
from crm.models import Customer, User


@dataclass(frozen=True)
class Begun:
    """One unsaved form. What its author may no longer see of the customer is not in it."""

    row: Unsaved
    customer: Customer | None

    @property
    def url(self) -> str:
        """Return where one goes on with it."""
        return f"{reverse('contacts:new')}?resume={self.row.record}"


def as_contact(row: Unsaved) -> ContactPoint:
    """Return the form as a record that was never saved: its customer is then found together with those of real records."""
    said = {name: row.said(name)[:SHOWN] for name in ("summary_note", "content")}
    return ContactPoint(pk=row.record, customer_id=_key(row.said("customer")), updated_at=row.updated_at, **said)


def begun(rows: Iterable[Unsaved], viewer: User) -> list[Begun]:
    """Bring the customers that the viewer may see to these forms, with one query."""
    found = list(rows)
    keys = {key for row in found if (key := _key(row.said("customer")))}
    customers: dict[Any, Customer] = Customer.objects.visible_to(viewer).in_bulk(keys) if keys else {}
    return [Begun(row, customers.get(_key(row.said("customer")))) for row in found]


def _key(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None
