"""The guard: no row without a viewer, no look from one guarded table into another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.db.models import Count, Exists, OuterRef, Prefetch

from contacts.models import ContactPoint, Expense
from crm.actions import staff
from crm.audience import Audience, name_readers, scope_for
from crm.models import Customer, Person, User
from crm.visibility import GuardedJoin, ViewerNotStated
from tests.conftest import Cast
from tests.make import TODAY, a_unit, a_user

pytestmark = pytest.mark.django_db


def a_record(owner: User, now: Any, audience: Audience, customer: Customer | None = None) -> ContactPoint:
    """A bare row, not made by the action: here only the rule is looked at."""
    contact = ContactPoint(
        owner=owner, recorder=owner, started_at=now, scope=scope_for(audience), customer=customer, state="registered", number=1
    )
    contact.number = ContactPoint.objects.for_the_house("a test's own numbers").count() + 1
    contact.save()
    name_readers(contact, {owner.pk}, started_at=now)
    return contact


def a_firm(recorder: User, audience: Audience) -> Customer:
    customer = Customer(name="小鳥商事", recorder=recorder, scope=scope_for(audience), sort_key="k", kana_row="か", search_text="小鳥商事")
    customer.save()
    name_readers(customer, {recorder.pk})
    return customer


UNSTATED: dict[str, Callable[[], Any]] = {
    "list": lambda: list(ContactPoint.objects.all()),
    "get": lambda: ContactPoint.objects.get(pk="01900000-0000-7000-8000-000000000000"),
    "first": lambda: ContactPoint.objects.first(),
    "count": lambda: ContactPoint.objects.count(),
    "exists": lambda: ContactPoint.objects.filter(number=1).exists(),
    "aggregate": lambda: ContactPoint.objects.aggregate(Count("pk")),
    "values": lambda: list(ContactPoint.objects.values("content")),
    "iterator": lambda: list(ContactPoint.objects.iterator()),
    "in_bulk": lambda: ContactPoint.objects.in_bulk(),
    "update": lambda: ContactPoint.objects.update(content="x"),
    "delete": lambda: ContactPoint.objects.all().delete(),
    "get_or_create": lambda: Customer.objects.get_or_create(name="x"),
    "subquery": lambda: list(User.objects.filter(pk__in=ContactPoint.objects.values("owner"))),
    "exists subquery": lambda: list(User.objects.filter(Exists(ContactPoint.objects.filter(owner=OuterRef("pk"))))),
    "union": lambda: list(ContactPoint.objects.for_the_house("one side").union(ContactPoint.objects.all())),
    "or": lambda: ContactPoint.objects.for_the_house("one side") | ContactPoint.objects.all(),
    "and": lambda: ContactPoint.objects.for_the_house("one side") & ContactPoint.objects.all(),
    "xor": lambda: ContactPoint.objects.for_the_house("one side") ^ ContactPoint.objects.all(),
    "raw": lambda: list(ContactPoint.objects.raw("select * from contacts_contactpoint")),
    "part": lambda: list(Expense.objects.all()),
    "part count": lambda: Expense.objects.count(),
    "base manager": lambda: list(ContactPoint._base_manager.all()),
    "default manager": lambda: list(ContactPoint._default_manager.all()),
}


@pytest.mark.parametrize("name", UNSTATED)
def test_a_guarded_table_is_not_read_without_a_viewer(name: str) -> None:
    with pytest.raises(ViewerNotStated):
        UNSTATED[name]()


def test_following_a_foreign_key_stands_guard_too(cast: Cast, now: Any) -> None:
    record = a_record(cast.seller, now, Audience.whole_company(), a_firm(cast.seller, Audience.whole_company()))
    again = ContactPoint.objects.visible_to(cast.boss).get(pk=record.pk)

    with pytest.raises(ViewerNotStated):
        str(again.customer)


def test_a_hidden_customer_reads_as_none_beside_a_visible_record(cast: Cast, now: Any) -> None:
    firm = a_firm(cast.seller, Audience(people=frozenset({cast.seller.pk})))
    a_record(cast.seller, now, Audience.whole_company(), firm)

    def shown(user: User) -> Customer | None:
        rows = ContactPoint.objects.visible_to(user).prefetch_related(Prefetch("customer", queryset=Customer.objects.visible_to(user)))
        return rows.get().customer

    assert shown(cast.seller) == firm
    assert shown(cast.outsider) is None


JOINS: dict[str, Callable[[User], Any]] = {
    "filter by a hidden relation": lambda user: list(ContactPoint.objects.visible_to(user).filter(customer__name="小鳥商事")),
    "order by a hidden relation": lambda user: list(ContactPoint.objects.visible_to(user).order_by("customer__name")),
    "values over a relation": lambda user: list(ContactPoint.objects.visible_to(user).values("customer__name")),
    "group by a relation": lambda user: list(ContactPoint.objects.visible_to(user).values("customer__name").annotate(Count("pk"))),
    "select_related": lambda user: list(ContactPoint.objects.visible_to(user).select_related("customer")),
    "from a part over its whole to another whole": lambda user: list(
        Person.objects.visible_to(user).filter(customer__parent__name="小鳥商事")
    ),
    "deeper select_related": lambda user: list(Expense.objects.visible_to(user).select_related("contact__customer")),
}


@pytest.mark.parametrize("name", JOINS)
def test_a_viewers_query_does_not_reach_into_another_guarded_table(cast: Cast, name: str) -> None:
    with pytest.raises(GuardedJoin):
        JOINS[name](cast.boss)


def test_there_is_no_way_back_from_an_open_table_into_a_guarded_one(cast: Cast) -> None:
    with pytest.raises(FieldError):
        User.objects.filter(contactpoint__content="x")
    with pytest.raises(FieldError):
        Customer.objects.visible_to(cast.boss).filter(contactpoint__content="x")


def test_parts_are_seen_exactly_with_their_whole(cast: Cast, now: Any, django_assert_num_queries: Any) -> None:
    for audience in (Audience.whole_company(), Audience.whole_company(), Audience()):
        record = a_record(cast.seller, now, audience)
        Expense.objects.create(contact=record, amount_yen=100)

    assert Expense.objects.visible_to(cast.seller).count() == 3
    assert Expense.objects.visible_to(cast.outsider).count() == 2
    with django_assert_num_queries(3):  # the audience, records, expenses
        rows = ContactPoint.objects.visible_to(cast.outsider).prefetch_related("expenses")
        assert sum(line.amount_yen for record in rows for line in record.expenses.all()) == 200


def test_a_unit_means_its_sub_units_and_additional_posts_too(cast: Cast, now: Any) -> None:
    desk = a_unit("第一係", cast.sales)
    junior, guest = a_user("新人", desk), a_user("兼務者", cast.office)
    staff.assign(by=None, user=guest, unit=desk, today=TODAY, is_primary=False)
    record = a_record(cast.outsider, now, Audience(units=frozenset({cast.sales.pk})))

    def may(user: User) -> bool:
        return ContactPoint.objects.visible_to(user).filter(pk=record.pk).exists()

    assert all(map(may, [cast.seller, cast.boss, junior, guest, cast.outsider]))
    assert not may(cast.admin)


def test_a_future_post_opens_nothing_before_its_day_and_everything_on_it(cast: Cast, now: Any) -> None:
    record = a_record(cast.seller, now, Audience(units=frozenset({cast.sales.pk})))
    first_day = TODAY.replace(month=12, day=1)
    staff.assign(by=None, user=cast.outsider, unit=cast.sales, today=TODAY, valid_from=first_day)

    assert not ContactPoint.objects.visible_to(cast.outsider).filter(pk=record.pk).exists()
    staff.seat_everybody(today=first_day)
    assert ContactPoint.objects.visible_to(cast.outsider).filter(pk=record.pk).exists()


def test_moving_and_leaving_close_the_door_at_once(cast: Cast, now: Any) -> None:
    record = a_record(cast.seller, now, Audience(units=frozenset({cast.sales.pk})))
    post = cast.colleague.memberships.get()

    staff.change_post(by=cast.admin, post=post, today=TODAY, unit=cast.office)
    staff.leave(by=cast.admin, user=cast.boss, left_on=TODAY, today=TODAY)

    assert not ContactPoint.objects.visible_to(cast.colleague).filter(pk=record.pk).exists()
    assert not ContactPoint.objects.visible_to(cast.boss).exists()


def test_a_scope_is_made_once_and_guardian_knows_it(cast: Cast) -> None:
    audience = Audience(units=frozenset({cast.sales.pk}), people=frozenset({cast.outsider.pk}))

    scope = scope_for(audience)

    assert scope_for(audience) == scope
    assert Audience.of(scope) == audience
    assert cast.seller.has_perm("crm.view_in_scope", scope)
    assert cast.outsider.has_perm("crm.view_in_scope", scope)
    assert not cast.admin.has_perm("crm.view_in_scope", scope)


def test_nobody_holds_a_permission_on_a_whole_table(cast: Cast) -> None:
    assert not any(user.user_permissions.exists() for user in User.objects.all())
    assert not any(group.permissions.exists() for group in cast.seller.groups.all())
