"""What somebody has typed and not yet saved, so that a crash, a closed tab or an expired session loses nothing."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from crm.visibility import Guarded, GuardedQuerySet

SHOWN = 120


def with_begun(contacts: Any, user: Any) -> Any:
    """Add `has_unsaved` to records: whether this user typed something into them and did not save it."""
    return contacts.annotate(has_unsaved=Exists(Unsaved.objects.visible_to(user).filter(record=OuterRef("pk"))))


class UnsavedQuerySet(GuardedQuerySet):
    def newest_first(self) -> Self:
        return self.order_by("-updated_at", "-pk")

    def saying(self, words: list[str]) -> Self:
        """Keep the rows that hold every folded word."""
        rows = self
        for word in words:
            rows = rows.filter(search_text__contains=word)
        return rows


class Unsaved(Guarded):
    """One form as it stood when the browser last sent it. Only who typed it sees it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    record = models.UUIDField(help_text="Id of the record being changed, or the id that the new record will get.")
    is_new = models.BooleanField(default=True, help_text="No such record was saved yet.")
    typed = models.JSONField(help_text="Names and values of the form's fields, in order: [[name, value], ...].")
    search_text = models.TextField(blank=True, editable=False)
    version = models.PositiveIntegerField(default=1)
    device = models.CharField(max_length=60, blank=True, help_text="Which browser sent it, as people name it.")
    page = models.CharField(max_length=36, blank=True, editable=False, help_text="Which page sent it; every page has a number of its own.")
    updated_at = models.DateTimeField()

    objects: ClassVar[Any] = UnsavedQuerySet.as_manager()

    class Meta(Guarded.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["user", "record"], name="unsaved_once_per_form")]
        indexes = [models.Index(F("user"), F("updated_at").desc(), name="unsaved_of_user")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.record}"

    def said(self, name: str) -> str:
        """Return the last value of a field, as it was typed."""
        return next((value for key, value in reversed(self.typed) if key == name), "")

    @classmethod
    def visible_q(cls, user: Any) -> Q:
        return Q(user=user)

    @property
    def words(self) -> str:
        """Return the first words of what was typed."""
        return " ".join(part for name in ("summary_note", "content") if (part := self.said(name)))[:SHOWN]
