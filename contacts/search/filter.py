"""What is sought (from an address such as /contacts/?q=見積&from=2026/11/01), and the rows that answer it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contacts.models import BY_TIME, ContactInfo, ContactPoint
from crm.doors import VisibleChoice, look_through
from crm.fields import CleanCharField, JapaneseDateField
from crm.forms import CustomerChoice, DealChoice, UserChoice, unused
from crm.forms.conflict import said_by
from crm.forms.items import PREFIX, search_fields, seek
from crm.items import items_of
from crm.japanese import terms
from crm.models import AccountPlan, Asset, Choice, CollectedInfo, Customer, Person, Target, User
from crm.paging import COUNT_CAP, PAGE, Page, capped_count, keyset_page

SORTS: dict[str, tuple[str, ...]] = {"newest": BY_TIME, "oldest": ("started_at", "pk"), "entered": ("-created_at", "-pk")}
LISTS = {"method": _("Contact method"), "result": _("Result")}


class FilterForm(forms.Form):
    """The written list of what may be asked. Everything is optional; a hidden key is refused like an unknown one."""

    q = CleanCharField(label=_("Keyword"), max_length=200, required=False)
    since = JapaneseDateField(label=pgettext_lazy("day", "From"), required=False)
    until = JapaneseDateField(label=pgettext_lazy("day", "To"), required=False)
    owner = UserChoice(label=_("Owner"), required=False)
    customer = CustomerChoice(required=False)
    method = forms.TypedChoiceField(label=_("Contact method"), required=False, coerce=int, empty_value=None)
    result = forms.TypedChoiceField(label=_("Result"), required=False, coerce=int, empty_value=None)
    deal = DealChoice(required=False, customer_field="#id_filter_customer")
    person = VisibleChoice(Person, label=_("Contact person"), required=False)
    plan = VisibleChoice(AccountPlan, label=_("Account plan"), required=False)
    asset = VisibleChoice(Asset, label=_("Installed product"), required=False)
    info = VisibleChoice(CollectedInfo, label=_("Collected information"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *ContactPoint.State.choices])
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[("newest", _("Newest first")), ("oldest", _("Oldest first")), ("entered", _("Last entered first"))],
    )

    def __init__(self, asked: Any, *, viewer: User) -> None:
        super().__init__(asked, auto_id="id_filter_%s")
        self.items = items_of(Target.CONTACT)
        self.fields |= search_fields(self.items)
        cast(UserChoice, self.fields["owner"]).queryset = User.objects.all()  # a leaver's records are sought too
        look_through(self, viewer)
        for name in unused(self):  # asked for all the same, it is refused like an unknown one
            cast(VisibleChoice, self.fields[name]).queryset = self.fields[name].queryset.none()  # type: ignore[attr-defined]
        self._offer_choices()

    def add_prefix(self, field_name: str) -> str:
        """Say from and to in the address; in Python `from` is taken."""
        return {"since": "from", "until": "to"}.get(field_name, field_name)

    def _offer_choices(self) -> None:
        offered: dict[str, list[tuple[Any, str]]] = {name: [("", str(_("All")))] for name in LISTS}
        for choice in Choice.objects.filter(list__code__in=LISTS).select_related("list").in_order():
            offered[choice.list.code].append((choice.pk, str(choice)))
        for name, options in offered.items():
            self.fields[name].choices = options  # type: ignore[attr-defined]

    @property
    def item_fields(self) -> list[forms.BoundField]:
        """The conditions on the company's own items, as the page offers them: of numbers and days only the two bounds."""
        names = [name for name in self.fields if name.startswith(PREFIX)]
        return [self[name] for name in names if f"{name}_from" not in self.fields]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("since") and found.get("until") and found["until"] < found["since"]:
            self.add_error("until", _("The end lies before the start."))
        return found


@dataclass(frozen=True)
class Chip:
    """One condition as a removable chip: what it says, and the address without it."""

    label: str
    value: str
    without: str


class ContactFilter:
    """The conditions of one search. `form` says what is wrong with them; a search that cannot be read finds nothing."""

    def __init__(self, asked: Mapping[str, Any], viewer: User) -> None:
        self.viewer = viewer
        self.asked = asked if isinstance(asked, QueryDict) else QueryDict("", mutable=True)
        self.form = FilterForm(asked, viewer=viewer)

    @cached_property
    def values(self) -> dict[str, Any]:
        """Return the conditions that are set."""
        self.form.is_valid()
        return {name: value for name, value in self.form.cleaned_data.items() if value not in (None, "")}

    @property
    def sort(self) -> str:
        return str(self.values.get("sort") or "newest")

    @property
    def words(self) -> list[str]:
        return terms(self.values.get("q", ""))

    @property
    def narrows(self) -> bool:
        """Tell whether anything but the order was asked for."""
        return bool(set(self.values) - {"sort"} or self.form.errors)

    @property
    def seeks_items(self) -> bool:
        return any(name.startswith(PREFIX) for name in self.values)

    def apply(self, rows: Any) -> Any:
        """Narrow the rows down to what is sought and the viewer may read; without a word about the state, to what is registered."""
        values = self.values
        if self.form.errors:
            return rows.none()
        rows = rows.filter(state=values.get("state", ContactPoint.State.REGISTERED)).visible_to(self.viewer)
        for name in ("owner", "customer", "deal", "plan", "asset", "method", "result"):
            if name in values:
                rows = rows.filter(**{name: values[name]})
        if "person" in values:
            rows = rows.with_person(values["person"])
        if "info" in values:
            came_with = ContactInfo.objects.visible_to(self.viewer).filter(info=values["info"])
            rows = rows.filter(pk__in=came_with.values("contact"))
        if "since" in values:
            rows = rows.filter(started_at__gte=_midnight(values["since"]))
        if "until" in values:
            rows = rows.filter(started_at__lt=_midnight(values["until"] + timedelta(days=1)))
        rows = seek(rows, self.form.items, values)
        return rows.saying(self.words, Customer.objects.visible_to(self.viewer))

    def page(self, rows: Any, *, cursor: str = "", size: int = PAGE) -> Page:
        """Return one page of what is sought among these rows. Raises BadCursor."""
        if not self.narrows and self.sort == "newest":
            return rows.newest_page(self.viewer, cursor=cursor, size=size)
        return keyset_page(self.apply(rows), by=SORTS[self.sort], cursor=cursor, size=size)

    def count(self, cap: int = COUNT_CAP) -> int:
        """Count what is sought, up to cap + 1."""
        if not self.narrows:
            return ContactPoint.objects.count_visible(self.viewer, cap)
        return capped_count(self.apply(ContactPoint.objects.all()), cap)

    def chips(self) -> list[Chip]:
        return [Chip(str(self.form.fields[name].label), self._said(name), self._without(name)) for name in self.values if name != "sort"]

    def _said(self, name: str) -> str:
        value = self.values[name]
        if name in LISTS:
            return str(dict(self.form.fields[name].choices)[value])  # type: ignore[attr-defined]
        if name.startswith(PREFIX):
            return said_by(self.form.fields[name], value)
        return str(self.form.fields[name].prepare_value(value)) if isinstance(value, date) else str(value)

    def _without(self, name: str) -> str:
        left = self.asked.copy()
        for gone in (self.form.add_prefix(name), "after"):
            left.pop(gone, None)
        return "?" + left.urlencode()


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
