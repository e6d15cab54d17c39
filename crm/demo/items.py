"""Items of the demo company's own, and what stands in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

SEED = 20261120
RIVALS = ("西海商事", "島原システム", "大村オフィス", "佐世保事務機", "有明テック")


@dataclass(frozen=True)
class ItemSeed:
    target: str
    type: str
    code: str
    label_ja: str
    label_en: str
    more: dict[str, Any] = field(default_factory=dict)


ITEMS = (
    ItemSeed("contact", "text", "rival", "競合", "Competitor", {"hint_ja": "話に出た他社名", "hint_en": "Who else was mentioned"}),
    ItemSeed("contact", "integer", "offer_yen", "提案額", "Offer", {"unit_label": "円"}),
    ItemSeed("contact", "check", "demo_shown", "実機デモ実施", "Demo shown"),
    ItemSeed("contact", "date", "decision_on", "決裁予定日", "Decision expected on"),
    ItemSeed("customer", "integer", "employees", "従業員数", "Employees", {"unit_label": "名"}),
    ItemSeed("customer", "integer", "closing_month", "決算月", "Closing month", {"unit_label": "月"}),
    ItemSeed("deal", "integer", "list_yen", "定価", "List price", {"unit_label": "円"}),
    ItemSeed("deal", "integer", "discount_yen", "値引", "Discount", {"unit_label": "円"}),
    ItemSeed("deal", "calculated", "net_yen", "値引後", "After discount", {"unit_label": "円", "formula": "list_yen - discount_yen"}),
)


def of_contacts(count: int) -> list[dict[str, Any]]:
    """Return the values of so many records; some lack some of them."""
    dice = Random(SEED)
    return [_of_contact(dice) for _number in range(count)]


def _of_contact(dice: Random) -> dict[str, Any]:
    values: dict[str, Any] = {"offer_yen": dice.randrange(8, 400) * 10_000} if dice.random() < 0.6 else {}
    if dice.random() < 0.4:
        values["rival"] = dice.choice(RIVALS)
    if dice.random() < 0.25:
        values["demo_shown"] = True
    return values


def of_customers(count: int) -> list[dict[str, Any]]:
    dice = Random(SEED + 1)
    months = (3, 3, 3, 6, 9, 12)
    return [
        {"employees": dice.randrange(3, 60) * dice.choice((1, 2, 10)), "closing_month": dice.choice(months)} for _number in range(count)
    ]


def of_deals(amounts: list[int | None], rate: int = 8) -> list[dict[str, Any]]:
    """Return list price and discount of deals of these amounts. rate: percent that the discount is of the list price at most."""
    dice = Random(SEED + 2)
    found = []
    for amount in amounts:
        discount = (amount or 0) * dice.randrange(0, rate + 1) // 100 // 1000 * 1000
        found.append({"list_yen": amount + discount, "discount_yen": discount} if amount else {})
    return found
