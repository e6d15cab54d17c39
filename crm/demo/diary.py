"""A year of contacts: those along the deals first, then everyday ones until the number is reached."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import accumulate

from crm.demo import firm, logins
from crm.demo.days import working_day_after, working_days
from crm.demo.deals import Course
from crm.demo.desk import Desk, Errand
from crm.demo.notes.compose import Topic, new_topic
from crm.demo.notes.products import BY_INDUSTRY, GOODS
from crm.demo.plan import Appointment, Contact, Customer, Employee, Person

DRAFTS = 12
_SELLING = {
    "regular": 28,
    "supply": 19,
    "inquiry": 11,
    "trouble": 8,
    "absent": 7,
    "greeting": 5,
    "billing": 5,
    "news": 4,
    "inspection": 3,
    "internal": 4,
    "complaint": 2,
}
_SERVICE = {"inspection": 44, "trouble": 40, "inquiry": 11, "internal": 5}
_LEADING = {"greeting": 34, "news": 26, "regular": 20, "complaint": 10, "internal": 10}
_PRIVATE = {"private": 60, "supply": 12, "trouble": 10, "inquiry": 8, "absent": 6, "greeting": 4}
_PAUSES = {"regular": (8, 22), "absent": (1, 3), "trouble": (1, 5), "complaint": (1, 3)}  # working days until the next contact
_ENDS_HERE = {"billing", "supply", "internal", "news", "absent"}
_REGION = {
    "003110": ("fukuoka_metro",),
    "003120": ("fukuoka_wide",),
    "004000": ("kumamoto",),
    "005000": ("nagasaki",),
    "003000": ("fukuoka_metro", "fukuoka_wide"),
}


class Diary:
    """Fills the year that ends yesterday."""

    def __init__(self, desk: Desk, customers: tuple[Customer, ...]) -> None:
        self.desk, self.rng = desk, desk.rng
        self.customers = {customer.code: customer for customer in customers}
        self.topics: dict[str, list[Topic]] = {}
        self.days = list(working_days(desk.today - timedelta(days=364), desk.today - timedelta(days=1)))
        # Who looks at the demo looks at the last weeks: they are the busiest.
        self.weights = list(accumulate(2.5 if n >= len(self.days) - 20 else 1.0 for n in range(len(self.days))))
        self.own = {person.code: self._customers_of(person) for person in desk.staff.values() if person.sells}

    def along(self, course: Course, people: dict[int, Person]) -> tuple[list[Contact], list[Appointment]]:
        """The contacts of one deal; most of them were booked at the one before."""
        deal, contacts, booked = course.deal, [], []
        errand = Errand(
            self.desk.staff[deal.owner], self.customers[deal.customer], people[deal.person], course.topic, "", deal.opened_on, deal=deal
        )
        for n, step in enumerate(course.steps):
            following = course.steps[n + 1].day if n + 1 < len(course.steps) else None
            contacts.append(self.desk.write(replace(errand, situation=step.phase, day=step.day, next_on=following)))
            if n and self.rng.random() < 0.6 and contacts[n].method in ("visit", "web_meeting"):
                contacts[n - 1], appointment, contacts[n] = self.desk.linked(contacts[n - 1], contacts[n])
                booked.append(appointment)
        return contacts, booked

    def everyday(self, count: int) -> Iterator[Contact]:
        """`count` contacts that belong to no deal; the log-in seller has some on each of the last days."""
        fresh = [self.desk.staff[logins.SELLER]] * 2 + [self.desk.staff[code] for code in ("10305", "10309")]
        for day in self.days[-2:]:
            for owner in fresh:
                yield self.desk.write(self._errand(owner, day))
        for _ in range(count - 2 * len(fresh)):
            owner, day = self._who_and_when()
            yield self.desk.write(self._errand(owner, day))

    def _who_and_when(self) -> tuple[Employee, date]:
        sellers = [person for person in self.desk.staff.values() if person.sells]
        while True:
            owner = self.rng.choices(sellers, [person.sells for person in sellers])[0]
            day = self.rng.choices(self.days, cum_weights=self.weights)[0]
            if owner.left_on is None or day <= owner.left_on:
                return owner, day

    def _errand(self, owner: Employee, day: date) -> Errand:
        customer = self.rng.choice(self.own[owner.code])
        situation = self._situation(owner, customer)
        next_on = (
            None
            if situation in _ENDS_HERE and self.rng.random() < 0.5
            else working_day_after(day, self.rng.randint(*_PAUSES.get(situation, (2, 10))))
        )
        topic = self.topic(customer)
        if topic.product.key in GOODS and situation in ("trouble", "inspection"):
            situation = "supply"
        if situation == "internal":
            return Errand(owner, None, None, new_topic(self.rng, self.rng.choice(tuple(BY_INDUSTRY))), situation, day, next_on)
        return Errand(owner, customer, self.person(customer, day), topic, situation, day, next_on)

    def _situation(self, owner: Employee, customer: Customer) -> str:
        weights = _SELLING if customer.corporate else _PRIVATE
        if owner.code in firm.ENGINEERS:
            weights = _SERVICE
        elif owner.sells <= 0.5:
            weights = _LEADING
        return self.rng.choices(list(weights), list(weights.values()))[0]

    def topic(self, customer: Customer) -> Topic:
        """What this customer is interested in; one or two things that stay the same all year."""
        topics = self.topics.setdefault(customer.code, [])
        if len(topics) < 2 and (not topics or self.rng.random() < 0.2):
            topics.append(new_topic(self.rng, customer.industry, small=not customer.corporate))
        return self.rng.choice(topics)

    def person(self, customer: Customer, day: date) -> Person | None:
        """Somebody who was still there on that day; now and then nobody in particular."""
        there = [person for person in self.desk.people.get(customer.code, []) if person.left_on is None or day < person.left_on]
        return self.rng.choice(there) if there and self.rng.random() < 0.93 else None

    def _customers_of(self, person: Employee) -> list[Customer]:
        """Own customers, better ones several times; heads and planners look after the key accounts of their region."""
        charged = [c for c in self.customers.values() if any(charge.employee == person.code for charge in c.staff)]
        if (person.sells <= 0.6 and person.code not in firm.ENGINEERS) or person.code == firm.LEAVER:
            unit = person.posts[0].unit
            regions = _REGION.get(unit) or _REGION.get(firm.branch_of(unit), tuple({c.region for c in self.customers.values()}))
            charged = [c for c in self.customers.values() if c.region in regions and c.corporate and c.rank in "AB"]
        return [customer for customer in charged for _ in range({"A": 6, "B": 4, "C": 2}.get(customer.rank, 1))]
