"""Deals (案件): what we hope to sell, to whom, when, how likely."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Prefetch, Sum
from django.utils.translation import gettext_lazy as _

from crm.models.choice import Choice
from crm.models.customer import Customer
from crm.models.ids import uuid7
from crm.models.person import Person
from crm.models.searching import Searched
from crm.models.staff import User
from crm.visibility import Audienced, GuardedQuerySet, UserObjectPermissionBase


class DealQuerySet(Searched, GuardedQuerySet):
    def for_list(self, viewer: User) -> Self:
        """Fetch what a line shows; a customer the viewer may not see reads as none."""
        customers = Prefetch("customer", queryset=Customer.objects.visible_to(viewer))
        return self.select_related("stage", "owner").prefetch_related(customers)

    def for_page(self, viewer: User) -> Self:
        """Fetch what the deal's own page shows."""
        people = Prefetch("person", queryset=Person.objects.visible_to(viewer))
        return self.for_list(viewer).select_related("recorder", "scope").prefetch_related(people)

    def total_yen(self) -> int:
        """Add up the amounts."""
        return self.order_by().aggregate(total=Sum("amount_yen"))["total"] or 0

    def active(self) -> Self:
        return self.filter(retired_at=None)


class Deal(Audienced):
    """A deal with a stage. Money is in whole yen."""

    named = "crm.DealUserPermission"
    items_target = "deal"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("Deal name"), max_length=120)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Customer"))
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("Contact person"))
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("Owner"))
    stage = models.ForeignKey(Choice, on_delete=models.PROTECT, related_name="+", verbose_name=_("Stage"))
    amount_yen = models.PositiveBigIntegerField(_("Amount (yen)"), null=True, blank=True)
    expected_on = models.DateField(_("Expected on"), null=True, blank=True)
    note = models.TextField(_("Note"), blank=True)
    custom = models.JSONField(default=dict, editable=False)
    recorder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("Recorder"))
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)
    search_text = models.TextField(editable=False)

    objects: ClassVar[Any] = DealQuerySet.as_manager()

    class Meta(Audienced.Meta):
        abstract = False
        verbose_name = _("Deal")
        indexes = [
            models.Index(F("updated_at").desc(), F("id").desc(), name="deal_by_change"),
            models.Index(fields=["customer", "-updated_at"], name="deal_of_customer"),
            models.Index(fields=["owner", "-updated_at"], name="deal_of_owner"),
            models.Index(fields=["expected_on", "id"], name="deal_by_date"),
        ]

    def __str__(self) -> str:
        return self.name


class DealUserPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="named_people")

    class Meta(UserObjectPermissionBase.Meta):
        indexes = [models.Index(fields=["user", "content_object"], name="deal_named")]
