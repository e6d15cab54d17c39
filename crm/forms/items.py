"""Fields for the company's own items: a form says which target it is of, and the items stand in it as x_<code>."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext_lazy as _

from crm.fields import CleanCharField, CleanTextField, JapaneseDateField, JapaneseDecimalField, JapaneseIntegerField, JapaneseTimeField
from crm.forms.choosing import NOT_FOUND, CustomerChoice, PersonChoice, UserChoice
from crm.items import Items, Type, items_of, names_of, read, stored
from crm.items.seeking import FROM, SPANNED, TO, narrow
from crm.items.values import CHOSEN, LARGEST_NUMBER, LINKED, MOST_DECIMALS, NUMBERS, longest_of, places_of
from crm.models import FieldDefinition, User

if TYPE_CHECKING:
    _Form = forms.Form
else:
    _Form = object

PREFIX = "x_"
FIXED = (Type.CALCULATED,)


class MomentInput(forms.MultiWidget):
    """A date box and a time box beside each other: <name>_0 and <name>_1."""

    template_name = "crm/widgets/moment.html"
    use_fieldset = True

    def __init__(self) -> None:
        super().__init__([forms.DateInput(attrs={"aria-label": _("Date")}), forms.TimeInput(attrs={"aria-label": _("Time")})])

    def decompress(self, value: Any) -> list[Any]:
        if isinstance(value, datetime):
            return [DAY.prepare_value(value), CLOCK.prepare_value(value)]
        return [None, None]


DAY, CLOCK = JapaneseDateField(required=False), JapaneseTimeField(required=False)


class MomentField(forms.MultiValueField):
    """A day and a time of day; cleans to a moment in the reader's zone."""

    widget = MomentInput

    def __init__(self, **options: Any) -> None:
        parts = (JapaneseDateField(required=False), JapaneseTimeField(required=False))
        super().__init__(parts, require_all_fields=False, **options)

    def compress(self, data_list: list[Any]) -> datetime | None:
        day, clock = [*data_list, None, None][:2]
        if day is None and clock is None:
            return None
        if day is None:
            raise ValidationError(_("Enter the date too."), code="no_date")
        if clock is None:
            raise ValidationError(_("Enter the time too."), code="no_time")
        return timezone.make_aware(datetime.combine(day, clock))


def field_of(item: FieldDefinition, items: Items, standing: Any = None, **options: Any) -> forms.Field | None:
    """Return the form field of an item; None for a type that only other rooms know. standing: what the row holds now."""
    said: dict[str, Any] = {"label": label_of(item), "help_text": item.hint, "required": item.required, **options}
    if item.type in CHOSEN:
        return _choosing(item, items, standing, said)
    make = MAKERS.get(Type(item.type))
    return make(item, standing, said) if make else None


def label_of(item: FieldDefinition) -> str:
    """Return the label with its unit: 定価（円）, Price (yen)."""
    if not item.unit_label:
        return str(item)
    return f"{item} ({item.unit_label})" if get_language() == "en" else f"{item}（{item.unit_label}）"


def _choosing(item: FieldDefinition, items: Items, standing: Any, said: dict[str, Any]) -> forms.Field:
    choices: list[tuple[Any, str]] = [(row.pk, str(row)) for row in items.offered(item, standing)]
    said |= {"coerce": int, "error_messages": NOT_FOUND}
    if item.type == Type.MULTI_CHECK:
        return forms.TypedMultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, empty_value=[], **said)
    return forms.TypedChoiceField(choices=[("", "—"), *choices], empty_value=None, **said)


def _text(item: FieldDefinition, _standing: Any, said: dict[str, Any]) -> forms.Field:
    return CleanCharField(max_length=longest_of(item), **said)


def _long_text(item: FieldDefinition, _standing: Any, said: dict[str, Any]) -> forms.Field:
    return CleanTextField(max_length=longest_of(item), widget=forms.Textarea(attrs={"rows": item.rows or 4}), **said)


def _integer(_item: FieldDefinition, _standing: Any, said: dict[str, Any]) -> forms.Field:
    return JapaneseIntegerField(at_least=-LARGEST_NUMBER, at_most=LARGEST_NUMBER, **said)


def _decimal(item: FieldDefinition, _standing: Any, said: dict[str, Any]) -> forms.Field:
    return JapaneseDecimalField(places=places_of(item), at_least=-LARGEST_NUMBER, at_most=LARGEST_NUMBER, **said)


def _person(_item: FieldDefinition, _standing: Any, said: dict[str, Any]) -> forms.Field:
    return PersonChoice(customer_field="", **said)


def _employee(_item: FieldDefinition, standing: Any, said: dict[str, Any]) -> forms.Field:
    return UserChoice(standing=standing if isinstance(standing, int) else None, **said)


MAKERS: dict[Type, Callable[[FieldDefinition, Any, dict[str, Any]], forms.Field]] = {
    Type.TEXT: _text,
    Type.LONG_TEXT: _long_text,
    Type.INTEGER: _integer,
    Type.DECIMAL: _decimal,
    Type.DATE: lambda _item, _standing, said: JapaneseDateField(widget=forms.DateInput, **said),
    Type.DATE_TIME: lambda _item, _standing, said: MomentField(**said),
    Type.CHECK: lambda _item, _standing, said: forms.BooleanField(**said),
    Type.CUSTOMER: lambda _item, _standing, said: CustomerChoice(**said),
    Type.PERSON: _person,
    Type.EMPLOYEE: _employee,
}


class ItemFields(_Form):
    """For forms of rows that bear items: call add_items() before the form looks through its viewer's eyes, item_values() when valid."""

    items: Items
    items_standing: Mapping[str, Any]
    items_begun: Mapping[str, Any]
    items_named: Mapping[tuple[str, str], Any]

    def add_items(
        self,
        target: str,
        viewer: User,
        *,
        standing: Mapping[str, Any] | None = None,
        begins: Mapping[str, Any] | None = None,
        codes: Iterable[str] | None = None,
        must: bool = True,
    ) -> None:
        """Add the items that may stand on forms.

        standing: what the row holds; None for a new one.
        begins: what a new one begins with, such as the values of its appointment; None for the defaults.
        codes: those that the form's layout places; None for all.
        must: False for a draft, which may lack what is required.
        """
        self.items = items_of(target)
        self.items_standing = standing or {}
        # What a new row begins with holds for items that do not stand here, too.
        self.items_begun = self.items.defaults() if standing is None else {}
        begins = (begins or self.items_begun) if standing is None else standing
        wanted = None if codes is None else set(codes)
        named = [item for item in self.items.active if item.type in LINKED and (item.type != Type.FILE or item.read_only)]
        self.items_named = names_of(named, [begins], viewer)
        for item in self.items.active:
            if item.placeable and (wanted is None or item.code in wanted):
                self._add_item(item, begins, viewer, must=must)

    def _add_item(self, item: FieldDefinition, begins: Mapping[str, Any], viewer: User, *, must: bool) -> None:
        name, value = PREFIX + item.code, begins.get(item.code)
        if item.read_only or item.type in FIXED:
            said = self.items.fact(item, value, self.items_named).text
            self.fields[name] = forms.CharField(label=label_of(item), help_text=item.hint, required=False, disabled=True)
            self.initial[name] = said
            return
        kept_unseen = self.is_bound and item.required and self.items.hides(item.code, self.items_standing, viewer)
        field = self.item_field(item, value, required=item.required and must and not kept_unseen)
        if field is not None:
            if item.type in LINKED:
                field.widget.known = {key: row for (kind, key), row in self.items_named.items() if kind == item.type}
            self.fields[name] = field
            self.initial.setdefault(name, read(item, value))

    def item_field(self, item: FieldDefinition, standing: Any, *, required: bool) -> forms.Field | None:
        """Return the field of an item; a form of another room knows more types."""
        return field_of(item, self.items, standing, required=required)

    @property
    def item_fields(self) -> list[forms.BoundField]:
        """The items in order, for templates."""
        return [self[name] for name in self.fields if name.startswith(PREFIX)]

    def item_values(self, *, begun: bool = True) -> dict[str, Any]:
        """Return what was said about each item that could be changed here, as it is stored. The form must be valid.

        begun: with the defaults of those that could not, if the row is new.
        """
        changeable = (name for name, field in self.fields.items() if name.startswith(PREFIX) and not field.disabled)
        codes = [name.removeprefix(PREFIX) for name in changeable]
        said = {code: stored(self.items.by_code[code], self.cleaned_data.get(PREFIX + code)) for code in codes}
        return {**(self.items_begun if begun else {}), **said}


def initial_items(target: str, custom: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row's values as a form shows them, under the names of its fields."""
    return {PREFIX + item.code: read(item, custom.get(item.code)) for item in items_of(target).active}


def without_items(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return cleaned data without the items."""
    return {name: value for name, value in said.items() if not name.startswith(PREFIX)}


def send_items(data: QueryDict, target: str, custom: Mapping[str, Any]) -> None:
    """Add a row's values to what a browser would send of its form."""
    for name, value in initial_items(target, custom).items():
        if isinstance(value, datetime):
            data[f"{name}_0"], data[f"{name}_1"] = f"{timezone.localtime(value):%Y-%m-%d}", f"{timezone.localtime(value):%H:%M}"
        elif isinstance(value, list):
            data.setlist(name, [str(one) for one in value])
        elif value is True:
            data[name] = "on"
        elif value not in (None, False):
            data[name] = value.isoformat() if isinstance(value, date) else str(value)


def search_fields(items: Items) -> dict[str, forms.Field]:
    """Return the fields by which rows are sought: x_<code>, and for numbers and days x_<code>_from and x_<code>_to."""
    fields: dict[str, forms.Field] = {}
    for item in items.active:
        name = PREFIX + item.code
        if item.type in SPANNED:
            words = {"": "%s", FROM: pgettext("condition", "%s from"), TO: pgettext("condition", "%s to")}
            fields |= {name + bound: _sought(item, label=text % label_of(item)) for bound, text in words.items()}
        else:
            fields[name] = _sought(item, items=items, label=label_of(item))
    return fields


def _sought(item: FieldDefinition, *, label: str, items: Items | None = None) -> forms.Field:
    said: dict[str, Any] = {"required": False, "label": label}
    if item.type in NUMBERS:
        return JapaneseDecimalField(places=MOST_DECIMALS, **said)
    if item.type in (Type.DATE, Type.DATE_TIME):
        return JapaneseDateField(widget=forms.DateInput, **said)
    if item.type in (Type.CHECK, Type.FILE):
        answers = [("", _("All")), ("true", _("Yes")), ("false", _("No"))]
        return forms.TypedChoiceField(choices=answers, coerce=lambda word: word == "true", empty_value=None, **said)
    if item.type in CHOSEN and items is not None:
        mine = [(row.pk, str(row)) for row in items.choices.values() if row.list_id == item.choice_list_id]
        return forms.TypedChoiceField(choices=[("", _("All")), *mine], coerce=int, empty_value=None, error_messages=NOT_FOUND, **said)
    return _naming(item, said)


def _naming(item: FieldDefinition, said: dict[str, Any]) -> forms.Field:
    if item.type == Type.EMPLOYEE:
        field = UserChoice(**said)
        field.queryset = User.objects.all()  # rows that name a leaver are sought too
        return field
    makers: dict[str, Any] = {Type.CUSTOMER: CustomerChoice, Type.PERSON: lambda **said: PersonChoice(customer_field="", **said)}
    return makers[item.type](**said) if item.type in makers else CleanCharField(max_length=200, **said)


def seek(rows: Any, items: Items, asked: Mapping[str, Any]) -> Any:
    """Narrow rows down by the conditions on items among those asked."""
    for name, value in asked.items():
        code, bound = _split(name, items)
        if code:
            rows = narrow(rows, items.by_code[code], getattr(value, "pk", value), bound)
    return rows


def _split(name: str, items: Items) -> tuple[str, str]:
    """Return code and bound of a condition; no code may end like a bound."""
    if not name.startswith(PREFIX):
        return "", ""
    code = name.removeprefix(PREFIX)
    bound = next((one for one in (FROM, TO) if code.endswith(one)), "")
    code = code.removesuffix(bound) if bound else code
    return (code, bound) if code in items.by_code else ("", "")
