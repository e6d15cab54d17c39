"""What was changed and what was looked at: append-only, never shown by itself."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class AuditEntry(models.Model):
    """Who did what to which row, and how it looked before and after (操作履歴)."""

    at = models.DateTimeField(auto_now_add=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=20)
    model = models.CharField(max_length=60)
    object_id = models.CharField(max_length=64)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    via = models.CharField(max_length=8, blank=True, help_text="Where it was done: web, api; empty for commands and workers.")

    class Meta:
        indexes = [
            models.Index(fields=["model", "object_id", "-at"], name="audit_of_a_row"),
            models.Index(fields=["user", "-at"], name="audit_of_a_user"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.model} {self.object_id}"


class AccessEntry(models.Model):
    """Who looked at, searched, exported or downloaded what, and how many rows (閲覧履歴)."""

    at = models.DateTimeField(auto_now_add=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=20)
    model = models.CharField(max_length=60)
    object_id = models.CharField(max_length=64, blank=True)
    rows = models.PositiveIntegerField(default=1)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["model", "object_id", "-at"], name="access_to_a_row"),
            models.Index(fields=["user", "-at"], name="access_by_a_user"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.model} {self.object_id}"
