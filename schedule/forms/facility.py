"""A facility as an administrator describes it, and the order of the list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.fields import CleanCharField, JapaneseIntegerField
from schedule.models import Facility

FIELDS = ("name_ja", "name_en", "capacity", "note")


class FacilityForm(forms.Form):
    name_ja = CleanCharField(label=_("Japanese name"), max_length=80)
    name_en = CleanCharField(label=_("English name"), max_length=80, required=False)
    capacity = JapaneseIntegerField(
        label=_("Capacity"), required=False, at_least=1, at_most=30_000, help_text=_("How many people it holds.")
    )
    note = CleanCharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, data: Any = None, *, facility: Facility | None = None) -> None:
        super().__init__(data, initial={name: getattr(facility, name) for name in FIELDS} if facility else None)
