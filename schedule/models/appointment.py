"""What lies ahead: appointments (予定)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.utils.translation import gettext_lazy as _

from crm.models import AccountPlan, Activity, Asset, CollectedInfo, Customer, CustomerDepartment, Deal, Person, User
from crm.visibility import GuardedQuerySet, Part, PartManager, UserObjectPermissionBase


class AppointmentQuerySet(GuardedQuerySet):
    def between(self, start: datetime, end: datetime) -> Self:
        """Return those that touch the span [start, end)."""
        return self.filter(starts_at__lt=end, ends_at__gt=start)

    def ahead(self, now: datetime) -> Self:
        """Return what has not ended yet and still stands, in time order."""
        return self.standing().filter(ends_at__gt=now).in_time_order()

    def with_customer(self, user: User) -> Self:
        """Bring along the words of each and its customer, which reads as None if the viewer may not see it."""
        words = ("owner", "owner_unit", "recorder", "method", "summary", "category1", "category2", "scope")
        customers = models.Prefetch("customer", queryset=Customer.objects.visible_to(user))
        return self.select_related(*words).prefetch_related(customers)

    def with_faces(self, user: User) -> Self:
        """Bring along what pages show of each: what the viewer may not see of customer and deal reads as None."""
        return self.select_related("owner", "owner_unit", "recorder", "method", "summary").prefetch_related(
            models.Prefetch("customer", queryset=Customer.objects.visible_to(user)),
            models.Prefetch("deal", queryset=Deal.objects.visible_to(user)),
        )

    def with_names(self, user: User) -> Self:
        """Add the names of what each is about, as far as the viewer may see them (None otherwise), and `may_edit`."""
        about: dict[str, Any] = {"department": CustomerDepartment, "deal": Deal, "plan": AccountPlan, "asset": Asset}
        seen = {name: model.objects.visible_to(user).filter(pk=OuterRef(f"{name}_id")) for name, model in about.items()}
        names = {f"{name}_name": Subquery(rows.values("name")[:1]) for name, rows in seen.items()}
        may_edit = Case(When(Appointment.editable_q(user), then=Value(True)), default=Value(False))
        return self.select_related("owner", "owner_unit", "recorder", "method", "summary", "category1", "category2", "scope").annotate(
            may_edit=may_edit, **names
        )

    def as_read_by(self, user: User, *, language: str, detail: str) -> Self:
        """Bring along each one's stored bytes as `body`: those that name customer and deal only where this reader may see both."""
        seen = Q() if detail != "busy" else Q(pk=None)
        for name, model in (("customer", Customer), ("deal", Deal)):
            seen &= Q(**{name: None}) | Q(**{f"{name}__in": model.objects.visible_to(user).values("pk")})
        stored = AppointmentBytes.objects.for_the_house("the appointments themselves keep their rule").filter(
            appointment=OuterRef("pk"), language=language, detail=detail, with_customer=OuterRef("told")
        )
        told = Case(When(seen, then=Value(True)), default=Value(False))
        return self.annotate(told=told, body=Subquery(stored.values("body")))

    def in_feeds_reach(self, now: datetime) -> Self:
        """Return those that a feed may show today, with some days to spare."""
        return self.between(now - timedelta(days=100), now + timedelta(days=400))

    def of_people(self, users: Any) -> Self:
        """Return those that one of these people owns or takes part in."""
        joined = AppointmentParticipant.objects.for_the_house("who takes part; the appointments themselves keep their rule")
        return self.filter(Q(owner__in=users) | Q(pk__in=joined.filter(user__in=users).values("appointment")))

    def standing(self) -> Self:
        """Leave out what was called off."""
        return self.exclude(status__in=[Appointment.Status.CANCELLED, Appointment.Status.NO_SHOW])

    def in_bin_of(self, user: User) -> Self:
        """Return what this user may take back out of the bin: own or self-written appointments."""
        binned = self.for_the_house("the bin shows deleted rows to owner and recorder only").exclude(deleted_at=None)
        return binned.filter(Q(owner=user) | Q(recorder=user)) if user.is_active else binned.none()

    def in_time_order(self) -> Self:
        return self.order_by("starts_at", "pk")


class Appointment(Activity):
    """An appointment with a customer or among us. Its id is the UID of the calendar feed and never changes."""

    named = "schedule.AppointmentUserPermission"

    class Status(models.TextChoices):
        TENTATIVE = "tentative", _("Tentative")
        CONFIRMED = "confirmed", _("Confirmed")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")
        NO_SHOW = "no_show", _("No show")

    starts_at = models.DateTimeField(_("Starts"))
    ends_at = models.DateTimeField(_("Ends"), help_text="Exclusive; an all-day one ends at local midnight after its last day.")
    all_day = models.BooleanField(_("All day"), default=False)
    status = models.CharField(_("State"), max_length=10, choices=Status, default=Status.CONFIRMED)
    cancel_reason = models.CharField(_("Reason for cancelling"), max_length=200, blank=True)
    place = models.CharField(_("Place"), max_length=200, blank=True)
    sequence = models.PositiveIntegerField(default=0, editable=False, help_text="RFC 5545 SEQUENCE: +1 on every exported change.")
    exported_at = models.DateTimeField(editable=False, help_text="When something that calendars show last changed.")

    objects: ClassVar[Any] = AppointmentQuerySet.as_manager()

    class Meta(Activity.Meta):
        abstract = False
        verbose_name = _("Appointment")
        constraints = [models.CheckConstraint(name="appointment_ends_after_start", condition=Q(ends_at__gt=F("starts_at")))]
        indexes = [
            models.Index(fields=["starts_at", "id"], name="appointment_by_time"),
            models.Index(fields=["owner", "starts_at"], name="appointment_of_owner"),
            models.Index(fields=["customer", "-starts_at"], name="appointment_of_customer"),
            models.Index(fields=["scope", "starts_at"], name="appointment_by_scope"),
        ]

    def __str__(self) -> str:
        return self.headline or str(_("Appointment"))

    @classmethod
    def visible_q(cls, user: Any) -> Q:
        return Q(deleted_at=None) & super().visible_q(user)

    @property
    def open(self) -> bool:
        """Whether it still lies ahead: it may be moved, changed, called off or made a record."""
        return self.status in (self.Status.TENTATIVE, self.Status.CONFIRMED)

    @property
    def last_day(self) -> datetime:
        """A moment on its last day: the end is exclusive."""
        return self.ends_at - timedelta(microseconds=1)

    @property
    def cancelled(self) -> bool:
        return self.status == self.Status.CANCELLED


class AppointmentUserPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="named_people")

    class Meta(UserObjectPermissionBase.Meta):
        indexes = [models.Index(fields=["user", "content_object"], name="appointment_named")]


class AppointmentParticipant(Part):
    """One of us who comes along (参加社員)."""

    whole = "appointment"

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="participants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("Participants"))

    objects: ClassVar[Any] = PartManager()

    class Meta(Part.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["appointment", "user"], name="participant_once_per_appointment")]
        indexes = [models.Index(fields=["user", "appointment"], name="appointments_of_participant")]

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.user_id}"


class AppointmentPerson(Part):
    """One of the customer's people who will be there."""

    whole = "appointment"

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="people")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[Any] = PartManager()

    class Meta(Part.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["appointment", "person"], name="person_once_per_appointment")]

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.person_id}"


class AppointmentGuest(Part):
    """Somebody else on the customers' side (顧客参加者): a person of any customer, or a customer, partner or dealer as such."""

    whole = "appointment"

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="guests")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="+")
    place = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar[Any] = PartManager()

    class Meta(Part.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                name="guest_of_appointment_is_one",
                condition=Q(person=None, customer__isnull=False) | Q(person__isnull=False, customer=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.person_id or self.customer_id}"


class AppointmentInfo(Part):
    """Collected information that the appointment is about."""

    whole = "appointment"

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="infos")
    info = models.ForeignKey(CollectedInfo, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[Any] = PartManager()

    class Meta(Part.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["appointment", "info"], name="info_once_per_appointment")]

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.info_id}"


class AppointmentBytes(Part):
    """One appointment as calendars read it, written when it changes: reading a feed is then a join of bytes.

    `with_customer` tells the variant for readers who may see customer and deal from the one for readers who may not.
    """

    whole = "appointment"

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="bytes")
    language = models.CharField(max_length=5)
    detail = models.CharField(max_length=8)
    with_customer = models.BooleanField()
    body = models.TextField(help_text="A VEVENT component, CRLF line ends.")

    objects: ClassVar[Any] = PartManager()

    class Meta(Part.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["appointment", "language", "detail", "with_customer"], name="bytes_once_per_variant")
        ]

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.language} {self.detail}"
