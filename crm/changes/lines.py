"""From what the journal kept of one deed to lines that people read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.changes.diff import Piece, compare
from crm.changes.names import Finder, Names
from crm.items.book import Items
from crm.items.values import LINKED, words
from crm.models import FieldDefinition
from crm.templatetags.japanese import day, moment, yen

ITEM = "custom."
LABELS = {"scope": gettext_lazy("Visibility")}


class Part(Protocol):
    @property
    def label(self) -> Any: ...
    def wants(self, value: Any) -> Iterator[tuple[str, Any]]: ...
    def say(self, value: Any, names: Names) -> str: ...


@dataclass(frozen=True)
class Shown:
    """How the changes of one kind of row are told.

    parts: what the journal keeps besides the row's own columns. silent: columns that tell nothing of interest.
    finders, names: how rows of the room's own models are named (see Names).
    verbs: what a deed is called here, where it is not called as everywhere.
    """

    model: Any
    parts: Mapping[str, Part] = field(default_factory=dict)
    silent: Collection[str] = ()
    finders: dict[str, Finder] = field(default_factory=dict)
    names: dict[str, Any] = field(default_factory=dict)
    verbs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """One thing that changed: from old to new, as a text with its changes marked (pieces), or as what was added and removed."""

    name: str
    label: str
    old: str = ""
    new: str = ""
    pieces: Sequence[Piece] = ()
    added: Sequence[str] = ()
    removed: Sequence[str] = ()


class Teller:
    """Tells the changes of one kind of row. First everything named is collected, then asked for at once, then said."""

    def __init__(self, shown: Shown, names: Names, items: Items | None) -> None:
        self.shown, self.names, self.items = shown, names, items
        self.fields = {one.name: one for one in shown.model._meta.concrete_fields}

    def collect(self, pairs: Sequence[tuple[str, Any, Any]]) -> None:
        """Note whom and what these values name: (name, old, new)."""
        for name, old, new in pairs:
            self._note(name, old)
            self._note(name, new)
        customs = [{name.removeprefix(ITEM): value} for name, *values in pairs if name.startswith(ITEM) for value in values]
        if customs and self.items:
            self.names.want_items([item for item in self.items.rows if item.type in LINKED], customs)
        self.names.fetch()

    def _note(self, name: str, value: Any) -> None:
        if part := self.shown.parts.get(name):
            for one in value or ():
                for model, key in part.wants(one):
                    self.names.want(model, key)
        elif label := self._refers_to(name):
            self.names.want(label, value)

    def line(self, name: str, old: Any, new: Any) -> Line | None:
        """Say one change; None if there is nothing that this reader may know or would want to."""
        if name in self.shown.silent:
            return None
        if part := self.shown.parts.get(name):
            return self._part_line(name, part, old or [], new or [])
        if name.startswith(ITEM):
            return self._item_line(name, old, new)
        column = self.fields.get(name)
        named = LABELS.get(name, getattr(column, "verbose_name", ""))
        # Only a column that was given a name for people is told of.
        if column is None or not isinstance(named, Promise):
            return None
        label = str(named)
        if isinstance(column, models.TextField):
            return _text_line(name, label, old, new)
        return _plain_line(name, label, self._said(column, old), self._said(column, new))

    def _refers_to(self, name: str) -> str:
        column = self.fields.get(name)
        return column.related_model._meta.label if column is not None and column.is_relation else ""

    def _said(self, column: Any, value: Any) -> str:
        if value is None or value == "":
            return str(dict(column.flatchoices).get("", "")) if value == "" else ""
        if column.name == "scope":
            return self._audience(value)
        if column.is_relation:
            return self.names.of(column.related_model._meta.label, value)
        if column.flatchoices:
            return str(dict(column.flatchoices).get(value, value))
        return _plain(column, value)

    def _audience(self, key: Any) -> str:
        audience = self.names.audience(key)
        if audience is None:
            return ""
        if audience.company:
            return _("Whole company")
        named = [("crm.OrgUnit", audience.units), ("crm.StaffGroup", audience.groups), ("crm.User", audience.people)]
        said = [self.names.of(label, pk) for label, pks in named for pk in sorted(pks)]
        return "、".join(filter(None, said)) or _("Only those concerned")

    def _part_line(self, name: str, part: Part, old: list[Any], new: list[Any]) -> Line | None:
        added = [part.say(one, self.names) for one in new if one not in old]
        removed = [part.say(one, self.names) for one in old if one not in new]
        added, removed = [one for one in added if one], [one for one in removed if one]
        return Line(name, str(part.label), added=added, removed=removed) if added or removed else None

    def _item_line(self, name: str, old: Any, new: Any) -> Line | None:
        item = self.items.by_code.get(name.removeprefix(ITEM)) if self.items else None
        if item is None or self.items is None:
            return None
        choices = self.items.choices if item.choice_list_id else {}
        said = [words(item, value, choices, self.names.linked) if value is not None else "" for value in (old, new)]
        if item.type == FieldDefinition.Type.LONG_TEXT:
            return _text_line(name, str(item), *said)
        return _plain_line(name, str(item), *said)


def _plain_line(name: str, label: str, old: str, new: str) -> Line | None:
    return Line(name, label, old, new) if old != new else None


def _text_line(name: str, label: str, old: Any, new: Any) -> Line | None:
    old, new = str(old or ""), str(new or "")
    return Line(name, label, old, new, pieces=compare(old, new)) if old != new else None


def _plain(column: Any, value: Any) -> str:
    sayings: list[tuple[type, Callable[[Any], str]]] = [
        (models.BooleanField, lambda kept: _("Yes") if kept else _("No")),
        (models.DateTimeField, _moment),
        (models.DateField, lambda kept: day(date.fromisoformat(kept))),
    ]
    for kind, say in sayings:
        if isinstance(column, kind):
            return say(value)
    return yen(value) if column.name.endswith("_yen") else str(value)


def _moment(kept: str) -> str:
    """A local midnight is a day without a time."""
    at = timezone.localtime(datetime.fromisoformat(kept))
    return moment(at) if (at.hour, at.minute) != (0, 0) else day(at)
