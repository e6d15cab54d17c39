"""How methods and results look wherever a record is shown."""

from __future__ import annotations

from django import template

from contacts.marks import METHOD_ICONS, METHOD_TONES, RESULT_TONES
from crm.company import company
from crm.models import Choice

register = template.Library()


@register.filter
def method_icon(method: Choice | None) -> str:
    return METHOD_ICONS.get(method.semantic if method else "", "notebook")


@register.filter
def method_tone(method: Choice | None) -> str:
    return METHOD_TONES.get(method.semantic if method else "", "primary")


@register.filter
def result_tone(result: Choice) -> str:
    return RESULT_TONES.get(result.semantic, "gray")


@register.simple_tag
def like_word() -> str:
    """The company's own word for a like."""
    return company().like
