"""What customers have of ours: sixty installed products, sixty vehicles that we look after, sixty contracts."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random

from crm.demo import logins
from crm.demo.days import TOKYO, uuid7_at, working_day_after
from crm.demo.notes.products import BY_INDUSTRY, BY_KEY, GOODS
from crm.demo.plan import Asset, Contract, Customer

PRODUCTS = VEHICLES = CONTRACTS = 60
FLEETS = 14  # customers with vehicles

# Kana that no number plate in Japan bears, so that no plate is anybody's.
_KANA = "おしへ"
_OFFICES = {"fukuoka_metro": "福岡", "fukuoka_wide": "久留米", "kumamoto": "熊本", "nagasaki": "長崎"}
# type, name, models, class number of the plate, years between inspections
_VEHICLES: tuple[tuple[str, str, tuple[str, ...], str, int], ...] = (
    ("car", "営業車（乗用）", ("1.2L 5人乗", "1.5L HV"), "500", 2),
    ("car", "送迎車", ("10人乗",), "300", 2),
    ("truck", "軽バン", ("660cc", "660cc EV"), "480", 2),
    ("truck", "2tトラック", ("平ボディ", "アルミバン"), "400", 1),
    ("truck", "4t冷凍車", ("低温仕様",), "100", 1),
    ("special", "フォークリフト", ("1.5t リーチ", "2.5t カウンター"), "", 1),
)
# type, name, months, amount in units of 10,000 yen, whether it renews itself
_CONTRACTS: tuple[tuple[str, str, int, tuple[int, int], bool], ...] = (
    ("maintenance", "年間保守契約", 12, (12, 180), True),
    ("inspection", "定期点検契約", 12, (6, 60), True),
    ("lease", "リース契約", 60, (120, 900), False),
    ("rental", "レンタル契約", 6, (8, 90), False),
    ("basic", "取引基本契約", 12, (0, 0), True),
    ("unit_price", "消耗品単価契約", 12, (0, 0), True),
)


def assets(rng: Random, customers: Sequence[Customer], today: date) -> list[Asset]:
    """Products over many customers, vehicles over a few; inspections spread from some days ago to two years ahead."""
    able = [customer for customer in customers if customer.industry in BY_INDUSTRY and customer.corporate and customer.rank in "ABC"]
    owners = [customer for customer in able if customer.industry in ("logistics", "wholesale", "construction", "food", "hospitality")]
    mine = [customer for customer in owners if customer.seller == logins.SELLER][:4]
    fleets = [*mine, *rng.sample([customer for customer in owners if customer not in mine], FLEETS - len(mine))]
    found = [_product(rng, rng.choice(able), today) for _ in range(PRODUCTS)]
    return found + [_vehicle(rng, fleets[n % FLEETS], today) for n in range(VEHICLES)]


def contracts(rng: Random, customers: Sequence[Customer], today: date) -> list[Contract]:
    able = [customer for customer in customers if customer.corporate and customer.rank in "AB"]
    return [_contract(rng, n, rng.choice(able), today) for n in range(1, CONTRACTS + 1)]


def _product(rng: Random, customer: Customer, today: date) -> Asset:
    product = BY_KEY[rng.choice([key for key in BY_INDUSTRY[customer.industry] if key not in GOODS])]
    installed = max(working_day_after(today, -rng.randint(20, 1500)), customer.created_at.date())
    return Asset(
        id=uuid7_at(rng, datetime.combine(installed, time(9), TOKYO)),
        customer=customer.code,
        recorder=customer.seller,
        type="control" if product.key in ("measure", "plc") else "machine",
        name=f"{product.name}（{rng.choice(product.sites)}）",
        model=rng.choice(product.models),
        serial=f"{rng.choice('ABCDEF')}{rng.randint(10, 26)}-{rng.randint(1, 99999):05}",
        quantity=rng.choice((1, 1, 1, 1, 2, 4)),
        entered_on=installed,
        installed_on=installed,
        next_service_on=working_day_after(today, rng.randint(3, 220)) if rng.random() < 0.7 else None,
    )


def _vehicle(rng: Random, customer: Customer, today: date) -> Asset:
    kind, name, models, number, years = rng.choice(_VEHICLES)
    due = today + timedelta(days=rng.randint(-15, 365 * years))
    first = max(due - timedelta(days=365 * years * rng.randint(1, 3)), customer.created_at.date())
    entered = min(first, working_day_after(today, -5))
    plate = f"{_OFFICES[customer.region]} {number} {rng.choice(_KANA)} {rng.randint(10, 99)}-{rng.randint(0, 99):02}" if number else ""
    return Asset(
        id=uuid7_at(rng, datetime.combine(entered, time(10), TOKYO)),
        customer=customer.code,
        recorder=customer.seller,
        type=kind,
        name=name,
        model=rng.choice(models),
        serial="" if number else f"FL{rng.randint(1000, 9999)}",
        plate=plate,
        entered_on=entered,
        installed_on=entered,
        inspection_due_on=due,
        next_service_on=min(due, today + timedelta(days=rng.randint(10, 180))),
    )


def _contract(rng: Random, n: int, customer: Customer, today: date) -> Contract:
    kind, name, months, (least, most), renews = rng.choice(_CONTRACTS)
    starts = date(today.year, rng.randint(1, 12), 1) - timedelta(days=rng.choice((0, 365, 365)))
    starts = starts.replace(day=1)
    ends = date(starts.year + (starts.month + months - 1) // 12, (starts.month + months - 1) % 12 + 1, 1) - timedelta(days=1)
    entered = min(starts, working_day_after(today, -3))
    return Contract(
        id=uuid7_at(rng, datetime.combine(entered, time(11), TOKYO)),
        customer=customer.code,
        recorder=customer.seller,
        employee=customer.seller,
        type=kind,
        name=name,
        number=f"K{starts.year % 100}-{n:04}",
        entered_on=entered,
        starts_on=starts,
        ends_on=ends,
        auto_renews=renews,
        amount_yen=rng.randint(least, most) * 10_000 if most else None,
    )
