"""Promises to the world outside, the workers' heartbeat, and running numbers."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q


class Outbox(models.Model):
    """One promised effect: a mail to one person, a notice to one person. The row is the message; workers only claim it."""

    topic = models.CharField(max_length=60)
    key = models.CharField(max_length=64)
    message_id = models.UUIDField(default=uuid4, editable=False, help_text="Becomes the Message-ID: a repeat is recognised as one.")
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="outbox_open", condition=Q(done_at=None, failed_at=None)),
            models.Index(fields=["done_at"], name="outbox_kept", condition=Q(done_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.key}"


class Heartbeat(models.Model):
    """When a kind of worker was last seen."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class NumberSequence(models.Model):
    """A running number that people read out, with gaps by design: a dense one would tell how much is hidden."""

    name = models.CharField(max_length=40, primary_key=True)
    value = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return self.name
