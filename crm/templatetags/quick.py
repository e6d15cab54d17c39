"""The button that creates from within a form what a field lacks."""

from __future__ import annotations

from django import template

from crm.quickly import QUICK_KINDS, QuickKind

register = template.Library()


@register.simple_tag
def quick_kind(name: str) -> QuickKind | None:
    """Return the kind of row of this name, none while the company does not use its part."""
    kind = QUICK_KINDS[name]
    return kind if kind.is_used else None
