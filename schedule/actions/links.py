"""Calendar links: make one for a device, take it back, note who reads it."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from crm import journal
from crm.models import OrgUnit, User
from schedule.models import CalendarFeed, FeedCounter
from schedule.models.feed import digest_of

MOST_FEEDS = 20
NOTE_EVERY = timedelta(hours=1)


class TooManyFeeds(Exception):
    """A person has 20 links already; one that is not used any more has to go first."""


@transaction.atomic
def add_feed(
    *,
    by: User,
    label: str,
    now: datetime,
    kind: str = CalendarFeed.Kind.MINE,
    unit: OrgUnit | None = None,
    detail: str = CalendarFeed.Detail.FULL,
    language: str = "ja",
    colour: str = "steelblue",
    alarm_minutes: int | None = None,
) -> tuple[CalendarFeed, str]:
    """Make a link for one device; return (feed, secret). The secret is not kept: it can be shown this once only.

    label: the device, in the person's words. unit: for a unit's feed. alarm_minutes: a reminder that long before, None for none.

    Raises TooManyFeeds.
    """
    User.objects.select_for_update().get(pk=by.pk)  # two at once must not both be the twentieth
    if CalendarFeed.objects.visible_to(by).filter(revoked_at=None).count() >= MOST_FEEDS:
        raise TooManyFeeds
    secret = secrets.token_urlsafe(32)
    feed = CalendarFeed.objects.create(
        owner=by,
        label=label,
        kind=kind,
        unit=unit if kind == CalendarFeed.Kind.UNIT else None,
        detail=detail,
        language=language,
        colour=colour,
        alarm_minutes=alarm_minutes,
        public_id=secrets.token_hex(8),
        digest=digest_of(secret),
    )
    counted = (feed.kind, by.pk) if unit is None or kind == CalendarFeed.Kind.MINE else (feed.kind, unit.pk)
    FeedCounter.objects.get_or_create(kind=counted[0], of=counted[1], defaults={"changed_at": now})
    journal.record(by, "create", feed, {}, journal.picture(feed))
    return feed, secret


@transaction.atomic
def revoke_feed(*, by: User, feed: CalendarFeed, now: datetime) -> CalendarFeed:
    """Take a link back. Whoever reads it finds one notice instead of the appointments for 30 days, then nothing."""
    row = CalendarFeed.objects.visible_to(by).select_for_update().get(pk=feed.pk)
    if row.revoked_at is None:
        before = journal.picture(row)
        row.revoked_at = now
        row.save()
        journal.record(by, "revoke", row, before, journal.picture(row))
    return row


@transaction.atomic
def note_shown(*, feed: CalendarFeed, state: str, digest: str, now: datetime) -> CalendarFeed:
    """Note what a unit's feed shows its reader in this state of the counters; the time moves only when the body does.

    A unit's counters also count what the reader may not see. The validators must not: they are made of what is noted here.
    """
    feed.shown_since = feed.shown_since if feed.shown_since and feed.shown_digest == digest else now
    feed.shown_state, feed.shown_digest = state, digest
    CalendarFeed.objects.for_the_house("the bearer of the link reads it").filter(pk=feed.pk).update(
        shown_state=state, shown_digest=digest, shown_since=feed.shown_since
    )
    return feed


@transaction.atomic
def note_use(*, feed: CalendarFeed, client: str, now: datetime) -> None:
    """Note when and by which program a link was last read, at most once an hour."""
    unnoted = Q(last_used_at=None) | Q(last_used_at__lt=now - NOTE_EVERY)
    CalendarFeed.objects.for_the_house("the bearer of the link reads it").filter(unnoted, pk=feed.pk).update(
        last_used_at=now, last_client=client[:120]
    )
