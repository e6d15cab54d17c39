"""Two people changed one record: both texts side by side, field by field, and nothing lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.db.models import Model
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.entry import ExpenseLine, RequestLine
from contacts.forms.contact import ContactForm
from contacts.forms.prefill import initial_of
from contacts.models import ContactPoint
from crm.audience import Audience
from crm.forms.audience import COMPANY, NAMED, labels_of, typed_of
from crm.forms.choosing import guest_key, seen_keys
from crm.forms.conflict import said_by
from crm.forms.items import PREFIX, send_items
from crm.forms.placing import PARTS
from crm.layout import Layout
from crm.models import Target, User
from crm.templatetags.japanese import clock, day, yen

KEPT_ALONE = ("contact_id", "version", "appointment")
LINES = {"expenses": gettext_lazy("Expenses"), "requests": gettext_lazy("To-dos and requests")}


@dataclass(frozen=True)
class Difference:
    """One field on which my text and the current one differ."""

    name: str
    label: str
    mine: str
    theirs: str


def differences(mine: ContactForm, current: ContactPoint, viewer: User) -> list[Difference]:
    """Compare what was just sent with the record as it stands now."""
    return compared(mine, as_it_stands(current, viewer, mine.layout))


def as_it_stands(current: ContactPoint, viewer: User, layout: Layout | None = None) -> ContactForm:
    """Return a record, read with_surroundings, as if its form had just been sent; what the viewer may not see is left out."""
    initial = initial_of(current, viewer)
    data = submitted(initial)
    data["draft"] = "1"  # nothing more is demanded of what stands
    form = ContactForm(data, viewer=viewer, initial=initial, contact=current, layout=layout)
    for name, field in form.fields.items():
        if name in data:
            data.setlist(name, seen_keys(field, data.getlist(name)))
    return form


def compared(mine: ContactForm, theirs: ContactForm, but: Iterable[str] = KEPT_ALONE) -> list[Difference]:
    """Compare two forms as they stand, right or wrong: what cannot be judged (any more) must not pass for the same."""
    for form in (mine, theirs):
        form.is_valid()
    names = [name for name in theirs.fields if name in mine.fields and name not in but]
    pairs = [(name, _said(mine, name), _said(theirs, name)) for name in names]
    pairs += [(prefix, *_lines_said(mine, theirs, prefix)) for prefix in LINES if getattr(mine, prefix).is_bound]
    return [Difference(name, label_of(theirs, name), one, other) for name, one, other in pairs if one != other]


def _said(form: ContactForm, name: str) -> str:
    if name in form.cleaned_data:
        return said_of(form, name, form.cleaned_data[name])
    sent: Any = form.data
    return "、".join(value for part in ("", *PARTS) for value in sent.getlist(name + part) if value)


def _lines_said(mine: ContactForm, theirs: ContactForm, prefix: str) -> tuple[str, str]:
    """Return both forms' lines in the same manner of speaking, else a line would differ from itself."""
    if all(getattr(form, prefix).is_valid() for form in (mine, theirs)):
        read = [form.expenses.lines() if prefix == "expenses" else form.requests.lines(form.owner_user) for form in (mine, theirs)]
        return said_of(mine, prefix, read[0]), said_of(theirs, prefix, read[1])
    return _lines_sent(mine, prefix), _lines_sent(theirs, prefix)


def _lines_sent(form: ContactForm, prefix: str) -> str:
    """Return the lines below a form, each as its values in a row."""
    rows: dict[str, list[str]] = {}
    sent: Any = form.data
    for key, values in sent.lists():
        head, _dash, place = key.rpartition("-")[0].rpartition("-")
        if head == prefix and place.isdigit() and not key.endswith(("-DELETE", "-id")):
            rows.setdefault(place, []).extend(value for value in values if value)
    return "\n".join(" ".join(row) for row in rows.values() if row)


def label_of(form: ContactForm, name: str) -> str:
    if name in LINES:
        return str(LINES[name])
    label = str(form.fields[name].label)
    return f"{_('Next appointment')}: {label}" if name.startswith("next_") else label


def taken(data: QueryDict, name: str, current: ContactPoint, viewer: User) -> QueryDict:
    """Return what was sent, with one field as it stands on the record now."""
    merged = data.copy()
    standing: Any = as_it_stands(current, viewer).data
    belongs = [key for key in {*standing, *merged} if key in (name, *(f"{name}{part}" for part in PARTS)) or key.startswith(f"{name}-")]
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
        elif name in LINES:
            _add_lines(data, name, value)
        elif name == "custom":
            send_items(data, Target.CONTACT, value)
        elif isinstance(value, list):
            data.setlist(name, [guest_key(one) if name == "guests" else _key(one) for one in value])
        elif value not in (None, ""):
            data[name] = _key(value)
    return data


def _add_lines(data: QueryDict, prefix: str, lines: list[dict[str, Any]]) -> None:
    data.update({f"{prefix}-TOTAL_FORMS": str(len(lines)), f"{prefix}-INITIAL_FORMS": "0"})
    for place, line in enumerate(lines):
        data.update(
            {
                f"{prefix}-{place}-{name}": "on" if value is True else _key(value)
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


def said_of(form: ContactForm, name: str, value: Any) -> str:
    """Return a cleaned value as people read it."""
    if name.startswith(PREFIX):
        return said_by(form.fields[name], value)
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
    if isinstance(value, RequestLine):
        return " ".join(filter(None, (str(value.to), value.title, day(value.due_on), _("Urgent") if value.urgent else "")))
    if isinstance(value, date):
        return day(value)
    if isinstance(value, time):
        return clock(value)
    return str(value if value is not None else "")
