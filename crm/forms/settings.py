"""Forms of one's own settings and of the choice lists."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.fields import CleanCharField, KanaField, PhoneField
from crm.models import ApiToken, Choice, ChoiceList, User

ZONES = ("Asia/Tokyo", "Asia/Seoul", "Asia/Shanghai", "Asia/Taipei", "Asia/Singapore", "Asia/Bangkok", "Asia/Kolkata")
FAR_ZONES = ("Australia/Sydney", "Europe/London", "Europe/Berlin", "America/New_York", "America/Los_Angeles", "UTC")


class ProfileForm(forms.Form):
    kana = KanaField(label=_("Reading"), max_length=80, required=False)
    phone = PhoneField(label=_("Phone"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=[("ja", "日本語"), ("en", "English")], widget=forms.RadioSelect)
    date_style = forms.ChoiceField(label=_("Dates"), choices=User.DateStyle, widget=forms.RadioSelect)
    time_zone = forms.ChoiceField(label=_("Time zone"))

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data, initial={name: getattr(user, name) for name in self.base_fields})
        zone: Any = self.fields["time_zone"]
        zone.choices = [(name, name) for name in dict.fromkeys((user.time_zone, *ZONES, *FAR_ZONES))]

    def values(self) -> dict[str, Any]:
        phone = self.cleaned_data["phone"]
        return self.cleaned_data | {"phone": phone.display if phone else ""}


class TokenForm(forms.Form):
    """A key lives a year at most: one that nobody renews closes itself."""

    name = CleanCharField(label=_("Purpose"), max_length=80, help_text=_("For example: export for the accounting system."))
    scope = forms.ChoiceField(label=_("Access"), choices=ApiToken.Scope, widget=forms.RadioSelect, initial=ApiToken.Scope.READ)
    days = forms.TypedChoiceField(
        label=_("Expires after"),
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("One year"))],
        coerce=int,
        initial=90,
        widget=forms.RadioSelect,
    )

    def values(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {"name": said["name"], "scope": said["scope"], "expires_at": timezone.now() + timedelta(days=said["days"])}


class ChoiceForm(forms.Form):
    name_ja = CleanCharField(label=_("Japanese name"), max_length=80)
    name_en = CleanCharField(label=_("English name"), max_length=80)

    def __init__(self, data: Any = None, *, choice: Choice | None = None) -> None:
        super().__init__(data, initial={"name_ja": choice.name_ja, "name_en": choice.name_en} if choice else None)


class NewChoiceForm(ChoiceForm):
    """A new option. What it means to the program is chosen once, from the meanings the list knows."""

    def __init__(self, data: Any = None, *, of: ChoiceList) -> None:
        super().__init__(data)
        standing = Choice.objects.filter(list=of).in_order()
        meanings = list(dict.fromkeys(row.semantic for row in standing if row.semantic))
        if meanings:
            self.fields["semantic"] = forms.ChoiceField(
                label=_("Meaning"), choices=[("", _("None")), *((word, word) for word in meanings)], required=False
            )
        if of.levels > 1:
            self.fields["parent"] = forms.ModelChoiceField(
                label=_("Upper level"), queryset=standing.filter(parent=None).offered(), required=False, empty_label=_("None")
            )


class OrderForm(forms.Form):
    """The keys of options in their new order, as the page sends them after dragging."""

    order = forms.CharField(max_length=20_000)

    def clean_order(self) -> list[int]:
        typed = self.cleaned_data["order"].split(",")
        if not all(part.isascii() and part.isdigit() and len(part) < 12 for part in typed):
            raise forms.ValidationError(_("This order cannot be read."))
        return [int(part) for part in typed]
