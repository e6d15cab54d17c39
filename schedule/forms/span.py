"""When it is: a day with or without times, several days, and which facilities are booked for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.fields import JapaneseDateField, JapaneseTimeField
from schedule.models import Facility

USUAL_LENGTH = timedelta(hours=1)
LAST_YEAR = 2100
MOST_FACILITIES = 20


class FacilitySelect(forms.SelectMultiple):
    """What can be booked, read when it is drawn."""

    field: Any = None

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> Any:
        shown = forms.SelectMultiple(attrs=self.attrs, choices=[(key, str(one)) for key, one in self.field.options.items()])
        return shown.optgroups(name, value, attrs)


class FacilityPicks(forms.Field):
    """Facilities to be booked. What is offered is read once, and only if one is chosen or the field is drawn (see `offer`)."""

    hidden_widget = forms.MultipleHiddenInput
    default_error_messages = {"invalid_choice": _("Not found."), "many": _("Choose up to %(limit)s.")}

    _options: dict[str, Facility] | None = None

    def __init__(self, **options: Any) -> None:
        super().__init__(
            **{
                "label": _("Facilities"),
                "required": False,
                "widget": FacilitySelect(attrs={"data-pick": "", "data-placeholder": _("Rooms, cars, equipment")}),
                **options,
            }
        )
        self.offer(facilities_offered)

    def __deepcopy__(self, memo: dict[int, Any]) -> FacilityPicks:
        copied: Any = super().__deepcopy__(memo)
        copied.offer(self.source)
        return copied

    def offer(self, source: Callable[[], Iterable[Facility]]) -> None:
        """Say where to read what can be booked."""
        self.source, self._options = source, None
        widget: Any = self.widget
        widget.field = self

    @property
    def options(self) -> dict[str, Facility]:
        if self._options is None:
            self._options = {str(one.pk): one for one in self.source()}
        return self._options

    def prepare_value(self, value: Any) -> Any:
        return [str(one.pk if isinstance(one, Facility) else one) for one in value or []]

    def to_python(self, value: Any) -> list[Facility]:
        keys = list(dict.fromkeys(str(one) for one in value or []))
        if len(keys) > MOST_FACILITIES:
            raise ValidationError(self.error_messages["many"], code="many", params={"limit": MOST_FACILITIES})
        if any(key not in self.options for key in keys):
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return [self.options[key] for key in keys]


def facilities_offered() -> list[Facility]:
    return list(Facility.objects.offered().in_order())


class SpanForm(forms.Form):
    """Start and end as people say them; cleans to starts_at and ends_at. The end is exclusive."""

    starts_on = JapaneseDateField(label=_("Date"), widget=forms.DateInput)
    starts = JapaneseTimeField(label=pgettext_lazy("time", "From"), required=False, widget=forms.TimeInput)
    ends = JapaneseTimeField(label=pgettext_lazy("time", "To"), required=False, widget=forms.TimeInput)
    ends_on = JapaneseDateField(label=_("Last day"), required=False, widget=forms.DateInput, help_text=_("Only if it ends on another day."))
    all_day = forms.BooleanField(label=_("All day"), required=False)
    facilities = FacilityPicks()

    def zone_of_days(self) -> ZoneInfo:
        """Return the zone whose midnights bound whole days."""
        zone: Any = timezone.get_current_timezone()
        return zone

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "starts_on" in data:
            self._set_span(data)
        return data

    def _set_span(self, data: dict[str, Any]) -> None:
        first, last = data["starts_on"], data.get("ends_on") or data["starts_on"]
        if data.get("all_day"):
            zone = self.zone_of_days()
            data["starts_at"], data["ends_at"] = (datetime.combine(day, time(), zone) for day in (first, last + timedelta(days=1)))
        elif data.get("starts"):
            here = timezone.get_current_timezone()
            data["starts_at"] = datetime.combine(first, data["starts"], here)
            data["ends_at"] = datetime.combine(last, data["ends"], here) if data.get("ends") else data["starts_at"] + USUAL_LENGTH
        elif "starts" in data:
            self.add_error("starts", _("Enter a time, or choose all day."))


def span_of(start: str, end: str) -> dict[str, Any]:
    """Return the form's dates and times for a span that was drawn in the calendar: days or moments, in ISO form, the end exclusive."""
    first, last = moment_of(start), moment_of(end)
    if first is None or last is None or last <= first:
        return {}
    if "T" not in start:
        final = last.date() - timedelta(days=1)
        return {"all_day": True, "starts_on": first.date(), "ends_on": final if final != first.date() else None}
    days = {"starts_on": first.date(), "ends_on": last.date() if last.date() != first.date() else None}
    return {**days, "starts": first.time(), "ends": last.time()}


def moment_of(text: str) -> datetime | None:
    """Read an ISO day or moment; without an offset it is in the viewer's zone. None if it is neither, or out of all bounds."""
    try:
        read = datetime.fromisoformat(text)
        day = date(1868, 1, 1) <= read.date() <= date(LAST_YEAR, 12, 31)
        local = timezone.make_aware(read) if read.tzinfo is None else read.astimezone(timezone.get_current_timezone())
    except (ValueError, OverflowError):
        return None
    return local if day else None
