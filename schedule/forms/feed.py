"""A calendar link for one device."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.fields import CleanCharField
from crm.forms import UnitChoice
from schedule.models import CalendarFeed


class FeedForm(forms.Form):
    """A link for one device."""

    label = CleanCharField(label=_("Device"), max_length=80, help_text=_("So that you know later which link is which: iPhone, office PC."))
    kind = forms.ChoiceField(label=_("Contents"), choices=CalendarFeed.Kind.choices, widget=forms.RadioSelect)
    unit = UnitChoice(required=False)
    detail = forms.ChoiceField(label=_("Detail"), choices=CalendarFeed.Detail.choices, widget=forms.RadioSelect)
    language = forms.ChoiceField(label=_("Language"), choices=[("ja", "日本語"), ("en", "English")])
    colour = forms.ChoiceField(label=_("Colour"), choices=CalendarFeed.Colour.choices)
    alarm_minutes = forms.TypedChoiceField(
        label=_("Reminder"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", _("None")),
            ("5", _("5 minutes before")),
            ("10", _("10 minutes before")),
            ("30", _("30 minutes before")),
            ("60", _("1 hour before")),
        ],
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("kind") == CalendarFeed.Kind.UNIT and "unit" in data and data["unit"] is None:
            self.add_error("unit", _("Choose the unit."))
        return data
