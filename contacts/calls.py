"""What is known of a contact when a telephone number or a mail address is tapped, or when a call comes in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from crm.japanese import terms
from crm.models import Choice, Customer, Person, User

KINDS = ("call", "mail", "visit", "web_meeting", "sms")


def method_of(kind: str) -> Choice | None:
    """Return the contact method that stands for a call, a mail and so on."""
    return Choice.objects.of("method").offered().filter(semantic=kind).in_order().first() if kind in KINDS else None


def caller(phone: str, viewer: User) -> tuple[Customer | None, Person | None]:
    """Return whom a telephone number belongs to, as far as this is one customer or person that the viewer may see."""
    words = terms(phone)
    if not words:
        return None, None
    people = list(Person.objects.visible_to(viewer).active().matching(words)[:2])
    if len(people) == 1:
        return Customer.objects.visible_to(viewer).filter(pk=people[0].customer_id).first(), people[0]
    firms = list(Customer.objects.visible_to(viewer).active().matching(words)[:2])
    return (firms[0], None) if len(firms) == 1 else (None, None)


def first_words(asked: Mapping[str, Any], viewer: User, now: datetime) -> list[tuple[str, str]]:
    """Return what a form begins with when a link was tapped: kind, customer, person. now: local time of the viewer."""
    person = seen(Person.objects.visible_to(viewer), asked.get("person", ""))
    customer = seen(Customer.objects.visible_to(viewer), str(person.customer_id) if person else asked.get("customer", ""))
    method = method_of(asked.get("kind", ""))
    said = [("date", f"{now:%Y-%m-%d}"), ("starts", f"{now:%H:%M}"), ("owner", str(viewer.pk)), ("audience", "company")]
    known = (("customer", customer), ("people", person), ("method", method))
    return [*said, *((name, str(row.pk)) for name, row in known if row)]


def seen(rows: Any, typed: str) -> Any:
    """Return the one of these rows that a typed key names, None if there is none."""
    try:
        return rows.filter(pk=UUID(typed)).first()
    except ValueError:
        return None
