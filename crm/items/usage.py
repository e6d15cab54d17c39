"""How many rows hold a value of an item."""

from __future__ import annotations

from typing import Any

from django.apps import apps

from crm.models import FieldDefinition
from crm.paging import COUNT_CAP, capped_count


def rows_holding(item: FieldDefinition, cap: int = COUNT_CAP) -> int:
    """Count the rows of all models of the item's target that hold a value of it, up to cap + 1; the bin counts too."""
    holders: list[Any] = [model for model in apps.get_models() if getattr(model, "items_target", "") == item.target]
    found = 0
    for model in holders:
        found += capped_count(model.objects.for_the_house("an item in use is not deleted").filter(custom__has_key=item.code), cap)
    return min(found, cap + 1)
