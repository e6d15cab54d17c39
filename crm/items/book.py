"""The items of one target, read at once: what a row's values are, what they become, what they say."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.urls import reverse

from crm.items.formula import BadFormula, Formula, FormulaFault, Operand, read_formula
from crm.items.values import CHOSEN, LINKED, NUMBERS, TEXTS, Type, read, stored, words
from crm.models import Choice, FieldDefinition, User
from crm.visibility import Guarded

_kept: ContextVar[dict[str, Items] | None] = ContextVar("items_this_request", default=None)
_remembered: dict[str, tuple[float, list[FieldDefinition]]] = {}

# By label: files live in a room that this one may not import, and only contact records bear items of that type.
LINKED_MODELS = {
    Type.CUSTOMER: "crm.Customer",
    Type.PERSON: "crm.Person",
    Type.EMPLOYEE: "crm.User",
    Type.FILE: "contacts.Attachment",
}
PAGES = {Type.CUSTOMER: "crm:customer", Type.PERSON: "crm:person", Type.EMPLOYEE: "crm:user"}


@dataclass(frozen=True)
class Fact:
    """One filled item as a page shows it. row: whom a customer, person, employee or file item names, if the reader may see it."""

    item: FieldDefinition
    text: str
    row: Any = None

    @property
    def url(self) -> str:
        page = PAGES.get(Type(self.item.type)) if self.row is not None else None
        if self.item.type == Type.FILE and self.row is not None:
            return reverse("contacts:file", args=[self.row.pk, self.row.name]) if self.row.state == "ready" else ""
        return reverse(page, args=[self.row.pk]) if page else ""


class Items:
    """All items of a target in order, retired ones too: what they once held stays readable."""

    def __init__(self, target: str) -> None:
        self.target = target

    @cached_property
    def rows(self) -> list[FieldDefinition]:
        """Every form asks for them: a process remembers them for seconds; what another process changed arrives then."""
        now = time.monotonic()
        read_at, rows = _remembered.get(self.target, (0.0, []))
        if not read_at or now - read_at > settings.COMPANY_REMEMBERED_S:
            rows = list(FieldDefinition.objects.of(self.target))
            _remembered[self.target] = (now, rows)
        return rows

    @property
    def active(self) -> list[FieldDefinition]:
        return [row for row in self.rows if row.retired_at is None]

    @cached_property
    def by_code(self) -> dict[str, FieldDefinition]:
        return {row.code: row for row in self.rows}

    @cached_property
    def choices(self) -> dict[int, Choice]:
        """All options of the lists in use by their key, in order; read with one query, and only if there is such a list."""
        lists = {row.choice_list_id for row in self.rows if row.type in CHOSEN}
        return {row.pk: row for row in Choice.objects.filter(list__in=lists).in_order()} if lists else {}

    def offered(self, item: FieldDefinition, standing: Any = None) -> list[Choice]:
        """Return what an item's list offers now, and what stands on the row already."""
        kept = standing if isinstance(standing, list) else [standing]
        mine = [row for row in self.choices.values() if row.list_id == item.choice_list_id]
        return [row for row in mine if row.retired_at is None or row.pk in kept]

    def texts(self, custom: Mapping[str, Any]) -> list[str]:
        """Return the texts by which a row is found. Never the name of a customer: a reader of the row may not know it."""
        return [str(custom[row.code]) for row in self.rows if row.type in TEXTS and custom.get(row.code)]

    def defaults(self) -> dict[str, Any]:
        """Return what a new row begins with."""
        return {row.code: row.default for row in self.active if row.default is not None}

    def filled(self, standing: Mapping[str, Any], said: Mapping[str, Any] | None, by: User) -> dict[str, Any]:
        """Return what a row holds once somebody has said these values; None empties one, what is not said stays.

        A customer or person that `by` could not see stays too: an empty box did not mean it. Calculated items are worked out.
        """
        if not said or not self.rows:
            return dict(standing)
        meant = {code: value for code, value in said.items() if value is not None or not self.hides(code, standing, by)}
        held = {code: value for code, value in {**standing, **meant}.items() if value is not None}
        return held | self._worked_out(held)

    def hides(self, code: str, standing: Mapping[str, Any], viewer: User) -> bool:
        """Tell whether a row names somebody under this code whom the viewer may not see."""
        item = self.by_code.get(code)
        if item is None or item.type not in (Type.CUSTOMER, Type.PERSON) or not standing.get(code):
            return False
        return not names_of([item], [standing], viewer)

    def _worked_out(self, held: dict[str, Any]) -> dict[str, Any]:
        results: dict[str, Any] = {}
        for item, formula in self._formulas():
            known = {**held, **results}
            values = {code: self._operand(code, known.get(code)) for code in formula.names}
            results[item.code] = stored(item, formula.value(values))
        for code in [code for code, value in results.items() if value is None]:
            held.pop(code, None)
            del results[code]
        return results

    def _formulas(self) -> list[tuple[FieldDefinition, Formula]]:
        """Return the active calculated items, each after those it reads from."""
        left = {row.code: (row, formula) for row in self.active if row.type == Type.CALCULATED and (formula := _formula(row))}
        ordered: list[tuple[FieldDefinition, Formula]] = []
        while left:
            ready = [code for code, (_row, formula) in left.items() if not formula.names & (set(left) - {code})]
            if not ready:  # a circle: two administrators at the same moment
                return ordered
            ordered += [left.pop(code) for code in ready]
        return ordered

    def _operand(self, code: str, kept: Any) -> Operand:
        item = self.by_code.get(code)
        if item is None:
            return None
        if item.type == Type.CHECK:
            return Decimal(bool(kept))
        value = read(item, kept)
        return Decimal(value) if item.type == Type.INTEGER and isinstance(value, int) else _number_or_day(value)

    def check_formula(self, code: str, text: str) -> Formula:
        """Read the formula of an item of this target. Raises BadFormula, also for unknown codes and for circles."""
        formula = read_formula(text)
        known = {row.code: row for row in self.active if row.code != code}
        if unknown := sorted(formula.names - set(known)):
            raise BadFormula(FormulaFault.CIRCLE if code in unknown else FormulaFault.NO_SUCH_ITEM, unknown[0])
        for name in sorted(formula.numbers):
            if known[name].type not in (*NUMBERS, Type.CHECK):
                raise BadFormula(FormulaFault.NO_NUMBER, name)
        for name in sorted(formula.dates):
            if known[name].type != Type.DATE:
                raise BadFormula(FormulaFault.NO_DATE, name)
        self._refuse_circle(code, formula)
        return formula

    def _refuse_circle(self, code: str, formula: Formula) -> None:
        reads = {row.code: found.names for row in self.rows if row.type == Type.CALCULATED and (found := _formula(row))}
        left, seen = set(formula.names), set[str]()
        while left:
            name = left.pop()
            if name == code:
                raise BadFormula(FormulaFault.CIRCLE, name)
            seen.add(name)
            left |= reads.get(name, set()) - seen

    def readers_of(self, code: str) -> list[FieldDefinition]:
        """Return the active calculated items whose formula names this code."""
        return [row for row in self.active if row.type == Type.CALCULATED and (found := _formula(row)) and code in found.names]

    def facts(self, custom: Mapping[str, Any], names: Mapping[tuple[str, str], Any]) -> list[Fact]:
        """Return the filled items of a row in order, as far as these names are known to the reader."""
        return [fact for item in self.rows if item.code in custom and (fact := self.fact(item, custom[item.code], names)).text]

    def fact(self, item: FieldDefinition, value: Any, names: Mapping[tuple[str, str], Any]) -> Fact:
        return Fact(item, words(item, value, self.choices if item.type in CHOSEN else {}, dict(names)), names.get((item.type, str(value))))


def items_of(target: str) -> Items:
    """Return a target's items; within one request they, and the choices of their lists, are read once."""
    kept = _kept.get()
    if kept is None:
        return Items(target)
    return kept.setdefault(target, Items(target))


@contextmanager
def items_kept() -> Iterator[None]:
    """Read items once for the length of a with-block: a request, never longer."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def forget_items() -> None:
    """Read them again: this process has changed them."""
    _remembered.clear()
    kept = _kept.get()
    if kept is not None:
        kept.clear()


def names_of(items: Iterable[FieldDefinition], customs: Iterable[Mapping[str, Any]], viewer: User) -> dict[tuple[str, str], Any]:
    """Return the customers, people, employees and files named in these rows that the viewer may see, by type and key.

    One query for each of those types that is named at all.
    """
    customs, found = list(customs), dict[tuple[str, str], Any]()
    wanted: dict[str, set[Any]] = {}
    for item in items:
        if item.type in LINKED:
            wanted.setdefault(item.type, set()).update(custom[item.code] for custom in customs if custom.get(item.code))
    for kind, keys in wanted.items():
        known = [key for one in keys if (key := key_of(kind, one)) is not None]
        if known:
            found |= {(kind, str(row.pk)): row for row in seen_by(kind, viewer).filter(pk__in=known)}
    return found


def seen_by(kind: str, viewer: User) -> Any:
    """Return the rows that items of this type may name, as far as the viewer may see them."""
    model: Any = apps.get_model(LINKED_MODELS[Type(kind)])
    return model.objects.visible_to(viewer) if issubclass(model, Guarded) else model.objects.all()


def key_of(kind: str, typed: Any) -> Any:
    """Read a key; None for what is none."""
    if kind == Type.EMPLOYEE:
        return typed if type(typed) is int and 0 < typed < 2**63 else None
    try:
        return UUID(typed) if isinstance(typed, str) and len(typed) <= 36 else None
    except ValueError:
        return None


def facts_of(row: Any, viewer: User) -> list[Fact]:
    """Return the filled items of one row for its page; a row without any costs no query."""
    if not row.custom:
        return []
    items = items_of(row.items_target)
    return items.facts(row.custom, names_of(items.rows, [row.custom], viewer))


def fill_items(row: Any, said: Mapping[str, Any] | None, by: User) -> None:
    """Set a row's values to what they become when `by` says these; the row is saved by its action."""
    if said and hasattr(row, "items_target"):
        row.custom = items_of(row.items_target).filled(row.custom, said, by)


def texts_of(row: Any) -> list[str]:
    """Return what a row's own items add to its search text."""
    return items_of(row.items_target).texts(row.custom) if row.custom and hasattr(row, "items_target") else []


def _formula(item: FieldDefinition) -> Formula | None:
    try:
        return read_formula(item.formula)
    except BadFormula:
        return None


def _number_or_day(value: Any) -> Operand:
    return value if isinstance(value, Decimal) or type(value) is date else None
