"""The newest records one person may read, found by merging the heads of few ordered lists.

The plain rule filters one long list by date: whoever sees little walks through millions of other people's records. Here
each scope of the reader, and the list of records that name the reader, gives its first rows, and the newest of those are
the page (spec: merge of heads). Only keys come back; the caller reads the rows through the rule, as always.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, NamedTuple, Self
from uuid import UUID

from django.db import connection, models

from crm.paging import BadCursor

# Measured on a million records (bench/visibility.py): with more scopes than this one sees so much that walking the time
# index meets enough visible rows at once; and counting by heads pays only where the plain rule finds almost nothing.
MOST_SCOPES = 100
MOST_SCOPES_COUNTED = 10


def few(scopes: list[int], *, counting: bool = False) -> bool:
    """Tell whether merging the heads is cheaper than the plain rule."""
    return len(scopes) <= (MOST_SCOPES_COUNTED if counting else MOST_SCOPES)


class Position(NamedTuple):
    """Where a page starts: behind this row, on the way to older rows or, if `back`, to newer ones."""

    started_at: datetime
    pk: UUID
    back: bool = False

    @classmethod
    def of(cls, back: bool, values: list[Any]) -> Self | None:
        """Read a cursor; without values it is the first page. Raises BadCursor."""
        if not values:
            return None
        started_at, pk = values
        if not (isinstance(started_at, datetime) and isinstance(pk, UUID)):
            raise BadCursor
        return cls(started_at, pk, back)


def heads(table: type[models.Model], user_id: int, scopes: list[int], *, size: int, after: Position | None = None) -> list[UUID]:
    """Return the keys of the next `size` registered records of these scopes or naming this user, in page order."""
    sql, params = _sql(table, user_id, scopes, size, after)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found = [row[0] for row in cursor.fetchall()]
    return [key if isinstance(key, UUID) else UUID(key) for key in dict.fromkeys(found)]


def count_heads(table: type[models.Model], user_id: int, scopes: list[int], *, cap: int) -> int:
    """Count these records up to cap + 1."""
    sql, params = _sql(table, user_id, scopes, cap + 1, None)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(DISTINCT id) FROM ({sql}) counted", params)  # noqa: S608 - made below
        return int(cursor.fetchone()[0])


def _sql(table: type[models.Model], user_id: int, scopes: list[int], size: int, after: Position | None) -> tuple[str, list[Any]]:
    """Return one SELECT and its parameters. Only names of our own tables and columns are written into the text."""
    records = table._meta.db_table
    named = table.named_model()._meta.db_table  # type: ignore[attr-defined]
    way, beyond = ("ASC", ">") if after and after.back else ("DESC", "<")
    bound = [_stored(table, "started_at", after.started_at), _stored(table, "id", after.pk)] if after else []
    standing = "state = 'registered' AND {0}.deleted_at IS NULL"
    by_name = (
        f"SELECT p.content_object_id AS id, p.started_at AS started_at FROM {named} p JOIN {records} r ON r.id = p.content_object_id "  # noqa: S608
        f"WHERE p.user_id = %s AND r.{standing.format('r')}{_beyond('p', 'content_object_id', beyond, bound)} "
        f"ORDER BY p.started_at {way}, p.content_object_id {way} LIMIT {size:d}"
    )
    of_scope = (
        f"SELECT x.id AS id, x.started_at AS started_at FROM {records} x WHERE x.scope_id = s.value AND x.{standing.format('x')}"  # noqa: S608
        f"{_beyond('x', 'id', beyond, bound)} ORDER BY x.started_at {way}, x.id {way} LIMIT {size:d}"
    )
    if connection.vendor == "postgresql":
        by_scope = f"SELECT y.id, y.started_at FROM unnest(%s::bigint[]) AS s(value) CROSS JOIN LATERAL ({of_scope}) y"  # noqa: S608
        asked: Any = scopes
    else:
        keys = of_scope.replace(", x.started_at AS started_at", "", 1)
        by_scope = f"SELECT c.id, c.started_at FROM json_each(%s) s CROSS JOIN {records} c WHERE c.id IN ({keys})"  # noqa: S608
        asked = json.dumps(scopes)
    # SQLite takes no brackets around the halves of a UNION, hence the SELECTs around them.
    merged = f"SELECT id, started_at FROM ({by_name}) a UNION SELECT id, started_at FROM ({by_scope}) b"  # noqa: S608
    sql = f"SELECT id FROM ({merged}) heads ORDER BY started_at {way}, id {way} LIMIT {size:d}"  # noqa: S608
    return sql, [user_id, *bound, asked, *bound]


def _beyond(alias: str, key: str, sign: str, bound: list[Any]) -> str:
    return f" AND ({alias}.started_at, {alias}.{key}) {sign} (%s, %s)" if bound else ""


def _stored(table: type[models.Model], column: str, value: Any) -> Any:
    return table._meta.get_field(column).get_db_prep_value(value, connection)  # type: ignore[union-attr]
