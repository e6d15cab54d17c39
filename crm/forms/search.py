"""The dialog that finds a customer by more than a word (詳細検索)."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.fields import NO_PHONE, CleanCharField
from crm.japanese import clean_phone, terms, to_kana
from crm.models import Customer, User

MOST_WORDS = 10


def address_words(typed: str) -> list[str]:
    """Return the words of an address as addresses are kept: in half width."""
    return unicodedata.normalize("NFKC", typed).split()[:MOST_WORDS]


class CustomerSearch(forms.Form):
    """Every field narrows further; while nothing is asked, one's own customers are offered."""

    name = CleanCharField(label=_("Customer name"), max_length=120, required=False)
    kana = CleanCharField(label=_("Reading"), max_length=160, required=False)
    phone = CleanCharField(label=_("Phone"), max_length=40, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"}))
    address = CleanCharField(label=_("Postal address"), max_length=200, required=False)
    code = CleanCharField(label=_("Customer code"), max_length=20, required=False)
    type = forms.ChoiceField(
        label=_("Corporate or individual"), required=False, choices=[("", _("All")), *Customer.Type.choices], widget=forms.RadioSelect
    )
    kind = forms.ChoiceField(
        label=_("Customer class"), required=False, choices=[("", _("All")), *Customer.Kind.choices], widget=forms.RadioSelect
    )

    def __init__(self, asked: Any, *, viewer: User) -> None:
        super().__init__({**dict.fromkeys(self.base_fields, ""), **asked.dict()}, auto_id="advanced_%s")
        self.viewer = viewer
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"

    def clean_phone(self) -> str:
        typed = self.cleaned_data["phone"]
        digits = clean_phone(typed).digits if typed else ""
        if typed and not digits:
            raise forms.ValidationError(NO_PHONE)
        return digits

    def asked(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if value}

    def find(self, rows: Any) -> Any:
        """Narrow visible customers down to what is asked."""
        if not self.is_valid():
            return rows.none()
        rows, asked = rows.active(), self.asked()
        if not asked:
            return rows.in_charge(self.viewer)
        for name, value in asked.items():
            rows = getattr(self, f"by_{name}")(rows, value)
        return rows

    def by_name(self, rows: Any, typed: str) -> Any:
        return rows.matching(terms(typed))

    def by_kana(self, rows: Any, typed: str) -> Any:
        return rows.filter(kana__contains=to_kana(typed))

    def by_phone(self, rows: Any, digits: str) -> Any:
        return rows.reached_at(self.viewer, digits)

    def by_address(self, rows: Any, typed: str) -> Any:
        return rows.at_address(self.viewer, address_words(typed))

    def by_code(self, rows: Any, typed: str) -> Any:
        return rows.filter(code__icontains=unicodedata.normalize("NFKC", typed))

    def by_type(self, rows: Any, value: str) -> Any:
        return rows.filter(type=value)

    def by_kind(self, rows: Any, value: str) -> Any:
        return rows.filter(kind=value)
