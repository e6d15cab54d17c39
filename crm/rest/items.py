"""The company's own items in the API: one object `custom` in every row that bears items, and each item as JSON Schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from crm.items import Items, Type, items_of, key_of, names_of, stored
from crm.items.values import CHOSEN, LARGEST_NUMBER, LINKED, longest_of, places_of
from crm.models import Choice, FieldDefinition
from crm.serializerfields import CleanCharField, CleanTextField, DateField, DateTimeField

DIGITS = 30
MOST_CODES = 200


@extend_schema_field(
    {
        "type": "object",
        "description": "The company's own items by code; which there are, and the JSON Schema of each, says /api/v1/items/. "
        "Reading: what is empty, or names somebody whom the caller may not see, is left out. "
        "Writing: null empties an item, what is left out stays as it is (a new row begins with the defaults).",
        "additionalProperties": {},
    }
)
class CustomField(serializers.Field):
    """Reads the filled items of a row as far as the caller may know them; writes those that are sent, each by its type."""

    def __init__(self, target: str, *, files: bool = False, **options: Any) -> None:
        self.target, self.files = str(target), files
        self._seen: dict[int, dict[tuple[str, str], Any]] = {}
        super().__init__(**options)

    def get_attribute(self, instance: Any) -> Any:
        return instance

    def to_representation(self, row: Any) -> dict[str, Any]:
        if not row.custom:
            return {}
        items = items_of(self.target)
        names = self._names(items, row)
        shown = {item.code: row.custom[item.code] for item in items.rows if item.code in row.custom}
        return {code: value for code, value in shown.items() if _known(items.by_code[code], value, names)}

    def _names(self, items: Items, row: Any) -> dict[tuple[str, str], Any]:
        """Look up at once whom all rows of the answer name."""
        if not any(item.type in LINKED and item.code in row.custom for item in items.rows):
            return {}
        whole: Any = self.root.instance
        rows = whole if isinstance(whole, list) and row in whole else [row]
        if id(rows[0]) not in self._seen:
            self._seen = {id(rows[0]): names_of(items.rows, [one.custom for one in rows], self.context["request"].user)}
        return self._seen[id(rows[0])]

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict) or len(data) > MOST_CODES:
            raise serializers.ValidationError(_("Send an object of item codes and values."))
        items = items_of(self.target)
        standing = getattr(getattr(self.parent, "instance", None), "custom", None) or {}
        named = names_of([item for item in items.active if item.type in LINKED], [_hashable(data)], self.context["request"].user)
        said, wrong = dict[str, Any](), dict[str, Any]()
        for code, value in data.items():
            try:
                said[str(code)] = self._read(items, str(code), value, standing.get(code), named)
            except serializers.ValidationError as error:
                wrong[str(code)[:50]] = error.detail
        if wrong:
            raise serializers.ValidationError(wrong)
        return said

    def _read(self, items: Items, code: str, *value: Any) -> Any:
        item = items.by_code.get(code)
        if item is not None and item.type == Type.FILE and not self.files:
            raise serializers.ValidationError(_("This item cannot be set."))
        return _said(items, code, *value)


class BearsItems(serializers.Serializer[Any]):
    """For serializers that write rows with items: a new row must hold what is required, and begins with the defaults."""

    items_target: str

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        standing, completes = self.items_standing(attrs), self.items_complete(attrs)
        if self.instance is None and not standing:
            attrs["custom"] = {**items_of(self.items_target).defaults(), **attrs.get("custom", {})}
        said = attrs.get("custom", {})
        if completes or said:
            held = {**standing, **said}
            missing = [code for code in self._demanded() if held.get(code) is None and (completes or code in said)]
            if missing and self.items_demanded(attrs):
                raise serializers.ValidationError({"custom": {code: [_("This item is required.")] for code in missing}})
        return attrs

    def items_standing(self, attrs: dict[str, Any]) -> Mapping[str, Any]:
        """Return what the row holds before this is written."""
        standing: Mapping[str, Any] = getattr(self.instance, "custom", None) or {}
        return standing

    def items_complete(self, attrs: dict[str, Any]) -> bool:
        """Tell whether the row must now hold all that is required: when it is new."""
        return self.instance is None

    def items_demanded(self, attrs: dict[str, Any]) -> bool:
        """Tell whether anything is required of this row at all."""
        return True

    def _demanded(self) -> list[str]:
        active = items_of(self.items_target).active
        return [item.code for item in active if item.required and item.placeable and not item.read_only]


def _known(item: FieldDefinition, value: Any, names: Mapping[tuple[str, str], Any]) -> bool:
    return item.type not in LINKED or (item.type, str(value)) in names


def _hashable(data: dict[Any, Any]) -> dict[str, Any]:
    return {str(code): value for code, value in data.items() if isinstance(value, str | int) and not isinstance(value, bool)}


def said_of(item: FieldDefinition, value: Any) -> Any:
    """Read a value that names nobody, as it is stored; raises ValidationError."""
    if item.type in CHOSEN:
        lists = Choice.objects.filter(list=item.choice_list).offered()
        return stored(item, _chosen([row.pk for row in lists.in_order()], item, value))
    return stored(item, READERS[Type(item.type)](item).run_validation(value))


def _said(items: Items, code: str, value: Any, standing: Any, named: Mapping[tuple[str, str], Any]) -> Any:
    item = items.by_code.get(code)
    if item is None or item.retired_at is not None:
        raise serializers.ValidationError(_("There is no such item."))
    if item.read_only or item.type == Type.CALCULATED:
        raise serializers.ValidationError(_("This item cannot be set."))
    if value is None or value == "":
        return None
    if item.type in CHOSEN:
        return stored(item, _chosen([row.pk for row in items.offered(item, standing)], item, value))
    if item.type in LINKED:
        return _linked(item, value, standing, named)
    return said_of(item, value)


def _chosen(offered: list[int], item: FieldDefinition, value: Any) -> Any:
    keys = value if item.type == Type.MULTI_CHECK else [value]
    if not isinstance(keys, list) or not all(type(one) is int and one in offered for one in keys):
        raise serializers.ValidationError(_("Not found."))
    return [pk for pk in offered if pk in keys] if item.type == Type.MULTI_CHECK else value


def _linked(item: FieldDefinition, value: Any, standing: Any, named: Mapping[tuple[str, str], Any]) -> Any:
    key = key_of(item.type, value)
    row = named.get((item.type, str(key))) if key is not None else None
    gone = item.type == Type.EMPLOYEE and row is not None and not row.is_active and key != standing
    taken = (
        item.type == Type.FILE and row is not None and str(row.pk) != standing and (row.contact_id or row.item or row.state == "refused")
    )
    if row is None or gone or taken:
        raise serializers.ValidationError(_("Not found."))
    return stored(item, row)


class _Truth(serializers.Field):
    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            raise serializers.ValidationError(_("Say true or false."))
        return data


def _number(item: FieldDefinition) -> serializers.Field:
    return serializers.DecimalField(max_digits=DIGITS, decimal_places=places_of(item), min_value=-LARGEST_NUMBER, max_value=LARGEST_NUMBER)


READERS: dict[Type, Callable[[FieldDefinition], Any]] = {
    Type.TEXT: lambda item: CleanCharField(max_length=longest_of(item), allow_blank=True),
    Type.LONG_TEXT: lambda item: CleanTextField(max_length=longest_of(item), allow_blank=True),
    Type.INTEGER: lambda _item: serializers.IntegerField(min_value=-LARGEST_NUMBER, max_value=LARGEST_NUMBER),
    Type.DECIMAL: _number,
    Type.DATE: lambda _item: DateField(),
    Type.DATE_TIME: lambda _item: DateTimeField(),
    Type.CHECK: lambda _item: _Truth(),
}


def schema_of(item: FieldDefinition, items: Items) -> dict[str, Any]:
    """Return an item as JSON Schema: what its value may be in `custom`."""
    about: dict[str, Any] = {"title": str(item)} | ({"description": item.hint} if item.hint else {})
    keys = [row.pk for row in items.offered(item)] if item.type in CHOSEN else []
    uuid = {"type": "string", "format": "uuid"}
    kinds: dict[str, dict[str, Any]] = {
        Type.TEXT: {"type": "string", "maxLength": longest_of(item)},
        Type.LONG_TEXT: {"type": "string", "maxLength": longest_of(item)},
        Type.INTEGER: {"type": "integer", "minimum": -LARGEST_NUMBER, "maximum": LARGEST_NUMBER},
        Type.DECIMAL: {"type": "string", "format": "decimal", "x-decimals": places_of(item)},
        Type.CALCULATED: {"type": "string", "format": "decimal", "x-decimals": places_of(item), "readOnly": True},
        Type.DATE: {"type": "string", "format": "date"},
        Type.DATE_TIME: {"type": "string", "format": "date-time"},
        Type.CHECK: {"type": "boolean"},
        Type.LIST: {"type": "integer", "enum": keys},
        Type.MULTI_CHECK: {"type": "array", "items": {"type": "integer", "enum": keys}, "uniqueItems": True},
        Type.EMPLOYEE: {"type": "integer"},
    }
    return about | kinds.get(item.type, uuid) | ({"readOnly": True} if item.read_only else {})


__all__ = ["BearsItems", "CustomField", "said_of", "schema_of"]
