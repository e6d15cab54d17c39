"""Facilities (設備): rooms, cars and equipment that an appointment books for its time."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crm.visibility import GuardedQuerySet, Part, PartManager
from schedule.models.appointment import Appointment


class FacilityQuerySet(models.QuerySet["Facility"]):
    def offered(self) -> Self:
        return self.filter(retired_at=None)

    def in_order(self) -> Self:
        return self.order_by("place", "pk")


class Facility(models.Model):
    """A room, a car or a piece of equipment. Everybody may know that it exists; who uses it follows the appointment."""

    name_ja = models.CharField(_("Japanese name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    note = models.CharField(_("Note"), max_length=200, blank=True)
    capacity = models.PositiveSmallIntegerField(_("Capacity"), null=True, blank=True)
    place = models.PositiveIntegerField(_("Order"), default=0)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[Any] = FacilityQuerySet.as_manager()

    class Meta:
        verbose_name = _("Facility")

    def __str__(self) -> str:
        return (get_language() == "en" and self.name_en) or self.name_ja


class FacilityBookingQuerySet(GuardedQuerySet):
    def taking(self, start: datetime, end: datetime) -> Self:
        """Return what holds a facility in the span [start, end), whoever holds it: that it is taken everybody may know.

        By which appointment is for those to see who may see the appointment.
        """
        rows = self.for_the_house("that a facility is taken is known to all; the appointment keeps its rule")
        return rows.filter(released_at=None, starts_at__lt=end, ends_at__gt=start).order_by("starts_at", "pk")


class FacilityBookingManager(PartManager.from_queryset(FacilityBookingQuerySet)):  # type: ignore[misc]
    """Named, so that the type checker finds appointment.bookings."""


class FacilityBooking(Part):
    """A facility taken for an appointment, for exactly its time. What was called off holds nothing."""

    whole = "appointment"

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="bookings")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+", verbose_name=_("Facility"))
    starts_at = models.DateTimeField(editable=False)
    ends_at = models.DateTimeField(editable=False)
    released_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[Any] = FacilityBookingManager()

    class Meta(Part.Meta):
        abstract = False
        verbose_name = _("Facility booking")
        constraints = [
            models.UniqueConstraint(fields=["appointment", "facility"], name="facility_once_per_appointment"),
            models.CheckConstraint(name="booking_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))),
        ]
        indexes = [models.Index(fields=["facility", "starts_at"], name="bookings_of_facility", condition=Q(released_at=None))]

    def __str__(self) -> str:
        return f"{self.facility_id} {self.starts_at:%Y-%m-%d %H:%M}"
