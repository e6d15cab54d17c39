"""Account plans: adding, changing, retiring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from crm import journal, rows
from crm.actions import sent_before, standing
from crm.audience import Audience, name_readers, scope_for
from crm.japanese import searchable
from crm.models import AccountPlan, Customer, PlanAction, PlanTarget, User, uuid7


class EndsBeforeStart(Exception):
    """The last day of the plan lies before its first."""


@dataclass(frozen=True, kw_only=True)
class TargetLine:
    """A customer of the plan, and how many contacts are planned in its period."""

    customer: Customer
    planned: int = 1


@dataclass(frozen=True, kw_only=True)
class ActionLine:
    """Something to do in the period, and how often."""

    what: str
    planned: int = 1


@transaction.atomic
def add_plan(
    *,
    by: User,
    name: str,
    starts_on: date,
    ends_on: date,
    audience: Audience,
    owner: User,
    targets: Sequence[TargetLine] = (),
    actions: Sequence[ActionLine] = (),
    plan_id: UUID | None = None,
    **fields: Any,
) -> AccountPlan:
    """Add an account plan; both days belong to it. fields: columns of AccountPlan.

    targets: a customer named twice counts once, as first named.
    plan_id: made by the sender. A second call with the same one returns the first plan unchanged.

    Raises IdTaken, EndsBeforeStart.
    """
    if before := sent_before(AccountPlan, plan_id, by):
        return before
    plan = AccountPlan(id=plan_id or uuid7(), name=name, owner=owner, recorder=by, scope=scope_for(audience), **fields)
    plan.starts_on, plan.ends_on = starts_on, ends_on
    _check(plan)
    try:
        with transaction.atomic():
            plan.save(force_insert=True)
    except IntegrityError:
        if before := sent_before(AccountPlan, plan_id, by):
            return before
        raise
    _keep_targets(plan, by, targets)
    _keep_actions(plan, actions)
    name_readers(plan, {owner.pk, by.pk})
    journal.record(by, "create", plan, {}, journal.picture(plan, **_pictured(plan)))
    return plan


@transaction.atomic
def change_plan(
    *,
    by: User,
    plan: AccountPlan,
    version: int,
    audience: Audience | None = None,
    targets: Sequence[TargetLine] | None = None,
    actions: Sequence[ActionLine] | None = None,
    **fields: Any,
) -> AccountPlan:
    """Change a plan that was read at this version. None leaves targets or actions as they are, a list replaces them.

    Targets whose customer `by` may not see stay.

    Raises StaleVersion, NotAllowed, EndsBeforeStart.
    """
    row: AccountPlan = standing(plan, version)
    before = journal.picture(row, **_pictured(row))
    rows.write(row, fields)
    rows.set_audience(row, by, audience)
    _check(row)
    row.save()
    if targets is not None:
        _keep_targets(row, by, targets)
    if actions is not None:
        _keep_actions(row, actions)
    name_readers(row, {row.owner_id, row.recorder_id})
    journal.record(by, "change", row, before, journal.picture(row, **_pictured(row)))
    return row


@transaction.atomic
def retire_plan(*, by: User, plan: AccountPlan, now: datetime) -> AccountPlan:
    """Take a plan out of lists and choices; records keep it."""
    return rows.retire(by, plan, now)


@transaction.atomic
def restore_plan(*, by: User, plan: AccountPlan) -> AccountPlan:
    """Bring a retired plan back."""
    return rows.restore(by, plan)


def _check(plan: AccountPlan) -> None:
    if plan.ends_on < plan.starts_on:
        raise EndsBeforeStart
    plan.search_text = searchable(plan.name, plan.goal)


def _keep_targets(plan: AccountPlan, by: User, lines: Sequence[TargetLine]) -> None:
    wanted = {line.customer.pk: line.planned for line in reversed(lines)}
    places = {pk: place for place, pk in enumerate(dict.fromkeys(line.customer.pk for line in lines))}
    targets = PlanTarget.objects.for_the_house("the targets of a plan being changed").filter(plan=plan)
    seen = Customer.objects.visible_to(by).filter(pk__in=targets.values("customer")).values("pk")
    targets.filter(customer__in=seen).exclude(customer__in=wanted).delete()
    there = {row.customer_id: row for row in targets}
    for pk, planned in wanted.items():
        row = there.get(pk) or PlanTarget(plan=plan, customer_id=pk)
        row.planned, row.place = planned, places[pk]
        row.save()


def _keep_actions(plan: AccountPlan, lines: Sequence[ActionLine]) -> None:
    PlanAction.objects.for_the_house("the actions of a plan being changed").filter(plan=plan).delete()
    PlanAction.objects.bulk_create(
        [PlanAction(plan=plan, what=line.what, planned=line.planned, place=place) for place, line in enumerate(lines)]
    )


def _pictured(plan: AccountPlan) -> dict[str, list[str]]:
    why = "the journal keeps the lines too"
    targets = PlanTarget.objects.for_the_house(why).filter(plan=plan).order_by("place", "pk")
    actions = PlanAction.objects.for_the_house(why).filter(plan=plan).order_by("place", "pk")
    return {
        "targets": [f"{row.customer_id} {row.planned}" for row in targets],
        "actions": [f"{row.what} {row.planned}" for row in actions],
    }
