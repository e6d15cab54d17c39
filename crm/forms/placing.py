"""A form as its layout places it: areas of cards, each with rows of one or two items, or one item that is a card of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _

from crm.forms.audience import AudienceField, typed_of
from crm.forms.choosing import seen_keys
from crm.layout import ITEMS, OWN, Item, Layout, layout_for, missing
from crm.models import FieldDefinition, User

if TYPE_CHECKING:
    _Form = forms.Form
else:
    _Form = object

PARTS = ("_parts", "_0", "_1")


@dataclass(frozen=True)
class Cell:
    """One item where it stands. fields: its bound fields that this form has."""

    item: Item
    fields: list[forms.BoundField]

    @property
    def template(self) -> str:
        return self.item.template

    @property
    def code(self) -> str:
        return self.item.code


@dataclass(frozen=True)
class Card:
    """Rows of items in one card, or (`block`) one item that brings its own card."""

    rows: list[list[Cell]]
    block: Cell | None = None


class PlacedFields(_Form):
    """For forms whose items an administrator may place: call lay_out() first, demand() when all fields stand, check_demands() in clean()."""

    layout_target: str
    layout: Layout

    def lay_out(self, target: str, viewer: User, device: str, own: Iterable[FieldDefinition], layout: Layout | None = None) -> None:
        """Take the layout that holds for this person and device; an editor's preview gives its own."""
        self.layout_target = target
        self.layout = layout or layout_for(target, viewer, device, own)

    def own_codes(self) -> list[str]:
        """Return the codes of the company's own items that this form shows."""
        return [code.removeprefix(OWN) for code in self.layout.codes() if code.startswith(OWN)]

    def demand(self) -> None:
        """Mark what the company demands, so that the page says so before anything is sent."""
        for code in self.layout.required:
            for name in ITEMS[self.layout_target][code].demanded[:1]:
                if name in self.fields:
                    self.fields[name].must = True  # type: ignore[attr-defined]

    def check_demands(self, said: Mapping[str, Any]) -> None:
        """Refuse a form that lacks what the company demands, at each item and in one sentence for forms that do not show them all."""
        lacking = missing(self.layout_target, self.layout, said)
        lacking = [item for item in lacking if not any(name in self.errors or self._keeps_unseen(name) for name in item.demanded)]
        for item in lacking:
            if (name := item.demanded[0]) in self.fields:
                self.add_error(name, forms.ValidationError(_("This item is required."), code="required"))
        if lacking:
            self.add_error(None, _("Still to be filled in: %(items)s.") % {"items": "、".join(str(item.label) for item in lacking)})

    def _keeps_unseen(self, name: str) -> bool:
        """Tell whether the row holds something here that this person cannot see: it stays, though the box is empty."""
        standing, rows = self.initial.get(name), getattr(self.fields.get(name), "queryset", None)
        if rows is None or not standing or isinstance(standing, list | tuple):
            return False
        return not rows.filter(pk=getattr(standing, "pk", standing)).exists()

    def main(self) -> list[Card]:
        return self.cards("main")

    def side(self) -> list[Card]:
        return self.cards("side")

    def foot(self) -> list[Card]:
        return self.cards("foot")

    def cards(self, area: str) -> list[Card]:
        """Return an area's cards. What stands nowhere and is wrong comes first: else nobody could put it right."""
        rows = self.layout.areas.get(area, [])
        return list(_cards(self, self.layout_target, [*([[item.code] for item in self._astray()] if area == "main" else []), *rows]))

    def _unplaced(self) -> list[Item]:
        shown = set(self.layout.codes())
        return [item for item in ITEMS[self.layout_target].values() if item.code not in shown]

    def _astray(self) -> list[Item]:
        wrong = set(self.errors) if self.is_bound else set()
        return [item for item in self._unplaced() if wrong & set(item.fields)]

    def carried(self) -> list[tuple[str, str]]:
        """Return what travels hidden: names and values of the items that stand nowhere, so that what they hold stays."""
        shown = self._astray()
        names = {name for item in self._unplaced() if item not in shown for name in item.fields}
        if self.is_bound:
            data: Any = self.data
            return [(key, value) for key, values in data.lists() if _belongs(key, names) for value in values]
        return [pair for name in self.fields if name in names for pair in pairs_of(self[name])]


def pairs_of(bound: forms.BoundField) -> Iterator[tuple[str, str]]:
    """Return what a browser would send of a field that nobody has touched: no widget shows what the viewer may not see."""
    value = bound.value()
    if isinstance(bound.field, AudienceField):
        kind, parts = typed_of(value() if callable(value) else value)
        yield bound.name, kind
        yield from ((f"{bound.name}_parts", part) for part in parts)
    elif isinstance(bound.field.widget, forms.MultiWidget):
        boxes: Any = bound.field.widget.decompress(value) if isinstance(value, datetime) else value or []
        yield from ((f"{bound.name}_{place}", str(said)) for place, said in enumerate(boxes) if said not in (None, ""))
    elif isinstance(value, list | tuple):
        yield from ((bound.name, key) for key in seen_keys(bound.field, value))
    elif value is True:
        yield bound.name, "on"
    elif value not in (None, "", False):
        shown = bound.field.widget.format_value(value)
        yield from ((bound.name, key) for key in seen_keys(bound.field, shown if isinstance(shown, list) else [shown]))


def _belongs(key: str, names: set[str]) -> bool:
    """Tell whether a key that was sent is of one of these fields, or of a line below one."""
    return key in names or key.split("-", maxsplit=1)[0] in names or any(key.removesuffix(part) in names for part in PARTS)


def _cards(form: forms.Form, target: str, placed: list[list[str]]) -> Iterator[Card]:
    """Gather rows into cards; an item none of whose fields this form has is left out."""
    rows: list[list[Cell]] = []
    for codes in placed:
        cells = [cell for code in codes if (cell := _cell(form, target, code))]
        blocks = [cell for cell in cells if cell.item.block]
        if row := [cell for cell in cells if not cell.item.block]:
            rows.append(row)
        if blocks and rows:
            yield Card(rows)
            rows = []
        yield from (Card([], block) for block in blocks)
    if rows:
        yield Card(rows)


def _cell(form: forms.Form, target: str, code: str) -> Cell | None:
    if code.startswith(OWN):
        return Cell(Item(code, form[code].label, (code,)), [form[code]]) if code in form.fields else None
    item: Any = ITEMS[target].get(code)
    fields = [form[name] for name in item.fields if name in form.fields] if item else []
    # A block such as the expenses has a formset beside the form instead of fields.
    return Cell(item, fields) if item and (fields or (item.block and not set(item.fields) & set(form.base_fields))) else None
