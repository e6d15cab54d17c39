"""The one form of a contact record, for desktop and phone: only the date is required."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contacts.entry import ContactEntry, NextEntry
from contacts.forms.expenses import ExpenseFormSet
from contacts.forms.fields import IconRadio, KnownSelect, KnownSelectMultiple, ListPick, Roster, StaffPicks
from contacts.marks import DIRECT_ICONS
from contacts.models import ContactPoint
from crm.audience import Audience, outside
from crm.doors import VisibleChoice, look_through
from crm.fields import CleanCharField, CleanTextField, JapaneseDateField, JapaneseTimeField
from crm.forms import AudienceField, CustomerChoice, DealChoice, OwnerField, PersonChoices
from crm.models import Choice, User
from schedule.models import Appointment

CONTENT_LIMIT = 20_000
USUAL_LENGTH = timedelta(hours=1)
LISTS = ("method", "result", "summary", "expense_kind")
STAFF = ("participants", "report_to", "notice_to")
DIRECTS = [("", _("None")), *[(value, label) for value, label in ContactPoint.Direct.choices if value]]
FROM, TO = pgettext_lazy("time", "From"), pgettext_lazy("time", "To")
END_FIRST = _("The end lies before the start.")


class DirectRadio(IconRadio):
    icons = DIRECT_ICONS


class AppointmentChoice(VisibleChoice):
    """The appointment that this record fulfils: one that the viewer may change."""

    def look(self, viewer: User) -> None:
        self.queryset = Appointment.objects.editable_by(viewer)


class OwnOrDelegated(OwnerField):
    """Entering for oneself needs nobody's leave, and no query."""

    def look(self, viewer: User) -> None:
        super().look(viewer)
        self.viewer = viewer

    def clean(self, value: Any) -> Any:
        return self.viewer if value in (None, "", str(self.viewer.pk)) else super().clean(value)


class ContactForm(forms.Form):
    """What one save of a contact record takes; `entry()` is what the action gets once the form is valid."""

    contact_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1)
    appointment = AppointmentChoice(Appointment, widget=forms.HiddenInput, required=False)
    owner = OwnOrDelegated(required=False)
    date = JapaneseDateField(label=_("Date"), widget=forms.DateInput)
    starts = JapaneseTimeField(label=FROM, required=False, widget=forms.TimeInput)
    ends = JapaneseTimeField(label=TO, required=False, widget=forms.TimeInput)
    customer = CustomerChoice(required=False, widget=KnownSelect("crm:customer_suggest"))
    people = PersonChoices(required=False, widget=KnownSelectMultiple("crm:person_suggest", sends="#id_customer"))
    deal = DealChoice(required=False, widget=KnownSelect("crm:deal_suggest", sends="#id_customer"))
    method = ListPick("method", label=_("Contact method"), widget=IconRadio)
    result = ListPick("result", label=_("Result"), widget=IconRadio)
    summary = ListPick("summary", label=_("Summary"))
    summary_note = CleanCharField(label=_("Summary, free text"), max_length=100, required=False)
    content = CleanTextField(label=_("Details"), max_length=CONTENT_LIMIT, required=False)
    direct = forms.ChoiceField(label=_("Direct to or from site"), choices=DIRECTS, required=False, widget=DirectRadio)
    participants = StaffPicks(label=_("Participants"))
    audience = AudienceField()
    report_to = StaffPicks(label=_("Report to"))
    notice_to = StaffPicks(label=_("For information"))
    next_on = JapaneseDateField(label=_("Date"), required=False, widget=forms.DateInput)
    next_starts = JapaneseTimeField(label=FROM, required=False, widget=forms.TimeInput)
    next_ends = JapaneseTimeField(label=TO, required=False, widget=forms.TimeInput)
    next_method = ListPick("method", label=_("Contact method"))
    next_note = CleanCharField(label=_("Title"), max_length=100, required=False)

    def __init__(self, data: Any = None, *, viewer: User, initial: Mapping[str, Any], contact: ContactPoint | None = None) -> None:
        super().__init__(data, initial=dict(initial))
        self.viewer, self.contact = viewer, contact
        if contact is not None:
            del self.fields["owner"]  # whose record it is was said when it was made
        look_through(self, viewer)
        sent = data if data is not None and "expenses-TOTAL_FORMS" in data else None
        self.expenses: Any = ExpenseFormSet(sent, prefix="expenses", initial=initial.get("expenses", []) if sent is None else None)
        self._know_staff()
        self._offer_lists()

    def _know_staff(self) -> None:
        sent = [key for name in STAFF for key in (self.data.getlist(name) if hasattr(self.data, "getlist") else self.data.get(name, []))]
        at_hand = [user for name in STAFF for user in self.initial.get(name, [])]
        roster = Roster(sent, at_hand)
        for name in STAFF:
            cast(StaffPicks, self.fields[name]).know(roster, [user.pk for user in self.initial.get(name, [])])
        for name, rows in self.initial.get("known", {}).items():
            cast(KnownSelect, self.fields[name].widget).known = {str(row.pk): row for row in rows}

    def _offer_lists(self) -> None:
        choices = list(Choice.objects.filter(list__code__in=LISTS).select_related("list").in_order())
        standing = {getattr(self.contact, f"{name}_id") for name in ("method", "result", "summary")} if self.contact else set()
        standing |= {one.pk for line in self.initial.get("expenses", []) if (one := line.get("kind"))}
        for form in (self, *self.expenses.forms, self.blank_expense):
            for field in form.fields.values():
                if isinstance(field, ListPick):
                    field.offer(choices, standing)

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
            and any(said.get(name) for name in ("next_starts", "next_ends", "next_method", "next_note"))
        ):
            self.add_error("next_on", _("Enter the date of the next appointment, or empty its other fields."))
        if said.get("next_on") and said.get("date") and said["next_on"] < said["date"]:
            self.add_error("next_on", _("The next appointment lies before this contact."))
        if not self.expenses.is_valid() and self.expenses.is_bound:
            self.add_error(None, _("Please check the expenses."))
        return said

    def _check_times(self, said: dict[str, Any], start: str, end: str) -> None:
        starts, ends = said.get(start), said.get(end)
        if ends is not None and starts is None and start not in self.errors:
            self.add_error(start, _("Enter the start time too."))
        elif (starts is not None and ends is not None and ends < starts) or (
            start == "next_starts" and starts is not None and ends == starts
        ):
            self.add_error(end, END_FIRST)

    def entry(self) -> ContactEntry:
        """Return what was entered. The form must be valid."""
        said = self.cleaned_data
        names = ("customer", "people", "deal", "method", "result", "summary", "summary_note", "content", "direct", "appointment", *STAFF)
        copied: dict[str, Any] = {name: list(said[name]) if name in (*STAFF, "people") else said[name] for name in names}
        return ContactEntry(
            started_at=_at(said["date"], said["starts"] or time()),
            ended_at=_at(said["date"], said["ends"]) if said["ends"] else None,
            has_time=said["starts"] is not None,
            audience=said["audience"],
            expenses=self.expenses.lines() if self.expenses.is_bound else (),
            next=self._next(said),
            **copied,
        )

    def _next(self, said: dict[str, Any]) -> NextEntry | None:
        day, starts, ends = said["next_on"], said["next_starts"], said["next_ends"]
        if day is None:
            return None
        words = {"method": said["next_method"], "summary_note": said["next_note"]}
        if starts is None:
            return NextEntry(starts_at=_at(day, time()), ends_at=_at(day + timedelta(days=1), time()), all_day=True, **words)
        starts_at = _at(day, starts)
        return NextEntry(starts_at=starts_at, ends_at=_at(day, ends) if ends else starts_at + USUAL_LENGTH, **words)

    def outsiders(self) -> list[User]:
        """Return recipients and participants whom the chosen audience leaves out: they may read it all the same."""
        if self.is_bound:
            audience, named = (
                getattr(self, "cleaned_data", {}).get("audience"),
                [getattr(self, "cleaned_data", {}).get(name) or [] for name in STAFF],
            )
        else:
            audience, named = self.initial.get("audience"), [self.initial.get(name, []) for name in STAFF]
        return outside(audience, list(dict.fromkeys(user for users in named for user in users))) if isinstance(audience, Audience) else []


def _at(day: date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))
