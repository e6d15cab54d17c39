"""Which items a form has, and where they stand on it (レイアウト).

A fixed item is a part of the product's form: one field, or several that belong together, or a whole card (`block`). The company's own
items carry the prefix "x_". What a layout does not name is not shown; its value stays as it is.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.company import uses
from crm.models import FieldDefinition, FormLayout, Module, Target, User

OWN = "x_"


@dataclass(frozen=True)
class Item:
    """One fixed item. fields: the form's fields it shows. template: how, if not simply one field below the other.

    main: the fields of which one has to be filled if a company demands the item; the first one if not said. always: it cannot be
    taken off the form. free: nobody can demand it, for it always says something.
    modules: the parts of the product of which one must be in use.
    """

    code: str
    label: Any
    fields: tuple[str, ...] = ()
    template: str = "crm/items/fields.html"
    block: bool = False
    always: bool = False
    free: bool = False
    modules: tuple[str, ...] = ()
    main: tuple[str, ...] = ()

    @property
    def demanded(self) -> tuple[str, ...]:
        return self.main or self.fields[:1]

    @property
    def demandable(self) -> bool:
        return not (self.always or self.free)


def _contact(code: str, label: Any, *fields: str, own: bool = False, **options: Any) -> Item:
    template: dict[str, Any] = {"template": f"contacts/items/{code}.html"} if own or options.get("block") else {}
    return Item(code, label, fields or (code,), **template, **options)


APPOINTMENT = "appointment"


def _appointment(code: str, label: Any, *fields: str, own: bool = False, **options: Any) -> Item:
    template: dict[str, Any] = {"template": f"schedule/items/{code}.html"} if own else {}
    return Item(code, label, fields or (code,), **template, **options)


ITEMS: dict[str, dict[str, Item]] = {
    Target.CONTACT: {
        item.code: item
        for item in (
            _contact("date", _("Date and time"), "date", "starts", "ends", own=True, always=True),
            _contact("customer", _("Customer"), own=True),
            _contact("department", _("Customer department")),
            _contact("people", _("Contact people"), own=True),
            _contact("guests", _("Customer participants"), own=True),
            _contact("method", _("Contact method")),
            _contact("result", _("Result")),
            _contact("summary", _("Summary"), "summary", "summary_note", own=True, main=("summary", "summary_note")),
            _contact("content", _("Details"), own=True),
            _contact("category", _("Category"), "category1", "category2", own=True),
            _contact("deal", _("Deal"), own=True, modules=(Module.DEALS,)),
            _contact("plan", _("Account plan"), own=True, modules=(Module.PLANS,)),
            _contact("asset", _("Installed product"), own=True, modules=(Module.ASSETS,)),
            _contact("infos", _("Collected information"), own=True, modules=(Module.INFOS, Module.VOICES)),
            _contact("participants", _("Participants"), own=True),
            _contact("direct", _("Direct to or from site"), free=True),
            _contact("owner", _("Owner"), own=True, free=True),
            _contact(
                "next",
                _("Next appointment"),
                "next_on",
                "next_starts",
                "next_ends",
                "next_method",
                "next_note",
                "next_facilities",
                "next_linked",
                block=True,
            ),
            _contact("report", pgettext_lazy("block", "Report"), "report_to", "notice_to", block=True),
            _contact("audience", _("Visibility"), block=True, always=True),
            _contact("files", _("Attachments"), block=True),
            _contact("requests", _("To-dos and requests"), block=True),
            _contact("expenses", _("Expenses"), block=True),
        )
    },
    APPOINTMENT: {
        item.code: item
        for item in (
            _appointment("when", _("Date and time"), "starts_on", "starts", "ends", "ends_on", "all_day", own=True, always=True),
            _appointment("status", _("State"), free=True),
            _appointment("direct", _("Direct to or from site"), free=True),
            _appointment("facilities", _("Facilities"), own=True, modules=(Module.FACILITIES,)),
            _appointment("customer", _("Customer"), own=True),
            _appointment("people", _("Contact people"), own=True),
            _appointment("department", _("Customer department")),
            _appointment("guests", _("Customer participants"), own=True),
            _appointment("method", _("Contact method")),
            _appointment("summary", _("Summary"), "summary", "summary_note", own=True, main=("summary", "summary_note")),
            _appointment("category", _("Category"), "category1", "category2", own=True),
            _appointment("deal", _("Deal"), own=True, modules=(Module.DEALS,)),
            _appointment("plan", _("Account plan"), own=True, modules=(Module.PLANS,)),
            _appointment("asset", _("Installed product"), own=True, modules=(Module.ASSETS,)),
            _appointment("infos", _("Collected information"), own=True, modules=(Module.INFOS, Module.VOICES)),
            _appointment("place", _("Place")),
            _appointment("content", _("Details"), own=True),
            _appointment("participants", _("Participants")),
            _appointment("owner", _("Owner"), free=True),
            _appointment("audience", _("Visibility"), "audience", "outside_allowed", own=True, always=True),
        )
    },
}

DEFAULTS: dict[str, dict[str, list[list[str]]]] = {
    Target.CONTACT: {
        "main": [
            ["customer", "people"],
            ["department", "guests"],
            ["date"],
            ["method"],
            ["result"],
            ["summary"],
            ["content"],
            ["category"],
            ["deal", "plan"],
            ["asset", "infos"],
            ["participants", "direct"],
            ["owner"],
            ["files"],
        ],
        "side": [["next"], ["requests"], ["report"], ["audience"]],
        "foot": [["expenses"]],
    },
    APPOINTMENT: {
        "main": [
            ["when"],
            ["status", "direct"],
            ["facilities"],
            ["customer", "people"],
            ["department", "guests"],
            ["method"],
            ["summary"],
            ["category"],
            ["deal", "plan"],
            ["asset", "infos"],
            ["place"],
            ["content"],
        ],
        "side": [["participants"], ["owner"], ["audience"]],
        "foot": [],
    },
}


AREAS = ("main", "side", "foot")
TARGETS = {Target.CONTACT.value: _("Contact records"), APPOINTMENT: _("Appointments")}
MOST_ROWS = 200


class BadLayout(Exception):
    """Rows that no form of this target can have: an unknown item, one that stands twice, or three beside each other."""


@dataclass(frozen=True)
class Layout:
    """Areas of rows of one or two item codes, and the fixed items that this company demands."""

    areas: dict[str, list[list[str]]]
    required: frozenset[str] = field(default_factory=frozenset)

    def codes(self) -> list[str]:
        return [code for rows in self.areas.values() for row in rows for code in row]


def item_target_of(target: str) -> str:
    """Return whose own items a form shows: appointments and contact records share them."""
    return Target.CONTACT if target == APPOINTMENT else target


def layout_for(target: str, user: User, device: str, own: Iterable[FieldDefinition] = ()) -> Layout:
    """Return the layout that holds for this person on this device (wide or phone), without what the company has switched off.

    A group's comes before the nearest unit's, and that before the company's. A phone without one of its own takes the desktop's.
    """
    devices = {device, FormLayout.Device.WIDE}
    rows = [row for row in _standing() if row.target == target and row.device in devices]
    if any(row.unit_id or row.group_id for row in rows):
        over = set(FormLayout.objects.over(user).filter(target=target).values_list("pk", flat=True))
        rows = [row for row in rows if row.pk in over]
    nearest = max(rows, key=lambda row: (row.device == device, bool(row.group_id), row.unit.depth if row.unit else -1), default=None)
    return fitted(target, nearest.areas, nearest.required, own) if nearest else usual(target, own)


_remembered: tuple[float, list[FormLayout]] | None = None


def _standing() -> list[FormLayout]:
    """Return all layouts. Every form asks, so a process remembers them for some seconds, as it does the company's settings."""
    global _remembered
    now = time.monotonic()
    if _remembered is None or now - _remembered[0] > settings.COMPANY_REMEMBERED_S:
        _remembered = (now, list(FormLayout.objects.select_related("unit").order_by("pk")))
    return _remembered[1]


def forget_layouts() -> None:
    """Ask the database at the next look: this process has changed a layout."""
    global _remembered
    _remembered = None


def usual(target: str, own: Iterable[FieldDefinition] = ()) -> Layout:
    """Return the layout that comes with the product: the company's own items stand behind the fixed ones."""
    layout = fitted(target, DEFAULTS[target], (), own)
    more = [f"{OWN}{one.code}" for one in own if one.placeable]
    layout.areas["main"] += [more[place : place + 2] for place in range(0, len(more), 2)]
    return layout


def fitted(target: str, areas: Mapping[str, Any], required: Iterable[str], own: Iterable[FieldDefinition]) -> Layout:
    """Return stored areas as far as their items still exist; what must not be missing stands where the product puts it."""
    items = items_standing(target)
    known = {*items, *(f"{OWN}{one.code}" for one in own if one.placeable)}
    kept = {name: [left for row in areas.get(name, ()) if (left := [code for code in row if code in known])] for name in AREAS}
    placed = {code for rows in kept.values() for row in rows for code in row}
    for name, rows in DEFAULTS[target].items():
        kept[name] += [[code] for row in rows for code in row if code not in placed and code in items and items[code].always]
    return Layout(kept, frozenset(code for code in required if code in placed and code in items and items[code].demandable))


def items_standing(target: str) -> dict[str, Item]:
    """Return the fixed items of a target that the company has not switched off with a part of the product."""
    return {code: item for code, item in ITEMS[target].items() if not item.modules or any(uses(one) for one in item.modules)}


def checked(target: str, areas: Any, required: Any, own: Iterable[FieldDefinition]) -> Layout:
    """Read areas and required items as an editor sends them. Raises BadLayout."""
    items = ITEMS[target]
    known = {*items, *(f"{OWN}{one.code}" for one in own if one.placeable)}
    rows = _rows_of(areas)
    codes = [code for row in rows for code in row]
    blocks = {code for code, item in items.items() if item.block}
    must = {code for code, item in items.items() if item.always}
    if len(set(codes)) < len(codes) or not must <= set(codes) <= known or any(len(row) > 1 and blocks & set(row) for row in rows):
        raise BadLayout
    if not isinstance(required, list) or not all(isinstance(code, str) and code in items and items[code].demandable for code in required):
        raise BadLayout
    return Layout({name: areas.get(name, []) for name in AREAS}, frozenset(required) & frozenset(codes))


def _rows_of(areas: Any) -> list[list[str]]:
    if not isinstance(areas, dict) or set(areas) - set(AREAS) or not all(isinstance(rows, list) for rows in areas.values()):
        raise BadLayout
    rows = [row for of in areas.values() for row in of]
    if len(rows) > MOST_ROWS or not all(isinstance(row, list) and 1 <= len(row) <= 2 for row in rows):
        raise BadLayout
    if not all(isinstance(code, str) for row in rows for code in row):
        raise BadLayout
    return rows


def missing(target: str, layout: Layout, said: Mapping[str, Any]) -> list[Item]:
    """Return the demanded items of which nothing was said. said: values by the names of the form's fields."""
    items = ITEMS[target]
    return [items[code] for code in layout.codes() if code in layout.required and not any(said.get(name) for name in items[code].demanded)]


def with_items(target: str, layout: Layout, shown: Iterable[str], required: Iterable[str]) -> Layout:
    """Return the layout with these items on it and no others; what was not on it stands where the product puts it, or at the end."""
    wanted = list(dict.fromkeys(shown))
    areas: dict[str, Any] = {
        name: [left for row in layout.areas[name] if (left := [code for code in row if code in wanted])] for name in AREAS
    }
    placed = {code for rows in areas.values() for row in rows for code in row}
    home = {code: name for name, rows in DEFAULTS[target].items() for row in rows for code in row}
    for code in wanted:
        if code not in placed:
            areas[home.get(code, "main")].append([code])
    return Layout(areas, frozenset(required) & frozenset(wanted))


def screen_of(agent: str) -> str:
    """Tell from a browser's own words whose layout it gets: the phone's or the desktop's."""
    return "phone" if "Mobi" in agent else "wide"
