"""Running numbers that people read out (#1042), with gaps by design: a dense count would tell how much is hidden."""

from __future__ import annotations

import secrets

from django.db import connection

from crm.models import NumberSequence

LARGEST_STEP = 7


def next_number(name: str) -> int:
    """Return the next number of this sequence, one to seven above the last, in the caller's transaction.

    One statement on both databases: the row is made on first use, and two callers never get the same number.
    """
    table = NumberSequence._meta.db_table
    step = 1 + secrets.randbelow(LARGEST_STEP)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (name, value) VALUES (%s, %s) "  # noqa: S608 - the table's name is ours
            f"ON CONFLICT (name) DO UPDATE SET value = {table}.value + excluded.value RETURNING value",
            [name, step],
        )
        return int(cursor.fetchone()[0])
