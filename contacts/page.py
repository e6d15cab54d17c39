"""What the page of one record shows, gathered with a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from contacts.models import ContactPoint, ReportRecipient
from crm.audience import Reader, readers
from crm.models import Person, User


@dataclass(frozen=True)
class RecordPage:
    """A record with its parts. What the viewer may not see of customer, deal and people is not in it."""

    contact: ContactPoint
    people: list[Person]
    participants: list[User]
    expenses: list[Any]
    recipients: list[ReportRecipient]
    replies: list[Any]

    @classmethod
    def of(cls, contact: ContactPoint, viewer: User) -> RecordPage:
        there = contact.people.order_by("place")
        seen = Person.objects.visible_to(viewer).filter(pk__in=there.values("person"))
        places = {pk: place for place, pk in enumerate(there.values_list("person_id", flat=True))} if len(seen) > 1 else {}
        return cls(
            contact=contact,
            people=sorted(seen, key=lambda person: places.get(person.pk, 0)),
            participants=[row.user for row in contact.participants.select_related("user").order_by("pk")],
            expenses=list(contact.expenses.select_related("kind").order_by("place", "pk")),
            recipients=list(contact.recipients.select_related("user").order_by("-role", "pk")),
            replies=list(contact.replies.select_related("author").order_by("created_at", "pk")),
        )

    @property
    def total_yen(self) -> int:
        return sum(line.amount_yen for line in self.expenses)

    @property
    def told(self) -> list[ReportRecipient]:
        return [row for row in self.recipients if row.notified_at]


def who_can_see(contact: ContactPoint) -> list[Reader]:
    """Say who can see this record, and why: those named first stand behind the audience."""
    named = [(contact.owner, _("Owner"))]
    if contact.recorder_id != contact.owner_id:
        named.append((contact.recorder, _("Recorder")))
    if contact.state == ContactPoint.State.DRAFT:
        return [Reader(str(user), why) for user, why in named]
    named += [(row.user, _("Participant")) for row in contact.participants.select_related("user").order_by("pk")]
    named += [(row.user, row.get_role_display()) for row in contact.recipients.select_related("user").order_by("pk")]
    return readers(contact, named)
