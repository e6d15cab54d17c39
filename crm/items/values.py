"""What stands in a row's `custom`, and what it means: plain JSON there, Python values in forms and formulas, words for people.

    text, long_text: str    integer: int    decimal, calculated: str, exact    date: 2026-11-20    date_time: UTC, to the second
    check: true             list, employee: key of the row    multi_check: keys    customer, person, file: UUID as str

What is empty is not there at all; an unticked box is empty.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from crm.models import Choice, FieldDefinition
from crm.templatetags.japanese import day, moment

Type = FieldDefinition.Type

TEXT_LENGTH, LONG_TEXT_LENGTH = 200, 2_000
LARGEST_NUMBER = 10**12
USUAL_DECIMALS = 2
MOST_DECIMALS = 6
NUMBERS = (Type.INTEGER, Type.DECIMAL, Type.CALCULATED)
TEXTS = (Type.TEXT, Type.LONG_TEXT)
CHOSEN = (Type.LIST, Type.MULTI_CHECK)
LINKED = (Type.CUSTOMER, Type.PERSON, Type.EMPLOYEE, Type.FILE)


def places_of(item: FieldDefinition) -> int:
    """Return the decimal places of a number: of a calculated one none, unless it was said."""
    return item.decimals if item.decimals is not None else (USUAL_DECIMALS if item.type == Type.DECIMAL else 0)


def longest_of(item: FieldDefinition) -> int:
    """Return how many characters a text may have."""
    return item.max_length or (TEXT_LENGTH if item.type == Type.TEXT else LONG_TEXT_LENGTH)


def stored(item: FieldDefinition, value: Any) -> Any:
    """Return a value as it stands in `custom`: what a form or the API has read, already valid. None for what is empty."""
    if value is None or value == "" or value is False or value == []:
        return None
    if item.type in (Type.DECIMAL, Type.CALCULATED):
        rounded: Decimal = value.quantize(Decimal(1).scaleb(-places_of(item)), rounding=ROUND_HALF_UP)
        return f"{rounded:f}"
    if item.type == Type.DATE_TIME:
        return value.astimezone(UTC).isoformat(timespec="seconds")
    if item.type == Type.DATE:
        return value.isoformat()
    if item.type == Type.MULTI_CHECK:
        return [_key(one) for one in value]
    return _key(value)


def _key(value: Any) -> Any:
    key = getattr(value, "pk", value)
    return str(key) if isinstance(key, UUID) else key


def read(item: FieldDefinition, kept: Any) -> Any:
    """Return what stands in `custom` as a Python value: Decimal, date, datetime; keys stay keys. None for what cannot be read."""
    if item.type == Type.CHECK:
        return kept is True
    try:
        if kept is None:
            return None
        if item.type in (Type.DECIMAL, Type.CALCULATED):
            return Decimal(kept) if isinstance(kept, str) else None
        if item.type == Type.DATE:
            return date.fromisoformat(kept)
        return datetime.fromisoformat(kept) if item.type == Type.DATE_TIME else kept
    except (ValueError, TypeError, InvalidOperation):
        return None


def words(item: FieldDefinition, kept: Any, choices: dict[int, Choice], names: dict[tuple[str, str], Any]) -> str:
    """Return a value as people read it; of a customer, person or file that the reader may not see, nothing.

    names: the rows that the reader may see, by type and key.
    """
    value = read(item, kept)
    if value is None or value is False:
        return ""
    if item.type in LINKED:
        return str(names.get((item.type, str(value)), ""))
    if item.type in CHOSEN:
        keys = value if isinstance(value, list) else [value]
        return "、".join(str(choices[key]) for key in keys if key in choices)
    if item.type in NUMBERS:
        return f"{value:,}{_unit(item.unit_label)}"
    said = {Type.CHECK: lambda: _("Yes"), Type.DATE: lambda: day(value), Type.DATE_TIME: lambda: moment(value)}
    return said[item.type]() if item.type in said else str(value)  # type: ignore[index]


def _unit(label: str) -> str:
    """Put a space before a word, none before 円 or %."""
    return f" {label}" if label.isascii() and label.isalpha() else label
