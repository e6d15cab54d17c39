"""Lines of travel costs and other expenses below a record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contacts.entry import ExpenseLine
from crm.fields import CleanCharField, JapaneseIntegerField
from crm.forms import ListPick

if TYPE_CHECKING:
    _Lines = forms.BaseFormSet["ExpenseForm"]
else:
    _Lines = forms.BaseFormSet

MOST_LINES = 50
LARGEST_YEN = 99_999_999


class ExpenseForm(forms.Form):
    kind = ListPick("expense_kind", label=_("Kind"))
    origin = CleanCharField(label=pgettext_lazy("route", "From"), max_length=80, required=False)
    destination = CleanCharField(label=pgettext_lazy("route", "To"), max_length=80, required=False)
    round_trip = forms.BooleanField(label=_("Round trip"), required=False)
    amount_yen = JapaneseIntegerField(label=_("Amount (yen)"), at_least=0, at_most=LARGEST_YEN, required=False)
    note = CleanCharField(label=_("Note"), max_length=120, required=False)

    def clean(self) -> dict[str, Any]:
        line = super().clean() or {}
        said = any(line.get(name) for name in ("origin", "destination", "note", "kind"))
        if said and line.get("amount_yen") is None and "amount_yen" not in self.errors:
            self.add_error("amount_yen", _("Enter the amount."))
        return line

    def line(self) -> ExpenseLine:
        return ExpenseLine(**{name: value for name, value in self.cleaned_data.items() if name != "DELETE"})


class ExpenseLines(_Lines):
    def lines(self) -> list[ExpenseLine]:
        """Return what was entered; rows left empty and rows taken away do not count."""
        return [form.line() for form in self.forms if form not in self.deleted_forms and form.cleaned_data.get("amount_yen") is not None]


ExpenseFormSet = forms.formset_factory(
    ExpenseForm, formset=ExpenseLines, extra=0, can_delete=True, max_num=MOST_LINES, absolute_max=MOST_LINES, validate_max=True
)
