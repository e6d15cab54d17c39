"""What a contact record says, as one value: made by forms, the API and the demo, written by the actions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from contacts.models import Attachment, ContactPoint, ReportRecipient
from crm.audience import Audience
from crm.items import texts_of
from crm.models import AccountPlan, Asset, Choice, CollectedInfo, Customer, CustomerDepartment, Deal, Person, User
from schedule.models import Appointment, Facility


@dataclass(frozen=True, kw_only=True)
class ExpenseLine:
    """One line of travel costs or expenses. amount_yen: whole yen, both ways if it is a round trip."""

    kind: Choice | None = None
    origin: str = ""
    destination: str = ""
    round_trip: bool = False
    amount_yen: int = 0
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class RequestLine:
    """Something to be done, by the owner himself (a to-do) or by a colleague. `id` names the standing request that this line is."""

    to: User
    title: str
    due_on: date | None = None
    urgent: bool = False
    id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class NextEntry:
    """The next appointment, booked in the same save. An all-day one ends at the local midnight after its last day."""

    starts_at: datetime
    ends_at: datetime
    all_day: bool = False
    method: Choice | None = None
    summary_note: str = ""
    facilities: Sequence[Facility] = ()

    def kept(self) -> dict[str, Any]:
        """Return plain values for a draft, which books nothing yet."""
        times = {"starts_at": self.starts_at.isoformat(), "ends_at": self.ends_at.isoformat(), "all_day": self.all_day}
        booked = [facility.pk for facility in self.facilities]
        return times | {"method": self.method and self.method.pk, "summary_note": self.summary_note, "facilities": booked}

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Self:
        """Read back what a draft has kept."""
        starts_at, ends_at = datetime.fromisoformat(kept["starts_at"]), datetime.fromisoformat(kept["ends_at"])
        method = Choice.objects.filter(pk=kept["method"]).first() if kept["method"] else None
        facilities = list(Facility.objects.filter(pk__in=kept["facilities"]).in_order()) if kept.get("facilities") else []
        words = {"method": method, "summary_note": kept["summary_note"], "facilities": facilities}
        return cls(starts_at=starts_at, ends_at=ends_at, all_day=kept["all_day"], **words)


@dataclass(frozen=True, kw_only=True)
class ContactEntry:
    """Everything one person may say about a contact. Without has_time, started_at is the local midnight of the day.

    people: of the customer, the main one first. guests: anybody else on the customers' side. custom: what is said of the
    company's own items by code, as it is stored; None empties one, what is not said stays.
    expenses, files, requests: None leaves what stands as it is. linked: an appointment that stands already, as the next one.
    """

    started_at: datetime
    ended_at: datetime | None = None
    has_time: bool = False
    customer: Customer | None = None
    department: CustomerDepartment | None = None
    people: Sequence[Person] = ()
    guests: Sequence[Person | Customer] = ()
    deal: Deal | None = None
    plan: AccountPlan | None = None
    asset: Asset | None = None
    infos: Sequence[CollectedInfo] = ()
    category1: Choice | None = None
    category2: Choice | None = None
    method: Choice | None = None
    result: Choice | None = None
    summary: Choice | None = None
    summary_note: str = ""
    content: str = ""
    direct: str = ""
    participants: Sequence[User] = ()
    audience: Audience = field(default_factory=Audience.whole_company)
    report_to: Sequence[User] = ()
    notice_to: Sequence[User] = ()
    expenses: Sequence[ExpenseLine] | None = None
    requests: Sequence[RequestLine] | None = None
    files: Sequence[Attachment] | None = None
    custom: Mapping[str, Any] = field(default_factory=dict)
    next: NextEntry | None = None
    linked: Appointment | None = None
    appointment: Appointment | None = None

    def recipients(self) -> dict[User, str]:
        """Return each person told, with the role; whoever stands in both lists is reported to."""
        report, notice = str(ReportRecipient.Role.REPORT), str(ReportRecipient.Role.NOTICE)
        return dict.fromkeys(self.notice_to, notice) | dict.fromkeys(self.report_to, report)


COPIED = (
    "started_at",
    "ended_at",
    "has_time",
    "customer",
    "department",
    "deal",
    "plan",
    "asset",
    "category1",
    "category2",
    "method",
    "result",
    "summary",
    "summary_note",
    "content",
    "direct",
    "appointment",
)


def copied_fields(entry: ContactEntry) -> dict[str, Any]:
    """Return the entry's values for the columns that a contact record has of the same name."""
    return {name: getattr(entry, name) for name in COPIED}


def unique(users: Iterable[User]) -> list[User]:
    """Return each person once, in the order given."""
    return list({user.pk: user for user in users}.values())


def says(contact: ContactPoint) -> list[str]:
    """Return the texts a record is found by: its own words and number, never the customer's name.

    A customer hidden from a reader must not be found through a record that the reader may see.
    """
    summary = [contact.summary.name_ja, contact.summary.name_en] if contact.summary else []
    return [*summary, contact.summary_note, contact.content, str(contact.number or ""), *texts_of(contact)]
