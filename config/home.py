"""What the first page shows: what lies ahead, what waits to be read, what was begun, what this week brought."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Count, Prefetch, Q, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from contacts.begun import as_contact
from contacts.models import ContactPoint, ReportRecipient, Unsaved
from crm.models import Customer, User
from schedule.models import Appointment

DAYS_AHEAD = 14
AHEAD, LATER, UNREAD, DRAFTS, RECENT = 12, 3, 5, 4, 5


@dataclass(frozen=True)
class Method:
    """Contacts of one method, this week and last week."""

    name: str
    semantic: str
    count: int
    before: int


@dataclass(frozen=True)
class Week:
    methods: list[Method]

    @property
    def total(self) -> int:
        return sum(method.count for method in self.methods)

    @property
    def before(self) -> int:
        return sum(method.before for method in self.methods)

    @property
    def top(self) -> int:
        return max([max(method.count, method.before) for method in self.methods], default=1) or 1


@dataclass(frozen=True)
class Home:
    today: list[Appointment]
    later: list[Appointment]
    unread: list[ReportRecipient]
    drafts: list[ContactPoint]
    begun: list[ContactPoint]
    recent: list[ContactPoint]
    week: Week


def home_of(user: User, now: datetime) -> Home:
    """Gather the first page in as few queries as it has parts, and one each for the customers behind them."""
    midnight = timezone.make_aware(datetime.combine(timezone.localtime(now).date(), time()))
    ahead = _ahead(user, now, midnight)
    unread = list(
        ReportRecipient.objects.told_to(user)
        .unread()
        .select_related("contact__owner", "contact__method", "contact__summary")
        .order_by("-notified_at", "-pk")[:UNREAD]
    )
    mine = ContactPoint.objects.visible_to(user).select_related("owner", "method", "summary", "result")
    drafts = list(mine.filter(Q(owner=user) | Q(recorder=user), state=ContactPoint.State.DRAFT).order_by("-updated_at", "-pk")[:DRAFTS])
    recent = list(mine.registered().filter(owner=user).newest_first()[:RECENT])
    begun = [as_contact(row) for row in Unsaved.objects.visible_to(user).newest_first()[:DRAFTS]]
    _bring_customers(user, [*(row.contact for row in unread), *drafts, *begun, *recent])
    tomorrow = midnight + timedelta(days=1)
    today, later = [row for row in ahead if row.starts_at < tomorrow], [row for row in ahead if row.starts_at >= tomorrow]
    return Home(today, later[:LATER], unread, drafts, begun, recent, _week(user, midnight))


def _ahead(user: User, now: datetime, midnight: datetime) -> list[Appointment]:
    rows = Appointment.objects.visible_to(user).of_people([user]).standing().between(midnight, midnight + timedelta(days=DAYS_AHEAD))
    faces = Prefetch("customer", queryset=Customer.objects.visible_to(user))
    return list(rows.select_related("owner", "method", "summary").prefetch_related(faces).in_time_order()[:AHEAD])


def _bring_customers(user: User, contacts: Iterable[ContactPoint]) -> None:
    prefetch_related_objects(list(contacts), Prefetch("customer", queryset=Customer.objects.visible_to(user)))


def _week(user: User, midnight: datetime) -> Week:
    monday = midnight - timedelta(days=timezone.localtime(midnight).weekday())
    last_monday, next_monday = monday - timedelta(days=7), monday + timedelta(days=7)
    mine = ContactPoint.objects.visible_to(user).registered().filter(owner=user, started_at__gte=last_monday, started_at__lt=next_monday)
    by_method = mine.order_by().values("method", "method__name_ja", "method__name_en", "method__semantic")
    rows: Any = by_method.annotate(count=Count("pk", filter=Q(started_at__gte=monday)), before=Count("pk", filter=Q(started_at__lt=monday)))
    return Week([_method(row) for row in rows.order_by("-count", "-before", "method")])


def _method(row: dict[str, Any]) -> Method:
    name = (get_language() == "en" and row["method__name_en"]) or row["method__name_ja"] or _("Not stated")
    return Method(name, row["method__semantic"] or "", row["count"], row["before"])
