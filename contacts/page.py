"""What the page of one record shows, gathered with a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from contacts.forms.prefill import guests_of, infos_of
from contacts.models import Attachment, ContactPoint, ReportRecipient, WorkRequest
from crm.audience import Reader, readers
from crm.items import Fact, facts_of
from crm.models import CollectedInfo, Customer, Person, User
from schedule.models import Facility, FacilityBooking


@dataclass(frozen=True)
class RecordPage:
    """A record with its parts. What the viewer may not see of customer, deal and people is not in it."""

    contact: ContactPoint
    people: list[Person]
    participants: list[User]
    expenses: list[Any]
    recipients: list[ReportRecipient]
    replies: list[Any]
    guests: list[Person | Customer] = field(default_factory=list)
    infos: list[CollectedInfo] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)
    requests: list[WorkRequest] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    booked: list[Facility] = field(default_factory=list)

    @classmethod
    def of(cls, contact: ContactPoint, viewer: User) -> RecordPage:
        there = contact.people.order_by("place")
        seen = Person.objects.visible_to(viewer).filter(pk__in=there.values("person"))
        places = {pk: place for place, pk in enumerate(there.values_list("person_id", flat=True))} if len(seen) > 1 else {}
        return cls(
            contact=contact,
            people=sorted(seen, key=lambda person: places.get(person.pk, 0)),
            guests=guests_of(contact.guests.order_by("place"), viewer),
            infos=infos_of(contact.infos, viewer),
            participants=[row.user for row in contact.participants.select_related("user").order_by("pk")],
            expenses=list(contact.expenses.select_related("kind").order_by("place", "pk")),
            recipients=list(contact.recipients.select_related("user").order_by("-role", "pk")),
            files=files_of(contact, viewer),
            requests=requests_of(contact),
            facts=facts_of(contact, viewer),
            booked=facilities_of(contact, viewer),
            replies=list(contact.replies.select_related("author").order_by("created_at", "pk")),
        )

    @property
    def total_yen(self) -> int:
        return sum(line.amount_yen for line in self.expenses)

    @property
    def told(self) -> list[ReportRecipient]:
        return [row for row in self.recipients if row.notified_at]


def files_of(contact: ContactPoint, viewer: User) -> list[Attachment]:
    """Return its files in order, with who added them."""
    return list(Attachment.objects.visible_to(viewer).filter(contact=contact, item="").select_related("uploader").in_order())


def facilities_of(contact: ContactPoint, viewer: User) -> list[Facility]:
    """Return the facilities of the appointment that it was made from; a record read with_surroundings that has none is not asked."""
    appointment = getattr(contact, "made_from", None)
    if appointment is None:
        return []
    rows = FacilityBooking.objects.visible_to(viewer).filter(appointment=appointment, released_at=None)
    return [row.facility for row in rows.select_related("facility").order_by("facility")]


def requests_of(contact: ContactPoint) -> list[WorkRequest]:
    """Return its to-dos and requests in order; a record read with_requests that has none is not asked again."""
    if not getattr(contact, "has_requests", True):
        return []
    return list(contact.requests.select_related("asker", "to").order_by("place", "pk"))


def who_can_see(contact: ContactPoint) -> list[Reader]:
    """Say who can see this record, and why: those named first stand behind the audience."""
    named = [(contact.owner, _("Owner"))]
    if contact.recorder_id != contact.owner_id:
        named.append((contact.recorder, _("Recorder")))
    if contact.state == ContactPoint.State.DRAFT:
        return [Reader(str(user), why) for user, why in named]
    named += [(row.user, _("Participant")) for row in contact.participants.select_related("user").order_by("pk")]
    asked = contact.requests.exclude(state=WorkRequest.State.UNSENT).select_related("to").order_by("place", "pk")
    named += [(row.to, _("To-do") if row.own else _("Request")) for row in asked]
    named += [(row.user, row.get_role_display()) for row in contact.recipients.select_related("user").order_by("pk")]
    return readers(contact, named)
