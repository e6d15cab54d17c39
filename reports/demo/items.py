"""Write the demo company's own items, and what customers, deals and the newest records hold of them."""

from __future__ import annotations

from typing import Any

from contacts.entry import says
from contacts.models import ContactPoint
from crm.actions.items import add_item
from crm.demo import items as seeds
from crm.demo import logins
from crm.items import items_of
from crm.japanese import searchable
from crm.models import Customer, Deal, Target
from reports.demo.cast import Cast

NEWEST = 400
BATCH = 100


def bring_items(cast: Cast) -> None:
    """Add the items as an administrator would, and fill them."""
    for seed in seeds.ITEMS:
        named = {"target": seed.target, "type": seed.type, "code": seed.code, "label_ja": seed.label_ja, "label_en": seed.label_en}
        add_item(by=cast.users[logins.ADMINISTRATOR], **named, **seed.more)
    customers = list(Customer.objects.order_by("code")[:NEWEST])
    _fill(cast, Target.CUSTOMER, customers, seeds.of_customers(len(customers)))
    deals = list(Deal.objects.order_by("pk"))
    _fill(cast, Target.DEAL, deals, seeds.of_deals([deal.amount_yen for deal in deals]))
    newest = list(ContactPoint.objects.registered().select_related("summary").newest_first()[:NEWEST])
    _fill(cast, Target.CONTACT, newest, seeds.of_contacts(len(newest)))
    for row in newest:
        row.search_text = searchable(*says(row))
    ContactPoint.objects.bulk_update(newest, ["search_text"], batch_size=BATCH)


def _fill(cast: Cast, target: str, rows: list[Any], values: list[dict[str, Any]]) -> None:
    items = items_of(target)
    for row, said in zip(rows, values, strict=True):
        row.custom = items.filled({}, said, cast.users[logins.ADMINISTRATOR])
    type(rows[0]).objects.bulk_update(rows, ["custom"], batch_size=BATCH)
