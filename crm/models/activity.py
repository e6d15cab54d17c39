"""What an appointment and a contact record have in common, so that one becomes the other without loss."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.models.asset import Asset
from crm.models.choice import Choice
from crm.models.customer import Customer, CustomerDepartment
from crm.models.deal import Deal
from crm.models.ids import uuid7
from crm.models.plan import AccountPlan
from crm.models.staff import Delegation, OrgUnit
from crm.visibility import Audienced


class Activity(Audienced):
    """Shared fields of Appointment and ContactPoint. A new one belongs here if both carry it."""

    items_target = "contact"

    class Direct(models.TextChoices):
        NONE = "", _("None")
        TO = "to", _("Direct to site")
        FROM = "from", _("Straight home")
        BOTH = "both", _("Direct to site and straight home")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("Owner"))
    owner_unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Unit"))
    recorder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("Recorder"))
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Customer"))
    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Deal"))
    department = models.ForeignKey(
        CustomerDepartment, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("Customer department")
    )
    plan = models.ForeignKey(AccountPlan, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Account plan"))
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Installed product"))
    method = models.ForeignKey(Choice, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Contact method"))
    summary = models.ForeignKey(Choice, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Summary"))
    summary_note = models.CharField(_("Summary, free text"), max_length=100, blank=True)
    category1 = models.ForeignKey(Choice, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Category 1"))
    category2 = models.ForeignKey(Choice, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Category 2"))
    content = models.TextField(_("Details"), blank=True)
    direct = models.CharField(_("Direct to or from site"), max_length=4, choices=Direct, default=Direct.NONE, blank=True)
    custom = models.JSONField(default=dict, editable=False, help_text="Values of the company's own items by their code.")
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(Audienced.Meta):
        abstract = True

    @property
    def headline(self) -> str:
        """The summary as people read it: the chosen word, then the free text."""
        return " ".join(part for part in (str(self.summary or ""), self.summary_note) if part)

    @classmethod
    def editable_q(cls, user: Any) -> Q:
        """Owner and recorder may change it, and whoever may enter for the owner today."""
        return Q(owner=user) | Q(recorder=user) | Q(owner__in=Delegation.objects.principals_of(user))
