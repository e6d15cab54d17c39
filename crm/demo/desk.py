"""The desk where demo records are written: it knows everybody and keeps people from being in two places at once."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from random import Random

from crm.demo import firm
from crm.demo.answers import Reporting
from crm.demo.costs import travel
from crm.demo.days import TOKYO, moment, uuid7_at, working_day_after
from crm.demo.notes.compose import Scene, Scribe, Topic
from crm.demo.notes.situations import SITUATIONS
from crm.demo.plan import COMPANY, Appointment, Audience, Contact, Customer, Deal, Employee, Person

_ACCOUNTANT = "10207"
_LENGTHS = {
    "visit": (30, 45, 60, 60, 90),
    "incoming_visit": (30, 45, 60),
    "web_meeting": (30, 45, 60),
    "call": (5, 10, 10, 15, 20),
    "other": (30, 60, 90),
}
APART = timedelta(minutes=75)


@dataclass(frozen=True)
class Errand:
    """One contact to be written down."""

    owner: Employee
    customer: Customer | None
    person: Person | None
    topic: Topic
    situation: str
    day: date
    next_on: date | None = None
    deal: Deal | None = None


@dataclass
class Desk:
    """Writes contacts and appointments from errands."""

    rng: Random
    today: date
    staff: dict[str, Employee]
    people: dict[str, list[Person]]
    scribe: Scribe
    reporting: Reporting
    taken: dict[tuple[str, date], list[datetime]] = field(default_factory=dict)

    def write(self, errand: Errand) -> Contact:
        """Write down one contact with its people, costs and reports."""
        rng, owner = self.rng, errand.owner
        method, summary, result = SITUATIONS[errand.situation].draw(rng)
        starts_at = self.free_moment(owner.code, errand.day)
        lengths = _LENGTHS.get(method)
        ends_at = starts_at + timedelta(minutes=rng.choice(lengths)) if lengths else None
        recorded_at = self._recorded_at(ends_at or starts_at)
        mates = self._mates(errand, method)
        return Contact(
            id=uuid7_at(rng, recorded_at),
            number=None,
            owner=owner.code,
            recorder=self._recorder(owner),
            customer=errand.customer.code if errand.customer else None,
            department=errand.person.department if errand.person else "",
            person=errand.person.key if errand.person else None,
            deal=errand.deal.key if errand.deal else None,
            method=method,
            result=result,
            summary=summary,
            summary_note=self._summary_note(errand, method),
            content=self.scribe.note(self._scene(errand, method, mates), style=int(owner.code) % 5),
            starts_at=starts_at,
            ends_at=ends_at,
            timed=method not in ("mail", "letter") or rng.random() < 0.4,
            recorded_at=recorded_at,
            audience=errand.deal.audience if errand.deal else self.audience(owner),
            direct=self.direct(method, starts_at),
            participants=mates,
            visitors=self._visitors(errand, method),
            expenses=travel(rng, owner, errand.customer) if method == "visit" and errand.customer else (),
            reports=self.reporting.reports(owner, errand.situation, recorded_at),
        )

    def linked(self, before: Contact, after: Contact) -> tuple[Contact, Appointment, Contact]:
        """Make `after` the appointment that `before` booked; return both with the appointment between them."""
        booked = self._booked(after, before.recorded_at, before.recorder)
        return replace(before, next_appointment=booked.id), booked, replace(after, appointment=booked.id)

    def planned(self, contact: Contact) -> tuple[Appointment, Contact]:
        """Make a contact one that was booked some days before; return the appointment and the contact."""
        day = working_day_after(contact.starts_at.date(), -self.rng.randint(1, 6))
        booked = self._booked(contact, moment(self.rng, day), contact.recorder)
        return booked, replace(contact, appointment=booked.id)

    def _booked(self, contact: Contact, at: datetime, recorder: str) -> Appointment:
        return Appointment(
            id=uuid7_at(self.rng, at),
            owner=contact.owner,
            recorder=recorder,
            customer=contact.customer,
            department=contact.department,
            person=contact.person,
            deal=contact.deal,
            method=contact.method,
            summary=contact.summary,
            summary_note=contact.summary_note,
            starts_at=contact.starts_at,
            ends_at=contact.ends_at or contact.starts_at + timedelta(minutes=30),
            created_at=at,
            status="done",
            direct=contact.direct,
            audience=contact.audience,
            participants=contact.participants,
        )

    def free_moment(self, owner: str, day: date) -> datetime:
        """A time of that day at which this person has nothing else for a while; a very full day gives the last one drawn."""
        others = self.taken.setdefault((owner, day), [])
        for _ in range(12):
            at = moment(self.rng, day)
            if all(abs(at - other) >= APART for other in others):
                break
        others.append(at)
        return at

    def audience(self, owner: Employee) -> Audience:
        """Mostly the whole company; else the branch, the section, a group or a few persons."""
        draw, unit = self.rng.random(), owner.posts[0].unit
        if draw < 0.70:
            return COMPANY
        if draw < 0.80:
            return Audience(units=(firm.branch_of(unit),))
        if draw < 0.90:
            return Audience(units=(unit,))
        groups = [group.code for group in firm.GROUPS if owner.code in group.members]
        if draw < 0.95 and groups:
            return Audience(groups=(self.rng.choice(groups),))
        return Audience(persons=tuple(sorted(self.rng.sample(self.colleagues(owner), 2))))

    def colleagues(self, owner: Employee) -> list[str]:
        """Those of the same branch who still work here."""
        branch = firm.branch_of(owner.posts[0].unit)
        return [p.code for p in self.staff.values() if p is not owner and p.left_on is None and firm.branch_of(p.posts[0].unit) == branch]

    def direct(self, method: str, at: datetime) -> str:
        """Straight from home in the morning or straight home in the evening, now and then."""
        if method != "visit" or self.rng.random() > 0.3:
            return ""
        return "to" if at.hour < 10 else "from" if at.hour >= 16 else ""

    def _recorded_at(self, ended_at: datetime) -> datetime:
        """Often on the way back, else before going home, sometimes the next morning."""
        draw = self.rng.random()
        evening = datetime.combine(ended_at.date(), time(17, 15), TOKYO) + timedelta(minutes=self.rng.randint(0, 110))
        if draw < 0.45:
            return ended_at + timedelta(minutes=self.rng.randint(3, 55))
        next_day = working_day_after(ended_at.date(), 1)
        if draw < 0.85 or next_day >= self.today:
            return max(evening, ended_at + timedelta(minutes=5))
        return datetime.combine(next_day, time(8, 30), TOKYO) + timedelta(minutes=self.rng.randint(0, 50))

    def _recorder(self, owner: Employee) -> str:
        clerk = firm.CLERKS.get(firm.branch_of(owner.posts[0].unit))
        return clerk if clerk and owner.left_on is None and self.rng.random() < 0.04 else owner.code

    def _mates(self, errand: Errand, method: str) -> tuple[str, ...]:
        if method not in ("visit", "web_meeting") or self.rng.random() > 0.12:
            return ()
        return (self.rng.choice(self.colleagues(errand.owner)),)

    def _visitors(self, errand: Errand, method: str) -> tuple[int, ...]:
        if method not in ("visit", "web_meeting", "incoming_visit") or errand.customer is None or self.rng.random() > 0.25:
            return ()
        others = [p.key for p in self.people.get(errand.customer.code, []) if p is not errand.person and p.left_on is None]
        return tuple(self.rng.sample(others, min(len(others), self.rng.choice((1, 1, 2)))))

    def _summary_note(self, errand: Errand, method: str) -> str:
        if errand.customer is None or self.rng.random() < 0.45:
            return ""
        topic = errand.topic
        if errand.situation == "supply":
            return f"{topic.model}用の部品・消耗品"
        words = [f"{topic.product.name}の件", f"{topic.site} {topic.model}", topic.need, f"{topic.model} {topic.need}"]
        return self.rng.choice([*words, f"{topic.site}の打合せ"] if method == "visit" else words)

    def _scene(self, errand: Errand, method: str, mates: tuple[str, ...]) -> Scene:
        owner = errand.owner
        engineer = next(code for code in self.rng.sample(firm.ENGINEERS, len(firm.ENGINEERS)) if code != owner.code)
        clerk = firm.CLERKS.get(firm.branch_of(owner.posts[0].unit), firm.CLERKS["003000"])
        heads = {unit.head for unit in firm.UNITS if unit.kind == "section"}
        cast = {
            "mate": self.staff[mates[0] if mates else self.rng.choice(self.colleagues(owner))].family,
            "tech": self.staff[engineer].family,
            "clerk": self.staff[clerk].family,
            "acct": self.staff[_ACCOUNTANT].family,
            "chief": "支店長" if owner.code in heads else "課長",
        }
        return Scene(errand.situation, method, errand.topic, called(errand.customer, errand.person), errand.day, errand.next_on, cast)


def called(customer: Customer | None, person: Person | None) -> str:
    """How a note speaks of the person met."""
    if person and customer and customer.corporate:
        return person.called
    if customer and not customer.corporate:
        return f"{customer.name.split()[0]}様"
    return "ご担当者様"
