"""The company's own settings: optional parts, words and limits."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from crm import journal
from crm.actions import NotAllowed, StaleVersion
from crm.company import forget_company
from crm.models import Company, Module, User

CHANGEABLE = {"modules_off", "like_ja", "like_en", "most_files", "largest_file_mb", "keep_positions"}


@transaction.atomic
def change_company(*, by: User, version: int, **fields: Any) -> Company:
    """Change the settings that were read at this version; what is switched off only disappears, nothing is deleted.

    fields: modules_off (values of Module), like_ja, like_en, most_files (a record), largest_file_mb, keep_positions.

    Raises NotAllowed for anybody but administrators, StaleVersion.
    """
    if not by.is_staff:
        raise NotAllowed
    if unknown := set(fields) - CHANGEABLE | (set(fields.get("modules_off", ())) - set(Module.values)):
        raise ValueError(f"not a setting: {unknown}")
    Company.objects.get_or_create(pk=1)
    row = Company.objects.select_for_update().get(pk=1)
    if row.version != version:
        raise StaleVersion(row)
    before = journal.picture(row)
    for name, value in fields.items():
        setattr(row, name, sorted(value) if name == "modules_off" else value)
    row.changed_by = by
    row.version += 1
    row.save()
    journal.record(by, "change", row, before, journal.picture(row))
    forget_company()
    # Another request of this process may ask between here and the commit, and remember the settings as they were.
    transaction.on_commit(forget_company)
    return row
