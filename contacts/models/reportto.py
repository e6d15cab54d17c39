"""Whom a record is reported to (報告先), who has read it, and what they answered."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contacts.models.point import ContactPoint
from crm.visibility import GuardedQuerySet, Part, PartManager


class ReportRecipientQuerySet(GuardedQuerySet):
    def told_to(self, user: Any) -> Self:
        """Return what was reported to this user, of records this user may read."""
        return self.visible_to(user).filter(user=user).exclude(notified_at=None)

    def unread(self) -> Self:
        return self.filter(first_read_at=None)

    def unread_first(self) -> Self:
        return self.order_by(F("first_read_at").asc(nulls_first=True), "-notified_at", "-pk")


class StandingRecipients(PartManager.from_queryset(ReportRecipientQuerySet)):  # type: ignore[misc]
    """Leaves out whom the writer took off the list after telling them."""

    def get_queryset(self) -> ReportRecipientQuerySet:
        return super().get_queryset().filter(withdrawn_at=None)


class ReportRecipient(Part):
    """One colleague to whom a record is reported. `notified_at` keeps a second save from telling the same person twice.

    Who was told and is taken off the list stays as a withdrawn row, so that adding the same person again tells nobody twice.
    """

    whole = "contact"

    class Role(models.TextChoices):
        REPORT = "report", _("Report to")
        NOTICE = "notice", _("For information")

    contact = models.ForeignKey(ContactPoint, on_delete=models.CASCADE, related_name="recipients")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("Report to"))
    role = models.CharField(max_length=8, choices=Role, default=Role.REPORT)
    notified_at = models.DateTimeField(
        null=True, editable=False, help_text="When the report was promised; empty while the record is a draft."
    )
    sent_again_at = models.DateTimeField(null=True, editable=False)
    again_reason = models.CharField(_("Reason for sending again"), max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    first_read_at = models.DateTimeField(null=True, editable=False)
    last_read_at = models.DateTimeField(null=True, editable=False)
    read_version = models.PositiveIntegerField(null=True, editable=False)
    confirmed_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[Any] = StandingRecipients()
    ever: ClassVar[Any] = PartManager.from_queryset(ReportRecipientQuerySet)()

    class Meta(Part.Meta):
        abstract = False
        base_manager_name = "ever"  # saving and deleting reach withdrawn rows too
        constraints = [models.UniqueConstraint(fields=["contact", "user"], name="recipient_once_per_contact")]
        indexes = [
            models.Index(F("user"), F("notified_at").desc(), name="reports_to_a_user"),
            models.Index(fields=["user"], name="unread_reports", condition=Q(first_read_at=None, notified_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.user_id}"


class Reply(Part):
    """An answer of one recipient to a report: a canned phrase or free text."""

    whole = "contact"

    contact = models.ForeignKey(ContactPoint, on_delete=models.CASCADE, related_name="replies")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    body = models.TextField(_("Reply"))
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[Any] = PartManager()

    class Meta(Part.Meta):
        abstract = False

    def __str__(self) -> str:
        return self.body[:40]
