"""Attachments (添付資料): files of a record, loose until the form they were dropped on is saved."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.models.point import ContactPoint
from crm.models import uuid7
from crm.visibility import Guarded, GuardedQuerySet


def stored_as(row: Attachment, _name: str) -> str:
    """Return where the bytes lie: never the name that somebody sent. The id's last digits are its random ones: folders fill evenly."""
    return f"files/{row.pk.hex[-2:]}/{row.pk.hex}"


def pictured_as(row: Attachment, _name: str) -> str:
    return f"thumbs/{row.pk.hex[-2:]}/{row.pk.hex}.webp"


def previewed_as(row: Attachment, _name: str) -> str:
    return f"views/{row.pk.hex[-2:]}/{row.pk.hex}.webp"


class AttachmentQuerySet(GuardedQuerySet):
    def loose_of(self, user: Any) -> Self:
        """Return what this user has uploaded and not yet saved with a record."""
        return self.visible_to(user).filter(contact=None)

    def ready(self) -> Self:
        """Keep what may be fetched: arrived, and clean as far as anybody looked."""
        return self.filter(state=Attachment.State.READY)

    def in_order(self) -> Self:
        return self.order_by("place", "created_at", "pk")

    def usable_for(self, contact: ContactPoint | None, user: Any) -> Self:
        """Return what this user may save with a record (None: a new one): own loose files, and those that it has already."""
        loose = Q(contact=None, uploader=user)
        return self.visible_to(user).filter(loose | Q(contact=contact) if contact else loose).exclude(state=Attachment.State.ARRIVING)

    def beside(self, contacts: Iterable[ContactPoint], user: Any) -> dict[Any, list[Attachment]]:
        """Return the files of these records by the record's id, with one query."""
        found: dict[Any, list[Attachment]] = {contact.pk: [] for contact in contacts}
        for row in self.visible_to(user).filter(contact__in=list(found), item="").in_order():
            found[row.contact_id].append(row)
        return found


class Attachment(Guarded):
    """A file. Its record's readers see it; while it is loose, only who uploaded it. size: bytes."""

    class Kind(models.TextChoices):
        FILE = "file", _("File")
        PHOTO = "photo", _("Photo")
        AUDIO = "audio", _("Audio")
        VIDEO = "video", _("Video")

    class State(models.TextChoices):
        ARRIVING = "arriving", _("Being received")
        READY = "ready", _("Ready")
        CHECKING = "checking", _("Being checked")
        REFUSED = "refused", _("Refused by the virus scanner")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    contact = models.ForeignKey(ContactPoint, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    uploader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("Uploaded by"))
    file = models.FileField(upload_to=stored_as, max_length=120)
    preview = models.FileField(upload_to=previewed_as, max_length=120, blank=True)
    thumb = models.FileField(upload_to=pictured_as, max_length=120, blank=True)
    name = models.CharField(_("File name"), max_length=200)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=100)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.FILE)
    state = models.CharField(max_length=8, choices=State, default=State.READY)
    item = models.SlugField(max_length=40, blank=True, help_text="Code of the custom item that this file fills.")
    place = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[Any] = AttachmentQuerySet.as_manager()

    class Meta(Guarded.Meta):
        abstract = False
        verbose_name = _("Attachment")
        indexes = [
            models.Index(fields=["contact", "place"], name="files_of_a_record"),
            models.Index(fields=["created_at"], name="loose_files", condition=Q(contact=None)),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def visible_q(cls, user: Any) -> Q:
        return Q(contact__in=ContactPoint.objects.visible_to(user).values("pk")) | Q(contact=None, uploader=user)

    @classmethod
    def editable_q(cls, user: Any) -> Q:
        return Q(contact__in=ContactPoint.objects.editable_by(user).values("pk")) | Q(contact=None, uploader=user)

    def stored_names(self) -> list[str]:
        """Return where its bytes lie, those of its smaller pictures too."""
        return [str(field.name) for field in (self.file, self.preview, self.thumb) if field]
