"""What a template (ひな形) keeps of a record, and how a new form begins with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.models import ContactTemplate
from crm.audience import Audience
from crm.fields import CleanCharField
from crm.models import User, VisibilityScope

PICKS = ("method", "result", "summary", "category1", "category2")
WORDS = ("summary_note", "content", "direct")
STAFF = ("participants", "report_to", "notice_to")


class TemplateForm(forms.Form):
    """How a template is called, and whether everybody is offered it."""

    name = CleanCharField(label=_("Template name"), max_length=60)
    shared = forms.BooleanField(label=_("For everybody"), required=False)

    def __init__(self, *args: Any, viewer: User, **options: Any) -> None:
        super().__init__(*args, **options)
        if not viewer.is_staff:
            del self.fields["shared"]


def values_of(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a template keeps, as plain JSON. said: a form's cleaned data, as far as it is right, or a record's initial values.

    Customer, people, deal, day and expenses are one record's own.
    """
    picks = {name: getattr(said[name], "pk", said[name]) for name in PICKS if said.get(name)}
    words = {name: said[name] for name in WORDS if said.get(name)}
    staff = {name: [user.pk for user in said[name]] for name in STAFF if said.get(name)}
    audience = {"audience": said["audience"].key} if isinstance(said.get("audience"), Audience) else {}
    return picks | words | staff | audience


def from_template(template: ContactTemplate) -> dict[str, Any]:
    """Return how a new form begins. Leavers are left out."""
    kept = template.values
    users = User.objects.filter(is_active=True).in_bulk({pk for name in STAFF for pk in kept.get(name, [])})
    staff = {name: [users[pk] for pk in kept.get(name, []) if pk in users] for name in STAFF}
    plain = {name: kept[name] for name in (*PICKS, *WORDS) if name in kept}
    audience = {"audience": Audience.of(VisibilityScope(key=kept["audience"]))} if "audience" in kept else {}
    return plain | staff | audience
