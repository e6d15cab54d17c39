"""To-dos for oneself and requests to colleagues, entered with the record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from contacts.entry import RequestLine
from contacts.forms.fields import NOT_FOUND, Roster
from contacts.models import ContactPoint, WorkRequest
from crm.fields import CleanCharField, JapaneseDateField
from crm.forms import RemoteSelect
from crm.models import User

if TYPE_CHECKING:
    _Lines = forms.BaseFormSet["RequestForm"]
else:
    _Lines = forms.BaseFormSet

MOST_REQUESTS = 20
PREFIX = "requests"


class ColleagueSelect(RemoteSelect):
    """One colleague by type-ahead, from a roster that all rows share."""

    roster = Roster([])

    def chosen(self, value: Iterable[Any]) -> list[Any]:
        return [user for one in value if (user := self.roster.find(one))]


class ColleaguePick(forms.Field):
    """A colleague who works here; empty means oneself. A leaver stays where they already stand."""

    def __init__(self, **options: Any) -> None:
        self.roster, self.standing = Roster([]), set[int]()
        widget = ColleagueSelect("crm:user_suggest", attrs={"data-placeholder": _("Myself")})
        super().__init__(**{"required": False, "widget": widget, **options})

    def know(self, roster: Roster, standing: Iterable[int]) -> None:
        self.roster, self.standing = roster, set(standing)
        cast(ColleagueSelect, self.widget).roster = roster

    def to_python(self, value: Any) -> User | None:
        if value in self.empty_values:
            return None
        user = self.roster.find(value)
        if user is None or not (user.is_active or user.pk in self.standing):
            raise ValidationError(NOT_FOUND, code="invalid_choice")
        return user

    def prepare_value(self, value: Any) -> Any:
        return value.pk if isinstance(value, User) else value


class RequestForm(forms.Form):
    id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    title = CleanCharField(label=_("What to do"), max_length=200, required=False)
    to = ColleaguePick(label=_("Who does it"))
    due_on = JapaneseDateField(label=_("Due"), required=False, widget=forms.DateInput)
    urgent = forms.BooleanField(label=_("Urgent"), required=False)

    def clean(self) -> dict[str, Any]:
        line = super().clean() or {}
        if any(line.get(name) for name in ("to", "due_on", "urgent")) and not line.get("title") and "title" not in self.errors:
            self.add_error("title", _("Enter what to do."))
        return line


class RequestLines(_Lines):
    def know(self, roster: Roster, standing: Iterable[int]) -> None:
        for form in (*self.forms, self.blank):
            cast(ColleaguePick, form.fields["to"]).know(roster, standing)

    @property
    def blank(self) -> Any:
        """The row that a script copies; it is made once, so that it knows the people."""
        if not hasattr(self, "_blank"):
            self._blank = self.empty_form
        return self._blank

    def lines(self, owner: User) -> list[RequestLine]:
        """Return what was entered; rows left empty and rows taken away do not count. Nobody named means the owner himself."""
        said = [form.cleaned_data for form in self.forms if form not in self.deleted_forms and form.cleaned_data.get("title")]
        return [
            RequestLine(to=row["to"] or owner, title=row["title"], due_on=row["due_on"], urgent=row["urgent"], id=row["id"]) for row in said
        ]


RequestFormSet = forms.formset_factory(
    RequestForm,
    formset=RequestLines,
    extra=0,
    can_delete=True,
    max_num=MOST_REQUESTS,
    absolute_max=MOST_REQUESTS,
    validate_max=True,
)


def keys_sent(data: Mapping[str, Any] | None) -> list[Any]:
    """Return the keys of the people whom the rows that were sent name."""
    return [value for name, value in (data or {}).items() if name.startswith(f"{PREFIX}-") and name.endswith("-to")]


def open_requests(contact: ContactPoint) -> list[dict[str, Any]]:
    """Return what the form shows of a record's requests: those that are not settled."""
    if not getattr(contact, "has_requests", True):
        return []
    rows = contact.requests.filter(state__in=[WorkRequest.State.UNSENT, WorkRequest.State.SENT]).select_related("to")
    return [
        {"id": row.pk, "to": None if row.own else row.to, "title": row.title, "due_on": row.due_on, "urgent": row.urgent}
        for row in rows.order_by("place", "pk")
    ]
