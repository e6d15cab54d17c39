"""What was begun and waits: forms nobody saved yet, as a list shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse

from contacts.models import SHOWN, ContactPoint, Unsaved
from crm.models import Customer, User

LONGEST_PAGE, MOST_PAGES = 36, 10


@dataclass(frozen=True)
class Begun:
    """One unsaved form. What its author may no longer see of the customer is not in it."""

    row: Unsaved
    customer: Customer | None
    beside: bool = False  # its record was saved without it

    @property
    def url(self) -> str:
        """Return where one goes on with it."""
        return f"{reverse('contacts:new')}?resume={self.row.record}"


def as_contact(row: Unsaved) -> ContactPoint:
    """Return the form as a record that was never saved: its customer is then found together with those of real records."""
    said = {name: row.said(name)[:SHOWN] for name in ("summary_note", "content")}
    return ContactPoint(pk=row.record, customer_id=_key(row.said("customer")), updated_at=row.updated_at, **said)


def begun(rows: Iterable[Unsaved], viewer: User) -> list[Begun]:
    """Bring the customers that the viewer may see to these forms, and how their records stand, with a query each."""
    found = list(rows)
    keys = {key for row in found if (key := _key(row.said("customer")))}
    customers: dict[Any, Customer] = Customer.objects.visible_to(viewer).in_bulk(keys) if keys else {}
    saved = [row.record for row in found if not row.is_new]
    versions = dict(ContactPoint.objects.visible_to(viewer).filter(pk__in=saved).values_list("pk", "version")) if saved else {}
    return [
        Begun(row, customers.get(_key(row.said("customer"))), apart_from(row, versions[row.record]) if row.record in versions else False)
        for row in found
    ]


def begun_of(contact: Any, viewer: User) -> Unsaved | None:
    """Return what the viewer typed into a record, read with_begun, and has not saved; a record without it costs no query."""
    return Unsaved.objects.visible_to(viewer).filter(record=contact.pk).first() if contact.has_unsaved else None


def apart_from(row: Unsaved, version: int) -> bool:
    """Tell whether a form was typed into another state of its record than the one that stands."""
    return row.said("version") != str(version)


def pages_of(sent: str) -> tuple[str, ...]:
    """Return the numbers of pages that a form or a page's script sends, its own first."""
    return tuple(one[:LONGEST_PAGE] for one in sent.split()[:MOST_PAGES])


def _key(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None
