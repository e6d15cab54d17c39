"""What calendars follow that happens in the room below: names and audiences of customers and deals, people who change units."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from crm import outbox
from crm.models import OrgUnit, ScopeGroupPermission, User
from schedule import export
from schedule.models import Appointment, CalendarFeed

BATCH = 200
WHY = "calendars follow what was changed; each reader's rights are looked up at reading"


@transaction.atomic
def follow_customer(*, customer_id: UUID, now: datetime) -> None:
    """Write the appointments with this customer anew: its name, address or audience, or one of its people, has changed."""
    _rewrite(Appointment.objects.for_the_house(WHY).filter(customer=customer_id), now)


@transaction.atomic
def follow_deal(*, deal_id: UUID, now: datetime) -> None:
    """Write the appointments about this deal anew: its name or its audience has changed."""
    _rewrite(Appointment.objects.for_the_house(WHY).filter(deal=deal_id), now)


@transaction.atomic
def follow_choice(*, choice_id: int, after: UUID | None, now: datetime) -> None:
    """Write the next appointments with this method or summary anew: its words have changed. The rest is promised again.

    after: the last appointment of the batch before.
    """
    rows = Appointment.objects.for_the_house(WHY).filter(Q(method=choice_id) | Q(summary=choice_id), deleted_at=None).in_feeds_reach(now)
    keys = list((rows.filter(pk__gt=after) if after else rows).order_by("pk").values_list("pk", flat=True)[:BATCH])
    _rewrite(Appointment.objects.for_the_house(WHY).filter(pk__in=keys), now)
    if len(keys) == BATCH:
        outbox.promise("choice.calendars", f"{choice_id}:{keys[-1]}")


@transaction.atomic
def follow_lost_seat(*, user_id: int, group_id: int, now: datetime) -> None:
    """Leave shells of what fell out of unit feeds when this person left a unit or group.

    The person's own feeds no longer show what only that unit or group could see; the unit's feeds no longer show the person's appointments.
    """
    user = User.objects.get(pk=user_id)
    feeds = CalendarFeed.objects.for_the_house(WHY).standing().filter(kind=CalendarFeed.Kind.UNIT).select_related("owner", "unit")
    granted = ScopeGroupPermission.objects.filter(group=group_id).values("content_object")
    around = Appointment.objects.for_the_house(WHY).in_feeds_reach(now)
    for feed in feeds.filter(owner=user_id, owner__is_active=True):
        shown = around.of_people(_members(feed.unit)).filter(scope__in=granted)
        _leave(feed, shown.exclude(pk__in=Appointment.objects.visible_to(user).values("pk")), now)
    for feed in feeds.filter(unit__group=group_id, owner__is_active=True):
        gone = Appointment.objects.visible_to(feed.owner).in_feeds_reach(now).of_people([user_id])
        _leave(feed, gone.exclude(pk__in=around.of_people(_members(feed.unit)).values("pk")), now)
    export.bump([user_id], now)


def _members(unit: OrgUnit) -> Any:
    return User.objects.filter(groups=unit.group_id).values("pk")


def _leave(feed: CalendarFeed, appointments: Any, now: datetime) -> None:
    for appointment in appointments.order_by("pk"):
        export.leave_shells(appointment, export.shell_of(appointment), {feed.pk}, now)


def _rewrite(appointments: Any, now: datetime) -> None:
    rows = appointments.in_feeds_reach(now).filter(deleted_at=None)
    export.rewrite(rows.select_for_update(of=("self",)).select_related("owner", "method", "summary", "scope").order_by("pk"), now)
