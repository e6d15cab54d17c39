"""What people enter for an appointment, and whether it hangs together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm.actions import DealElsewhere, PersonElsewhere
from crm.audience import Audience
from crm.models import Choice, Customer, Deal, Person, User

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

    direct: "", "to", "from" or "both" (直行/直帰). status: "tentative" or "confirmed".
    """

    starts_at: datetime
    ends_at: datetime
    all_day: bool = False
    customer: Customer | None = None
    people: Sequence[Person] = ()
    deal: Deal | None = None
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
        """Raise EndsBeforeStart, TooLong, NotWholeDays, PersonElsewhere or DealElsewhere if it does not hang together."""
        check_times(owner, self.starts_at, self.ends_at, all_day=self.all_day)
        customer = self.customer.pk if self.customer else None
        if any(person.customer_id != customer for person in self.people):
            raise PersonElsewhere
        if customer and self.deal and self.deal.customer_id not in (None, customer):
            raise DealElsewhere


def check_times(owner: User, starts_at: datetime, ends_at: datetime, *, all_day: bool) -> None:
    """Raise EndsBeforeStart, TooLong or NotWholeDays."""
    if ends_at <= starts_at:
        raise EndsBeforeStart
    if ends_at - starts_at > LONGEST:
        raise TooLong
    zone = ZoneInfo(owner.time_zone)
    if all_day and any(moment.astimezone(zone).time() != time() for moment in (starts_at, ends_at)):
        raise NotWholeDays
