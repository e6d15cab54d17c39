"""Installed products, vehicles and contracts of a customer: adding, changing, retiring."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from crm import journal
from crm.actions import sent_before, standing
from crm.items import fill_items
from crm.keys import fill_held_keys
from crm.models import Asset, Contract, Customer, User, uuid7
from crm.rows import restore, retire, write


class EndsBeforeStart(Exception):
    """The contract is said to end before it starts."""


@transaction.atomic
def add_asset(*, by: User, customer: Customer, name: str, asset_id: UUID | None = None, **fields: Any) -> Asset:
    """Add an installed product or a vehicle. fields: columns of Asset.

    asset_id: made by the sender. A second call with the same one returns the first asset unchanged.

    Raises IdTaken.
    """
    return _add(Asset, by, asset_id, customer=customer, name=name, **fields)


@transaction.atomic
def change_asset(*, by: User, asset: Asset, version: int, **fields: Any) -> Asset:
    """Change an asset that was read at this version. Raises StaleVersion."""
    return _change(by, asset, version, fields)


@transaction.atomic
def retire_asset(*, by: User, asset: Asset, now: datetime) -> Asset:
    """Take an asset out of lists and choices; records keep it, and it can be restored."""
    return retire(by, asset, now)


@transaction.atomic
def restore_asset(*, by: User, asset: Asset) -> Asset:
    """Bring a retired asset back."""
    return restore(by, asset)


@transaction.atomic
def add_contract(*, by: User, customer: Customer, name: str, contract_id: UUID | None = None, **fields: Any) -> Contract:
    """Add a contract. fields: columns of Contract; money in whole yen, both days belong to the contract.

    contract_id: made by the sender. A second call with the same one returns the first contract unchanged.

    Raises IdTaken, EndsBeforeStart.
    """
    _check_days(fields.get("starts_on"), fields.get("ends_on"))
    return _add(Contract, by, contract_id, customer=customer, name=name, **fields)


@transaction.atomic
def change_contract(*, by: User, contract: Contract, version: int, **fields: Any) -> Contract:
    """Change a contract that was read at this version. Raises StaleVersion, EndsBeforeStart."""
    _check_days(*(fields.get(name, getattr(contract, name)) for name in ("starts_on", "ends_on")))
    return _change(by, contract, version, fields)


@transaction.atomic
def retire_contract(*, by: User, contract: Contract, now: datetime) -> Contract:
    """Take a contract out of lists; it can be restored."""
    return retire(by, contract, now)


@transaction.atomic
def restore_contract(*, by: User, contract: Contract) -> Contract:
    """Bring a retired contract back."""
    return restore(by, contract)


def _add(model: Any, by: User, key: UUID | None, **fields: Any) -> Any:
    if before := sent_before(model, key, by):
        return before
    row = model(id=key or uuid7(), recorder=by, **fields)
    fill_items(row, row.custom, by)
    fill_held_keys(row)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        if before := sent_before(model, key, by):
            return before
        raise
    journal.record(by, "create", row, {}, journal.picture(row))
    return row


def _change(by: User, read: Any, version: int, fields: dict[str, Any]) -> Any:
    row = standing(read, version)
    before = journal.picture(row)
    fill_items(row, fields.pop("custom", None), by)
    write(row, fields)
    fill_held_keys(row)
    row.save()
    journal.record(by, "change", row, before, journal.picture(row))
    return row


def _check_days(first: Any, last: Any) -> None:
    if first and last and last < first:
        raise EndsBeforeStart
