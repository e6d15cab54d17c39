"""Calendar feeds (カレンダー配信): one secret link per device."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.models import OrgUnit
from crm.visibility import Guarded, GuardedQuerySet


class CalendarFeed(Guarded):
    """A link that a calendar app subscribes to. Only a hash of its secret is kept; only its owner knows of it."""

    class Kind(models.TextChoices):
        MINE = "mine", _("My appointments")
        UNIT = "unit", _("Appointments of a unit")

    class Detail(models.TextChoices):
        FULL = "full", _("All details")
        TITLE = "title", _("Title only")
        BUSY = "busy", _("Busy times only")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    label = models.CharField(_("Device"), max_length=80)
    kind = models.CharField(_("Contents"), max_length=8, choices=Kind, default=Kind.MINE)
    unit = models.ForeignKey(OrgUnit, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("Unit"))
    detail = models.CharField(_("Detail"), max_length=8, choices=Detail, default=Detail.FULL)
    language = models.CharField(_("Language"), max_length=5, choices=[("ja", "日本語"), ("en", "English")], default="ja")
    colour = models.CharField(max_length=20, default="steelblue")
    alarm_minutes = models.PositiveSmallIntegerField(_("Reminder (minutes before)"), null=True, blank=True)
    public_id = models.CharField(max_length=16, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False, help_text="SHA-256 of the secret, hexadecimal.")
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, editable=False)
    last_client = models.CharField(max_length=120, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[Any] = GuardedQuerySet.as_manager()

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


class FeedCounter(models.Model):
    """How often what a feed shows has changed: of a person, of a unit, and a person's rights (`perm`).

    Bumped in the transaction of the change, rows locked in sorted order; a feed's validator is made of it.
    """

    kind = models.CharField(max_length=8)
    of = models.PositiveBigIntegerField()
    count = models.PositiveBigIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "of"], name="one_counter_each")]

    def __str__(self) -> str:
        return f"{self.kind} {self.of}"
