"""The journal: what was changed (audit) and what was looked at (access). Written in the transaction of the deed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q

from crm.models import AccessEntry, AuditEntry, User

_via: ContextVar[str] = ContextVar("via", default="")
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
    # Each of the company's own items is a value of its own, so that only those that changed are kept.
    values |= {f"custom.{code}": value for code, value in (values.pop("custom", None) or {}).items()}
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
        via=_via.get(),
    )


@contextmanager
def done_via(via: str) -> Iterator[None]:
    """Say where the deeds of a with-block come from: web or api."""
    token = _via.set(via)
    try:
        yield
    finally:
        _via.reset(token)


def seen(who: User, verb: str, model: type[models.Model], object_id: object = "", *, rows: int = 1, **detail: Any) -> None:
    """Write down a look: verb is view, search, export or download; rows says how many were shown."""
    AccessEntry.objects.create(user=who, verb=verb, model=model._meta.label, object_id=str(object_id), rows=rows, detail=detail)


def silence(rows: Mapping[str, Iterable[Any]]) -> None:
    """Take the values out of what was kept of these rows, by label of the model; who, what and when stay."""
    chosen = Q()
    for label, keys in rows.items():
        chosen |= Q(model=label, object_id__in=[str(key) for key in keys])
    AuditEntry.objects.filter(chosen).update(before={}, after={})


def _plain(value: Any) -> Any:
    if isinstance(value, datetime) and value.tzinfo:
        return value.astimezone(UTC).isoformat()  # one moment, one text: a form gives it in the viewer's zone, the database in UTC
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, models.Model):
        return _plain(value.pk)
    return value
