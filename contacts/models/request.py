"""To-dos for oneself (課題) and requests to colleagues (依頼), written on the record that they come from."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, OuterRef, Prefetch, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from contacts.models.point import ContactPoint
from crm.models import Customer, User, uuid7
from crm.visibility import GuardedQuerySet, Part, PartManager

SOME_DAY = date(9998, 12, 31)  # where what has no day stands in an order by day
URGENT_FIRST = ("rank", "due", "-sent_at", "-pk")


class WorkRequestQuerySet(GuardedQuerySet):
    def sent(self) -> Self:
        """Leave out what still lies in a draft."""
        return self.exclude(sent_at=None)

    def todos_of(self, user: User) -> Self:
        """Return what a person wants to do himself."""
        return self.filter(to=user, asker=user)

    def received_by(self, user: User) -> Self:
        return self.filter(to=user).exclude(asker=user)

    def asked_by(self, user: User) -> Self:
        return self.filter(asker=user).exclude(to=user)

    def open(self) -> Self:
        """Return what is still to be done."""
        return self.filter(state=WorkRequest.State.SENT)

    def unsettled(self) -> Self:
        """Return what is to be done, and what came back to its asker."""
        return self.filter(state__in=[WorkRequest.State.SENT, WorkRequest.State.RETURNED])

    def waiting_for(self, user: User) -> Self:
        """Return what this person has to do: to-dos and requests."""
        return self.open().filter(to=user)

    def matching(self, words: list[str], customers: Any) -> Self:
        """Keep those that hold every folded word, in their title or in the name of one of these customers."""
        rows = self
        for word in words:
            rows = rows.filter(Q(search_text__contains=word) | Q(contact__customer__in=customers.matching([word]).values("pk")))
        return rows

    def ranked(self) -> Self:
        """Add the columns of URGENT_FIRST: what is urgent, then by day, then the newest."""
        rank = Case(When(urgent=True, then=Value(0)), default=Value(1), output_field=models.IntegerField())
        return self.annotate(rank=rank, due=Coalesce("due_on", Value(SOME_DAY), output_field=models.DateField()))

    def with_faces(self, user: User) -> Self:
        """Bring along who asks whom, and the record with its customer as far as the viewer may see it."""
        customers = Prefetch("customer", queryset=Customer.objects.visible_to(user))
        records = ContactPoint.objects.visible_to(user).select_related("method", "summary").prefetch_related(customers)
        return self.select_related("asker", "to", "done_by").prefetch_related(Prefetch("contact", queryset=records))


def with_requests(contacts: Any, user: User) -> Any:
    """Add `has_requests` to records, so that a page asks for them only where there are some."""
    return contacts.annotate(has_requests=Exists(WorkRequest.objects.visible_to(user).filter(contact=OuterRef("pk"))))


class WorkRequestManager(PartManager.from_queryset(WorkRequestQuerySet)):  # type: ignore[misc]
    """Named, so that the type checker finds contact.requests."""


class WorkRequest(Part):
    """Something to be done by the asker himself (a to-do) or by a colleague (a request). Unsent while its record is a draft."""

    whole = "contact"

    class State(models.TextChoices):
        UNSENT = "unsent", _("Not sent")
        SENT = "sent", _("Requested")
        DONE = "done", _("Done")
        RETURNED = "returned", _("Returned")
        CANCELLED = "cancelled", _("Cancelled")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    contact = models.ForeignKey(ContactPoint, on_delete=models.CASCADE, related_name="requests")
    asker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("Requested by"))
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("Requested of"))
    title = models.CharField(_("What to do"), max_length=200)
    due_on = models.DateField(_("Due"), null=True, blank=True)
    urgent = models.BooleanField(_("Urgent"), default=False)
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.UNSENT)
    answer = models.CharField(_("Answer"), max_length=400, blank=True)
    sent_at = models.DateTimeField(null=True, editable=False)
    done_at = models.DateTimeField(null=True, editable=False)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    place = models.PositiveSmallIntegerField(default=0)
    search_text = models.TextField(editable=False, blank=True)

    objects: ClassVar[Any] = WorkRequestManager()

    class Meta(Part.Meta):
        abstract = False
        verbose_name = _("Request")
        indexes = [
            models.Index(fields=["to", "state", "due_on"], name="requests_to_a_user"),
            models.Index(fields=["asker", "state", "-sent_at"], name="requests_of_a_user"),
            models.Index(fields=["to"], name="open_requests", condition=Q(state="sent")),
        ]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def editable_q(cls, user: Any) -> Q:
        """Asker and addressee act on it; what each of them may do, the actions say."""
        return Q(asker=user) | Q(to=user)

    @property
    def own(self) -> bool:
        """Whether it is a to-do for oneself."""
        return self.asker_id == self.to_id

    @property
    def is_open(self) -> bool:
        return self.state == self.State.SENT
