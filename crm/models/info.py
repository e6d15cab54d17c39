"""Collected information (収集情報) and what customers say (お客様の声)."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Prefetch
from django.utils.translation import gettext_lazy as _

from crm.models.choice import Choice
from crm.models.customer import Customer
from crm.models.deal import Deal
from crm.models.ids import uuid7
from crm.models.searching import Searched
from crm.models.staff import User
from crm.visibility import Audienced, GuardedQuerySet, UserObjectPermissionBase


class CollectedInfoQuerySet(Searched, GuardedQuerySet):
    def active(self) -> Self:
        return self.filter(retired_at=None)

    def voices(self) -> Self:
        return self.filter(voice=True)

    def of_sorts(self, *, infos: bool, voices: bool) -> Self:
        """Keep collected information, customers' voices, both or neither."""
        return self if infos and voices else self.filter(voice=voices) if infos != voices else self.none()

    def for_list(self, viewer: User) -> Self:
        """Fetch what a line shows; a customer or deal the viewer may not see reads as none."""
        return self.select_related("kind", "owner").prefetch_related(
            Prefetch("customer", queryset=Customer.objects.visible_to(viewer)),
            Prefetch("deal", queryset=Deal.objects.visible_to(viewer)),
        )

    def for_page(self, viewer: User) -> Self:
        """Fetch what the information's own page shows."""
        return self.for_list(viewer).select_related("recorder", "scope")


class CollectedInfo(Audienced):
    """Something learned on the market, or (`voice`) a customer's own words."""

    named = "crm.CollectedInfoUserPermission"

    class Importance(models.TextChoices):
        HIGH = "high", _("High")
        NORMAL = "normal", _("Normal")
        LOW = "low", _("Low")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    title = models.CharField(_("Title"), max_length=120)
    text = models.TextField(_("Details"), blank=True)
    voice = models.BooleanField(_("Customer voice"), default=False)
    kind = models.ForeignKey(Choice, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Kind"))
    importance = models.CharField(_("Importance"), max_length=8, choices=Importance, default=Importance.NORMAL)
    collected_on = models.DateField(_("Heard on"))
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Customer"))
    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Deal"))
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("Owner"))
    recorder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("Recorder"))
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)
    search_text = models.TextField(editable=False)

    objects: ClassVar[Any] = CollectedInfoQuerySet.as_manager()

    class Meta(Audienced.Meta):
        abstract = False
        verbose_name = _("Collected information")
        indexes = [
            models.Index(F("collected_on").desc(), F("id").desc(), name="info_by_day"),
            models.Index(F("updated_at").desc(), F("id").desc(), name="info_by_change"),
            models.Index(fields=["customer", "-collected_on"], name="info_of_customer"),
        ]

    def __str__(self) -> str:
        return self.title


class CollectedInfoUserPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(CollectedInfo, on_delete=models.CASCADE, related_name="named_people")

    class Meta(UserObjectPermissionBase.Meta):
        indexes = [models.Index(fields=["user", "content_object"], name="info_named")]
