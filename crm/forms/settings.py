"""Forms of one's own settings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.fields import CleanCharField, KanaField, PhoneField
from crm.models import ApiToken, User

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
