"""Write what customers have of ours."""

from __future__ import annotations

from crm.demo import plan
from crm.keys import fill_held_keys
from crm.models import Asset, Contract
from reports.demo.cast import Cast
from reports.demo.clientele import at_nine, dated


def bring_holdings(cast: Cast, company: plan.DemoCompany) -> None:
    """Write installed products, vehicles and contracts as of the day they were entered."""
    for model, wanted, rows in (
        (Asset, company.assets, [_asset(cast, one) for one in company.assets]),
        (Contract, company.contracts, [_contract(cast, one) for one in company.contracts]),
    ):
        for row in rows:
            fill_held_keys(row)
        model.objects.bulk_create(rows)
        dated(model, rows, {one.id: at_nine(one.entered_on) for one in wanted})


def _asset(cast: Cast, wanted: plan.Asset) -> Asset:
    return Asset(
        id=wanted.id,
        customer=cast.customers[wanted.customer],
        recorder=cast.users[wanted.recorder],
        type=cast.choices["asset_type", wanted.type],
        name=wanted.name,
        model_name=wanted.model,
        serial=wanted.serial,
        plate=wanted.plate,
        quantity=wanted.quantity,
        installed_on=wanted.installed_on,
        inspection_due_on=wanted.inspection_due_on,
        next_service_on=wanted.next_service_on,
    )


def _contract(cast: Cast, wanted: plan.Contract) -> Contract:
    return Contract(
        id=wanted.id,
        customer=cast.customers[wanted.customer],
        recorder=cast.users[wanted.recorder],
        user=cast.users[wanted.employee],
        unit=cast.unit_on(wanted.employee, wanted.entered_on),
        type=cast.choices["contract_type", wanted.type],
        name=wanted.name,
        number=wanted.number,
        starts_on=wanted.starts_on,
        ends_on=wanted.ends_on,
        auto_renews=wanted.auto_renews,
        amount_yen=wanted.amount_yen,
    )
