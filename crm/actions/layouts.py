"""Layouts of forms: saved and reset by administrators, for the company, a unit with all below it, or a group."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from crm import journal
from crm.layout import Layout, forget_layouts
from crm.models import FormLayout, OrgUnit, StaffGroup, User
from crm.versions import StaleVersion


@transaction.atomic
def save_layout(
    *, by: User, target: str, device: str, layout: Layout, version: int, unit: OrgUnit | None = None, group: StaffGroup | None = None
) -> FormLayout:
    """Let this layout hold. layout: as crm.layout.checked() returns it. version: the one that was read, 0 if there was none.

    Raises StaleVersion if somebody else has saved one in the meantime.
    """
    row = FormLayout.objects.select_for_update().filter(target=target, device=device, unit=unit, group=group).first()
    if (row.version if row else 0) != version:
        raise StaleVersion(row or FormLayout(target=target, device=device, unit=unit, group=group, version=0))
    before = journal.picture(row) if row else {}
    row = row or FormLayout(target=target, device=device, unit=unit, group=group, version=0)
    row.areas, row.required = layout.areas, sorted(layout.required)
    row.version += 1
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:  # two first ones at the same moment
        raise StaleVersion(FormLayout.objects.get(target=target, device=device, unit=unit, group=group)) from error
    journal.record(by, "change" if before else "create", row, before, journal.picture(row))
    transaction.on_commit(forget_layouts)
    forget_layouts()
    return row


@transaction.atomic
def reset_layout(*, by: User, target: str, device: str, unit: OrgUnit | None = None, group: StaffGroup | None = None) -> None:
    """Let the layout hold again that would hold without this one."""
    row = FormLayout.objects.select_for_update().filter(target=target, device=device, unit=unit, group=group).first()
    if row is None:
        return
    journal.record(by, "delete", row, journal.picture(row), {})
    row.delete()
    transaction.on_commit(forget_layouts)
    forget_layouts()
