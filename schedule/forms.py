"""Forms of this room: an appointment, its cancelling, a calendar link."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.forms.models import ModelChoiceIteratorValue
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.audience import Audience, outside
from crm.doors import look_through
from crm.fields import CleanCharField, CleanTextField, JapaneseDateField, JapaneseTimeField
from crm.forms import (
    AudienceField,
    CustomerChoice,
    DealChoice,
    ListChoice,
    OwnerField,
    PersonChoices,
    RemoteSelectMultiple,
    UnitChoice,
    UserChoices,
)
from crm.models import Choice, Person, User, uuid7
from schedule.entry import AppointmentEntry
from schedule.models import Appointment, CalendarFeed

USUAL_LENGTH = timedelta(hours=1)
LAST_YEAR = 2100
METHOD_ICONS = {
    "visit": "walk",
    "incoming_visit": "login",
    "call": "phone",
    "mail": "mail",
    "web_meeting": "video",
    "letter": "file-text",
    "sms": "message",
}
STATUS_ICONS = {"confirmed": "calendar-check", "tentative": "clock"}
DIRECT_ICONS = {"to": "arrow-right", "from": "home", "both": "arrows-sort"}


class IconRadio(forms.RadioSelect):
    """Segmented buttons; `icons` says which value bears which symbol."""

    def __init__(self, icons: Mapping[str, str] | None = None) -> None:
        self.icons = icons or {}
        super().__init__()

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        if icon := self.icons.get(self._code(option["value"])):
            option["attrs"]["icon"] = icon
        return option

    def _code(self, value: Any) -> str:
        row = getattr(value, "instance", None)
        return row.semantic if isinstance(row, Choice) else str(value)


class StaffPicks(RemoteSelectMultiple):
    """Colleagues by type-ahead; those who stand on the appointment are at hand already."""

    known: Mapping[str, User] = {}

    def chosen(self, value: Iterable[Any]) -> list[Any]:
        keys = [str(one) for one in value]
        return [self.known[key] for key in keys] if set(keys) <= set(self.known) else super().chosen(keys)


class AppointmentForm(forms.Form):
    """What one save of an appointment takes. `entry()` gives it to the action once it is valid."""

    appointment_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1)
    owner = OwnerField(required=False)
    starts_on = JapaneseDateField(label=_("Date"), widget=forms.DateInput)
    starts = JapaneseTimeField(label=pgettext_lazy("time", "From"), required=False, widget=forms.TimeInput)
    ends = JapaneseTimeField(label=pgettext_lazy("time", "To"), required=False, widget=forms.TimeInput)
    ends_on = JapaneseDateField(label=_("Last day"), required=False, widget=forms.DateInput, help_text=_("Only if it ends on another day."))
    all_day = forms.BooleanField(label=_("All day"), required=False)
    customer = CustomerChoice(required=False)
    people = PersonChoices(required=False)
    deal = DealChoice(required=False)
    method = ListChoice(
        "method", label=_("Contact method"), required=False, widget=IconRadio(METHOD_ICONS), blank=True, empty_label=_("None")
    )
    summary = ListChoice("summary", label=_("Summary"), required=False, empty_label="—")
    summary_note = CleanCharField(label=_("Summary, free text"), max_length=100, required=False)
    place = CleanCharField(label=_("Place"), max_length=200, required=False)
    content = CleanTextField(label=_("Details"), required=False)
    direct = forms.ChoiceField(label=_("Direct to or from site"), required=False, widget=IconRadio(DIRECT_ICONS))
    participants = UserChoices(label=_("Participants"), required=False, widget=StaffPicks("crm:user_suggest"))
    audience = AudienceField()
    outside_allowed = forms.BooleanField(label=_("Let them read it all the same"), required=False)
    status = forms.ChoiceField(label=_("State"), required=False, widget=IconRadio(STATUS_ICONS))

    def __init__(
        self, data: Any = None, *, viewer: User, standing: Appointment | None = None, asked: Mapping[str, Any] | None = None
    ) -> None:
        self.viewer, self.standing = viewer, standing
        initial = {"appointment_id": uuid7(), **(asked or {})} if standing is None else initial_of(standing, viewer)
        super().__init__(data, initial=initial)
        look_through(self, viewer)
        fields: dict[str, Any] = self.fields
        fields["direct"].choices = [("", _("None")), *((value, label) for value, label in Appointment.Direct.choices if value)]
        fields["status"].choices = [(value, Appointment.Status(value).label) for value in STATUS_ICONS]
        self._offer_choices()
        if standing is None:
            fields["status"].initial = fields["status"].initial or "confirmed"
            return
        del fields["owner"], fields["appointment_id"]
        company = initial["participants"]
        fields["participants"].queryset = User.objects.working() | User.objects.filter(pk__in=[user.pk for user in company])
        fields["participants"].widget.known = {str(user.pk): user for user in company}

    def _offer_choices(self) -> None:
        """Read both lists at once; what stands already may stay although its list no longer offers it."""
        lists: dict[str, Any] = {name: self.fields[name] for name in ("method", "summary")}
        kept = {name: getattr(self.standing, f"{name}_id", None) for name in lists}
        rows = Choice.objects.filter(Q(retired_at=None) | Q(pk__in=[pk for pk in kept.values() if pk]), list__code__in=lists)
        found = list(rows.select_related("list").in_order())
        for name, field in lists.items():
            field.offer(kept[name])
            offered = [(ModelChoiceIteratorValue(row.pk, row), str(row)) for row in found if row.list.code == name]
            field.choices = [("", field.empty_label), *offered]

    @property
    def owner_user(self) -> User:
        return self.standing.owner if self.standing else (self.cleaned_data.get("owner") or self.viewer)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "starts_on" in data:
            self._set_span(data)
        if {"audience", "participants"} <= data.keys():
            outsiders = outside(data["audience"], list(data["participants"]))
            if outsiders and not data.get("outside_allowed"):
                names = ", ".join(str(user) for user in outsiders)
                self.add_error("outside_allowed", ValidationError(_("Outside the visibility: %(names)s."), params={"names": names}))
        return data

    def entry(self) -> AppointmentEntry:
        data = self.cleaned_data
        kept = ("customer", "deal", "method", "summary", "summary_note", "content", "direct", "place", "audience", "all_day")
        return AppointmentEntry(
            starts_at=data["starts_at"],
            ends_at=data["ends_at"],
            people=list(data["people"]),
            participants=list(data["participants"]),
            status=data["status"] or "confirmed",
            **{name: data[name] for name in kept},
        )

    def _set_span(self, data: dict[str, Any]) -> None:
        first, last = data["starts_on"], data.get("ends_on") or data["starts_on"]
        if data.get("all_day"):
            zone: Any = ZoneInfo(self.owner_user.time_zone)
            data["starts_at"], data["ends_at"] = (datetime.combine(day, time(), zone) for day in (first, last + timedelta(days=1)))
        elif data.get("starts"):
            zone = timezone.get_current_timezone()
            data["starts_at"] = datetime.combine(first, data["starts"], zone)
            data["ends_at"] = datetime.combine(last, data["ends"], zone) if data.get("ends") else data["starts_at"] + USUAL_LENGTH
        elif "starts" in data:
            self.add_error("starts", _("Enter a time, or choose all day."))


class CancelForm(forms.Form):
    reason = CleanCharField(label=_("Reason for cancelling"), max_length=200, required=False)


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


def initial_of(row: Appointment, viewer: User) -> dict[str, Any]:
    """Return a standing appointment as the form shows it. Customer and deal are keys: the fields know which the viewer may see."""
    zone = ZoneInfo(row.owner.time_zone) if row.all_day else timezone.get_current_timezone()
    starts, ends, last = (moment.astimezone(zone) for moment in (row.starts_at, row.ends_at, row.last_day))
    same = ("version", "summary_note", "place", "content", "direct", "status", "all_day")
    return {
        **{name: getattr(row, name) for name in same},
        **{name: getattr(row, f"{name}_id") for name in ("customer", "deal", "method", "summary")},
        "starts_on": starts.date(),
        "starts": None if row.all_day else starts.time(),
        "ends": None if row.all_day else ends.time(),
        "ends_on": (last if row.all_day else ends).date() if (last if row.all_day else ends).date() != starts.date() else None,
        "people": list(row.people.filter(person__in=Person.objects.visible_to(viewer)).values_list("person", flat=True)),
        "participants": list(User.objects.filter(pk__in=row.participants.values("user")).by_name()),
        "audience": Audience.of(row.scope),
        "outside_allowed": True,
    }


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
