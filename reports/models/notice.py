"""What the program tells people: notices in the browser, and mails kept for the demo to show."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Prefetch, Q
from django.utils.translation import gettext_lazy as _

from contacts.models import ContactPoint
from crm.visibility import Guarded, GuardedQuerySet


class NoticeQuerySet(GuardedQuerySet):
    def unread(self) -> Self:
        return self.filter(read_at=None)

    def with_records(self, user: Any) -> Self:
        """Bring along what a notice says: who did it, and the record as this user may see it."""
        return self.select_related("actor").prefetch_related(
            Prefetch("contact", queryset=ContactPoint.objects.visible_to(user).with_faces(user))
        )


class Notice(Guarded):
    """One line for one person (お知らせ). It holds no text of the record: what it says is read from what its reader may see."""

    class Kind(models.TextChoices):
        REPORT = "report", _("Report received")
        SENT_AGAIN = "sent_again", _("Report sent again")
        REPLY = "reply", _("Reply received")
        ON_BEHALF = "on_behalf", _("Entered on your behalf")
        COMMENT = "comment", _("Comment received")
        MENTION = "mention", _("Mentioned in a comment")
        REQUEST = "request", _("Request received")
        REQUEST_OFF = "request_off", _("Request called off")
        REQUEST_DONE = "request_done", _("Request done")
        REQUEST_BACK = "request_back", _("Request returned")
        REQUEST_OPEN = "request_open", _("Request taken up again")

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    contact = models.ForeignKey(ContactPoint, on_delete=models.CASCADE, related_name="+")
    source = models.CharField(max_length=64, unique=True, help_text="The promise that made it: a repeat makes no second notice.")
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[Any] = NoticeQuerySet.as_manager()

    class Meta(Guarded.Meta):
        abstract = False
        verbose_name = _("Notice")
        indexes = [
            models.Index(F("recipient"), F("created_at").desc(), name="notices_of_a_user"),
            models.Index(fields=["recipient"], name="unread_notices", condition=Q(read_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.recipient_id}"

    @classmethod
    def visible_q(cls, user: Any) -> Q:
        return Q(recipient=user) & Q(contact__in=ContactPoint.objects.visible_to(user).values("pk"))


class SentMailQuerySet(GuardedQuerySet):
    def newest_first(self) -> Self:
        return self.order_by("-sent_at", "-pk")


class SentMail(Guarded):
    """A mail as it went out, kept only in the demo so that its reader can look at it without a mail server."""

    to = models.EmailField()
    subject = models.CharField(max_length=400)
    text = models.TextField()
    html = models.TextField(blank=True)
    message_id = models.CharField(max_length=200)
    sent_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[Any] = SentMailQuerySet.as_manager()

    class Meta(Guarded.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["message_id", "to"], name="mail_once_per_address")]
        indexes = [models.Index(F("to"), F("sent_at").desc(), name="mails_to_an_address")]

    def __str__(self) -> str:
        return self.subject

    @classmethod
    def visible_q(cls, user: Any) -> Q:
        return Q(to__iexact=user.email) if user.email else Q(pk__in=[])
