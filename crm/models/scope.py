"""Audiences: one row per distinct audience, and guardian's record of who may look into it."""

from __future__ import annotations

from django.db import models

from crm.visibility import GroupObjectPermissionBase, UserObjectPermissionBase


class VisibilityScope(models.Model):
    """One distinct audience (公開範囲). `key` is canonical: the sorted list of who belongs to it, see crm.audience."""

    key = models.TextField(unique=True)

    class Meta:
        permissions = [("view_in_scope", "Can see what is shown to this audience")]

    def __str__(self) -> str:
        return self.key


class ScopeGroupPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(VisibilityScope, on_delete=models.CASCADE, related_name="group_grants")

    class Meta(GroupObjectPermissionBase.Meta):
        indexes = [models.Index(fields=["group", "content_object"], name="scope_by_group")]


class ScopeUserPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(VisibilityScope, on_delete=models.CASCADE, related_name="user_grants")

    class Meta(UserObjectPermissionBase.Meta):
        indexes = [models.Index(fields=["user", "content_object"], name="scope_by_user")]
