"""The names behind the keys that the journal keeps, as far as the reader may see them, with few questions however many keys there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Case, CharField, F, Value, When
from django.db.models.functions import Cast, Concat
from django.utils.translation import get_language

from crm.audience import Audience
from crm.items.book import names_of
from crm.models import Customer, FieldDefinition, User
from crm.visibility import Guarded

_TEXT = CharField()
# Most names are one column or two, so that rows of many kinds are asked for at once.
_AFTER = When(legal_position=Customer.LegalPosition.AFTER, then=Concat("name", "legal_form", output_field=_TEXT))
NAMES: dict[str, Any] = {
    "crm.Customer": Case(_AFTER, default=Concat("legal_form", "name", output_field=_TEXT)),
    "crm.Person": Concat("family_name", Value(" "), "given_name", output_field=_TEXT),
    "crm.CustomerDepartment": F("name"),
    "crm.Deal": F("name"),
    "crm.AccountPlan": F("name"),
    "crm.Asset": F("name"),
    "crm.CollectedInfo": F("title"),
    "crm.User": F("name"),
    "crm.StaffGroup": F("name"),
    "crm.VisibilityScope": F("key"),
    "crm.Choice": (F("name_ja"), F("name_en")),
    "crm.OrgUnit": (Concat("code", Value(" "), "name", output_field=_TEXT), Concat("code", Value(" "), "name_en", output_field=_TEXT)),
}
Finder = Callable[[User, set[Any]], dict[Any, str]]


class Names:
    """Collects keys by the label of their model; `fetch` asks for all of them; `of` returns a name, "" for what the reader may not see.

    finders: for models whose name is more than columns, e.g. appointments.
    """

    def __init__(self, viewer: User, finders: dict[str, Finder] | None = None, names: dict[str, Any] | None = None) -> None:
        self.viewer, self.finders, self.known = viewer, finders or {}, NAMES | (names or {})
        self._wanted: dict[str, set[Any]] = {}
        self._found: dict[tuple[str, str], str] = {}
        self.linked: dict[tuple[str, str], Any] = {}

    def want(self, label: str, key: Any) -> None:
        if key is not None and (read := _key(label, key)) is not None:
            self._wanted.setdefault(label, set()).add(read)

    def want_items(self, items: Iterable[FieldDefinition], customs: list[dict[str, Any]]) -> None:
        """Ask at once for whom the company's own items name."""
        self.linked = names_of(items, customs, self.viewer)

    def fetch(self) -> None:
        """Look up what is wanted: one question for all guarded rows, one for all open ones, one for each finder."""
        wanted, self._wanted = self._wanted, {}
        for label in wanted.keys() & self.finders.keys():
            self._found |= {(label, str(key)): name for key, name in self.finders[label](self.viewer, wanted.pop(label)).items()}
        by_guard: dict[bool, list[Any]] = {True: [], False: []}
        for label, keys in wanted.items():
            by_guard[issubclass(apps.get_model(label), Guarded)].append(self._asked(label, keys))
        for asked in by_guard.values():
            if asked:
                first, *others = asked
                self._take(first.union(*others, all=True) if others else first)
        if scopes := [name for (label, _pk), name in self._found.items() if label == "crm.VisibilityScope"]:
            self._fetch_audiences(scopes)

    def of(self, label: str, key: Any) -> str:
        return self._found.get((label, str(key)), "") if key is not None else ""

    def audience(self, key: Any) -> Audience | None:
        """Return the audience that a scope stands for."""
        kept = self._found.get(("crm.VisibilityScope", str(key)))
        return None if kept is None else audience_of(kept)

    def _asked(self, label: str, keys: set[Any]) -> Any:
        model: Any = apps.get_model(label)
        rows = model.objects.visible_to(self.viewer) if issubclass(model, Guarded) else model.objects.all()
        name = self.known[label]
        ja, en = name if isinstance(name, tuple) else (name, name)
        told = {
            "told_of": Value(label, output_field=_TEXT),
            "told_key": Cast("pk", _TEXT),
            "told_ja": Cast(ja, _TEXT),
            "told_en": Cast(en, _TEXT),
        }
        return rows.filter(pk__in=keys).order_by().annotate(**told).values_list(*told)

    def _take(self, rows: Any) -> None:
        english = get_language() == "en"
        for what, key, ja, en in rows:
            # SQLite keeps a UUID without its hyphens.
            plain = str(UUID(key)) if len(key) >= 32 else key
            self._found[what, plain] = (en if english and en.strip() else ja).strip()

    def _fetch_audiences(self, keys: Iterable[str]) -> None:
        for key in keys:
            audience = audience_of(key)
            for label, pks in (("crm.OrgUnit", audience.units), ("crm.StaffGroup", audience.groups), ("crm.User", audience.people)):
                for pk in pks:
                    if (label, str(pk)) not in self._found:
                        self.want(label, pk)
        if self._wanted:
            self.fetch()


def audience_of(key: str) -> Audience:
    """Read an audience from the key of its scope."""
    if key == Audience.whole_company().key:
        return Audience.whole_company()
    parts = [part for part in key.split(",") if part]
    units, groups, people = (frozenset(int(part[1:]) for part in parts if part[0] == kind) for kind in "ugp")
    return Audience(units=units, groups=groups, people=people)


def _key(label: str, typed: Any) -> Any:
    try:
        key = apps.get_model(label)._meta.pk.to_python(typed)
    except ValidationError:
        return None
    return None if isinstance(key, int) and not 0 < key < 2**63 else key
