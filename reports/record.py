"""One record for the reading screen: everything it says, in a fixed number of queries."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Subquery

from contacts.models import ContactPerson, ContactPoint
from contacts.page import RecordPage
from crm.models import Person, User


def record_for(contact: ContactPoint, viewer: User) -> RecordPage:
    """Gather what was done, with whom and what was answered; who else was told stands on the record's own page."""
    return RecordPage(
        contact=contact,
        people=_people(contact, viewer),
        participants=[row.user for row in contact.participants.select_related("user").order_by("pk")],
        expenses=list(contact.expenses.select_related("kind").order_by("place", "pk")),
        recipients=[],
        replies=list(contact.replies.select_related("author").order_by("created_at", "pk")),
    )


def _people(contact: ContactPoint, viewer: User) -> list[Any]:
    there = ContactPerson.objects.visible_to(viewer).filter(contact=contact)
    place = Subquery(there.filter(person=OuterRef("pk")).values("place")[:1])
    return list(Person.objects.visible_to(viewer).filter(pk__in=there.values("person")).annotate(place=place).order_by("place", "pk"))
