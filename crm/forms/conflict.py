"""When two people changed the same thing: what stands now beside what was typed, so that nobody overwrites blindly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Model
from django.forms.formsets import BaseFormSet
from django.utils.translation import gettext as _

from crm.audience import Audience
from crm.forms.audience import labels_of, typed_of
from crm.japanese import Phone
from crm.templatetags.japanese import day_short, moment


@dataclass(frozen=True)
class Difference:
    label: str
    standing: str
    typed: str


def differences(typed: forms.BaseForm, standing: dict[str, Any]) -> list[Difference]:
    """Compare a valid form with the values that stand now, as a form shows them, field by field, in words."""
    lines = []
    for name, value in typed.cleaned_data.items():
        field = typed.fields[name]
        if name not in standing or field.widget.is_hidden or field.disabled:
            continue
        mine, theirs = said_by(field, value), said_by(field, standing[name])
        if mine != theirs:
            lines.append(Difference(str(field.label or name), theirs, mine))
    return lines


def said_by(field: forms.Field, value: Any) -> str:
    """An option is shown by its words; one that the viewer may not see, by none."""
    if isinstance(field, forms.ModelMultipleChoiceField):
        return words_of(value)
    if isinstance(field, forms.ModelChoiceField) and value and not isinstance(value, Model):
        return words_of(field.queryset.filter(pk=value).first()) if field.queryset is not None else ""
    if isinstance(field, forms.MultipleChoiceField):
        known = dict(field.choices)  # type: ignore[arg-type]
        return words_of([str(known[one]) for one in value or () if one in known])
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
    return words_of(value)


def build_on(form: Any, version: int) -> None:
    """Let the form be sent once more, on the version that stands now: then it is a decision, not an accident."""
    form.data = form.data.copy()
    form.data["version"] = str(version)


def words_of(value: Any) -> str:
    """Return a value as people read it."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, date):
        return moment(value) if isinstance(value, datetime) else day_short(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():,f}"
    if isinstance(value, Phone):
        return " ".join(filter(None, (value.display, value.ext)))
    if isinstance(value, Audience):
        kind, parts = typed_of(value)
        said = {"company": _("Whole company"), "named": _("Only those concerned")}
        return said.get(kind) or "、".join(part["text"] for part in labels_of(parts))
    if isinstance(value, Model):
        return str(value)
    return "、".join(map(words_of, value)) if isinstance(value, list | tuple | set) else str(value)


def lines_of(formset: BaseFormSet[Any]) -> list[str]:
    """Return the lines of a valid formset in words; empty ones and those marked as removed are left out."""
    rows = [row for row in formset.forms if row.cleaned_data and not row.cleaned_data.get("DELETE") and row.line() is not None]
    said = [
        [said_by(row.fields[name], value) for name, value in row.cleaned_data.items() if name not in ("id", "DELETE") and value]
        for row in rows
    ]
    return [" ".join(words) for words in said if words]
