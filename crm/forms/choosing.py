"""Fields to choose one of many: a type-ahead that knows only what the viewer may see, and lists with their words.

A form calls crm.doors.look_through(form, viewer); until then these fields know nothing and accept nothing.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, Q
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from crm.doors import VisibleChoice, VisibleChoices
from crm.models import AccountPlan, Asset, Choice, CollectedInfo, Customer, CustomerDepartment, Deal, Delegation, OrgUnit, Person, User

MOST_GUESTS = 50
MOST_OFFERED = 60  # options that a list shows at once; a longer one is searched by typing
NOT_FOUND = {"invalid_choice": _("Not found."), "invalid_pk_value": _("Not found.")}


class _Remote(forms.Select):
    """A select whose options come from the server while one types; only what is chosen is rendered.

    Rows that are at hand already, by key (`known`), are not asked for again.
    """

    known: Mapping[str, Any] = {}

    def __init__(self, suggest: str, *, sends: str = "", keeps: bool = False, attrs: dict[str, Any] | None = None) -> None:
        """sends: another field whose value goes along. keeps: what is chosen stays when that other field changes."""
        remote: dict[str, Any] = {"data-remote": reverse_lazy(suggest)}
        if suggest == "crm:customer_suggest":
            remote["data-advanced-search"] = reverse_lazy("crm:customer_search")
        if sends:
            remote["data-remote-with"] = sends
        if keeps:
            remote["data-remote-keeps"] = ""
        super().__init__(attrs={**remote, **(attrs or {})})

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> Any:
        shown = copy.copy(self)
        chosen = [(self.key_of(row), str(row)) for row in self.chosen(value)]
        shown.choices = chosen if self.allow_multiple_selected else [("", ""), *chosen]
        return super(_Remote, shown).optgroups(name, [str(one) for one in value], attrs)

    def chosen(self, value: Iterable[Any]) -> list[Any]:
        keys = [str(one) for one in value if one]
        return [self.known[key] for key in keys] if set(keys) <= set(self.known) else self.found(keys)

    def found(self, keys: list[str]) -> list[Any]:
        """Return the rows of these keys as far as the field knows them."""
        rows: Any = getattr(self.choices, "queryset", None)
        read = [key for one in keys if (key := _key(rows.model, one)) is not None] if rows is not None else []
        found = {row.pk: row for row in rows.filter(pk__in=read)} if read else {}
        return [found[key] for key in read if key in found]

    def key_of(self, row: Any) -> Any:
        return row.pk


def _key(model: type[Model], typed: Any) -> Any:
    try:
        key = model._meta.pk.to_python(typed)
    except ValidationError:
        return None
    # A number that no database can hold is nobody's key.
    return None if isinstance(key, int) and not 0 < key < 2**63 else key


class RemoteSelect(_Remote):
    pass


class RemoteSelectMultiple(_Remote, forms.SelectMultiple):
    allow_multiple_selected = True


class CustomerChoice(VisibleChoice):
    def __init__(self, **options: Any) -> None:
        chosen = {"widget": RemoteSelect("crm:customer_suggest"), "label": _("Customer"), "error_messages": NOT_FOUND}
        super().__init__(Customer, **{**chosen, **options})


class PersonChoice(VisibleChoice):
    """A contact person; the type-ahead offers those of the customer chosen in the field #id_customer."""

    def __init__(self, *, customer_field: str = "#id_customer", **options: Any) -> None:
        widget = RemoteSelect("crm:person_suggest", sends=customer_field)
        super().__init__(Person, **{"widget": widget, "label": _("Contact person"), "error_messages": NOT_FOUND, **options})


class PersonChoices(VisibleChoices):
    def __init__(self, *, customer_field: str = "#id_customer", **options: Any) -> None:
        widget = RemoteSelectMultiple("crm:person_suggest", sends=customer_field)
        super().__init__(Person, **{"widget": widget, "label": _("Contact people"), "error_messages": NOT_FOUND, **options})


class DealChoice(VisibleChoice):
    def __init__(self, *, customer_field: str = "#id_customer", **options: Any) -> None:
        widget = RemoteSelect("crm:deal_suggest", sends=customer_field)
        super().__init__(Deal, **{"widget": widget, "label": _("Deal"), "error_messages": NOT_FOUND, **options})


class DepartmentChoice(VisibleChoice):
    """A department of the customer chosen in the field #id_customer."""

    def __init__(self, *, customer_field: str = "#id_customer", **options: Any) -> None:
        widget = RemoteSelect("crm:department_suggest", sends=customer_field)
        said = {"widget": widget, "label": _("Customer department"), "error_messages": NOT_FOUND}
        super().__init__(CustomerDepartment, **{**said, **options})


class PlanChoice(VisibleChoice):
    """An account plan; the type-ahead begins with those that aim at the customer chosen in the field #id_customer."""

    def __init__(self, *, customer_field: str = "#id_customer", **options: Any) -> None:
        widget = RemoteSelect("crm:plan_suggest", sends=customer_field, keeps=True)
        super().__init__(AccountPlan, **{"widget": widget, "label": _("Account plan"), "error_messages": NOT_FOUND, **options})


class AssetChoice(VisibleChoice):
    """An installed product or vehicle of the customer chosen in the field #id_customer."""

    def __init__(self, *, customer_field: str = "#id_customer", **options: Any) -> None:
        widget = RemoteSelect("crm:asset_suggest", sends=customer_field)
        super().__init__(Asset, **{"widget": widget, "label": _("Installed product"), "error_messages": NOT_FOUND, **options})


class InfoChoices(VisibleChoices):
    """Collected information and customer voices."""

    def __init__(self, *, customer_field: str = "#id_customer", **options: Any) -> None:
        widget = RemoteSelectMultiple("crm:info_suggest", sends=customer_field, keeps=True)
        said = {"widget": widget, "label": _("Collected information"), "error_messages": NOT_FOUND}
        super().__init__(CollectedInfo, **{**said, **options})


GUESTS: dict[str, Any] = {"p": Person, "c": Customer}


def guest_key(guest: Any) -> str:
    """Return the key of somebody on the customers' side as fields and type-ahead write it: p: a person, c: a customer."""
    return f"{'p' if isinstance(guest, Person) else 'c'}:{guest.pk}"


class GuestSelect(RemoteSelectMultiple):
    """People and customers in one type-ahead."""

    viewer: User | None = None

    def found(self, keys: list[str]) -> list[Any]:
        return list(guests_seen(keys, self.viewer).values())

    def key_of(self, row: Any) -> str:
        return guest_key(row)


class GuestChoices(forms.Field):
    """Customer participants (顧客参加者): people of any customer, and customers, partners and dealers as such; p:<key> and c:<key>."""

    hidden_widget = forms.MultipleHiddenInput
    default_error_messages = {"invalid_choice": _("Not found."), "many": _("Choose up to %(limit)s.")}
    viewer: User | None = None

    def __init__(self, *, customer_field: str = "#id_customer", **options: Any) -> None:
        widget = GuestSelect("crm:guest_suggest", sends=customer_field, keeps=True)
        super().__init__(**{"widget": widget, "label": _("Customer participants"), "required": False, **options})

    def look(self, viewer: User) -> None:
        widget: Any = self.widget
        self.viewer = widget.viewer = viewer

    def prepare_value(self, value: Any) -> Any:
        return [guest_key(one) if isinstance(one, Person | Customer) else one for one in value or []]

    def to_python(self, value: Any) -> list[Person | Customer]:
        keys = list(dict.fromkeys(str(one) for one in value or []))
        if len(keys) > MOST_GUESTS:
            raise ValidationError(self.error_messages["many"], code="many", params={"limit": MOST_GUESTS})
        found = guests_seen(keys, self.viewer)
        if any(key not in found for key in keys):
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return [found[key] for key in keys]


def guests_seen(keys: Iterable[str], viewer: User | None) -> dict[str, Person | Customer]:
    """Return those of these keys (p:…, c:…) that the viewer may see, each kind with one query."""
    wanted: dict[str, list[UUID]] = {kind: [] for kind in GUESTS}
    for key in keys:
        kind, _colon, typed = key.partition(":")
        if kind in wanted and (pk := _key(GUESTS[kind], typed)) is not None:
            wanted[kind].append(pk)
    seen = [row for kind, pks in wanted.items() if pks and viewer for row in GUESTS[kind].objects.visible_to(viewer).filter(pk__in=pks)]
    by_key = {guest_key(row): row for row in seen}
    return {key: by_key[key] for key in keys if key in by_key}


def seen_keys(field: forms.Field, standing: Iterable[Any]) -> list[str]:
    """Return what stands in a field as it is sent, without the keys of rows that its viewer may not choose: they would tell of them.

    Rows at hand (`known`) are not asked for again, and those that are found here are at hand from then on.
    """
    keys = [str(one.pk if isinstance(one, Model) else one) for one in standing if one not in (None, "")]
    if not isinstance(field, forms.ModelChoiceField | GuestChoices):
        return keys
    widget: Any = field.widget
    known = getattr(widget, "known", {})
    if missing := [key for key in keys if key not in known]:
        widget.known = known = {**known, **_rows_seen(field, missing)}
    return [key for key in keys if key in known]


def _rows_seen(field: Any, keys: list[str]) -> dict[str, Any]:
    if isinstance(field, GuestChoices):
        return dict(guests_seen(keys, field.viewer))
    read = [key for one in keys if (key := _key(field.queryset.model, one)) is not None]
    return {str(row.pk): row for row in field.queryset.filter(pk__in=read)} if read else {}


class UserChoice(forms.ModelChoiceField):
    """One employee who works here, by type-ahead. A leaver stays where they already stand: give `standing`."""

    def __init__(self, *, standing: int | None = None, **options: Any) -> None:
        people = User.objects.filter(Q(is_active=True) | Q(pk=standing)) if standing else User.objects.working()
        super().__init__(queryset=people, **{"widget": RemoteSelect("crm:user_suggest"), "error_messages": NOT_FOUND, **options})


class UserChoices(forms.ModelMultipleChoiceField):
    def __init__(self, *, standing: Iterable[int] = (), **options: Any) -> None:
        people = User.objects.filter(Q(is_active=True) | Q(pk__in=list(standing)))
        super().__init__(queryset=people, **{"widget": RemoteSelectMultiple("crm:user_suggest"), "error_messages": NOT_FOUND, **options})

    def clean(self, value: Any) -> Any:
        if any(_key(User, one) is None for one in value or ()):
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().clean(value)


class OwnerField(forms.ModelChoiceField):
    """For whom a record is entered: oneself, or somebody who has let this person enter for them."""

    def __init__(self, **options: Any) -> None:
        owner = {"widget": forms.Select(attrs={"data-pick": ""}), "label": _("Owner"), "empty_label": None, "error_messages": NOT_FOUND}
        super().__init__(queryset=User.objects.none(), **{**owner, **options})

    def look(self, viewer: User) -> None:
        principals = Delegation.objects.principals_of(viewer).values("pk")
        self.queryset = User.objects.working().filter(Q(pk=viewer.pk) | Q(pk__in=principals)).by_name()
        widget: Any = self.widget
        widget.known = {str(viewer.pk): viewer}
        if self.initial is None:
            self.initial = viewer.pk


class UnitChoice(forms.ModelChoiceField):
    def __init__(self, **options: Any) -> None:
        unit = {"widget": RemoteSelect("crm:unit_suggest"), "label": _("Unit"), "error_messages": NOT_FOUND}
        super().__init__(queryset=OrgUnit.objects.all(), **{**unit, **options})


class ListSelect(forms.Select):
    """The options of a list; of a long one only what is chosen is rendered, and the rest is found while one types."""

    list_code = ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        rows: Any = getattr(self.choices, "queryset", None)
        if rows is None:  # the form has read the options itself
            return super().get_context(name, value, attrs)
        offered = list(rows[: MOST_OFFERED + 1])
        if len(offered) > MOST_OFFERED:
            remote = OptionSelect(self.list_code, attrs=self.attrs)
            remote.known = {str(row.pk): row for row in rows.filter(pk=value)} if is_key(str(value)) else {}
            return remote.get_context(name, value, attrs)
        shown = copy.copy(self)
        options: Any = self.choices
        empty: Any = options.field.empty_label
        shown.choices = [*([("", empty)] if empty is not None else []), *((row.pk, str(row)) for row in offered)]
        return super(ListSelect, shown).get_context(name, value, attrs)


class ListChoice(forms.ModelChoiceField):
    """An option of a choice list, with its words. A retired one may stay where it already stands: give `standing`."""

    widget = ListSelect

    def __init__(self, list_code: str, *, standing: int | None = None, **options: Any) -> None:
        self.list_code, self.standing = list_code, standing
        super().__init__(queryset=Choice.objects.none(), **{"error_messages": NOT_FOUND, **options})
        widget: Any = self.widget
        widget.list_code = list_code
        self.offer(standing)

    def offer(self, standing: int | None) -> None:
        """Offer what the list has now, and the option that already stands on the record."""
        rows = Choice.objects.of(self.list_code)
        self.queryset = (rows.offered() | rows.filter(pk=standing) if standing else rows.offered()).in_order()

    def to_python(self, value: Any) -> Any:
        """Read the choice; what was merged into another one counts as that one, for an old page may still name it."""
        try:
            return super().to_python(value)
        except ValidationError:
            offered: Any = self.queryset
            merged = Choice.objects.of(self.list_code).filter(pk=int(value) if is_key(str(value)) else 0).exclude(merged_into=None)
            into = offered.filter(pk__in=merged.values("merged_into")).first()
            if into is None:
                raise
            return into


class LevelSelect(forms.Select):
    """A select of one level of a list: each option says below which one it stands (data-below)."""

    below: Mapping[str, str] = {}

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        if upper := self.below.get(str(option["value"])):
            option["attrs"]["data-below"] = upper
        return option


class ListPick(forms.Field):
    """An option of a choice list; the options come from the form, which reads all its lists with one query (see offer_lists).

    level: 1 or 2 keeps to that level of a list with two; 0 takes all. icons: the symbol of each meaning. none: the words for no choice;
    without them a select says "—" and segments have nothing.
    """

    widget = forms.Select

    def __init__(self, list_code: str, *, level: int = 0, icons: Mapping[str, str] | None = None, none: Any = None, **options: Any) -> None:
        self.list_code, self.level, self.icons, self.none = list_code, level, icons or {}, none
        self.options: dict[int, Choice] = {}
        self.merged: dict[int, Choice] = {}
        super().__init__(**{"required": False, **options})

    def offer(self, choices: Iterable[Choice], standing: Iterable[int | None]) -> None:
        """Offer what the list has now, and what already stands on the record. A long list is offered by type-ahead."""
        mine = [one for one in choices if one.list.code == self.list_code and self._on_level(one)]
        self.merged = {one.pk: into for one in mine if (into := one.merged_into) and into.retired_at is None}
        self.options = {one.pk: one for one in mine if one.retired_at is None or one.pk in standing}
        if len(self.options) > MOST_OFFERED:
            self._offer_while_typing()
            return
        widget: Any = self.widget
        words = self.none or ("" if isinstance(widget, forms.RadioSelect) else "—")
        widget.choices = [*([("", words)] if words else []), *((pk, str(one)) for pk, one in self.options.items())]
        widget.icons = {str(pk): self.icons.get(one.semantic, "") for pk, one in self.options.items()}
        widget.below = {str(pk): str(one.parent_id) for pk, one in self.options.items() if one.parent_id}

    def _offer_while_typing(self) -> None:
        before: Any = self.widget
        remote: Any = OptionSelect(self.list_code, level=self.level, sends=before.attrs.get("data-depends-on", ""))
        self.widget = remote
        remote.known = {str(pk): one for pk, one in {**self.options, **self.merged}.items()}

    def _on_level(self, one: Choice) -> bool:
        return self.level == 0 or (one.parent_id is None) == (self.level == 1)

    def to_python(self, value: Any) -> Choice | None:
        if value in self.empty_values:
            return None
        typed = str(value)
        found = (self.options.get(int(typed)) or self.merged.get(int(typed))) if is_key(typed) else None
        if found is None:
            raise ValidationError(NOT_FOUND["invalid_choice"], code="invalid_choice")
        return found

    def prepare_value(self, value: Any) -> Any:
        """A choice that was merged into another one shows as that one, also where an old draft or template names it."""
        key = value.pk if isinstance(value, Choice) else value
        into = self.merged.get(int(key)) if is_key(str(key)) else None
        return into.pk if into else key


def is_key(typed: str) -> bool:
    """Tell plain digits of a possible key: int() alone would take full-width ones and any length."""
    return typed.isascii() and typed.isdigit() and len(typed) < 19


class OptionSelect(RemoteSelect):
    """The options of a long list, found while one types."""

    def __init__(self, list_code: str, *, level: int = 0, sends: str = "", attrs: dict[str, Any] | None = None) -> None:
        super().__init__("crm:choice_suggest", sends=sends, attrs=attrs)
        asked = {"list": list_code, **({"level": level} if level else {})}
        self.attrs["data-remote"] = f"{self.attrs['data-remote']}?{urlencode(asked)}"

    def chosen(self, value: Iterable[Any]) -> list[Any]:
        return [self.known[key] for one in value if (key := str(one)) in self.known]


def offer_lists(shown: Iterable[forms.Form], standing: Iterable[int | None]) -> None:
    """Fill every ListPick of these forms with one query, however many lists and options there are.

    standing: keys of options that already stand on the record and may stay although they are no longer offered.
    """
    picks = [(form, name, field) for form in shown for name, field in form.fields.items() if isinstance(field, ListPick)]
    stands = {pk for pk in standing if pk}
    said = {_said(form, name) for form, name, _field in picks}
    wanted = stands | {int(typed) for typed in said if is_key(typed)}
    codes = {field.list_code for _form, _name, field in picks}
    choices = list(Choice.objects.first_of(codes, MOST_OFFERED + 1, besides=wanted))
    for _form, _name, field in picks:
        field.offer(choices, stands)


def _said(form: forms.Form, name: str) -> str:
    """Return the key that was sent for a field, or with which it begins."""
    value = form.data.get(form.add_prefix(name)) if form.is_bound else form.get_initial_for_field(form.fields[name], name)
    return str(value.pk if isinstance(value, Choice) else value)


def category_picks(upper: str = "category1") -> tuple[ListPick, ListPick]:
    """Return the fields of category 1 and of category 2, which offers only what stands below the first (frontend: dependent.js)."""
    lower = LevelSelect(attrs={"data-depends-on": f"#id_{upper}"})
    return ListPick("category", level=1, label=_("Category 1")), ListPick("category", level=2, label=_("Category 2"), widget=lower)
