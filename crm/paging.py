"""Keyset paging: a page is found by the last row of the one before, so page 50,000 costs what page 1 costs."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

PAGE = 50
COUNT_CAP = 1_000


class BadCursor(ValueError):
    """A cursor that we did not make."""


@dataclass(frozen=True)
class Page:
    """Rows of one page; `older` and `newer` are cursors for the next page in either direction, empty at the ends."""

    rows: list[Any]
    older: str = ""
    newer: str = ""

    def __iter__(self) -> Any:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def keyset_page(rows: QuerySet[Any], *, by: Sequence[str], cursor: str = "", size: int = PAGE) -> Page:
    """Cut one page out of rows ordered by the given columns, e.g. by=["-started_at", "-pk"]; the last must be unique.

    Columns must not hold NULL. Raises BadCursor for a cursor that we did not make.
    """
    back, values = _decode(cursor, len(by)) if cursor else (False, None)
    order = [_turned(column) for column in by] if back else list(by)
    found = list((_after(rows, order, values) if values else rows).order_by(*order)[: size + 1])
    more, found = len(found) > size, found[:size]
    if back:
        found.reverse()
    if not found:
        return Page([])
    first, last = _encode(found[0], by, back=True), _encode(found[-1], by, back=False)
    has_older, has_newer = (True, more) if back else (more, bool(values))
    return Page(found, older=last if has_older else "", newer=first if has_newer else "")


def capped_count(rows: QuerySet[Any], cap: int = COUNT_CAP) -> int:
    """Count up to cap + 1 rows: above the cap people read "1,000+", and the database stops walking."""
    return rows.order_by()[: cap + 1].count()


def read_cursor(cursor: str, columns: int) -> tuple[bool, list[Any]]:
    """Return (back, values): the way a cursor leads and the row it starts from; no values without a cursor.

    Raises BadCursor for a cursor that we did not make.
    """
    return _decode(cursor, columns) if cursor else (False, [])


def _turned(column: str) -> str:
    return column[1:] if column.startswith("-") else f"-{column}"


def _after(rows: QuerySet[Any], order: Sequence[str], values: Sequence[Any]) -> QuerySet[Any]:
    beyond, same = Q(), Q()
    for column, value in zip(order, values, strict=True):
        name = column.lstrip("-")
        beyond |= same & Q(**{f"{name}__{'lt' if column.startswith('-') else 'gt'}": value})
        same &= Q(**{name: value})
    try:
        return rows.filter(beyond)
    except (ValueError, TypeError, ValidationError) as error:
        raise BadCursor from error


def _encode(row: Any, by: Sequence[str], *, back: bool) -> str:
    values = [_plain(getattr(row, column.lstrip("-"))) for column in by]
    return base64.urlsafe_b64encode(json.dumps([int(back), *values]).encode()).decode().rstrip("=")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return {"t": value.isoformat()}
    return {"u": str(value)} if isinstance(value, UUID) else value


def _decode(cursor: str, columns: int) -> tuple[bool, list[Any]]:
    try:
        back, *values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        read = [_read(value) for value in values]
    except (ValueError, TypeError, KeyError, binascii.Error, RecursionError) as error:
        raise BadCursor from error
    if back not in (0, 1) or len(read) != columns or any(isinstance(value, list | dict | type(None)) for value in read):
        raise BadCursor
    return bool(back), read


def _read(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if "u" in value:
        return UUID(value["u"])
    read = datetime.fromisoformat(value["t"]) if "T" in value["t"] else date.fromisoformat(value["t"])
    # Near the ends of the calendar a change of zone leaves it.
    if not 1 < read.year < 9999 or (isinstance(read, datetime) and read.tzinfo is None):
        raise BadCursor
    return read
