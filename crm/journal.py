"""The journal: what was changed (audit) and what was looked at (access). Written in the transaction of the deed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import models

from crm.models import AccessEntry, AuditEntry, User

_DERIVED = {
    "search_text",
    "sort_key",
    "kana_row",
    "updated_at",
    "created_at",
    "version",
    "password",
    "digest",
    "last_login",
    "sequence",
    "exported_at",
}


def picture(row: models.Model, **parts: Iterable[Any]) -> dict[str, Any]:
    """Return a row's own values as plain JSON; `parts` adds the keys of what belongs to it, e.g. people=[...]."""
    values = {field.name: _plain(field.value_from_object(row)) for field in row._meta.concrete_fields if field.name not in _DERIVED}
    return values | {name: [_plain(one) for one in many] for name, many in parts.items()}


def record(who: User | None, verb: str, row: models.Model, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Write down a change; only the values that differ are kept. Nothing changed, nothing written."""
    changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    if not changed:
        return
    AuditEntry.objects.create(
        user=who,
        verb=verb,
        model=row._meta.label,
        object_id=str(row.pk),
        before={name: before[name] for name in changed if name in before},
        after={name: after[name] for name in changed if name in after},
    )


def seen(who: User, verb: str, model: type[models.Model], object_id: object = "", *, rows: int = 1, **detail: Any) -> None:
    """Write down a look: verb is view, search, export or download; rows says how many were shown."""
    AccessEntry.objects.create(user=who, verb=verb, model=model._meta.label, object_id=str(object_id), rows=rows, detail=detail)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, models.Model):
        return _plain(value.pk)
    return value
