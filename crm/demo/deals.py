"""A hundred and twenty deals and the way each has come."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from crm.demo.days import TOKYO, uuid7_at, working_day_after
from crm.demo.notes.compose import Topic, new_topic
from crm.demo.notes.products import BY_INDUSTRY
from crm.demo.plan import Customer, Deal, Person

# stage: (how many of 120, phases already gone through)
_STAGES: dict[str, tuple[int, tuple[str, ...]]] = {
    "lead": (14, ("first",)),
    "hearing": (14, ("first", "hearing")),
    "proposal": (16, ("first", "hearing", "proposal")),
    "quote": (17, ("first", "hearing", "proposal", "quote", "chase")),
    "negotiation": (10, ("first", "hearing", "proposal", "quote", "chase", "negotiate")),
    "won": (31, ("first", "hearing", "proposal", "quote", "chase", "negotiate", "won", "delivery")),
    "lost": (14, ("first", "hearing", "quote", "chase", "lost")),
    "cancelled": (4, ("first", "proposal", "chase")),
}
_WORK = ("更新", "更新", "新設", "増設", "入替え", "導入", "改修")
_LOST = ("価格差（1割強）", "納期が合わず", "親会社の指定業者に決定", "工事一括の要望に応えられず", "投資の凍結")


@dataclass(frozen=True)
class Step:
    """One contact along a deal."""

    phase: str
    day: date


@dataclass(frozen=True)
class Course:
    """A deal with what it is about and the contacts it has taken so far."""

    deal: Deal
    topic: Topic
    steps: tuple[Step, ...]


def courses(rng: Random, customers: tuple[Customer, ...], people: dict[str, list[Person]], today: date) -> tuple[Course, ...]:
    """The deals, spread over customers with somebody to talk to."""
    able = [customer for customer in customers if people.get(customer.code) and customer.industry in BY_INDUSTRY]
    weights = [{"A": 8, "B": 5, "C": 2, "P": 3}.get(customer.rank, 0) * (1 if customer.corporate else 0.3) for customer in able]
    stages = [stage for stage, (count, _phases) in _STAGES.items() for _ in range(count)]
    rng.shuffle(stages)
    found = []
    for key, stage in enumerate(stages, start=1):
        customer = rng.choices(able, weights)[0]
        found.append(_course(rng, key, stage, customer, people[customer.code], today))
    return tuple(found)


def _course(rng: Random, key: int, stage: str, customer: Customer, people: list[Person], today: date) -> Course:
    topic = new_topic(rng, customer.industry, installed=True, small=not customer.corporate)
    steps = _steps(rng, stage, today)
    closed = next((step.day for step in steps if step.phase in ("won", "lost")), steps[-1].day if stage == "cancelled" else None)
    expected = closed or working_day_after(today, rng.randint(6, 90))
    deal = Deal(
        id=uuid7_at(rng, datetime.combine(steps[0].day, time(9), TOKYO)),
        key=key,
        customer=customer.code,
        name=f"{topic.site} {topic.product.name}{rng.choice(_WORK)}" if rng.random() < 0.75 else f"{topic.product.name} {topic.model}",
        person=next((person.key for person in people if person.left_on is None), people[0].key),
        owner=customer.seller,
        stage=stage,
        amount_yen=topic.amount_yen,
        opened_on=steps[0].day,
        expected_on=expected,
        closed_on=closed,
        competitor=topic.rival if rng.random() < 0.5 else "",
        lost_reason=rng.choice(_LOST) if stage == "lost" else "",
    )
    return Course(deal, topic, steps)


def _steps(rng: Random, stage: str, today: date) -> tuple[Step, ...]:
    """Days of the contacts, counted back from the last one; nothing lies on or after `today`."""
    phases = list(_STAGES[stage][1])
    if stage == "won" and rng.random() < 0.2:
        phases.remove("delivery")
    if "chase" in phases and rng.random() < 0.5:
        phases.insert(phases.index("chase"), "chase")
    still_open = stage in ("lead", "hearing", "proposal", "quote", "negotiation")
    day = working_day_after(today, -(rng.randint(1, 18) if still_open else rng.randint(8, 210)))
    steps: list[Step] = []
    for phase in reversed(phases):
        steps.append(Step(phase, day))
        day = working_day_after(day, -rng.randint(3, 14))
    earliest = today - timedelta(days=364)
    return tuple(step for step in reversed(steps) if step.day >= earliest)
