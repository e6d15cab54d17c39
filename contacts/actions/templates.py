"""Templates (ひな形): kept, renamed, put in order, deleted and brought back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from contacts.models import ContactTemplate
from crm import journal
from crm.models import User

MOST_TEMPLATES = 100


class OnlyAdministrators(Exception):
    """What is offered to everybody is the administrators' to decide."""


class TooManyTemplates(Exception):
    """This person has as many templates as one can look through."""


@transaction.atomic
def add_template(*, by: User, name: str, values: Mapping[str, Any], shared: bool = False) -> ContactTemplate:
    """Keep these words and settings under a name, behind the others.

    values: plain JSON, as contacts.forms.templates reads and writes it.

    Raises OnlyAdministrators, TooManyTemplates.
    """
    _require_right(by, shared=shared)
    mine = ContactTemplate.objects.visible_to(by).filter(owner=by)
    if mine.count() >= MOST_TEMPLATES:
        raise TooManyTemplates
    last = mine.aggregate(last=Max("place"))["last"] or 0
    template = ContactTemplate.objects.create(owner=by, name=name, shared=shared, values=dict(values), place=last + 10)
    journal.record(by, "create", template, {}, journal.picture(template))
    return template


@transaction.atomic
def change_template(*, by: User, template: ContactTemplate, name: str, shared: bool) -> ContactTemplate:
    """Rename a template, or say whom it is offered to. Raises OnlyAdministrators."""
    if shared != template.shared:
        _require_right(by, shared=True)
    return _change(by, template, "change", name=name, shared=shared)


@transaction.atomic
def reorder_templates(*, by: User, order: Sequence[int]) -> None:
    """Put the templates named by their keys in this order; keys of others' templates change nothing."""
    rows = {row.pk: row for row in ContactTemplate.objects.editable_by(by).select_for_update().in_order()}
    named = [pk for pk in dict.fromkeys(order) if pk in rows]
    for place, pk in enumerate([*named, *(pk for pk in rows if pk not in set(named))], start=1):
        if rows[pk].place != place * 10:
            _change(by, rows[pk], "change", place=place * 10)


@transaction.atomic
def move_template(*, by: User, template: ContactTemplate, steps: int) -> None:
    """Move a template up (negative) or down among those that stand together with it, for the keyboard."""
    rows = list(ContactTemplate.objects.editable_by(by).in_order())
    level = [row.pk for row in rows if row.shared == template.shared]
    place = level.index(template.pk)
    level.insert(max(0, min(len(level) - 1, place + steps)), level.pop(place))
    others = [row.pk for row in rows if row.shared != template.shared]
    reorder_templates(by=by, order=[*others, *level] if template.shared else [*level, *others])


@transaction.atomic
def delete_template(*, by: User, template: ContactTemplate, now: datetime) -> ContactTemplate:
    """Offer the template no longer; who may change it can bring it back."""
    return _change(by, template, "delete", retired_at=template.retired_at or now)


@transaction.atomic
def restore_template(*, by: User, template: ContactTemplate) -> ContactTemplate:
    """Bring a deleted template back."""
    return _change(by, template, "restore", retired_at=None)


def _require_right(by: User, *, shared: bool) -> None:
    if shared and not by.is_staff:
        raise OnlyAdministrators


def _change(by: User, template: ContactTemplate, verb: str, **fields: Any) -> ContactTemplate:
    before = journal.picture(template)
    for name, value in fields.items():
        setattr(template, name, value)
    template.save(update_fields=[*fields, "updated_at"])
    journal.record(by, verb, template, before, journal.picture(template))
    return template
