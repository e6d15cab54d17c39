"""Units, posts, groups and leaving; and the auth groups that follow from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.db.models import Max

from crm import journal
from crm.audience import company_group_id
from crm.japanese import kana_sort_key, searchable
from crm.models import Delegation, Membership, OrgUnit, StaffGroup, User
from crm.outbox import promise
from crm.visibility import forget_scopes

PATH_LENGTH = 255


class UnitInsideItself(Exception):
    """A unit was to be moved below itself."""


class UnitTooDeep(Exception):
    """The codes from the root down to a unit would no longer fit into its path."""


class Taken(Exception):
    """Another row bears this code, mail or name already."""


class AdministratorThere(Exception):
    """Somebody administrates already; who else may is theirs to say."""


@contextmanager
def _once() -> Iterator[None]:
    """Turn what a unique column refuses into a word that doors understand; the transaction lives on."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise Taken from error


@transaction.atomic
def seat_everybody(*, today: date) -> int:
    """Let guardian's groups follow posts, groups and leaving as of today; return how many seats changed.

    A person sits in the group of each unit held today and of all units above it, of each staff group, and of the company.
    """
    wanted = _wanted_seats(today)
    seats = User.groups.through
    kept = {*OrgUnit.objects.values_list("group", flat=True), *StaffGroup.objects.values_list("group", flat=True), company_group_id()}
    standing = {(user, group): pk for pk, user, group in seats.objects.filter(group__in=kept).values_list("pk", "user_id", "group_id")}
    gone = {seat: pk for seat, pk in standing.items() if seat not in wanted}
    new = [seats(user_id=user, group_id=group) for user, group in wanted - set(standing)]
    if gone:
        seats.objects.filter(pk__in=gone.values()).delete()
        promise("seat.lost", *(f"{user}:{group}" for user, group in sorted(gone)))
    if new:
        seats.objects.bulk_create(new)
    if gone or new:
        forget_scopes()
    return len(gone) + len(new)


def _wanted_seats(today: date) -> set[tuple[int, int]]:
    units = dict(OrgUnit.objects.values_list("path", "group_id"))
    working = set(User.objects.working().values_list("pk", flat=True))
    company = company_group_id()
    seats = {(user, company) for user in working}
    for user, path in Membership.objects.on(today).filter(user__in=working).values_list("user_id", "unit__path"):
        steps = path.strip("/").split("/")
        seats |= {(user, units["/" + "/".join(steps[: depth + 1]) + "/"]) for depth in range(len(steps))}
    grouped = StaffGroup.members.through.objects.filter(user__in=working).values_list("user_id", "staffgroup__group_id")
    return seats | set(grouped)


@transaction.atomic
def hire(*, by: User | None, today: date, password: str | None = None, **fields: Any) -> User:
    """Add an employee. fields: columns of User. Without a password the person sets one through the reset mail.

    Raises Taken if the code or the mail is another's.
    """
    user = User(**fields)
    user.set_password(password)
    _fill_keys(user)
    with _once():
        user.save()
    journal.record(by, "create", user, {}, journal.picture(user))
    seat_everybody(today=today)
    return user


@transaction.atomic
def found_administrator(*, today: date, password: str, more: bool = False, **fields: Any) -> User:
    """Hire the one who then hires the others; nobody did it, says the journal. fields: columns of User.

    Raises AdministratorThere if somebody administrates already and no further one is asked for (more), Taken like hire.
    """
    if not more and User.objects.administrators().exists():
        raise AdministratorThere
    return hire(by=None, today=today, password=password, **fields | {"is_staff": True})


@transaction.atomic
def change_user(*, by: User, user: User, today: date, **fields: Any) -> User:
    """Change an employee's own data. fields: columns of User. Raises Taken if the code or the mail is another's."""
    before = journal.picture(User.objects.get(pk=user.pk))
    for name, value in fields.items():
        setattr(user, name, value)
    _fill_keys(user)
    with _once():
        user.save()
    journal.record(by, "change", user, before, journal.picture(user))
    seat_everybody(today=today)
    return user


@transaction.atomic
def leave(*, by: User, user: User, left_on: date, today: date) -> User:
    """End a person's work here: the name stays on records, every door closes at once, the posts end."""
    for post in Membership.objects.filter(user=user).exclude(valid_to__lte=left_on):
        _end_post(by, post, left_on)
    return change_user(by=by, user=user, today=today, is_active=False, left_on=left_on)


def _fill_keys(user: User) -> None:
    user.sort_key = kana_sort_key(user.kana or user.name)
    user.search_text = searchable(user.name, user.kana, user.code, user.email)


@transaction.atomic
def add_unit(*, by: User | None, code: str, name: str, parent: OrgUnit | None = None, **fields: Any) -> OrgUnit:
    """Add a unit below its parent (or at the top), with the auth group that stands for it. Raises Taken, UnitTooDeep."""
    with _once():
        group = Group.objects.create(name=f"unit:{code}")
    unit = OrgUnit(code=code, name=name, parent=parent, group=group, path=_path(code, parent), **fields)
    unit.place = unit.place or (OrgUnit.objects.filter(parent=parent).aggregate(last=Max("place"))["last"] or 0) + 1
    unit.save()
    journal.record(by, "create", unit, {}, journal.picture(unit))
    return unit


@transaction.atomic
def change_unit(*, by: User, unit: OrgUnit, today: date, **fields: Any) -> OrgUnit:
    """Rename, re-head or move a unit; everything below moves along, and so do its people's rights.

    Raises UnitInsideItself if the new parent lies below the unit; Taken, UnitTooDeep.
    """
    standing = OrgUnit.objects.select_for_update().get(pk=unit.pk)
    before, old_path = journal.picture(standing), standing.path
    for name, value in fields.items():
        setattr(unit, name, value)
    if unit.parent and unit.parent.path.startswith(old_path):
        raise UnitInsideItself
    unit.path = _path(unit.code, unit.parent)
    with _once():
        unit.save()
    for below in OrgUnit.objects.filter(path__startswith=old_path).exclude(pk=unit.pk):
        OrgUnit.objects.filter(pk=below.pk).update(path=_fitting(unit.path + below.path[len(old_path) :]))
    Group.objects.filter(pk=unit.group_id).update(name=f"unit:{unit.code}")
    journal.record(by, "change", unit, before, journal.picture(unit))
    seat_everybody(today=today)
    return unit


def _path(code: str, parent: OrgUnit | None) -> str:
    return _fitting(f"{parent.path if parent else '/'}{code}/")


def _fitting(path: str) -> str:
    if len(path) > PATH_LENGTH:
        raise UnitTooDeep
    return path


@transaction.atomic
def assign(*, by: User | None, user: User, unit: OrgUnit, today: date, **fields: Any) -> Membership:
    """Give a person a post in a unit. fields: title, is_primary, valid_from, valid_to (days, both inclusive)."""
    post = Membership.objects.create(user=user, unit=unit, **fields)
    journal.record(by, "create", post, {}, journal.picture(post))
    seat_everybody(today=today)
    return post


@transaction.atomic
def change_post(*, by: User, post: Membership, today: date, **fields: Any) -> Membership:
    """Change or end a post. fields: unit, title, is_primary, valid_from, valid_to."""
    before = journal.picture(Membership.objects.get(pk=post.pk))
    for name, value in fields.items():
        setattr(post, name, value)
    post.save()
    journal.record(by, "change", post, before, journal.picture(post))
    seat_everybody(today=today)
    return post


def _end_post(by: User, post: Membership, last_on: date) -> None:
    """End a post after a day; one that has not begun is taken away."""
    before = journal.picture(post)
    if post.valid_from and post.valid_from > last_on:
        journal.record(by, "delete", post, before, {})
        post.delete()
        return
    post.valid_to = last_on
    post.save()
    journal.record(by, "change", post, before, journal.picture(post))


@transaction.atomic
def keep_group(*, by: User | None, name: str, members: Iterable[User], today: date, group: StaffGroup | None = None) -> StaffGroup:
    """Make a staff group, or change its name and members. Raises Taken if another group bears the name."""
    if group is None:
        with _once():
            group = StaffGroup(group=Group.objects.create(name=f"group:{name}"))
        before: dict[str, Any] = {}
    else:
        before = journal.picture(group, members=group.members.order_by("pk"))
        with _once():
            Group.objects.filter(pk=group.group_id).update(name=f"group:{name}")
    group.name = name
    group.save()
    group.members.set(members)
    journal.record(by, "change" if before else "create", group, before, journal.picture(group, members=group.members.order_by("pk")))
    seat_everybody(today=today)
    return group


@transaction.atomic
def delegate(*, by: User | None, **fields: Any) -> Delegation:
    """Allow entry on behalf. fields: principal or principal_unit, agent or agent_unit, valid_from, valid_to."""
    allowed = Delegation.objects.create(**fields)
    journal.record(by, "create", allowed, {}, journal.picture(allowed))
    return allowed


@transaction.atomic
def end_delegation(*, by: User, delegation: Delegation, last_on: date, now: datetime) -> None:
    """End entry on behalf after a day; a delegation that has not begun is taken away."""
    before = journal.picture(delegation)
    if delegation.valid_from and delegation.valid_from > last_on:
        journal.record(by, "delete", delegation, before, {})
        delegation.delete()
        return
    delegation.valid_to = last_on
    delegation.save()
    journal.record(by, "change", delegation, before, journal.picture(delegation))
