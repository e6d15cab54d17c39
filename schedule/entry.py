"""What people enter for an appointment, and whether it hangs together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from crm.actions import check_together
from crm.audience import Audience
from crm.models import AccountPlan, Asset, Choice, CollectedInfo, Customer, CustomerDepartment, Deal, Person, User
from schedule.models import Facility

LONGEST = timedelta(days=31)


class EndsBeforeStart(Exception):
    """The appointment would end before it starts, or at the same moment."""


class TooLong(Exception):
    """The appointment would last longer than 31 days."""


class NotWholeDays(Exception):
    """An all-day appointment does not begin and end at midnight of its owner's zone."""


@dataclass(frozen=True, kw_only=True)
class AppointmentEntry:
    """An appointment as entered. ends_at is exclusive: an all-day one ends at local midnight after its last day.

    direct: "", "to", "from" or "both" (直行/直帰). status: "tentative" or "confirmed". people: of the customer; guests: anybody else on
    the customers' side. custom: the company's own items by code. facilities are booked for its time.
    """

    starts_at: datetime
    ends_at: datetime
    all_day: bool = False
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
    facilities: Sequence[Facility] = ()
    custom: Mapping[str, Any] = field(default_factory=dict)
    participants: Sequence[User] = ()
    method: Choice | None = None
    summary: Choice | None = None
    summary_note: str = ""
    content: str = ""
    direct: str = ""
    place: str = ""
    status: str = "confirmed"
    audience: Audience = field(default_factory=Audience.whole_company)

    def check(self, owner: User) -> None:
        """Raise EndsBeforeStart, TooLong, NotWholeDays or what check_together raises if it does not hang together."""
        check_times(owner, self.starts_at, self.ends_at, all_day=self.all_day)
        check_together(self, list(self.people))


# What an appointment has columns for, by the same name.
COPIED = (
    "starts_at",
    "ends_at",
    "all_day",
    "customer",
    "department",
    "deal",
    "plan",
    "asset",
    "category1",
    "category2",
    "method",
    "summary",
    "summary_note",
    "content",
    "direct",
    "place",
    "status",
)


def check_times(owner: User, starts_at: datetime, ends_at: datetime, *, all_day: bool) -> None:
    """Raise EndsBeforeStart, TooLong or NotWholeDays."""
    if ends_at <= starts_at:
        raise EndsBeforeStart
    if ends_at - starts_at > LONGEST:
        raise TooLong
    zone = ZoneInfo(owner.time_zone)
    if all_day and any(moment.astimezone(zone).time() != time() for moment in (starts_at, ends_at)):
        raise NotWholeDays
