"""The company's own items: adding, changing, ordering, retiring. What rows hold of them is never touched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from crm import journal
from crm.actions import StaleVersion
from crm.items import Type, forget_items, items_of
from crm.items.usage import rows_holding
from crm.models import FieldDefinition, User

MOST_ITEMS = 100
FIXED_IN_USE = ("type", "choice_list")


class TooManyItems(Exception):
    """The target has 100 items in use already."""


class CodeInUse(Exception):
    """The target has an item with this code, or had one that is retired."""


class FixedInUse(Exception):
    """Type and list of an item that rows hold values of cannot change: nobody could read the values any more."""


class ItemInUse(Exception):
    """Rows hold values of the item; `rows` counts them up to 1,001. It can be retired."""

    def __init__(self, rows: int) -> None:
        super().__init__(str(rows))
        self.rows = rows


class FormulaReads(Exception):
    """Formulas of other items read from this one; `items` are those."""

    def __init__(self, items: Sequence[FieldDefinition]) -> None:
        super().__init__(", ".join(item.code for item in items))
        self.items = list(items)


class NotOfThisTarget(Exception):
    """An item belongs to another target."""


@transaction.atomic
def add_item(*, by: User, target: str, type: str, code: str, label_ja: str, label_en: str = "", **fields: Any) -> FieldDefinition:  # noqa: A002 - its name
    """Add an item at the end. fields: other columns of FieldDefinition.

    Raises TooManyItems, CodeInUse, and BadFormula for a calculated item.
    """
    _refuse_too_many(target)
    last = FieldDefinition.objects.filter(target=target).aggregate(last=Max("place"))["last"] or 0
    item = FieldDefinition(target=target, type=type, code=code, label_ja=label_ja, label_en=label_en, place=last + 10, **fields)
    _check_formula(item)
    try:
        with transaction.atomic():
            item.save(force_insert=True)
    except IntegrityError as error:
        raise CodeInUse from error
    return _recorded(by, "create", item, {})


@transaction.atomic
def change_item(*, by: User, item: FieldDefinition, version: int, **fields: Any) -> FieldDefinition:
    """Change an item that was read at this version; its code and target stay. Rows are worked out again when they are next saved.

    Raises StaleVersion, FixedInUse, and BadFormula for a calculated item.
    """
    row = FieldDefinition.objects.select_for_update().get(pk=item.pk)
    if row.version != version:
        raise StaleVersion(row)
    before = journal.picture(row)
    moved = any(name in fields and fields[name] != getattr(row, name) for name in FIXED_IN_USE)
    if moved and rows_holding(row, cap=1):
        raise FixedInUse
    for name, value in fields.items():
        setattr(row, name, value)
    _check_formula(row)
    return _saved(by, "change", row, before)


@transaction.atomic
def retire_item(*, by: User, item: FieldDefinition, now: datetime) -> FieldDefinition:
    """Take an item off all forms; what rows hold of it stays readable. Raises FormulaReads."""
    row = FieldDefinition.objects.select_for_update().get(pk=item.pk)
    if row.retired_at:
        return row
    _refuse_read(row)
    before = journal.picture(row)
    row.retired_at = now
    return _saved(by, "retire", row, before)


@transaction.atomic
def restore_item(*, by: User, item: FieldDefinition) -> FieldDefinition:
    """Put a retired item back. Raises TooManyItems, and BadFormula if what it calculates from is gone."""
    row = FieldDefinition.objects.select_for_update().get(pk=item.pk)
    if row.retired_at is None:
        return row
    _refuse_too_many(row.target)
    _check_formula(row)
    before = journal.picture(row)
    row.retired_at = None
    return _saved(by, "restore", row, before)


@transaction.atomic
def delete_item(*, by: User, item: FieldDefinition) -> None:
    """Delete an item that no row holds a value of. Raises ItemInUse, FormulaReads."""
    row = FieldDefinition.objects.select_for_update().get(pk=item.pk)
    if held := rows_holding(row):
        raise ItemInUse(held)
    _refuse_read(row)
    journal.record(by, "delete", row, journal.picture(row), {})
    row.delete()
    _forget()


@transaction.atomic
def reorder_items(*, by: User, target: str, order: Sequence[int]) -> None:
    """Put the items named by their keys in this order; those not named keep their order behind them. Raises NotOfThisTarget."""
    rows = {row.pk: row for row in FieldDefinition.objects.select_for_update(of=("self",)).of(target)}
    if not set(order) <= set(rows):
        raise NotOfThisTarget
    named = list(dict.fromkeys(order))
    for place, pk in enumerate([*named, *(pk for pk in rows if pk not in set(named))], start=1):
        if rows[pk].place != place * 10:
            before = journal.picture(rows[pk])
            rows[pk].place = place * 10
            rows[pk].save(update_fields=["place"])
            journal.record(by, "change", rows[pk], before, journal.picture(rows[pk]))
    _forget()


@transaction.atomic
def move_item(*, by: User, item: FieldDefinition, steps: int) -> None:
    """Move an item up (negative) or down among those in use, for the keyboard."""
    order = [row.pk for row in FieldDefinition.objects.of(item.target).active()]
    if item.pk not in order:
        return
    place = order.index(item.pk)
    order.insert(max(0, min(len(order) - 1, place + steps)), order.pop(place))
    reorder_items(by=by, target=item.target, order=order)


def _refuse_too_many(target: str) -> None:
    if FieldDefinition.objects.filter(target=target).active().count() >= MOST_ITEMS:
        raise TooManyItems


def _refuse_read(item: FieldDefinition) -> None:
    forget_items()
    if readers := items_of(item.target).readers_of(item.code):
        raise FormulaReads(readers)


def _check_formula(item: FieldDefinition) -> None:
    if item.type == Type.CALCULATED:
        forget_items()
        items_of(item.target).check_formula(item.code, item.formula)


def _saved(by: User, verb: str, item: FieldDefinition, before: dict[str, Any]) -> FieldDefinition:
    item.version += 1
    item.save()
    return _recorded(by, verb, item, before)


def _recorded(by: User, verb: str, item: FieldDefinition, before: dict[str, Any]) -> FieldDefinition:
    _forget()
    journal.record(by, verb, item, before, journal.picture(item))
    return item


def _forget() -> None:
    """At once for this request, and once more when others can see the change: one of them may have read in between."""
    forget_items()
    transaction.on_commit(forget_items)
