"""What a change leaves behind for the calendars that read along: the appointment's bytes, counters, and shells of what somebody no longer sees."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db.models import F, Q

from crm.models import Customer, Deal, OrgUnit, Person, ScopeGroupPermission, ScopeUserPermission, User
from schedule import ical
from schedule.entry import AppointmentEntry
from schedule.models import Appointment, AppointmentBytes, AppointmentPerson, CalendarFeed, FeedCounter, FeedShell

VARIANT = ("language", "detail", "with_customer")
WHY = "calendars choose per reader among the variants written here"


def write(appointment: Appointment, entry: AppointmentEntry | None = None) -> None:
    """Write the appointment as calendars will read it, in every variant. entry: spares the look-ups when it is at hand."""
    seen = _seen(appointment, entry)
    rows = [
        AppointmentBytes(appointment=appointment, body=body.decode(), **dict(zip(VARIANT, variant, strict=True)))
        for variant, body in ical.variants(seen).items()
    ]
    AppointmentBytes.objects.bulk_create(rows, update_conflicts=True, unique_fields=["appointment", *VARIANT], update_fields=["body"])


def people_of(appointment: Appointment) -> set[int]:
    """Return the keys of those in whose schedule it stands."""
    return {appointment.owner_id, *appointment.participants.values_list("user", flat=True)}


def bump(people: Iterable[int], now: datetime) -> None:
    """Count a change for these people's feeds and for the feeds of their units, with all units above.

    Only what somebody subscribes to is counted; the rows are locked in one order, so that two changes cannot wait for each other.
    """
    units = OrgUnit.objects.filter(group__user__in=people).values("pk")
    counted = Q(kind=CalendarFeed.Kind.MINE, of__in=people) | Q(kind=CalendarFeed.Kind.UNIT, of__in=units)
    rows = list(FeedCounter.objects.filter(counted).select_for_update().order_by("pk").values_list("pk", flat=True))
    if rows:
        FeedCounter.objects.filter(pk__in=rows).update(count=F("count") + 1, changed_at=now)


def feeds_showing(appointment: Appointment) -> set[int]:
    """Return the keys of the standing feeds that show this appointment now."""
    people = people_of(appointment)
    named = appointment.named_people.values("user")
    granted = ScopeGroupPermission.objects.filter(content_object=appointment.scope_id).values("group")
    by_name = ScopeUserPermission.objects.filter(content_object=appointment.scope_id).values("user")
    readers = User.objects.filter(Q(groups__in=granted) | Q(pk__in=by_name) | Q(pk__in=named)).values("pk")
    units = OrgUnit.objects.filter(group__user__in=people).values("pk")
    shows = Q(kind=CalendarFeed.Kind.MINE, owner__in=people) | Q(kind=CalendarFeed.Kind.UNIT, unit__in=units, owner__in=readers)
    feeds = CalendarFeed.objects.for_the_house("whose calendars a change reaches")
    return set(feeds.filter(shows, revoked_at=None).values_list("pk", flat=True))


def shell_of(appointment: Appointment) -> FeedShell:
    """Return what is left of an appointment for somebody who no longer sees it: its id and the time last seen, no word."""
    return FeedShell(
        appointment_id=appointment.pk, starts_at=appointment.starts_at, ends_at=appointment.ends_at, all_day=appointment.all_day
    )


def leave_shells(appointment: Appointment, shell: FeedShell, feeds: Iterable[int], now: datetime) -> None:
    """Leave a shell in each of these feeds; those whose time is over are swept from them on the way."""
    feeds = set(feeds)
    if not feeds:
        return
    FeedShell.objects.for_the_house("sweeping").filter(feed__in=feeds, gone_at__lt=now - ical.TOMBSTONES_STAY).delete()
    rows = [
        FeedShell(
            feed_id=feed,
            appointment_id=appointment.pk,
            starts_at=shell.starts_at,
            ends_at=shell.ends_at,
            all_day=shell.all_day,
            sequence=appointment.sequence + 1,
            gone_at=now,
        )
        for feed in feeds
    ]
    kept = ["starts_at", "ends_at", "all_day", "sequence", "gone_at"]
    FeedShell.objects.bulk_create(rows, update_conflicts=True, unique_fields=["feed", "appointment"], update_fields=kept)


def rewrite(appointments: Iterable[Appointment], now: datetime) -> None:
    """Write appointments anew because something they name has changed: a customer's name, who may see a deal."""
    people: set[int] = set()
    for appointment in appointments:
        appointment.sequence += 1
        appointment.exported_at = now
        appointment.save(update_fields=["sequence", "exported_at"])
        write(appointment)
        people |= people_of(appointment)
    if people:
        bump(people, now)


def _seen(appointment: Appointment, entry: AppointmentEntry | None) -> ical.Seen:
    customer, deal = (entry.customer, entry.deal) if entry else customer_and_deal(appointment)
    people = entry.people if entry else people_at(appointment)
    company = [user for user in entry.participants if user.pk != appointment.owner_id] if entry else _participants(appointment)
    return ical.Seen(
        appointment=appointment,
        owner=appointment.owner,
        method=appointment.method,
        summary=appointment.summary,
        customer=customer,
        address=_address(appointment, customer),
        people=tuple(people),
        deal=deal,
        participants=tuple(company),
        private=appointment.scope.key == "",
        base_url=settings.BASE_URL,
    )


def customer_and_deal(appointment: Appointment) -> tuple[Customer | None, Deal | None]:
    """Return them whoever may see them: for writing down, never for showing."""
    customer = Customer.objects.for_the_house(WHY).filter(pk=appointment.customer_id).first() if appointment.customer_id else None
    deal = Deal.objects.for_the_house(WHY).filter(pk=appointment.deal_id).first() if appointment.deal_id else None
    return customer, deal


def people_at(appointment: Appointment) -> list[Person]:
    """Return the customer's people, as customer_and_deal does."""
    rows = AppointmentPerson.objects.for_the_house(WHY).filter(appointment=appointment).select_related("person")
    return [row.person for row in rows.order_by("person__sort_key", "pk")]


def _participants(appointment: Appointment) -> list[User]:
    return [row.user for row in appointment.participants.select_related("user").order_by("user__sort_key", "pk")]


def _address(appointment: Appointment, customer: Customer | None) -> str:
    """Without a place of its own, a visit is at the customer's: the phone then knows the way."""
    if appointment.place or customer is None:
        return ""
    first = customer.addresses.order_by("place", "pk").first()
    return str(first) if first else ""
