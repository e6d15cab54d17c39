"""Time the newest records of many: the merge of heads against the plain rule, for people of wide and of narrow sight.

Usage: DATABASE_URL=... python -m bench.visibility [records]. Fills an empty, migrated database (never the one in use)
with a firm of 110 units, 50 groups and 300 people, and by default 1,000,000 contact records: 70 % for the whole company,
10 % for a branch, 10 % for a department, 5 % for a group, 5 % for single persons, each naming two or three people.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
import django

django.setup()

from django.contrib.auth.models import Permission  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from contacts.models import BY_TIME, ContactPoint, ContactPointUserPermission  # noqa: E402
from crm.actions import staff  # noqa: E402
from crm.audience import Audience, company_group_id, scope_for  # noqa: E402
from crm.models import StaffGroup, User  # noqa: E402
from crm.paging import capped_count, keyset_page  # noqa: E402
from crm.visibility import scopes_kept, scopes_of  # noqa: E402

RARE = 465
DEEP = 50_000
BATCH = 20_000
Row = tuple[Any, ...]


class Firm:
    """The people and audiences that records are dealt out to."""

    def __init__(self, dice: random.Random) -> None:
        today = timezone.localdate()
        self.dice = dice
        branches = [staff.add_unit(by=None, code=f"b{n}", name=f"支店{n}") for n in range(10)]
        units = [staff.add_unit(by=None, code=f"d{n}", name=f"課{n}", parent=branches[n % 10]) for n in range(100)]
        groups = [staff.keep_group(by=None, name=f"班{n}", members=[], today=today) for n in range(50)]
        self.people = User.objects.bulk_create([User(code=f"u{n}", name=f"社員{n}", sort_key=f"{n:04}") for n in range(300)])
        self.company = scope_for(Audience.whole_company()).pk
        self.branches = [scope_for(Audience(units=frozenset({unit.pk}))).pk for unit in branches]
        self.units = [scope_for(Audience(units=frozenset({unit.pk}))).pk for unit in units]
        self.groups = [scope_for(Audience(groups=frozenset({group.pk}))).pk for group in groups]
        self.single = [scope_for(Audience(people=frozenset({user.pk}))).pk for user in self.people]
        self.rare = scope_for(Audience(people=frozenset({self.people[2].pk, self.people[4].pk}))).pk
        self._seat(branches, units, groups)

    def _seat(self, branches: list[Any], units: list[Any], groups: list[StaffGroup]) -> None:
        """Person 0 is a typical one, 1 sees nearly all, 2 only what is rare, 3 nothing."""
        seats = User.groups.through
        wanted = {(user.pk, company_group_id()) for user in [*self.people[:2], *self.people[4:]]}
        wanted |= {(user.pk, units[n % 100].group_id) for n, user in enumerate(self.people) if n not in (2, 3)}
        wanted |= {(self.people[0].pk, one.group_id) for one in [branches[0], *units[:20], *groups[:10]]}
        wanted |= {(self.people[1].pk, one.group_id) for one in [*branches, *units, *groups]}
        seats.objects.bulk_create([seats(user_id=user, group_id=group) for user, group in wanted])
        from crm.models import ScopeUserPermission

        permission = Permission.objects.get(content_type__app_label="crm", codename="view_in_scope")
        mine = [ScopeUserPermission(content_object_id=pk, user=self.people[1], permission=permission) for pk in self.single[5:230]]
        ScopeUserPermission.objects.bulk_create(mine)

    def scope(self, place: int, records: int) -> int:
        if place % (records // RARE or 1) == 0:
            return self.rare
        chosen = self.dice.random()
        for share, scopes in ((0.7, [self.company]), (0.8, self.branches), (0.9, self.units), (0.95, self.groups)):
            if chosen < share:
                return self.dice.choice(scopes)
        return self.dice.choice(self.single[5:])

    def named(self) -> set[int]:
        return {user.pk for user in self.dice.sample(self.people[4:], self.dice.randint(2, 3))}


def fill(records: int) -> Firm:
    """Load the records, newest last, in raw batches: building a million objects would take an hour."""
    dice = random.Random(7)
    firm = Firm(dice)
    permission = Permission.objects.get(content_type__app_label="contacts", codename="view_contactpoint").pk
    start, step = timezone.now() - timedelta(days=5 * 365), timedelta(days=5 * 365) / records
    columns = ("id", "scope_id", "owner_id", "recorder_id", "started_at", "state", "number", "content")
    rest = {"summary_note": "", "direct": "", "version": 1, "source": "import", "has_time": True, "search_text": ""}
    contacts, names = [], []

    def deal() -> Iterator[tuple[Row, list[Row]]]:
        for place in range(records):
            key, when, named = UUID(int=place << 64 | dice.getrandbits(60)), start + step * place, firm.named()
            owner = min(named)
            row = (key, firm.scope(place, records), owner, owner, when, "registered", place + 1, "見積を説明した。次回は契約の話。")
            yield (*row, when, when, *rest.values()), [(permission, user, key, when) for user in named]

    dealt = deal()
    while batch := list(islice(dealt, BATCH)):
        contacts, names = [row for row, _ in batch], [one for _, many in batch for one in many]
        with transaction.atomic():
            load(ContactPoint, (*columns, "created_at", "updated_at", *rest), contacts)
            load(ContactPointUserPermission, ("permission_id", "user_id", "content_object_id", "started_at"), names)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return firm


def load(model: type[models.Model], columns: tuple[str, ...], rows: list[Row]) -> None:
    """Write rows as the database stores them."""
    fields = {field.column: field for field in model._meta.concrete_fields}
    stored = [tuple(fields[name].get_db_prep_save(value, connection) for name, value in zip(columns, row, strict=True)) for row in rows]
    into = f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"
    with connection.cursor() as cursor:
        cursor.executemany(into, stored)


def timed(act: Callable[[], Any], rounds: int = 7) -> float:
    """Return the median of some rounds in milliseconds; a slow one is asked three times only."""
    taken: list[float] = []
    for _ in range(rounds):
        with scopes_kept():
            began = time.perf_counter()
            act()
            taken.append((time.perf_counter() - began) * 1000)
        if len(taken) == 3 and min(taken) > 2_000:
            break
    return statistics.median(taken)


def deep_cursor(user: User) -> str:
    """Return a cursor that stands about 50,000 rows below the newest, or at a third of what there is."""
    rows = ContactPoint.objects.registered().visible_to(user)
    whole = ContactPoint.objects.registered().for_the_house("a benchmark looks for a place").order_by(*BY_TIME)
    seen = whole.count()
    moment: datetime | None = whole.values_list("started_at", flat=True)[min(DEEP, seen // 3)]
    return keyset_page(rows.filter(started_at__lte=moment), by=BY_TIME, size=1).older


def main(records: int) -> None:
    began = time.perf_counter()
    if User.objects.filter(code="u0").exists():
        people = list(User.objects.filter(code__in=["u0", "u1", "u2", "u3"]).order_by("code"))
    elif ContactPoint.objects.for_the_house("is it empty").exists():
        sys.exit("This database is in use. Give an empty one.")
    else:
        people = fill(records).people[:4]
    print(f"{connection.vendor}: {records:,} records, ready after {time.perf_counter() - began:.0f} s; milliseconds, median")
    print(f"{'':10}{'scopes':>8}{'first':>10}{'plain':>10}{'page 1000':>11}{'plain':>10}{'count':>9}{'plain':>10}")
    for name, user in zip(("typical", "exec", "narrow", "none"), people, strict=True):
        plain = ContactPoint.objects.registered().visible_to(user)
        cursor = deep_cursor(user)
        figures = [
            timed(lambda user=user: ContactPoint.objects.newest_page(user)),
            timed(lambda user=user: keyset_page(ContactPoint.objects.registered().visible_to(user), by=BY_TIME)),
            timed(lambda user=user, cursor=cursor: ContactPoint.objects.newest_page(user, cursor=cursor)),
            timed(lambda plain=plain, cursor=cursor: keyset_page(plain, by=BY_TIME, cursor=cursor)),
            timed(lambda user=user: ContactPoint.objects.count_visible(user)),
            timed(lambda plain=plain: capped_count(plain)),
        ]
        first, first_plain, deep, deep_plain, count, count_plain = (f"{one:.1f}" for one in figures)
        print(
            f"{name:10}{len(scopes_of(user)):>8}{first:>10}{first_plain:>10}{deep:>11}{deep_plain:>10}{count:>9}{count_plain:>10}",
            flush=True,
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
