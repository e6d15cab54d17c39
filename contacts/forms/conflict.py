"""Two people changed one record: both texts side by side, field by field, and nothing lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.db.models import Model
from django.http import QueryDict
from django.utils.translation import gettext as _

from contacts.entry import ExpenseLine
from contacts.forms.contact import ContactForm
from contacts.forms.prefill import initial_of
from contacts.models import ContactPoint
from crm.audience import Audience
from crm.forms.audience import COMPANY, NAMED, labels_of, typed_of
from crm.models import User
from crm.templatetags.japanese import clock, day, yen

KEPT_ALONE = ("contact_id", "version", "appointment")


@dataclass(frozen=True)
class Difference:
    """One field on which my text and the current one differ."""

    name: str
    label: str
    mine: str
    theirs: str


def differences(mine: ContactForm, current: ContactPoint, viewer: User) -> list[Difference]:
    """Compare what was just sent with the record as it stands now."""
    theirs = ContactForm(submitted(initial_of(current, viewer)), viewer=viewer, initial={}, contact=current)
    if not (theirs.is_valid() & mine.is_valid()):
        return []
    pairs = {name: (mine.cleaned_data.get(name), theirs.cleaned_data.get(name)) for name in theirs.fields if name not in KEPT_ALONE}
    pairs["expenses"] = (mine.expenses.lines(), theirs.expenses.lines())
    texts = ((name, _said(theirs, name, one), _said(theirs, name, other)) for name, (one, other) in pairs.items())
    return [Difference(name, _label(theirs, name), one, other) for name, one, other in texts if one != other]


def _label(form: ContactForm, name: str) -> str:
    if name == "expenses":
        return _("Expenses")
    label = str(form.fields[name].label)
    return f"{_('Next appointment')}: {label}" if name.startswith("next_") else label


def taken(data: QueryDict, name: str, current: ContactPoint, viewer: User) -> QueryDict:
    """Return what was sent, with one field as it stands on the record now."""
    standing, merged = submitted(initial_of(current, viewer)), data.copy()
    belongs = [key for key in {*standing, *merged} if key in (name, f"{name}_parts") or key.startswith(f"{name}-")]
    for key in belongs:
        merged.setlist(key, standing.getlist(key))
    return merged


def submitted(initial: Mapping[str, Any]) -> QueryDict:
    """Return a form's initial values as a browser would send them."""
    data = QueryDict(mutable=True)
    for name, value in initial.items():
        if name == "known":
            continue
        if name == "audience":
            kind, parts = typed_of(value)
            data[name] = kind
            data.setlist(f"{name}_parts", parts)
        elif name == "expenses":
            _add_lines(data, value)
        elif isinstance(value, list):
            data.setlist(name, [_key(one) for one in value])
        elif value not in (None, ""):
            data[name] = _key(value)
    return data


def _add_lines(data: QueryDict, lines: list[dict[str, Any]]) -> None:
    data.update({"expenses-TOTAL_FORMS": str(len(lines)), "expenses-INITIAL_FORMS": "0"})
    for place, line in enumerate(lines):
        data.update(
            {
                f"expenses-{place}-{name}": "on" if value is True else _key(value)
                for name, value in line.items()
                if value not in (None, "", False)
            }
        )


def _key(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M:%S}"
    return str(value.pk if isinstance(value, Model) else value)


def _said(form: ContactForm, name: str, value: Any) -> str:
    """Return a cleaned value as people read it."""
    if isinstance(value, Audience):
        kind, parts = typed_of(value)
        kinds = {COMPANY: _("Whole company"), NAMED: _("Only those concerned")}
        return kinds.get(kind) or "、".join(one["text"] for one in labels_of(parts))
    if name == "direct":
        return str(dict(form.fields[name].choices)[value or ""])  # type: ignore[attr-defined]
    return "、".join(_plain(one) for one in value) if isinstance(value, Iterable) and not isinstance(value, str) else _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, ExpenseLine):
        way = f"{value.origin}{'⇄' if value.round_trip else '→'}{value.destination}" if value.origin or value.destination else ""
        return " ".join(filter(None, (str(value.kind or ""), way, yen(value.amount_yen), value.note)))
    if isinstance(value, date):
        return day(value)
    if isinstance(value, time):
        return clock(value)
    return str(value if value is not None else "")
