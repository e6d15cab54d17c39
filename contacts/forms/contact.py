"""The one form of a contact record, for desktop and phone: only the date is required."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contacts.entry import ContactEntry, NextEntry
from contacts.forms.expenses import ExpenseFormSet
from contacts.forms.fields import IconRadio, Roster, StaffPicks
from contacts.forms.files import FilesField
from contacts.forms.itemfiles import ItemFileField
from contacts.forms.outside import AsksAboutOutsiders
from contacts.forms.requests import PREFIX as REQUESTS
from contacts.forms.requests import RequestFormSet, keys_sent
from contacts.marks import DIRECT_ICONS, METHOD_ICONS
from contacts.models import ContactPoint
from crm.company import uses
from crm.doors import VisibleChoice, look_through
from crm.fields import CleanCharField, CleanTextField, JapaneseDateField, JapaneseTimeField
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
    RemoteSelect,
    category_picks,
    offer_lists,
)
from crm.forms.choosing import NOT_FOUND, GuestSelect, guest_key
from crm.forms.items import ItemFields
from crm.forms.placing import PlacedFields
from crm.items import Type, items_of
from crm.layout import Layout
from crm.models import FieldDefinition, Target, User
from schedule.forms import FacilityPicks
from schedule.models import Appointment

CONTENT_LIMIT = 20_000
USUAL_LENGTH = timedelta(hours=1)
PICKS = ("method", "result", "summary", "category1", "category2")
STAFF = ("participants", "report_to", "notice_to")
ONE = (
    "customer",
    "department",
    "deal",
    "plan",
    "asset",
    "method",
    "result",
    "summary",
    "summary_note",
    "category1",
    "category2",
    "content",
    "direct",
    "appointment",
)
MANY = ("people", "guests", "infos", *STAFF)
DIRECTS = [("", _("None")), *[(value, label) for value, label in ContactPoint.Direct.choices if value]]
FROM, TO = pgettext_lazy("time", "From"), pgettext_lazy("time", "To")
END_FIRST = _("The end lies before the start.")


class DirectRadio(IconRadio):
    icons = DIRECT_ICONS


class AppointmentChoice(VisibleChoice):
    """The appointment that this record fulfils: one that the viewer may change."""

    def look(self, viewer: User) -> None:
        self.queryset = Appointment.objects.editable_by(viewer)


class NextChoice(VisibleChoice):
    """An appointment that stands already and becomes the next one (B63)."""

    def __init__(self) -> None:
        widget = RemoteSelect("schedule:appointment_suggest", sends="#id_customer", keeps=True)
        super().__init__(
            Appointment, label=_("One that is in the schedule already"), required=False, widget=widget, error_messages=NOT_FOUND
        )

    def look(self, viewer: User) -> None:
        self.queryset = Appointment.objects.visible_to(viewer).standing()


class OwnOrDelegated(OwnerField):
    """Entering for oneself needs nobody's leave, and no query."""

    def look(self, viewer: User) -> None:
        super().look(viewer)
        self.viewer = viewer

    def clean(self, value: Any) -> Any:
        return self.viewer if value in (None, "", str(self.viewer.pk)) else super().clean(value)


class ContactForm(AsksAboutOutsiders, ItemFields, PlacedFields, forms.Form):
    """What one save of a contact record takes; `entry()` is what the action gets once the form is valid."""

    contact_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1)
    appointment = AppointmentChoice(Appointment, widget=forms.HiddenInput, required=False)
    owner = OwnOrDelegated(required=False)
    date = JapaneseDateField(label=_("Date"), widget=forms.DateInput)
    starts = JapaneseTimeField(label=FROM, required=False, widget=forms.TimeInput)
    ends = JapaneseTimeField(label=TO, required=False, widget=forms.TimeInput)
    customer = CustomerChoice(required=False)
    department = DepartmentChoice(required=False)
    people = PersonChoices(required=False)
    guests = GuestChoices()
    deal = DealChoice(required=False)
    plan = PlanChoice(required=False)
    asset = AssetChoice(required=False)
    infos = InfoChoices(required=False)
    method = ListPick("method", icons=METHOD_ICONS, label=_("Contact method"), widget=IconRadio)
    result = ListPick("result", label=_("Result"), widget=IconRadio)
    summary = ListPick("summary", label=_("Summary"))
    summary_note = CleanCharField(label=_("Summary, free text"), max_length=100, required=False)
    category1, category2 = category_picks()
    content = CleanTextField(label=_("Details"), max_length=CONTENT_LIMIT, required=False)
    direct = forms.ChoiceField(label=_("Direct to or from site"), choices=DIRECTS, required=False, widget=DirectRadio)
    participants = StaffPicks(label=_("Participants"))
    audience = AudienceField()
    report_to = StaffPicks(label=_("Report to"))
    notice_to = StaffPicks(label=_("For information"))
    files = FilesField()  # type: ignore[assignment]  # a form's own files are beside its fields
    next_on = JapaneseDateField(label=_("Date"), required=False, widget=forms.DateInput)
    next_starts = JapaneseTimeField(label=FROM, required=False, widget=forms.TimeInput)
    next_ends = JapaneseTimeField(label=TO, required=False, widget=forms.TimeInput)
    next_method = ListPick("method", label=_("Contact method"))
    next_note = CleanCharField(label=_("Title"), max_length=100, required=False)
    next_facilities = FacilityPicks()
    next_linked = NextChoice()

    def __init__(
        self,
        data: Any = None,
        *,
        viewer: User,
        initial: Mapping[str, Any],
        contact: ContactPoint | None = None,
        device: str = "wide",
        refused: Iterable[str] = (),
        layout: Layout | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial))
        self.viewer, self.contact = viewer, contact
        self.lay_out(Target.CONTACT, viewer, device, items_of(Target.CONTACT).active, layout)
        self.add_items(
            Target.CONTACT,
            viewer,
            standing=contact.custom if contact else None,
            begins=self.initial.get("custom"),
            codes=self.own_codes(),
            must="draft" not in (data or {}),
        )
        if contact is not None:
            del self.fields["owner"]  # whose record it is was said when it was made
        look_through(self, viewer)
        cast(FilesField, self.fields["files"]).know(contact, refused)
        sent = data if data is not None and "expenses-TOTAL_FORMS" in data else None
        self.expenses: Any = ExpenseFormSet(sent, prefix="expenses", initial=initial.get("expenses", []) if sent is None else None)
        asked = data if data is not None and f"{REQUESTS}-TOTAL_FORMS" in data else None
        self.requests: Any = RequestFormSet(asked, prefix=REQUESTS, initial=initial.get("requests", []) if asked is None else None)
        self._know_staff()
        self._offer_lists()
        if not uses("facilities"):
            del self.fields["next_facilities"]
        for name, field in self.fields.items():
            if name.startswith("next_"):
                # Two fields are called "date"; where one is named away from its heading, this says whose it is.
                field.within = _("Next appointment")  # type: ignore[attr-defined]  # for the template, as `must` is: Django's fields have no place for it
        self.demand()

    def item_field(self, item: FieldDefinition, standing: Any, *, required: bool) -> forms.Field | None:
        if item.type != Type.FILE:
            return super().item_field(item, standing, required=required)
        field = ItemFileField(code=item.code, label=str(item), help_text=item.hint, required=required)
        field.know(self.contact)
        return field

    def _know_staff(self) -> None:
        sent = [key for name in STAFF for key in (self.data.getlist(name) if hasattr(self.data, "getlist") else self.data.get(name, []))]
        at_hand = [user for name in STAFF for user in self.initial.get(name, [])]
        at_hand += [user for line in self.initial.get("requests", []) if (user := line["to"])]
        roster = Roster([*sent, *keys_sent(self.data)], at_hand)
        self.requests.know(roster, [user.pk for line in self.initial.get("requests", []) if (user := line["to"])])
        for name in STAFF:
            cast(StaffPicks, self.fields[name]).know(roster, [user.pk for user in self.initial.get(name, [])])
        for name, rows in {"infos": self.initial.get("infos", []), **self.initial.get("known", {})}.items():
            cast(RemoteSelect, self.fields[name].widget).known = {str(row.pk): row for row in rows}
        cast(GuestSelect, self.fields["guests"].widget).known = {guest_key(row): row for row in self.initial.get("guests", [])}

    def _offer_lists(self) -> None:
        standing = {getattr(self.contact, f"{name}_id") for name in PICKS} if self.contact else set()
        standing |= {one.pk for line in self.initial.get("expenses", []) if (one := line.get("kind"))}
        offer_lists((self, *self.expenses.forms, self.blank_expense), standing)

    @cached_property
    def blank_expense(self) -> forms.Form:
        """The row that a script copies; it is made once, so that it knows the choices."""
        return self.expenses.empty_form

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        self._check_times(said, "starts", "ends")
        self._check_times(said, "next_starts", "next_ends")
        if (
            not said.get("next_on")
            and "next_on" not in self.errors
            and any(said.get(name) for name in ("next_starts", "next_ends", "next_method", "next_note", "next_facilities"))
        ):
            self.add_error("next_on", _("Enter the date of the next appointment, or empty its other fields."))
        if said.get("next_on") and said.get("next_linked"):
            self.add_error("next_linked", _("Choose one appointment, or enter a new one; not both."))
        if said.get("next_on") and said.get("date") and said["next_on"] < said["date"]:
            self.add_error("next_on", _("The next appointment lies before this contact."))
        if not self.expenses.is_valid() and self.expenses.is_bound:
            self.add_error(None, _("Please check the expenses."))
        if not self.requests.is_valid() and self.requests.is_bound:
            self.add_error(None, _("Please check the to-dos and requests."))
        self.ask_about_outsiders(said)
        if "draft" not in self.data:
            self.check_demands(said | {"expenses": self.expenses.is_bound and self.expenses.lines()})
        return said

    def _check_times(self, said: dict[str, Any], start: str, end: str) -> None:
        starts, ends = said.get(start), said.get(end)
        if ends is not None and starts is None and start not in self.errors:
            self.add_error(start, _("Enter the start time too."))
        elif (starts is not None and ends is not None and ends < starts) or (
            start == "next_starts" and starts is not None and ends == starts
        ):
            self.add_error(end, END_FIRST)

    @property
    def owner_user(self) -> User:
        return self.contact.owner if self.contact else (self.cleaned_data.get("owner") or self.viewer)

    def entry(self) -> ContactEntry:
        """Return what was entered. The form must be valid."""
        said = self.cleaned_data
        copied: dict[str, Any] = {name: list(said[name]) if name in MANY else said[name] for name in (*ONE, *MANY) if name in said}
        return ContactEntry(
            started_at=_at(said["date"], said["starts"] or time()),
            ended_at=_at(said["date"], said["ends"]) if said["ends"] else None,
            has_time=said["starts"] is not None,
            audience=said["audience"],
            expenses=self.expenses.lines() if self.expenses.is_bound else None,
            requests=self.requests.lines(self.owner_user) if self.requests.is_bound else None,
            files=said["files"],
            custom=self.item_values(begun=said["appointment"] is None),
            next=self._next(said),
            linked=said.get("next_linked"),
            **copied,
        )

    def _next(self, said: dict[str, Any]) -> NextEntry | None:
        day, starts, ends = said["next_on"], said["next_starts"], said["next_ends"]
        if day is None:
            return None
        words: dict[str, Any] = {"method": said["next_method"], "summary_note": said["next_note"]}
        words["facilities"] = said.get("next_facilities") or []
        if starts is None:
            return NextEntry(starts_at=_at(day, time()), ends_at=_at(day + timedelta(days=1), time()), all_day=True, **words)
        starts_at = _at(day, starts)
        return NextEntry(starts_at=starts_at, ends_at=_at(day, ends) if ends else starts_at + USUAL_LENGTH, **words)


def _at(day: date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))
