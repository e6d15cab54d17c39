"""What the actions on rows of this room share: writing their fields, keeping what the writer cannot see, retiring them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from django.db.models import F

from crm import journal
from crm.actions import NotAllowed
from crm.audience import Audience, may_set_audience, scope_for
from crm.models import User
from crm.visibility import Guarded

Row = TypeVar("Row", bound=Guarded)


def write(row: Any, fields: dict[str, Any]) -> None:
    """Set these columns and count the version up; saving is the action's."""
    for name, value in fields.items():
        setattr(row, name, value)
    row.version += 1


def but_hidden(row: Guarded, by: User, fields: dict[str, Any]) -> dict[str, Any]:
    """Leave out what would be emptied, where `by` could not have seen that there is something."""
    return {name: value for name, value in fields.items() if value is not None or not hides(row, by, name)}


def hides(row: Guarded, by: User, name: str) -> bool:
    """Tell whether the row names something in this field that `by` may not see."""
    field: Any = row._meta.get_field(name)
    if not (field.is_relation and issubclass(field.related_model, Guarded)):
        return False
    key = getattr(row, field.attname)
    return key is not None and not field.related_model.objects.visible_to(by).filter(pk=key).exists()


def set_audience(row: Any, by: User, audience: Audience | None) -> None:
    """Give the row this audience; None leaves it. Raises NotAllowed if who reads it is not for `by` to say."""
    if audience is None or audience == Audience.of(row.scope):
        return
    if not may_set_audience(by, row):
        raise NotAllowed
    row.scope = scope_for(audience)


def retire(by: User, row: Row, now: datetime) -> Row:
    """Take a row out of lists and choices."""
    return _end(by, row, "retire", now)


def restore(by: User, row: Row) -> Row:
    """Bring a retired row back."""
    return _end(by, row, "restore", None)


def _end(by: User, row: Row, verb: str, retired_at: datetime | None) -> Row:
    """A second click changes nothing: the first one said it all."""
    before = journal.picture(row)
    rows: Any = type(row)._base_manager
    changed = rows.for_the_house("one row, looked up by its viewer").filter(pk=row.pk, retired_at__isnull=retired_at is not None)
    if changed.update(retired_at=retired_at, version=F("version") + 1):
        row.refresh_from_db()
        journal.record(by, verb, row, before, journal.picture(row))
    return row
