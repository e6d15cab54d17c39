"""Outbox topics of this room."""

from __future__ import annotations

from crm.actions.choices import merge_in_items
from crm.models import Outbox


def choice_merged(row: Outbox) -> None:
    merge_in_items(choice_id=int(row.key))
