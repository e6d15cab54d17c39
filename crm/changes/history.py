"""One page of a row's history: the entries of the journal, told to one reader."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.changes.lines import Line, Shown, Teller
from crm.changes.names import Names
from crm.items.book import items_of
from crm.models import AuditEntry, User

VERBS = {
    "create": pgettext_lazy("deed", "Entered"),
    "change": pgettext_lazy("deed", "Changed"),
    "delete": pgettext_lazy("deed", "Moved to the bin"),
    "restore": pgettext_lazy("deed", "Restored"),
    "retire": pgettext_lazy("deed", "Retired"),
    "register": pgettext_lazy("deed", "Registered"),
    "restore_text": pgettext_lazy("deed", "Earlier text restored"),
    "move": pgettext_lazy("deed", "Moved to another time"),
    "cancel": pgettext_lazy("deed", "Cancelled"),
    "reopen": pgettext_lazy("deed", "Stands again"),
    "fulfil": pgettext_lazy("deed", "Made a record"),
    "merge": pgettext_lazy("deed", "Merged"),
}
VIAS = {"web": _("Browser"), "api": _("API"), "import": _("Import")}
# A deed that says enough by itself; any other one without a visible line is not shown at all.
PLAIN_DEEDS = {"create", "register", "delete", "restore", "retire", "cancel", "reopen", "fulfil"}


@dataclass(frozen=True)
class Change:
    """One deed. text_before: what the row's main text said before it, if the deed changed that."""

    pk: int
    at: datetime
    user: User | None
    verb: str
    lines: Sequence[Line]
    via: str = ""
    text_before: str | None = None

    @property
    def said(self) -> str:
        return str(VERBS.get(self.verb, VERBS["change"]))

    @property
    def via_said(self) -> str:
        return str(VIAS.get(self.via, ""))


def rows_of(row: Any) -> QuerySet[AuditEntry]:
    """Return what the journal kept of a row."""
    return AuditEntry.objects.filter(model=row._meta.label, object_id=str(row.pk)).select_related("user")


def changes_of(
    row: Any,
    entries: Sequence[AuditEntry],
    viewer: User,
    shown: Shown,
    *,
    hide: Collection[str] = (),
    bare: Callable[[AuditEntry], bool] = lambda _entry: False,
) -> list[Change]:
    """Tell these entries of a row to one reader, who may see the row.

    hide: columns that are not this reader's business. bare: deeds of which nothing but the deed is told. What names only what the reader may not see is left out, as on the row's own page.
    """
    items = items_of(row.items_target) if hasattr(row, "items_target") else None
    teller = Teller(shown, Names(viewer, shown.finders, shown.names), items)
    told = [(entry, [] if bare(entry) else _pairs(entry, {*hide, *shown.silent})) for entry in entries]
    teller.collect([pair for _entry, pairs in told for pair in pairs])
    changes = [_change(entry, pairs, teller) for entry, pairs in told]
    return [one for one in changes if one.lines or one.verb in PLAIN_DEEDS]


def _pairs(entry: AuditEntry, hidden: Collection[str]) -> list[tuple[str, Any, Any]]:
    names = [name for name in {**entry.before, **entry.after} if name not in hidden]
    return [(name, entry.before.get(name), entry.after.get(name)) for name in names]


def _change(entry: AuditEntry, pairs: Sequence[tuple[str, Any, Any]], teller: Teller) -> Change:
    lines = [line for pair in pairs if (line := teller.line(*pair))]
    before = entry.before.get("content") if any(name == "content" for name, _old, _new in pairs) else None
    return Change(entry.pk, entry.at, entry.user, _verb(entry), lines, entry.via, before)


def _verb(entry: AuditEntry) -> str:
    states = entry.before.get("state"), entry.after.get("state")
    return "register" if states == ("draft", "registered") else entry.verb
