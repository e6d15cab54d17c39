"""The company's own switches: which optional parts it uses, and the few words and limits that it chooses itself."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Module(models.TextChoices):
    """Parts that a company may switch off (B75). What was entered stays and comes back when the part is switched on again."""

    DEALS = "deals", _("Deals")
    PLANS = "plans", _("Account plans")
    INFOS = "infos", _("Collected information")
    VOICES = "voices", _("Customer voices")
    ASSETS = "assets", _("Installed products and vehicles")
    CONTRACTS = "contracts", _("Contracts")
    FACILITIES = "facilities", _("Facility bookings")


class Company(models.Model):
    """The one row of company-wide settings; read it through crm.company.company(), which asks the database rarely."""

    modules_off = models.JSONField(default=list, editable=False)
    like_ja = models.CharField(_("Word for a like (Japanese)"), max_length=20, default="いいね")
    like_en = models.CharField(_("Word for a like (English)"), max_length=20, default="Like")
    most_files = models.PositiveSmallIntegerField(_("Files per record"), default=20)
    largest_file_mb = models.PositiveSmallIntegerField(_("Largest file (MB)"), default=50)
    keep_positions = models.BooleanField(_("Keep the position in photos"), default=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+")

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        verbose_name = _("Company settings")
        constraints = [models.CheckConstraint(name="one_company", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return str(_("Company settings"))

    @property
    def like(self) -> str:
        return self.like_en if get_language() == "en" else self.like_ja

    def uses(self, module: str) -> bool:
        return module not in self.modules_off
