"""Travel expenses of a visit."""

from random import Random

from crm.demo.firm import branch_of
from crm.demo.places import PLACES, Place
from crm.demo.plan import Customer, Employee, Expense

_BY_CITY: dict[str, Place] = {place.city: place for place in PLACES}
_BASES = {"001000": "福岡支店", "003000": "福岡支店", "004000": "熊本支店", "005000": "長崎支店"}
_HOME = {"fukuoka_metro": "003000", "fukuoka_wide": "003000", "kumamoto": "004000", "nagasaki": "005000"}


def travel(rng: Random, owner: Employee, customer: Customer) -> tuple[Expense, ...]:
    """What a visit cost; nothing when the seller was on a round with the firm's car."""
    if rng.random() > 0.5:
        return ()
    place, base = _BY_CITY[customer.city], branch_of(owner.posts[0].unit)
    if base not in ("001000", _HOME[customer.region]):
        return _business_trip(rng, base, place)
    if place.to_station.endswith("港"):
        return (Expense("other", place.from_station, place.to_station, place.fare_yen * 2), Expense("allowance", "", "", 2200, False))
    if place.to_station and rng.random() < 0.7:
        return _by_train(rng, place)
    return _by_car(rng, _BASES[base], place)


def _by_train(rng: Random, place: Place) -> tuple[Expense, ...]:
    lines = [Expense("train", place.from_station, place.to_station, place.fare_yen * 2)]
    draw = rng.random()
    if draw < 0.15:
        lines.append(Expense("bus", place.to_station, "客先前", rng.choice((170, 190, 230, 280)) * 2))
    elif draw < 0.3:
        lines.append(Expense("taxi", place.to_station, "客先", rng.randint(75, 210) * 10, False))
    return tuple(lines)


def _by_car(rng: Random, base: str, place: Place) -> tuple[Expense, ...]:
    lines = [Expense("own_car", base, place.city, place.km * 2 * 20)]
    if place.km > 35:
        lines.append(Expense("toll", base, place.city, rng.choice((880, 1060, 1240, 1560)) * 2))
    if rng.random() < 0.2:
        lines.append(Expense("parking", "", place.city, rng.choice((200, 300, 400, 600)), False))
    return tuple(lines)


def _business_trip(rng: Random, base: str, place: Place) -> tuple[Expense, ...]:
    """A visit into another branch's region, mostly by the engineers."""
    start = {"003000": "博多", "004000": "熊本", "005000": "長崎"}.get(base, "博多")
    end = {"長崎県": "長崎", "熊本県": "熊本"}.get(place.prefecture, "博多")
    lines = [Expense("train", start, end, rng.choice((4700, 5240, 6050)) * 2), Expense("allowance", "", "", 2200, False)]
    if rng.random() < 0.15:
        lines.append(Expense("lodging", "", end, rng.choice((7800, 8400, 9200)), False))
    return tuple(lines)
