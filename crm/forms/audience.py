"""The field for an audience (公開範囲): the whole company, chosen units, groups and people, or only those concerned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crm.audience import Audience
from crm.models import OrgUnit, StaffGroup, User

COMPANY, CHOSEN, NAMED = "company", "chosen", "named"
KINDS: dict[str, Any] = {"u": OrgUnit, "g": StaffGroup, "p": User}
LARGEST = 200
Typed = tuple[str, list[str]]


class AudienceWidget(forms.Widget):
    """Three segments, and a type-ahead for the chosen. It submits <name> and <name>_parts (u3, g2, p9)."""

    template_name = "crm/widgets/audience.html"
    use_fieldset = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Typed | None:
        if name not in data:
            return None
        parts = data.getlist(f"{name}_parts") if hasattr(data, "getlist") else data.get(f"{name}_parts", [])
        return str(data[name]), list(parts)

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return name not in data

    def id_for_label(self, id_: str, index: Any = None) -> str:
        return ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        kind, parts = value if isinstance(value, tuple) else typed_of(value)
        context = super().get_context(name, None, attrs)
        words = [
            (COMPANY, _("Whole company"), "building"),
            (CHOSEN, _("Chosen units and people"), "users"),
            (NAMED, _("Only those concerned"), "lock"),
        ]
        context["widget"] |= {
            "kinds": [{"value": code, "label": label, "icon": icon, "chosen": code == kind} for code, label, icon in words],
            "parts": labels_of(parts),
            "suggest": reverse("crm:audience_suggest"),
        }
        return context


class AudienceField(forms.Field):
    """Cleans to crm.audience.Audience; what was typed is kept when it cannot be read."""

    widget = AudienceWidget
    default_error_messages = {
        "kind": _("Choose who may read this."),
        "nobody": _("Choose at least one unit, group or person."),
        "unknown": _("One of the chosen no longer exists. Choose again."),
    }

    def __init__(self, **options: Any) -> None:
        said = {"label": _("Visibility"), "initial": Audience.whole_company, "required": False}
        super().__init__(**{**said, **options})

    def clean(self, value: Any) -> Audience:
        if isinstance(value, Audience):
            return value
        kind, parts = value or (COMPANY, [])
        if kind == COMPANY:
            return Audience.whole_company()
        if kind == NAMED:
            return Audience()
        if kind != CHOSEN:
            raise ValidationError(self.error_messages["kind"], code="kind")
        if not parts:
            raise ValidationError(self.error_messages["nobody"], code="nobody")
        return self._chosen(parts)

    def _chosen(self, parts: list[str]) -> Audience:
        keys = _keys(parts)
        known = {kind: frozenset(_rows(kind, keys[kind]).values_list("pk", flat=True)) if keys[kind] else frozenset() for kind in KINDS}
        if len(set(parts)) > LARGEST or sum(map(len, known.values())) != len(set(parts)):
            raise ValidationError(self.error_messages["unknown"], code="unknown")
        return Audience(units=known["u"], groups=known["g"], people=known["p"])

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (typed_of(initial) if isinstance(initial, Audience) else initial) != data


def typed_of(audience: Audience | None) -> Typed:
    """Return an audience as the widget submits it."""
    if audience is None or audience.company:
        return COMPANY, []
    parts = [part for part in audience.key.split(",") if part]
    return (CHOSEN, parts) if parts else (NAMED, [])


def labels_of(parts: list[str]) -> list[dict[str, str]]:
    """Return the chosen parts with their words, in the order given; unknown ones are left out."""
    keys = _keys(parts[:LARGEST])
    words = {f"{kind}{row.pk}": str(row) for kind, pks in keys.items() if pks for row in _rows(kind, pks)}
    return [{"value": part, "text": words[part]} for part in dict.fromkeys(parts) if part in words]


def _rows(kind: str, keys: set[int]) -> Any:
    return KINDS[kind].objects.filter(pk__in=keys)


def _keys(parts: list[str]) -> dict[str, set[int]]:
    """Sort u3, g2, p9 by kind. Only plain digits: int() would take full-width ones, and any length."""
    keys: dict[str, set[int]] = {kind: set() for kind in KINDS}
    for part in parts:
        if part[:1] in KINDS and part[1:].isascii() and part[1:].isdigit() and len(part) < 12:
            keys[part[0]].add(int(part[1:]))
    return keys
