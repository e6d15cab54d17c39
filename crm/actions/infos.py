"""Collected information and customer voices: adding, changing, retiring."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from crm import journal, rows
from crm.actions import DealElsewhere, sent_before, standing
from crm.audience import Audience, name_readers, scope_for
from crm.japanese import searchable
from crm.models import CollectedInfo, Deal, User, uuid7


@transaction.atomic
def add_info(
    *, by: User, title: str, collected_on: date, audience: Audience, owner: User, info_id: UUID | None = None, **fields: Any
) -> CollectedInfo:
    """Add collected information, or with voice=True a customer's voice. fields: columns of CollectedInfo.

    info_id: made by the sender. A second call with the same one returns the first row unchanged.

    Raises IdTaken, DealElsewhere.
    """
    if before := sent_before(CollectedInfo, info_id, by):
        return before
    info = CollectedInfo(id=info_id or uuid7(), title=title, owner=owner, recorder=by, scope=scope_for(audience), **fields)
    info.collected_on = collected_on
    _check_deal(info)
    _fill_keys(info)
    try:
        with transaction.atomic():
            info.save(force_insert=True)
    except IntegrityError:
        if before := sent_before(CollectedInfo, info_id, by):
            return before
        raise
    name_readers(info, {owner.pk, by.pk})
    journal.record(by, "create", info, {}, journal.picture(info))
    return info


@transaction.atomic
def change_info(*, by: User, info: CollectedInfo, version: int, audience: Audience | None = None, **fields: Any) -> CollectedInfo:
    """Change information that was read at this version.

    A customer and a deal that `by` may not see stay, unless others are named.

    Raises StaleVersion, NotAllowed, DealElsewhere.
    """
    row: CollectedInfo = standing(info, version)
    before, parties = journal.picture(row), (row.customer_id, row.deal_id)
    said = rows.but_hidden(row, by, fields)
    rows.write(row, said)
    rows.set_audience(row, by, audience)
    # What was named rightly may belong to another customer since: the row keeps it.
    if parties != (row.customer_id, row.deal_id):
        if "deal" not in said and _is_elsewhere(row) and rows.hides(row, by, "deal"):
            row.deal = None
        _check_deal(row)
    _fill_keys(row)
    row.save()
    name_readers(row, {row.owner_id, row.recorder_id})
    journal.record(by, "change", row, before, journal.picture(row))
    return row


@transaction.atomic
def retire_info(*, by: User, info: CollectedInfo, now: datetime) -> CollectedInfo:
    """Take information out of lists and choices; records keep it."""
    return rows.retire(by, info, now)


@transaction.atomic
def restore_info(*, by: User, info: CollectedInfo) -> CollectedInfo:
    """Bring retired information back."""
    return rows.restore(by, info)


def _check_deal(info: CollectedInfo) -> None:
    if _is_elsewhere(info):
        raise DealElsewhere


def _is_elsewhere(info: CollectedInfo) -> bool:
    """Tell whether the deal is another customer's; a deal without a customer goes with everybody."""
    if info.deal_id is None or info.customer_id is None:
        return False
    deals = Deal.objects.for_the_house("the deal of information is its customer's, or nobody's")
    return deals.filter(pk=info.deal_id).exclude(customer=None).exclude(customer=info.customer_id).exists()


def _fill_keys(info: CollectedInfo) -> None:
    info.search_text = searchable(info.title, info.text)
