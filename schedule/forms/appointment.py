"""The form of an appointment, and of calling one off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.audience import Audience, newly_outside
from crm.company import uses
from crm.doors import look_through
from crm.fields import CleanCharField, CleanTextField
from crm.forms import (
    AssetChoice,
    AudienceField,
    CustomerChoice,
    DealChoice,
    DepartmentChoice,
    GuestChoices,
    InfoChoices,
    ListPick,
    OwnerField,
    PersonChoices,
    PlanChoice,
    RemoteSelectMultiple,
    UserChoices,
    category_picks,
    offer_lists,
)
from crm.forms.items import ItemFields
from crm.forms.placing import PlacedFields
from crm.items import items_of
from crm.layout import APPOINTMENT, Layout
from crm.models import Target, User, uuid7
from schedule.entry import AppointmentEntry
from schedule.forms.span import SpanForm
from schedule.models import Appointment
from schedule.page import Concerned

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


PICKS = ("method", "summary", "category1", "category2")
ONE = ("customer", "department", "deal", "plan", "asset")
MANY = ("people", "guests", "infos", "facilities", "participants")
PLAIN = ("summary_note", "content", "direct", "place", "audience", "all_day")
# Which part of the product a field belongs to.
MODULES = {"deal": "deals", "plan": "plans", "asset": "assets", "facilities": "facilities"}


class IconRadio(forms.RadioSelect):
    """Segmented buttons; `icons` says which value bears which symbol."""

    def __init__(self, icons: Mapping[str, str] | None = None) -> None:
        self.icons = icons or {}
        super().__init__()

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        if icon := self.icons.get(str(option["value"])):
            option["attrs"]["icon"] = icon
        return option


CATEGORY1, CATEGORY2 = category_picks()


class AppointmentForm(ItemFields, PlacedFields, SpanForm):
    """What one save of an appointment takes. `entry()` gives it to the action once it is valid."""

    appointment_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1)
    owner = OwnerField(required=False)
    customer = CustomerChoice(required=False)
    department = DepartmentChoice(required=False)
    people = PersonChoices(required=False)
    guests = GuestChoices()
    deal = DealChoice(required=False)
    plan = PlanChoice(required=False)
    asset = AssetChoice(required=False)
    infos = InfoChoices(required=False)
    method = ListPick("method", label=_("Contact method"), widget=IconRadio(), icons=METHOD_ICONS, none=_("None"))
    summary = ListPick("summary", label=_("Summary"))
    category1, category2 = CATEGORY1, CATEGORY2
    summary_note = CleanCharField(label=_("Summary, free text"), max_length=100, required=False)
    place = CleanCharField(label=_("Place"), max_length=200, required=False)
    content = CleanTextField(label=_("Details"), required=False)
    direct = forms.ChoiceField(label=_("Direct to or from site"), required=False, widget=IconRadio(DIRECT_ICONS))
    participants = UserChoices(label=_("Participants"), required=False, widget=RemoteSelectMultiple("crm:user_suggest"))
    audience = AudienceField()
    outside_allowed = forms.BooleanField(label=_("Let them read it all the same"), required=False)
    status = forms.ChoiceField(label=_("State"), required=False, widget=IconRadio(STATUS_ICONS))

    def __init__(
        self,
        data: Any = None,
        *,
        viewer: User,
        standing: Appointment | None = None,
        asked: Mapping[str, Any] | None = None,
        device: str = "wide",
        layout: Layout | None = None,
    ) -> None:
        self.viewer, self.standing = viewer, standing
        concerned = Concerned(standing, viewer) if standing else None
        super().__init__(data, initial=initial_of(concerned) if concerned else {"appointment_id": uuid7(), **(asked or {})})
        self.device = device
        self.lay_out(APPOINTMENT, viewer, device, items_of(Target.CONTACT).active, layout)
        # Of the own items nothing is demanded before it has happened.
        self.add_items(Target.CONTACT, viewer, standing=standing.custom if standing else None, codes=self.own_codes(), must=False)
        look_through(self, viewer)
        fields: dict[str, Any] = self.fields
        fields["direct"].choices = [("", _("None")), *((value, label) for value, label in Appointment.Direct.choices if value)]
        fields["status"].choices = [(value, Appointment.Status(value).label) for value in STATUS_ICONS]
        self._offer(concerned)
        self.demand()
        if concerned is None:
            fields["status"].initial = fields["status"].initial or "confirmed"
            return
        del fields["owner"], fields["appointment_id"]
        company = concerned.participants
        fields["participants"].queryset = User.objects.working() | User.objects.filter(pk__in=[user.pk for user in company])
        for name, known in concerned.at_hand().items():
            if name in fields:
                fields[name].widget.known = known

    def _offer(self, concerned: Concerned | None) -> None:
        """Read all lists at once; what stands already may stay although its list no longer offers it."""
        fields: dict[str, Any] = self.fields
        offer_lists([self], [getattr(self.standing, f"{name}_id", None) for name in PICKS])
        for name, module in MODULES.items():
            if not uses(module):
                del fields[name]
        if not (uses("infos") or uses("voices")):
            del fields["infos"]
        if "facilities" in fields and concerned:
            fields["facilities"].offer(lambda: concerned.facilities_offered)

    @property
    def owner_user(self) -> User:
        return self.standing.owner if self.standing else (self.cleaned_data.get("owner") or self.viewer)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if {"audience", "participants"} <= data.keys() and not data.get("outside_allowed"):
            stood = {"before": self.initial["audience"], "known": self.initial["participants"]} if self.standing else {}
            if outsiders := newly_outside(data["audience"], list(data["participants"]), **stood):
                names = ", ".join(str(user) for user in outsiders)
                self.add_error("outside_allowed", ValidationError(_("Outside the visibility: %(names)s."), params={"names": names}))
        self.check_demands(data)
        return data

    def zone_of_days(self) -> ZoneInfo:
        return ZoneInfo(self.owner_user.time_zone)

    def entry(self) -> AppointmentEntry:
        """Return what was entered. The form must be valid."""
        data = self.cleaned_data
        one: dict[str, Any] = {name: data.get(name) for name in (*ONE, *PICKS)}
        many: dict[str, Any] = {name: list(data.get(name, ())) for name in MANY}
        return AppointmentEntry(
            starts_at=data["starts_at"],
            ends_at=data["ends_at"],
            status=data["status"] or "confirmed",
            custom=self.item_values(),
            **one,
            **many,
            **{name: data[name] for name in PLAIN},
        )


class CancelForm(forms.Form):
    reason = CleanCharField(label=_("Reason for cancelling"), max_length=200, required=False)


def initial_of(concerned: Concerned) -> dict[str, Any]:
    """Return a standing appointment as the form shows it; what the viewer may not see of it is left out."""
    row = concerned.row
    zone = ZoneInfo(row.owner.time_zone) if row.all_day else timezone.get_current_timezone()
    starts, ends, last = (moment.astimezone(zone) for moment in (row.starts_at, row.ends_at, row.last_day))
    same = ("version", "summary_note", "place", "content", "direct", "status", "all_day")
    return {
        **{name: getattr(row, name) for name in same},
        **{name: getattr(row, f"{name}_id") for name in PICKS},
        **{name: one.pk if one else None for name, one in {"customer": concerned.customer, **concerned.about()}.items()},
        "starts_on": starts.date(),
        "starts": None if row.all_day else starts.time(),
        "ends": None if row.all_day else ends.time(),
        "ends_on": (last if row.all_day else ends).date() if (last if row.all_day else ends).date() != starts.date() else None,
        "people": [one.pk for one in concerned.people],
        "guests": list(concerned.guests),
        "infos": [one.pk for one in concerned.infos],
        "facilities": [one.pk for one in concerned.facilities_offered if one.held],
        "participants": concerned.participants,
        "audience": Audience.of(row.scope),
    }
