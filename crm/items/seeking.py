"""Finding rows by what their items hold, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, TextField
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast
from django.utils import timezone

from crm.items.values import MOST_DECIMALS, NUMBERS, TEXTS, Type
from crm.models import FieldDefinition

AS_NUMBER = DecimalField(max_digits=30, decimal_places=MOST_DECIMALS)
# Suffixes of a condition: the smallest and the largest value that fits; none for the value itself.
FROM, TO = "_from", "_to"
SPANNED = (*NUMBERS, Type.DATE, Type.DATE_TIME)


def narrow(rows: Any, item: FieldDefinition, value: Any, bound: str = "") -> Any:
    """Keep the rows whose item holds this value; with a bound, one from it on or up to it.

    value: a str for texts, Decimal or int for numbers, date for days and moments, bool for boxes and files, a key for all others.
    """
    if item.type in (Type.CHECK, Type.FILE):
        has = {"custom__has_key": item.code}
        return rows.filter(**has) if value else rows.exclude(**has)
    name = f"of_{item.code}{bound}"
    if item.type in NUMBERS:
        rows = rows.alias(**{name: Cast(KeyTextTransform(item.code, "custom"), AS_NUMBER)})
        return rows.filter(**{f"{name}{LOOKUPS[bound]}": Decimal(value)})
    if item.type in (Type.DATE, Type.DATE_TIME):
        return _by_day(rows.alias(**{name: _as_text(item)}), name, item, value, bound)
    if item.type in TEXTS:
        return rows.alias(**{name: _as_text(item)}).filter(**{f"{name}__icontains": value})
    if item.type == Type.MULTI_CHECK:
        # The databases write the list each in its own way: [1,2] or [1, 2].
        return rows.alias(**{name: _as_text(item)}).filter(**{f"{name}__regex": rf"[\[, ]{int(value)}[\],]"})
    key = value if isinstance(value, int) else str(value)
    return rows.alias(**{name: KeyTransform(item.code, "custom")}).filter(**{name: key})


def _as_text(item: FieldDefinition) -> Cast:
    return Cast(KeyTextTransform(item.code, "custom"), TextField())


LOOKUPS = {"": "", FROM: "__gte", TO: "__lte"}


def _by_day(rows: Any, name: str, item: FieldDefinition, day: date, bound: str) -> Any:
    """ISO texts of one length stand in the order of time. Moments are stored in UTC, days are the reader's."""
    first, after = _written(item, day), _written(item, day + timedelta(days=1))
    if bound != TO:
        rows = rows.filter(**{f"{name}__gte": first})
    return rows if bound == FROM else rows.filter(**{f"{name}__lt": after})


def _written(item: FieldDefinition, day: date) -> str:
    if item.type == Type.DATE:
        return day.isoformat()
    return timezone.make_aware(datetime.combine(day, time())).astimezone(UTC).isoformat(timespec="seconds")
