"""What happened: contact points (接点記録)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contacts.models.heads import Position, count_heads, few, heads
from crm.models import AccountPlan, Activity, Asset, Choice, CollectedInfo, Customer, CustomerDepartment, Deal, Person
from crm.paging import COUNT_CAP, PAGE, Page, capped_count, keyset_page, read_cursor
from crm.visibility import GuardedQuerySet, Part, PartManager, UserObjectPermissionBase, scopes_of
from schedule.models import Appointment

KEPT_IN_BIN = timedelta(days=30)
BY_TIME = ("-started_at", "-pk")


class ContactPointQuerySet(GuardedQuerySet):
    def registered(self) -> Self:
        return self.filter(state=ContactPoint.State.REGISTERED)

    def drafts_of(self, user: Any) -> Self:
        """Return the drafts that this user owns or wrote, newest first."""
        return self.visible_to(user).filter(state=ContactPoint.State.DRAFT).order_by("-updated_at", "-pk")

    def in_bin_of(self, user: Any, now: datetime) -> Self:
        """Return what this user may take back out of the bin, newest first: own or self-written records of the last 30 days."""
        if not (user.is_authenticated and user.is_active):
            return self.none()
        binned = self.for_the_house("the bin shows deleted rows to owner and recorder only").filter(deleted_at__gt=now - KEPT_IN_BIN)
        return binned.filter(Q(owner=user) | Q(recorder=user)).order_by("-deleted_at", "-pk")

    def purgeable_by(self, user: Any, now: datetime) -> Self:
        """Return what this user may delete from the bin for good: own records."""
        return self.in_bin_of(user, now).filter(owner=user)

    def with_faces(self, user: Any) -> Self:
        """Bring along what a list shows of each record: what the viewer may not see of customer and deal reads as None."""
        return self.select_related("owner", "owner_unit", "recorder", "scope", "method", "summary", "result").prefetch_related(
            models.Prefetch("customer", queryset=Customer.objects.visible_to(user)),
        )

    def with_deals(self, user: Any) -> Self:
        return self.prefetch_related(models.Prefetch("deal", queryset=Deal.objects.visible_to(user)))

    def with_edit_right(self, user: Any) -> Self:
        """Add `may_edit`: whether this user may change each record."""
        return self.annotate(
            may_edit=Case(When(ContactPoint.editable_q(user), then=True), default=False, output_field=models.BooleanField())
        )

    def with_surroundings(self, user: Any) -> Self:
        """Add what the record's own page says of deal and appointments, as far as the viewer may see them, and `may_edit`."""
        named: dict[str, Any] = {"deal": Deal, "department": CustomerDepartment, "plan": AccountPlan, "asset": Asset}
        names = {
            f"{field}_name": Subquery(model.objects.visible_to(user).filter(pk=OuterRef(f"{field}_id")).values("name")[:1])
            for field, model in named.items()
        }
        ahead = Appointment.objects.visible_to(user).filter(pk=OuterRef("next_appointment_id"))
        before = Appointment.objects.visible_to(user).filter(pk=OuterRef("appointment_id"))
        return (
            self.with_faces(user)
            .select_related("category1", "category2")
            .annotate(
                **names,
                next_starts_at=Subquery(ahead.values("starts_at")[:1]),
                next_all_day=Subquery(ahead.values("all_day")[:1]),
                next_note=Subquery(ahead.values("summary_note")[:1]),
                next_status=Subquery(ahead.values("status")[:1]),
                made_from=Subquery(before.values("pk")[:1]),
                made_at=Subquery(before.values("place")[:1]),
                may_edit=Case(When(ContactPoint.editable_q(user), then=True), default=False, output_field=models.BooleanField()),
            )
        )

    def newest_first(self) -> Self:
        return self.order_by("-started_at", "-pk")

    def next_to(self, contact: ContactPoint, way: str, viewer: Any) -> ContactPoint | None:
        """Return the neighbour of a record with the same customer: way is older or newer.

        Without a customer there is none, and a hidden customer is like no customer: it must not tie two records together.
        """
        if contact.customer_id is None or not Customer.objects.visible_to(viewer).filter(pk=contact.customer_id).exists():
            return None
        before = Q(started_at__lt=contact.started_at) | Q(started_at=contact.started_at, pk__lt=contact.pk)
        after = Q(started_at__gt=contact.started_at) | Q(started_at=contact.started_at, pk__gt=contact.pk)
        rows = self.filter(before if way == "older" else after, customer=contact.customer_id)
        return rows.order_by(*(BY_TIME if way == "older" else ("started_at", "pk"))).first()

    def newest_page(self, user: Any, *, cursor: str = "", size: int = PAGE) -> Page:
        """Return one page of everything registered that this user may read, newest first; costs the same at any size and any sight.

        Raises BadCursor.
        """
        rows, scopes = self.registered().visible_to(user), scopes_of(user)
        if few(scopes) and user.is_active:
            after = Position.of(*read_cursor(cursor, len(BY_TIME)))
            rows = rows.filter(pk__in=heads(ContactPoint, user.pk, scopes, size=size + 1, after=after))
        return keyset_page(rows, by=BY_TIME, cursor=cursor, size=size)

    def count_visible(self, user: Any, cap: int = COUNT_CAP) -> int:
        """Count everything registered that this user may read, up to cap + 1."""
        scopes = scopes_of(user)
        if few(scopes, counting=True) and user.is_active:
            return count_heads(ContactPoint, user.pk, scopes, cap=cap)
        return capped_count(self.registered().visible_to(user), cap)

    def saying(self, words: list[str], customers: Any) -> Self:
        """Keep the records that hold every folded word, in their own texts or in the name of one of these customers."""
        rows = self
        for word in words:
            rows = rows.filter(Q(search_text__contains=word) | Q(customer__in=customers.matching([word]).values("pk")))
        return rows

    def with_person(self, person: Person) -> Self:
        """Keep the records of contacts at which this person was there."""
        met = ContactPerson.objects.for_the_house("who was there; the records themselves keep their rule").filter(person=person)
        return self.filter(pk__in=met.values("contact"))


class ContactPoint(Activity):
    """One contact with a customer: a visit, call, mail or inquiry. Its id may come from the phone that sent it."""

    named = "contacts.ContactPointUserPermission"

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        REGISTERED = "registered", _("Registered")

    class Source(models.TextChoices):
        WEB = "web", _("Browser")
        API = "api", _("API")
        IMPORT = "import", _("Import")

    number = models.PositiveBigIntegerField(_("Number"), null=True, unique=True, editable=False)
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.DRAFT)
    source = models.CharField(max_length=8, choices=Source, default=Source.WEB, editable=False)
    started_at = models.DateTimeField(_("Date and time"))
    ended_at = models.DateTimeField(_("Until"), null=True, blank=True)
    has_time = models.BooleanField(default=False, help_text="Without it only the local day of started_at was noted.")
    result = models.ForeignKey(Choice, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Result"))
    appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Appointment it fulfils")
    )
    next_appointment = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Next appointment")
    )
    next_wanted = models.JSONField(
        null=True, editable=False, help_text="The next appointment a draft asks for; booked when it is registered."
    )
    registered_at = models.DateTimeField(null=True, editable=False)
    search_text = models.TextField(editable=False, blank=True)

    objects: ClassVar[Any] = ContactPointQuerySet.as_manager()

    class Meta(Activity.Meta):
        abstract = False
        verbose_name = _("Contact record")
        constraints = [
            models.CheckConstraint(name="contact_ends_after_start", condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at"))),
            models.CheckConstraint(name="contact_registered_has_number", condition=Q(state="draft") | Q(number__isnull=False)),
            models.UniqueConstraint(
                fields=["appointment"], name="one_record_per_appointment", condition=Q(state="registered", deleted_at=None)
            ),
        ]
        indexes = [
            models.Index(F("started_at").desc(), F("id").desc(), name="contact_by_time"),
            models.Index(
                F("scope"),
                F("started_at").desc(),
                F("id").desc(),
                name="contact_by_scope",
                condition=Q(state="registered", deleted_at=None),
            ),
            models.Index(F("customer"), F("started_at").desc(), F("id").desc(), name="contact_by_customer"),
            models.Index(F("deal"), F("started_at").desc(), F("id").desc(), name="contact_by_deal"),
            models.Index(F("created_at").desc(), F("id").desc(), name="contact_by_entry"),
            models.Index(F("owner"), F("started_at").desc(), F("id").desc(), name="contact_by_owner"),
            models.Index(F("recorder"), F("updated_at").desc(), name="contact_drafts", condition=Q(state="draft")),
        ]

    def __str__(self) -> str:
        return f"#{self.number}" if self.number else str(_("Draft"))

    @classmethod
    def visible_q(cls, user: Any) -> Q:
        """A draft is its owner's and recorder's alone (they are named on it); what lies in the bin is nobody's."""
        return Q(deleted_at=None) & (
            super().visible_q(user) & Q(state=cls.State.REGISTERED) | Q(state=cls.State.DRAFT) & (Q(owner=user) | Q(recorder=user))
        )


class ContactPointUserPermission(UserObjectPermissionBase):
    """Who reads a record by name. The time is copied so that the newest of one person's are found without a join."""

    content_object = models.ForeignKey(ContactPoint, on_delete=models.CASCADE, related_name="named_people")
    started_at = models.DateTimeField()

    class Meta(UserObjectPermissionBase.Meta):
        indexes = [models.Index(F("user"), F("started_at").desc(), F("content_object").desc(), name="contact_named")]


class ContactParticipant(Part):
    """One of us who was there too (参加社員)."""

    whole = "contact"

    contact = models.ForeignKey(ContactPoint, on_delete=models.CASCADE, related_name="participants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("Participants"))

    objects: ClassVar[Any] = PartManager()

    class Meta(Part.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["contact", "user"], name="participant_once_per_contact")]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.user_id}"


class ContactPerson(Part):
    """One of the customer's people who was there (顧客参加者); the first one is the main counterpart."""

    whole = "contact"

    contact = models.ForeignKey(ContactPoint, on_delete=models.CASCADE, related_name="people")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar[Any] = PartManager()

    class Meta(Part.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["contact", "person"], name="person_once_per_contact")]
        indexes = [models.Index(fields=["person", "contact"], name="contacts_of_person")]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.person_id}"


class ContactGuest(Part):
    """Somebody else on the customers' side (顧客参加者): a person of any customer, or a customer, partner or dealer as such."""

    whole = "contact"

    contact = models.ForeignKey(ContactPoint, on_delete=models.CASCADE, related_name="guests")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="+")
    place = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar[Any] = PartManager()

    class Meta(Part.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                name="guest_is_one", condition=Q(person=None, customer__isnull=False) | Q(person__isnull=False, customer=None)
            )
        ]
        indexes = [
            models.Index(fields=["person", "contact"], name="contacts_of_guest", condition=Q(person__isnull=False)),
            models.Index(fields=["customer", "contact"], name="contacts_of_guest_firm", condition=Q(customer__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.person_id or self.customer_id}"


class ContactInfo(Part):
    """Collected information or a customer's voice that came out of the contact."""

    whole = "contact"

    contact = models.ForeignKey(ContactPoint, on_delete=models.CASCADE, related_name="infos")
    info = models.ForeignKey(CollectedInfo, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[Any] = PartManager()

    class Meta(Part.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["contact", "info"], name="info_once_per_contact")]
        indexes = [models.Index(fields=["info", "contact"], name="contacts_of_info")]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.info_id}"


class Expense(Part):
    """A line of travel costs or other expenses (交通費・経費). Money is in whole yen."""

    whole = "contact"

    contact = models.ForeignKey(ContactPoint, on_delete=models.CASCADE, related_name="expenses")
    kind = models.ForeignKey(Choice, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Kind"))
    origin = models.CharField(pgettext_lazy("route", "From"), max_length=80, blank=True)
    destination = models.CharField(pgettext_lazy("route", "To"), max_length=80, blank=True)
    round_trip = models.BooleanField(_("Round trip"), default=False)
    amount_yen = models.PositiveIntegerField(_("Amount (yen)"), help_text=_("The total of the line, both ways if it is a round trip."))
    note = models.CharField(_("Note"), max_length=120, blank=True)
    place = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar[Any] = PartManager()

    class Meta(Part.Meta):
        abstract = False
        verbose_name = _("Expense")

    def __str__(self) -> str:
        return f"{self.contact_id} {self.amount_yen}"
