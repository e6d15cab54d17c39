"""The merge of heads answers exactly what the plain rule answers, page by page, in both directions."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest

from contacts.actions import delete_contact
from contacts.models import BY_TIME, ContactPoint
from crm.audience import Audience
from crm.models import User
from crm.paging import BadCursor, keyset_page
from tests.contacts.given import a_contact
from tests.make import a_unit, a_user

pytestmark = pytest.mark.django_db


def a_firm(dice: random.Random, now: datetime) -> list[User]:
    """Nine people in four units, sixty records of all audiences: drafts, deleted ones and equal times among them."""
    units = [a_unit() for _ in range(3)]
    units.append(a_unit(parent=units[0]))
    people = [a_user(unit=dice.choice(units)) for _ in range(9)]
    for _ in range(60):
        some = frozenset(user.pk for user in dice.sample(people, dice.randint(0, 2)))
        audience = dice.choice(
            [Audience.whole_company(), Audience(units=frozenset({dice.choice(units).pk})), Audience(people=some), Audience()]
        )
        when = now - timedelta(hours=dice.randint(1, 12))
        contact = a_contact(
            dice.choice(people),
            now,
            started_at=when,
            ended_at=None,
            audience=audience,
            report_to=dice.sample(people, dice.randint(0, 2)),
            participants=dice.sample(people, dice.randint(0, 1)),
            draft=dice.random() < 0.1,
        )
        if dice.random() < 0.1:
            delete_contact(by=contact.owner, contact=contact, now=now)
    return people


@pytest.mark.parametrize("seed", range(4))
def test_every_page_is_the_one_that_the_plain_rule_gives(seed, now):
    people = a_firm(random.Random(seed), now)

    for user in people:
        plain = list(ContactPoint.objects.registered().visible_to(user).order_by(*BY_TIME))
        pages, cursor = [], ""
        while True:
            page = ContactPoint.objects.newest_page(user, cursor=cursor, size=7)
            pages.append(page.rows)
            if not page.older:
                break
            cursor = page.older
        back = ContactPoint.objects.newest_page(user, cursor=page.newer, size=7).rows if page.newer else pages[-1]
        assert [row for rows in pages for row in rows] == plain
        assert back == (pages[-2] if len(pages) > 1 else pages[-1])
        assert ContactPoint.objects.count_visible(user, cap=1_000) == len(plain)
        assert ContactPoint.objects.count_visible(user, cap=5) == min(len(plain), 6)


def test_with_very_many_scopes_the_plain_rule_answers_alike(seller, now, monkeypatch):
    contacts = [a_contact(seller, now, started_at=now - timedelta(hours=hour), ended_at=None) for hour in range(1, 5)]
    monkeypatch.setattr("contacts.models.heads.MOST_SCOPES", -1)
    monkeypatch.setattr("contacts.models.heads.MOST_SCOPES_COUNTED", -1)

    assert ContactPoint.objects.newest_page(seller, size=3).rows == contacts[:3]
    assert ContactPoint.objects.count_visible(seller) == 4


@pytest.mark.parametrize("cursor", ["x", "WzAsMSwyXQ", "WzAsIngiLCJ5Il0", "é", "A" * 5000])
def test_a_cursor_that_is_not_ours_is_refused(seller, cursor, now):
    with pytest.raises(BadCursor):
        ContactPoint.objects.newest_page(seller, cursor=cursor)


def test_a_leaver_sees_nothing_even_by_old_scopes(seller, now):
    a_contact(seller, now)
    seller.is_active = False

    assert ContactPoint.objects.newest_page(seller).rows == []
    assert ContactPoint.objects.count_visible(seller) == 0
    assert keyset_page(ContactPoint.objects.visible_to(seller), by=BY_TIME).rows == []
