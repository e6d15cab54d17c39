"""Personal keys for the API: shown once, stored as a hash, scoped and expiring."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.visibility import Guarded, GuardedQuerySet


class ApiToken(Guarded):
    """A personal API key of one user for one purpose. Only its owner knows of it."""

    class Scope(models.TextChoices):
        READ = "read", _("Read only")
        WRITE = "write", _("Read and write")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("Purpose"), max_length=80)
    prefix = models.CharField(max_length=12, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False, help_text="SHA-256 of the secret, hexadecimal.")
    scope = models.CharField(_("Access"), max_length=10, choices=Scope, default=Scope.READ)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("Expires"))
    last_used_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[Any] = GuardedQuerySet.as_manager()

    class Meta(Guarded.Meta):
        abstract = False
        indexes = [models.Index(fields=["user", "-created_at"], name="token_of_a_user")]

    def __str__(self) -> str:
        return f"{self.prefix} {self.name}"

    @classmethod
    def visible_q(cls, user: Any) -> models.Q:
        return models.Q(user=user)
