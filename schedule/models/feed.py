"""Calendar feeds (カレンダー配信): one secret link per device."""

from __future__ import annotations

from datetime import datetime, time
from functools import cache
from hashlib import sha256
from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, OuterRef, Q, Subquery, Sum, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.models import OrgUnit, User
from crm.visibility import Guarded, GuardedQuerySet, Part, PartManager
from schedule.models.appointment import Appointment


def digest_of(secret: str) -> str:
    """Return what is kept of a secret. It is random and long, so a plain hash is enough and costs nothing."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


class CalendarFeedQuerySet(GuardedQuerySet):
    def standing(self) -> Self:
        return self.filter(revoked_at=None)

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-pk")

    @staticmethod
    def by_link(public_id: str) -> CalendarFeedQuerySet:
        """Return the feed of a link in one query, with everything its validator is made of.

        The bearer of the link is nobody yet: the door compares the secret, and what is shown is looked up as the owner.
        `seats` and `unit_seats` change whenever the owner comes to or leaves a unit or group, and whenever anybody does so in the unit.
        """
        return _linked().filter(public_id=public_id)


@cache
def _linked() -> Any:
    """The query of a link without its id, put together once: that costs more than asking it, and most polls ask nothing else."""
    rows = CalendarFeed.objects.for_the_house("the link itself is the credential").select_related("owner", "unit")
    counter = FeedCounter.objects.filter(
        kind=OuterRef("kind"), of=Case(When(kind="unit", then=OuterRef("unit")), default=OuterRef("owner"))
    )
    return rows.annotate(
        counted=Subquery(counter.values("count")),
        changed_at=Subquery(counter.values("changed_at")),
        seats=_seats(user=OuterRef("owner")),
        unit_seats=_seats(group=OuterRef("unit__group")),
    )


def _seats(**whose: Any) -> Subquery:
    """Seats are only ever added with a new key and taken away, so their sum and number tell every state apart."""
    seats = User.groups.through.objects.filter(**whose).order_by().values(*whose)
    return Subquery(seats.annotate(state=Sum("pk") * 100_003 + Count("pk")).values("state"))


class CalendarFeed(Guarded):
    """A link that a calendar app subscribes to. Only a hash of its secret is kept; only its owner knows of it."""

    class Kind(models.TextChoices):
        MINE = "mine", _("My appointments")
        UNIT = "unit", _("Appointments of a unit")

    class Detail(models.TextChoices):
        FULL = "full", _("All details")
        TITLE = "title", _("Title only")
        BUSY = "busy", _("Busy times only")

    class Colour(models.TextChoices):
        """CSS3 names, as calendars read them (RFC 7986)."""

        STEELBLUE = "steelblue", _("Blue")
        SEAGREEN = "seagreen", _("Green")
        DARKORANGE = "darkorange", _("Orange")
        CRIMSON = "crimson", _("Red")
        MEDIUMPURPLE = "mediumpurple", _("Purple")
        SLATEGRAY = "slategray", _("Grey")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    label = models.CharField(_("Device"), max_length=80)
    kind = models.CharField(_("Contents"), max_length=8, choices=Kind, default=Kind.MINE)
    unit = models.ForeignKey(OrgUnit, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("Unit"))
    detail = models.CharField(_("Detail"), max_length=8, choices=Detail, default=Detail.FULL)
    language = models.CharField(_("Language"), max_length=5, choices=[("ja", "日本語"), ("en", "English")], default="ja")
    colour = models.CharField(_("Colour"), max_length=20, choices=Colour, default=Colour.STEELBLUE)
    alarm_minutes = models.PositiveSmallIntegerField(_("Reminder (minutes before)"), null=True, blank=True)
    public_id = models.CharField(max_length=16, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False, help_text="SHA-256 of the secret, hexadecimal.")
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, editable=False)
    last_client = models.CharField(max_length=120, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)
    shown_state = models.CharField(max_length=120, blank=True, editable=False, help_text="Counters when the body was last looked at.")
    shown_digest = models.CharField(max_length=64, blank=True, editable=False, help_text="SHA-256 of that body, hexadecimal.")
    shown_since = models.DateTimeField(null=True, editable=False, help_text="When this body was first shown.")

    # What by_link() brings along.
    counted: int | None
    changed_at: datetime | None
    seats: int | None
    unit_seats: int | None

    objects: ClassVar[Any] = CalendarFeedQuerySet.as_manager()

    class Meta(Guarded.Meta):
        abstract = False
        verbose_name = _("Calendar feed")
        constraints = [models.CheckConstraint(name="feed_of_a_unit_names_it", condition=Q(kind="mine") | Q(unit__isnull=False))]
        indexes = [models.Index(fields=["owner", "-created_at"], name="feed_of_owner")]

    def __str__(self) -> str:
        return self.label

    @classmethod
    def visible_q(cls, user: Any) -> Q:
        return Q(owner=user)

    @property
    def ended_at(self) -> datetime | None:
        """When it ended: taken back, or its owner left. Without a day of leaving it counts as ended today."""
        if self.revoked_at or self.owner.is_active:
            return self.revoked_at
        return datetime.combine(self.owner.left_on or timezone.localdate(), time(), ZoneInfo(self.owner.time_zone))


class FeedCounter(models.Model):
    """How often what feeds of one kind show has changed: of a person ("mine") or of a unit.

    There is one for whatever somebody subscribes to, bumped in the transaction of the change; a feed's validator is made of it.
    """

    kind = models.CharField(max_length=8)
    of = models.PositiveBigIntegerField()
    count = models.PositiveBigIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "of"], name="one_counter_each")]

    def __str__(self) -> str:
        return f"{self.kind} {self.of}"


class FeedShell(Part):
    """What is left in a feed of an appointment that its reader no longer sees: an id and a time, no word, for 30 days.

    Without it programs that only follow changes would keep showing the old appointment.
    """

    whole = "feed"

    feed = models.ForeignKey(CalendarFeed, on_delete=models.CASCADE, related_name="shells")
    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    all_day = models.BooleanField(default=False)
    sequence = models.PositiveIntegerField()
    gone_at = models.DateTimeField()

    objects: ClassVar[Any] = PartManager()

    class Meta(Part.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["feed", "appointment"], name="one_shell_per_feed")]

    def __str__(self) -> str:
        return f"{self.feed_id} {self.appointment_id}"
