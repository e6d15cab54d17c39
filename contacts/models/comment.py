"""Comments (コメント) on a record, who is mentioned in them, and likes."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from contacts.models.point import ContactPoint
from crm.models import uuid7
from crm.visibility import Part, PartManager


class Comment(Part):
    """What somebody wrote below a record. A removed one stays as a line without text, so that answers keep their place."""

    whole = "contact"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    contact = models.ForeignKey(ContactPoint, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    body = models.TextField(_("Comment"))
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, editable=False)
    removed_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = PartManager()

    class Meta(Part.Meta):
        abstract = False
        verbose_name = _("Comment")
        indexes = [models.Index(fields=["contact", "created_at"], name="comments_in_order")]

    def __str__(self) -> str:
        return self.body[:40]


class CommentEdit(Part):
    """A comment as it read before an edit."""

    whole = "comment"

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="edits")
    body = models.TextField()
    written_at = models.DateTimeField(help_text="When this text was written.")

    objects: ClassVar[Any] = PartManager()

    class Meta(Part.Meta):
        abstract = False

    def __str__(self) -> str:
        return self.body[:40]


class Mention(Part):
    """Somebody named in a comment with @."""

    whole = "comment"

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[Any] = PartManager()

    class Meta(Part.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["comment", "user"], name="mentioned_once_per_comment")]

    def __str__(self) -> str:
        return f"{self.comment_id} {self.user_id}"


class Reaction(Part):
    """A like (いいね) for a record, or for one of its comments."""

    whole = "contact"

    contact = models.ForeignKey(ContactPoint, on_delete=models.CASCADE, related_name="reactions")
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, null=True, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects: ClassVar[Any] = PartManager()

    class Meta(Part.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["contact", "user"], name="record_liked_once", condition=models.Q(comment=None)),
            models.UniqueConstraint(fields=["comment", "user"], name="comment_liked_once", condition=models.Q(comment__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.user_id}"
