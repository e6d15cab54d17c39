"""What a customer has of ours: installed products and vehicles (導入物件・車両), and the contracts that run (契約)."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Prefetch
from django.utils.translation import gettext_lazy as _

from crm.models.choice import Choice
from crm.models.customer import Customer
from crm.models.ids import uuid7
from crm.models.searching import Searched
from crm.models.staff import OrgUnit, User
from crm.visibility import GuardedQuerySet, Part, PartManager


class HeldQuerySet(Searched, GuardedQuerySet):
    """Rows that hang on a customer and are retired, not deleted."""

    def active(self) -> Self:
        return self.filter(retired_at=None)

    def for_list(self, viewer: User) -> Self:
        """Fetch what a line shows. The customer is visible to whoever sees the row."""
        customers = Prefetch("customer", queryset=Customer.objects.visible_to(viewer))
        return self.select_related("type").prefetch_related(customers)

    def of(self, customer: Customer) -> Self:
        return self.filter(customer=customer)


class Held(Part):
    """What assets and contracts have in common."""

    whole = "customer"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120)
    note = models.TextField(_("Note"), blank=True)
    custom = models.JSONField(default=dict, editable=False)
    recorder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("Recorder"))
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)
    search_text = models.TextField(editable=False)

    class Meta(Part.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.name


class AssetQuerySet(HeldQuerySet):
    def for_page(self, viewer: User) -> Self:
        """Fetch what the asset's own page shows."""
        return self.for_list(viewer).select_related("recorder")

    def due_by(self, day: date) -> Self:
        """Keep those whose inspection is due on or before this day."""
        return self.filter(inspection_due_on__lte=day)


class AssetManager(PartManager.from_queryset(AssetQuerySet)):  # type: ignore[misc]
    """Named, so that the type checker finds customer.assets."""


class Asset(Held):
    """An installed product or a vehicle; the type's `semantic` (product, vehicle) says which fields count."""

    items_target = "asset"

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="assets", verbose_name=_("Customer"))
    name = models.CharField(_("Product or car name"), max_length=120)
    type = models.ForeignKey(Choice, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Asset type"))
    model_name = models.CharField(_("Model"), max_length=80, blank=True)
    serial = models.CharField(_("Serial number"), max_length=60, blank=True)
    plate = models.CharField(_("Number plate"), max_length=30, blank=True)
    quantity = models.PositiveIntegerField(_("Quantity"), default=1)
    installed_on = models.DateField(_("Installed on"), null=True, blank=True)
    inspection_due_on = models.DateField(_("Inspection due"), null=True, blank=True)
    next_service_on = models.DateField(_("Next service"), null=True, blank=True)

    objects: ClassVar[Any] = AssetManager()

    class Meta(Held.Meta):
        abstract = False
        verbose_name = _("Installed product")
        indexes = [
            models.Index(F("updated_at").desc(), F("id").desc(), name="asset_by_change"),
            models.Index(fields=["customer", "name", "id"], name="asset_of_customer"),
            models.Index(fields=["name", "id"], name="asset_by_name"),
            models.Index(fields=["inspection_due_on", "id"], name="asset_by_inspection"),
        ]


class ContractQuerySet(HeldQuerySet):
    def for_list(self, viewer: User) -> Self:
        return super().for_list(viewer).select_related("user", "unit")

    def for_page(self, viewer: User) -> Self:
        """Fetch what the contract's own page shows."""
        return self.for_list(viewer).select_related("recorder")

    def ending_between(self, first: date, last: date) -> Self:
        """Keep those that end on one of these days, both included."""
        return self.filter(ends_on__range=(first, last))


class ContractManager(PartManager.from_queryset(ContractQuerySet)):  # type: ignore[misc]
    """Named, so that the type checker finds customer.contracts."""


class Contract(Held):
    """A running agreement with a customer. Money is in whole yen."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="contracts", verbose_name=_("Customer"))
    name = models.CharField(_("Contract name"), max_length=120)
    type = models.ForeignKey(Choice, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Contract type"))
    number = models.CharField(_("Contract number"), max_length=40, blank=True)
    starts_on = models.DateField(_("Contract start"), null=True, blank=True)
    ends_on = models.DateField(_("Contract end"), null=True, blank=True)
    auto_renews = models.BooleanField(_("Renews itself"), default=False)
    amount_yen = models.PositiveBigIntegerField(_("Amount (yen)"), null=True, blank=True)
    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Unit in charge"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("In charge")
    )

    objects: ClassVar[Any] = ContractManager()

    class Meta(Held.Meta):
        abstract = False
        verbose_name = _("Contract")
        constraints = [
            models.CheckConstraint(
                name="contract_ends_after_start",
                condition=models.Q(starts_on=None) | models.Q(ends_on=None) | models.Q(ends_on__gte=F("starts_on")),
            )
        ]
        indexes = [
            models.Index(F("updated_at").desc(), F("id").desc(), name="contract_by_change"),
            models.Index(fields=["customer", "name", "id"], name="contract_of_customer"),
            models.Index(fields=["name", "id"], name="contract_by_name"),
            models.Index(fields=["ends_on", "id"], name="contract_by_end"),
        ]
