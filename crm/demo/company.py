"""Found the demo company: the same seed and day always give the same firm."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from crm.demo import firm, holdings, strategies
from crm.demo.ahead import Ahead
from crm.demo.answers import Reporting
from crm.demo.clients import customers
from crm.demo.days import working_day_after
from crm.demo.deals import Course, courses
from crm.demo.desk import Desk
from crm.demo.diary import DRAFTS, Diary
from crm.demo.notes.compose import Scribe
from crm.demo.people import people
from crm.demo.plan import Appointment, Audience, Contact, Customer, DemoCompany, Employee, Person

CONTACTS = 3000
PLANNED_DAYS = 18
LARGEST_STEP = 7  # as in crm.numbers


def found(*, today: date, seed: int = 4) -> DemoCompany:
    """The demo company on the morning of `today`: its past ends the day before, two weeks are booked ahead."""
    staff = firm.employees(Random(f"staff {seed}"), today)
    by_code = {person.code: person for person in staff}
    clients = customers(Random(f"customers {seed}"), by_code, today)
    faces = people(Random(f"people {seed}"), clients, today)
    of_customer: dict[str, list[Person]] = {}
    for face in faces:
        of_customer.setdefault(face.customer, []).append(face)
    rng = Random(f"diary {seed}")
    desk = Desk(rng, today, by_code, of_customer, Scribe(rng), Reporting(rng, by_code, today))
    clients = _restricted(desk, clients)
    ways = _audienced(desk, courses(Random(f"deals {seed}"), clients, of_customer, today))
    contacts, appointments = _activities(desk, Diary(desk, clients), ways, {face.key: face for face in faces})
    return DemoCompany(
        units=firm.UNITS,
        employees=staff,
        groups=firm.GROUPS,
        proxies=firm.proxies(staff, today),
        customers=clients,
        people=faces,
        deals=[way.deal for way in ways],
        contacts=contacts,
        appointments=appointments,
        assets=holdings.assets(Random(f"assets {seed}"), clients, today),
        contracts=holdings.contracts(Random(f"contracts {seed}"), clients, today),
        strategies=strategies.strategies(Random(f"strategies {seed}"), by_code, clients, today),
        infos=strategies.infos(Random(f"infos {seed}"), contacts, today),
    )


def _activities(desk: Desk, diary: Diary, ways: tuple[Course, ...], faces: dict[int, Person]) -> tuple[list[Contact], list[Appointment]]:
    ahead, contacts, booked = Ahead(desk, diary), [], []
    for way in ways:
        along, appointments = diary.along(way, faces)
        if along and (following := ahead.after(way, along[-1])):
            along[-1] = following[0]
            appointments.append(following[1])
        contacts += along
        booked += appointments
    contacts += diary.everyday(CONTACTS - len(contacts))
    contacts, planned = _planned(desk, _drafted(desk, contacts))
    booked += planned
    booked += [*ahead.today(), *ahead.visits(), *ahead.meetings(), *ahead.days_off(), *ahead.odd_ones()]
    return _numbered(desk, sorted(contacts, key=lambda c: (c.recorded_at, c.id))), sorted(booked, key=lambda a: (a.created_at, a.id))


def _planned(desk: Desk, contacts: list[Contact]) -> tuple[list[Contact], list[Appointment]]:
    """Most meetings of the last weeks stood in the schedule before they took place."""
    since, found, booked = desk.today - timedelta(days=PLANNED_DAYS), list[Contact](), list[Appointment]()
    for contact in contacts:
        if _met(contact) and contact.starts_at.date() >= since and desk.rng.random() < 0.8:
            appointment, linked = desk.planned(contact)
            booked.append(appointment)
            found.append(linked)
        else:
            found.append(contact)
    return found, booked


def _met(contact: Contact) -> bool:
    """Tell whether a finished record is of a meeting with a customer that nothing had booked yet."""
    meeting = contact.method in ("visit", "incoming_visit", "web_meeting") and contact.customer and contact.timed
    return bool(meeting) and not contact.draft and contact.appointment is None


def _numbered(desk: Desk, contacts: list[Contact]) -> list[Contact]:
    """Number the records with the same gaps that the running number leaves; drafts have none yet."""
    number, found = 0, []
    for contact in contacts:
        number += 0 if contact.draft else desk.rng.randint(1, LARGEST_STEP)
        found.append(contact if contact.draft else replace(contact, number=number))
    return found


def _drafted(desk: Desk, contacts: list[Contact]) -> list[Contact]:
    """Turn some of the newest records into drafts: nobody has been told of them yet."""
    newest = [
        c
        for c in contacts
        if c.starts_at.date() >= working_day_after(desk.today, -4) and not c.next_appointment and not c.appointment and not c.deal
    ]
    own = [c for c in newest if not any(report.to == "10136" for report in c.reports)]
    chosen = {c.id for c in desk.rng.sample(own, min(DRAFTS, len(own)))}
    return [
        replace(c, draft=True, reports=tuple(replace(r, told_at=None, read_at=None, confirmed=False, answers=()) for r in c.reports))
        if c.id in chosen
        else c
        for c in contacts
    ]


def _restricted(desk: Desk, clients: tuple[Customer, ...]) -> tuple[Customer, ...]:
    """A few customers are known only to their branch."""
    chosen = {c.code for c in desk.rng.sample([c for c in clients if c.corporate and c.rank in "ABP"], 12)}
    return tuple(replace(c, audience=_branch_only(desk.staff[c.seller])) if c.code in chosen else c for c in clients)


def _branch_only(seller: Employee) -> Audience:
    return Audience(units=(firm.branch_of(seller.posts[0].unit),))


def _audienced(desk: Desk, ways: tuple[Course, ...]) -> tuple[Course, ...]:
    """Deals have audiences like records: seven in ten are open to everybody."""
    return tuple(replace(way, deal=replace(way.deal, audience=desk.audience(desk.staff[way.deal.owner]))) for way in ways)
