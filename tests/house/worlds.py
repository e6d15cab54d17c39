"""Random organisations with their records, and an oracle in plain Python that knows who may read what.

The oracle shares no line with the product: it walks dictionaries. Every record carries words of its own (marks), so that
whatever a door answers can be read for what it gives away.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from contacts.actions import delete_contact, log_contact, reply
from contacts.entry import ContactEntry, ExpenseLine
from crm.actions import customers, staff
from crm.audience import Audience
from crm.lines import DepartmentLine, StaffLine
from crm.models import Choice, OrgUnit, StaffGroup, User
from schedule.actions import book
from schedule.entry import AppointmentEntry
from tests.make import TODAY, a_choice, a_unit, a_user

KINDS = ("customer", "person", "deal", "appointment", "contact")


@dataclass
class Thing:
    """One record: its words by place (name, note, content...), and who may read it by the oracle."""

    kind: str
    row: Any
    title: str
    marks: set[str]
    audience: Audience
    named: set[int]
    of: Thing | None = None
    draft: bool = False
    gone: bool = False


@dataclass
class World:
    seed: int
    now: datetime
    users: list[User] = field(default_factory=list)
    units: list[OrgUnit] = field(default_factory=list)
    groups: list[StaffGroup] = field(default_factory=list)
    things: list[Thing] = field(default_factory=list)
    stage: Choice | None = None
    posts: dict[int, set[int]] = field(default_factory=dict)
    above: dict[int, int | None] = field(default_factory=dict)
    grouped: dict[int, set[int]] = field(default_factory=dict)
    left: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self._marks = 0

    def mark(self) -> str:
        """A word that stands nowhere else and that no folding, escaping or line fold breaks."""
        self._marks += 1
        return f"zk{self.seed % 1000}q{self._marks}z"

    def some(self, among: list[Any], most: int) -> list[Any]:
        return self.dice.sample(among, self.dice.randint(0, min(most, len(among))))

    def of_kind(self, kind: str) -> list[Thing]:
        return [thing for thing in self.things if thing.kind == kind]

    def may_read(self, user: User, thing: Thing) -> bool:
        """The oracle: the rule as the manual tells it, on sets of numbers."""
        if thing.gone or user.pk in self.left:
            return False
        if user.pk in thing.named:
            return True
        if thing.draft:
            return False
        wide = thing.audience
        in_units = any(user.pk in self.members(unit) for unit in wide.units)
        in_groups = any(user.pk in self.grouped[group] for group in wide.groups)
        return wide.company or in_units or in_groups or user.pk in wide.people

    def members(self, unit: int) -> set[int]:
        """Return who holds a post in the unit or anywhere below it."""
        below = {unit}
        while more := {child for child, parent in self.above.items() if parent in below} - below:
            below |= more
        return {user for user, posts in self.posts.items() if posts & below}

    def readable(self, user: User, kind: str) -> set[str]:
        return {thing.title for thing in self.of_kind(kind) if self.may_read(user, thing)}

    def hidden(self, user: User) -> set[str]:
        return {mark for thing in self.things if not self.may_read(user, thing) for mark in thing.marks}

    def binned(self, user: User) -> set[str]:
        """Return the words of what this user may take back out of the bin."""
        return {mark for thing in self.things if thing.gone and thing.row.owner_id == user.pk for mark in thing.marks}

    def an_audience(self) -> Audience:
        if self.dice.random() < 0.25:
            return Audience.whole_company()
        chosen = self.some(self.units, 1), self.some(self.groups, 1), self.some(self.users, 1)
        return Audience(False, *(frozenset(one.pk for one in many) for many in chosen))


def a_world(seed: int, now: datetime, *, records: int = 8) -> World:
    """Build a company of five to seven people and some records of each kind."""
    world = World(seed, now)
    _organisation(world)
    world.stage = a_choice("deal_stage", "商談中", semantic="open")
    for _one in range(4):
        _a_customer(world)
    for _one in range(3):
        _a_deal(world)
        _an_appointment(world)
    for _one in range(records):
        _a_contact(world)
    return world


def _organisation(world: World) -> None:
    dice = world.dice
    for number in range(dice.randint(3, 5)):
        parent = dice.choice([None, *world.units]) if world.units else None
        world.units.append(a_unit(f"部署{number}", parent))
    world.above = {unit.pk: unit.parent_id for unit in world.units}
    for number in range(dice.randint(5, 7)):
        posts = dice.sample(world.units, dice.randint(1, 2))
        user = a_user(f"世界 {number}", posts[0])
        for unit in posts[1:]:
            staff.assign(by=None, user=user, unit=unit, today=TODAY, is_primary=False)
        world.users.append(user)
        world.posts[user.pk] = {unit.pk for unit in posts}
    for number in range(2):
        members = dice.sample(world.users, 2)
        group = staff.keep_group(by=None, name=f"班{world.seed}-{number}", members=members, today=TODAY)
        world.groups.append(group)
        world.grouped[group.pk] = {user.pk for user in members}


def _a_customer(world: World) -> None:
    audience = world.an_audience()
    recorder, in_charge = world.dice.choice(world.users), world.some(world.users, 1)
    name, note, desk = world.mark(), world.mark(), world.mark()
    row = customers.add_customer(
        by=recorder,
        name=name,
        audience=audience,
        note=note,
        departments=[DepartmentLine(name=desk)],
        staff=[StaffLine(user=user) for user in in_charge],
    )
    named = {recorder.pk, *(user.pk for user in in_charge)}
    customer = Thing("customer", row, name, {name, note, desk}, audience, named)
    family, title = world.mark(), world.mark()
    person = customers.add_person(by=recorder, customer=row, family_name=family, title=title)
    world.things += [customer, Thing("person", person, family, {family, title}, audience, named, of=customer)]


def _a_deal(world: World) -> None:
    audience = world.an_audience()
    owner, recorder = world.dice.choices(world.users, k=2)
    customer, name, note = world.dice.choice(world.of_kind("customer")), world.mark(), world.mark()
    row = customers.add_deal(
        by=recorder, name=name, stage=world.stage, audience=audience, owner=owner, customer=customer.row, note=note, amount_yen=1000
    )
    world.things.append(Thing("deal", row, name, {name, note}, audience, {owner.pk, recorder.pk}, of=customer))


def _an_appointment(world: World) -> None:
    audience = world.an_audience()
    owner, customer, joined = world.dice.choice(world.users), world.dice.choice(world.of_kind("customer")), world.some(world.users, 2)
    title, place, content = world.mark(), world.mark(), world.mark()
    starts_at = world.now + timedelta(days=world.dice.randint(0, 5), hours=world.dice.randint(1, 5))
    people = [thing.row for thing in world.of_kind("person") if thing.of is customer]
    entry = AppointmentEntry(
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        customer=customer.row,
        people=people,
        participants=joined,
        summary_note=title,
        place=place,
        content=content,
        audience=audience,
    )
    row, _new = book(owner=owner, recorder=owner, entry=entry, now=world.now)
    world.things.append(
        Thing("appointment", row, title, {title, place, content}, audience, {owner.pk, *(user.pk for user in joined)}, of=customer)
    )


def _a_contact(world: World) -> None:
    audience = world.an_audience()
    owner, customer = world.dice.choice(world.users), world.dice.choice([None, *world.of_kind("customer")])
    joined, told, draft = world.some(world.users, 1), world.some(world.users, 2), world.dice.random() < 0.2
    note, content, fare = world.mark(), world.mark(), world.mark()
    entry = ContactEntry(
        started_at=world.now - timedelta(days=world.dice.randint(0, 20), hours=1),
        has_time=True,
        customer=customer.row if customer else None,
        people=[thing.row for thing in world.of_kind("person") if customer and thing.of is customer],
        summary_note=note,
        content=content,
        participants=joined,
        report_to=[user for user in told if user != owner],
        expenses=[ExpenseLine(amount_yen=300, note=fare)],
        audience=audience,
    )
    row, _new = log_contact(owner=owner, recorder=owner, entry=entry, now=world.now, draft=draft)
    named = {owner.pk} if draft else {owner.pk, *(user.pk for user in joined), *(user.pk for user in told)}
    marks = {note, content, fare}
    if told and told[0] != owner and not draft:
        answer = world.mark()
        reply(author=told[0], contact=row, body=answer, now=world.now)
        marks.add(answer)
    world.things.append(Thing("contact", row, note, marks, audience, named, of=customer, draft=draft))


def move(world: World, user: User, unit: OrgUnit) -> None:
    """Give the person one new post in place of all others, in the product and in the oracle."""
    first, *others = user.memberships.order_by("pk")
    staff.change_post(by=user, post=first, today=TODAY, unit=unit)
    for post in others:
        staff.change_post(by=user, post=post, today=TODAY, unit=unit)
    world.posts[user.pk] = {unit.pk}


def leave(world: World, user: User) -> None:
    staff.leave(by=user, user=user, left_on=TODAY, today=TODAY)
    world.left.add(user.pk)


def throw_away(world: World, thing: Thing) -> None:
    """Put a contact record into the bin: from now on nobody reads it."""
    delete_contact(by=thing.row.owner, contact=thing.row, now=world.now)
    thing.gone = True
