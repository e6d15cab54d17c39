"""People at the customer's (顧客担当者)."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Prefetch
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crm.models.choice import Choice
from crm.models.customer import Customer, CustomerDepartment
from crm.models.ids import uuid7
from crm.models.searching import Searched
from crm.models.staff import User
from crm.visibility import GuardedQuerySet, Part, PartManager


class PersonQuerySet(Searched, GuardedQuerySet):
    def for_list(self, viewer: User) -> Self:
        """Fetch what a line and the person's page show: the customer, department and key role."""
        return self.select_related("role", "department").prefetch_related(
            Prefetch("customer", queryset=Customer.objects.visible_to(viewer))
        )

    def active(self) -> Self:
        return self.filter(retired_at=None)

    def for_page(self, viewer: User) -> Self:
        return self.for_list(viewer)

    def in_row(self, row: str) -> Self:
        return self.filter(kana_row=row)


class PersonManager(PartManager.from_queryset(PersonQuerySet)):  # type: ignore[misc]
    """Named, so that the type checker finds customer.people."""


class Person(Part):
    """A contact person at a customer's. Seen by exactly those who see the customer."""

    whole = "customer"
    items_target = "person"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="people", verbose_name=_("Customer"))
    department = models.ForeignKey(
        CustomerDepartment, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("Customer department")
    )
    family_name = models.CharField(_("Family name"), max_length=40)
    given_name = models.CharField(_("Given name"), max_length=40, blank=True)
    family_kana = models.CharField(_("Family name reading"), max_length=60, blank=True)
    given_kana = models.CharField(_("Given name reading"), max_length=60, blank=True)
    title = models.CharField(_("Job title"), max_length=60, blank=True)
    role = models.ForeignKey(Choice, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Key role"))
    phone = models.CharField(_("Phone"), max_length=40, blank=True)
    mobile = models.CharField(_("Mobile"), max_length=40, blank=True)
    email = models.EmailField(_("Mail"), blank=True)
    note = models.TextField(_("Note"), blank=True)
    left_on = models.DateField(_("Left on"), null=True, blank=True)
    custom = models.JSONField(default=dict, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)
    sort_key = models.CharField(max_length=255, editable=False)
    kana_row = models.CharField(max_length=2, editable=False)
    search_text = models.TextField(editable=False)

    objects: ClassVar[Any] = PersonManager()

    class Meta(Part.Meta):
        abstract = False
        verbose_name = _("Contact person")
        indexes = [
            models.Index(fields=["sort_key", "id"], name="person_by_name"),
            models.Index(fields=["kana_row", "sort_key", "id"], name="person_by_row"),
            models.Index(fields=["customer", "sort_key"], name="person_of_customer"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return f"{self.family_name} {self.given_name}".strip()

    @property
    def addressed(self) -> str:
        """The name as one speaks of a customer's person."""
        return self.name if get_language() == "en" else f"{self.name} 様"
