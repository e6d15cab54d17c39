"""Custom items (項目設定) and where they and the fixed items stand on a form (レイアウト): changed by an administrator, not by code."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crm.models.choice import ChoiceList
from crm.models.staff import OrgUnit, StaffGroup


class Target(models.TextChoices):
    """What an item belongs to. Contact records and appointments share their items (B74)."""

    CONTACT = "contact", _("Contact records and appointments")
    CUSTOMER = "customer", _("Customers")
    PERSON = "person", _("Contact people")
    DEAL = "deal", _("Deals")
    ASSET = "asset", _("Installed products and vehicles")


class FieldDefinitionQuerySet(models.QuerySet["FieldDefinition"]):
    def of(self, target: str) -> Self:
        return self.filter(target=target).select_related("choice_list").order_by("place", "pk")

    def active(self) -> Self:
        return self.filter(retired_at=None)


class FieldDefinition(models.Model):
    """A company's own item. Values stand in the row's `custom` under `code`; an item in use is retired, not deleted.

    A model whose rows bear items names its target as `items_target`.
    """

    class Type(models.TextChoices):
        TEXT = "text", _("Text, one line")
        LONG_TEXT = "long_text", _("Text, several lines")
        INTEGER = "integer", _("Whole number")
        DECIMAL = "decimal", _("Number with decimals")
        DATE = "date", _("Date")
        DATE_TIME = "date_time", _("Date and time")
        CHECK = "check", _("Check box")
        MULTI_CHECK = "multi_check", _("Several check boxes")
        LIST = "list", _("One of a list")
        CUSTOMER = "customer", _("Customer")
        PERSON = "person", _("Contact person")
        EMPLOYEE = "employee", _("Employee")
        FILE = "file", _("File")
        CALCULATED = "calculated", _("Calculated")

    target = models.CharField(_("Belongs to"), max_length=10, choices=Target)
    code = models.SlugField(_("Item code"), max_length=40)
    type = models.CharField(_("Item type"), max_length=12, choices=Type)
    label_ja = models.CharField(_("Japanese label"), max_length=60)
    label_en = models.CharField(_("English label"), max_length=60)
    hint_ja = models.CharField(_("Japanese hint"), max_length=200, blank=True)
    hint_en = models.CharField(_("English hint"), max_length=200, blank=True)
    required = models.BooleanField(_("Required"), default=False)
    read_only = models.BooleanField(_("Read only"), default=False)
    placeable = models.BooleanField(_("May stand on forms"), default=True)
    default = models.JSONField(_("Default"), null=True, blank=True)
    max_length = models.PositiveIntegerField(_("Longest text"), null=True, blank=True)
    rows = models.PositiveSmallIntegerField(_("Lines"), null=True, blank=True)
    decimals = models.PositiveSmallIntegerField(_("Decimal places"), null=True, blank=True)
    unit_label = models.CharField(_("Unit behind the number"), max_length=20, blank=True)
    formula = models.CharField(_("Formula"), max_length=200, blank=True)
    choice_list = models.ForeignKey(
        ChoiceList, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Choice list")
    )
    place = models.PositiveIntegerField(_("Order"), default=0)
    version = models.PositiveIntegerField(default=1, editable=False)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[Any] = FieldDefinitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("Item")
        constraints = [models.UniqueConstraint(fields=["target", "code"], name="item_code_once_per_target")]

    def __str__(self) -> str:
        return (get_language() == "en" and self.label_en) or self.label_ja

    @property
    def hint(self) -> str:
        return (get_language() == "en" and self.hint_en) or self.hint_ja


class FormLayoutQuerySet(models.QuerySet["FormLayout"]):
    def over(self, user: Any) -> Self:
        """Return those that hold for a person: the company's, of the units above, of the groups. Nobody else's."""
        units = OrgUnit.objects.filter(group__user=user).values("pk")
        groups = StaffGroup.objects.filter(members=user).values("pk")
        return self.filter(Q(unit=None, group=None) | Q(unit__in=units) | Q(group__in=groups)).select_related("unit")


class FormLayout(models.Model):
    """Which items stand where on a form. Without a row the layout that comes with the product holds.

    `areas` is {"main": [["date", "direct"], ["content"]], "side": [["next"], ...]}: rows of one or two item codes; a custom
    item's code carries the prefix "x_". What stands in no area is not on the form. `required` lists further mandatory items.
    """

    class Device(models.TextChoices):
        WIDE = "wide", _("Desktop")
        PHONE = "phone", _("Smartphone")

    target = models.CharField(_("Belongs to"), max_length=12)
    device = models.CharField(_("Device"), max_length=5, choices=Device)
    unit = models.ForeignKey(
        OrgUnit, on_delete=models.CASCADE, null=True, blank=True, related_name="+", help_text="With all units below it."
    )
    group = models.ForeignKey(StaffGroup, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    areas = models.JSONField(default=dict)
    required = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[Any] = FormLayoutQuerySet.as_manager()

    class Meta:
        verbose_name = _("Layout")
        constraints = [
            models.CheckConstraint(name="layout_of_unit_or_group", condition=Q(unit=None) | Q(group=None)),
            models.UniqueConstraint(fields=["target", "device"], condition=Q(unit=None, group=None), name="one_layout_of_company"),
            models.UniqueConstraint(fields=["target", "device", "unit"], condition=~Q(unit=None), name="one_layout_of_unit"),
            models.UniqueConstraint(fields=["target", "device", "group"], condition=~Q(group=None), name="one_layout_of_group"),
        ]

    def __str__(self) -> str:
        return f"{self.target} {self.device}"
