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
from contacts.actions.comments import write_comment
from contacts.entry import ContactEntry, ExpenseLine, RequestLine
from crm.actions import assets, customers, infos, plans, staff
from crm.audience import Audience
from crm.lines import DepartmentLine, StaffLine
from crm.models import Choice, CustomerDepartment, OrgUnit, StaffGroup, User
from schedule.actions import book
from schedule.entry import AppointmentEntry
from schedule.models import Facility
from tests.contacts.uploads import a_file
from tests.make import TODAY, a_choice, a_unit, a_user

KINDS = ("customer", "person", "deal", "asset", "contract", "plan", "info", "appointment", "contact")


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
    paper: str = ""
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
    thorough: bool = False

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

    def few_of(self, kind: str, most: int) -> list[Thing]:
        """Return some of a kind, the same ones at every call; in a thorough world all."""
        things = self.of_kind(kind)
        most = len(things) if self.thorough else most
        return random.Random(f"{self.seed} {kind}").sample(things, min(most, len(things)))

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
        _an_asset(world)
        _a_plan(world)
        _an_info(world)
        _an_appointment(world)
    _a_contract(world)
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


def _held(world: World, kind: str, add: Any) -> None:
    """Something that hangs on a customer: seen by exactly the customer's readers."""
    customer, name, note = world.dice.choice(world.of_kind("customer")), world.mark(), world.mark()
    row = add(by=world.dice.choice(world.users), customer=customer.row, name=name, note=note)
    world.things.append(Thing(kind, row, name, {name, note}, customer.audience, customer.named, of=customer))


def _an_asset(world: World) -> None:
    _held(world, "asset", assets.add_asset)


def _a_contract(world: World) -> None:
    _held(world, "contract", assets.add_contract)


def _a_plan(world: World) -> None:
    audience, owner, recorder = world.an_audience(), *world.dice.choices(world.users, k=2)
    name, goal, what = world.mark(), world.mark(), world.mark()
    targets = [plans.TargetLine(customer=thing.row, planned=2) for thing in world.some(world.of_kind("customer"), 3)]
    row = plans.add_plan(
        by=recorder,
        owner=owner,
        name=name,
        goal=goal,
        audience=audience,
        starts_on=TODAY - timedelta(days=30),
        ends_on=TODAY + timedelta(days=30),
        targets=targets,
        actions=[plans.ActionLine(what=what, planned=1)],
    )
    world.things.append(Thing("plan", row, name, {name, goal, what}, audience, {owner.pk, recorder.pk}))


def _an_info(world: World) -> None:
    audience, owner, recorder = world.an_audience(), *world.dice.choices(world.users, k=2)
    title, text, customer = world.mark(), world.mark(), world.dice.choice(world.of_kind("customer"))
    voice = world.dice.random() < 0.5
    row = infos.add_info(
        by=recorder, owner=owner, title=title, text=text, collected_on=TODAY, audience=audience, customer=customer.row, voice=voice
    )
    world.things.append(Thing("info", row, title, {title, text}, audience, {owner.pk, recorder.pk}, of=customer))


def _surroundings(world: World, customer: Thing | None) -> dict[str, Any]:
    """What an appointment or a record names besides its customer, much of it hidden from many of its readers."""
    dice = world.dice
    mine = [thing.row for thing in world.of_kind("asset") if customer and thing.of is customer]
    desks = list(CustomerDepartment.objects.for_the_house("a world").filter(customer=customer.row)) if customer else []
    return {
        "department": dice.choice([None, *desks]),
        "asset": dice.choice([None, *mine]),
        "plan": dice.choice([None, *(thing.row for thing in world.of_kind("plan"))]),
        "infos": [thing.row for thing in world.some(world.of_kind("info"), 2)],
        "guests": [thing.row for thing in world.some(world.of_kind("person") + world.of_kind("customer"), 2)],
    }


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
        facilities=[Facility.objects.create(name_ja="会議室")],
        **_surroundings(world, customer),
    )
    row, _new = book(owner=owner, recorder=owner, entry=entry, now=world.now)
    world.things.append(
        Thing("appointment", row, title, {title, place, content}, audience, {owner.pk, *(user.pk for user in joined)}, of=customer)
    )


def _a_contact(world: World) -> None:
    audience = world.an_audience()
    owner, customer = world.dice.choice(world.users), world.dice.choice([None, *world.of_kind("customer")])
    joined, told, draft = world.some(world.users, 1), world.some(world.users, 2), world.dice.random() < 0.2
    note, content, fare, paper, task = (world.mark() for _ in range(5))
    asked = world.dice.choice(world.users)
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
        requests=[RequestLine(to=asked, title=task)],
        files=[a_file(owner, f"{paper}.txt", paper.encode())],
        audience=audience,
        **_surroundings(world, customer),
    )
    row, _new = log_contact(owner=owner, recorder=owner, entry=entry, now=world.now, draft=draft)
    named = {owner.pk} if draft else {owner.pk, asked.pk, *(user.pk for user in joined), *(user.pk for user in told)}
    marks = {note, content, fare, paper, task}
    if told and told[0] != owner and not draft:
        answer = world.mark()
        reply(author=told[0], contact=row, body=answer, now=world.now)
        marks.add(answer)
    if not draft:
        remark = world.mark()
        write_comment(author=owner, contact=row, body=remark, now=world.now)
        marks.add(remark)
    world.things.append(Thing("contact", row, note, marks, audience, named, of=customer, draft=draft, paper=paper))


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
