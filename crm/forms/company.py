"""The form of the company's settings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.fields import CleanCharField, JapaneseIntegerField
from crm.models import Company, Module

PLAIN = ("version", "like_ja", "like_en", "most_files", "largest_file_mb", "keep_positions")
FILES, MEGABYTES = (5, 100), (1, 500)


USED_FOR: dict[str, Any] = {
    Module.DEALS: _("Deals with stage and amount, and the deal of a contact record and an appointment."),
    Module.PLANS: _("Account plans with their targets, and the plan of a contact record."),
    Module.INFOS: _("What was learned on the market and on competitors, also beside a contact record."),
    Module.VOICES: _("What customers say in their own words, also beside a contact record."),
    Module.ASSETS: _("Products and vehicles at customers', their inspections, and the asset of a contact record."),
    Module.CONTRACTS: _("Contracts with customers and when they end."),
    Module.FACILITIES: _("Rooms, cars and equipment that are booked with an appointment."),
}


class CompanyForm(forms.Form):
    """Every part has a box of its own: on means that the company uses it."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    modules = forms.MultipleChoiceField(
        label=_("Parts in use"), choices=Module.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    like_ja = CleanCharField(label=_("Word for a like (Japanese)"), max_length=20)
    like_en = CleanCharField(label=_("Word for a like (English)"), max_length=20)
    most_files = JapaneseIntegerField(label=_("Files per record"), at_least=FILES[0], at_most=FILES[1], help_text=_("From 5 to 100."))
    largest_file_mb = JapaneseIntegerField(
        label=_("Largest file (MB)"), at_least=MEGABYTES[0], at_most=MEGABYTES[1], help_text=_("From 1 to 500.")
    )
    keep_positions = forms.BooleanField(
        label=_("Keep the position in photos"),
        required=False,
        help_text=_("Without it, where a photo was taken is removed from the file when it is uploaded."),
    )

    def __init__(self, data: Any = None, *, company: Company) -> None:
        super().__init__(data, initial=company_values(company))

    def parts(self) -> list[tuple[Any, Any]]:
        """Return the box of each part, and what the part is used for."""
        return [(box, USED_FOR[box.data["value"]]) for box in self["modules"]]

    def values(self) -> dict[str, Any]:
        said = {name: value for name, value in self.cleaned_data.items() if name not in ("version", "modules")}
        return said | {"modules_off": [value for value in Module.values if value not in self.cleaned_data["modules"]]}


def company_values(company: Company) -> dict[str, Any]:
    """Return the settings as the form shows them."""
    plain = {name: getattr(company, name) for name in PLAIN}
    return plain | {"modules": [value for value in Module.values if company.uses(value)]}
