"""What a contact record says, as one value: made by forms, the API and the demo, written by the actions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from contacts.models import ContactPoint, ReportRecipient
from crm.audience import Audience
from crm.models import Choice, Customer, Deal, Person, User
from schedule.models import Appointment


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
class NextEntry:
    """The next appointment, booked in the same save. An all-day one ends at the local midnight after its last day."""

    starts_at: datetime
    ends_at: datetime
    all_day: bool = False
    method: Choice | None = None
    summary_note: str = ""

    def kept(self) -> dict[str, Any]:
        """Return plain values for a draft, which books nothing yet."""
        times = {"starts_at": self.starts_at.isoformat(), "ends_at": self.ends_at.isoformat(), "all_day": self.all_day}
        return times | {"method": self.method and self.method.pk, "summary_note": self.summary_note}

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Self:
        """Read back what a draft has kept."""
        starts_at, ends_at = datetime.fromisoformat(kept["starts_at"]), datetime.fromisoformat(kept["ends_at"])
        method = Choice.objects.filter(pk=kept["method"]).first() if kept["method"] else None
        return cls(starts_at=starts_at, ends_at=ends_at, all_day=kept["all_day"], method=method, summary_note=kept["summary_note"])


@dataclass(frozen=True, kw_only=True)
class ContactEntry:
    """Everything one person may say about a contact. Without has_time, started_at is the local midnight of the day."""

    started_at: datetime
    ended_at: datetime | None = None
    has_time: bool = False
    customer: Customer | None = None
    people: Sequence[Person] = ()
    deal: Deal | None = None
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
    expenses: Sequence[ExpenseLine] = ()
    next: NextEntry | None = None
    appointment: Appointment | None = None

    def recipients(self) -> dict[User, str]:
        """Return each person told, with the role; whoever stands in both lists is reported to."""
        report, notice = str(ReportRecipient.Role.REPORT), str(ReportRecipient.Role.NOTICE)
        return dict.fromkeys(self.notice_to, notice) | dict.fromkeys(self.report_to, report)


def copied_fields(entry: ContactEntry) -> dict[str, Any]:
    """Return the entry's values for the columns that a contact record has of the same name."""
    names = [
        "started_at",
        "ended_at",
        "has_time",
        "customer",
        "deal",
        "method",
        "result",
        "summary",
        "summary_note",
        "content",
        "direct",
        "appointment",
    ]
    return {name: getattr(entry, name) for name in names}


def unique(users: Iterable[User]) -> list[User]:
    """Return each person once, in the order given."""
    return list({user.pk: user for user in users}.values())


def says(contact: ContactPoint) -> list[str]:
    """Return the texts a record is found by: its own words and number, never the customer's name.

    A customer hidden from a reader must not be found through a record that the reader may see.
    """
    summary = [contact.summary.name_ja, contact.summary.name_en] if contact.summary else []
    return [*summary, contact.summary_note, contact.content, str(contact.number or "")]
