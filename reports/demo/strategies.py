"""Write the account plans, and what was heard of customers and the market."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from contacts.models import ContactInfo, ContactPoint
from crm.demo import plan
from crm.demo.days import TOKYO
from crm.japanese import searchable
from crm.models import AccountPlan, CollectedInfo, PlanAction, PlanTarget
from reports.demo.cast import Cast, named_rows, permission_to_view
from reports.demo.clientele import at_nine, dated


def bring_strategies(cast: Cast, company: plan.DemoCompany) -> None:
    """Write the plans with targets and actions. What their owners did at targets in the period was done for the plan."""
    made = [(wanted, _strategy(cast, wanted)) for wanted in company.strategies]
    rows = AccountPlan.objects.bulk_create([row for _wanted, row in made])
    dated(AccountPlan, rows, {wanted.id: at_nine(wanted.entered_on) for wanted in company.strategies})
    PlanTarget.objects.bulk_create(
        [
            PlanTarget(plan=row, customer=cast.customers[code], planned=planned, place=place)
            for wanted, row in made
            for place, (code, planned) in enumerate(wanted.targets)
        ]
    )
    PlanAction.objects.bulk_create(
        [
            PlanAction(plan=row, what=what, planned=planned, place=place)
            for wanted, row in made
            for place, (what, planned) in enumerate(wanted.actions)
        ]
    )
    permission = permission_to_view(AccountPlan)
    AccountPlan.named_model().objects.bulk_create([line for row in rows for line in named_rows(row, [row.owner], permission)])
    for wanted, row in made:
        _done_for(cast, wanted, row)


def _strategy(cast: Cast, wanted: plan.Strategy) -> AccountPlan:
    return AccountPlan(
        id=wanted.id,
        name=wanted.name,
        goal=wanted.goal,
        starts_on=wanted.starts_on,
        ends_on=wanted.ends_on,
        owner=cast.users[wanted.owner],
        recorder=cast.users[wanted.owner],
        scope=cast.scope(wanted.audience),
        search_text=searchable(wanted.name, wanted.goal),
    )


def _done_for(cast: Cast, wanted: plan.Strategy, row: AccountPlan) -> None:
    begin = datetime.combine(wanted.starts_on, time(), TOKYO)
    end = datetime.combine(wanted.ends_on + timedelta(days=1), time(), TOKYO)
    at_targets = ContactPoint.objects.filter(owner=row.owner, customer__in=[cast.customers[code] for code, _planned in wanted.targets])
    at_targets.filter(started_at__gte=begin, started_at__lt=end).update(plan=row)


def bring_infos(cast: Cast, company: plan.DemoCompany) -> None:
    """Write what was heard, tied to the records it came from."""
    rows = CollectedInfo.objects.bulk_create([_info(cast, wanted) for wanted in company.infos])
    dated(CollectedInfo, rows, {wanted.id: wanted.entered_at for wanted in company.infos})
    ContactInfo.objects.bulk_create([ContactInfo(contact_id=wanted.contact, info_id=wanted.id) for wanted in company.infos])
    permission = permission_to_view(CollectedInfo)
    CollectedInfo.named_model().objects.bulk_create([line for row in rows for line in named_rows(row, [row.owner], permission)])


def _info(cast: Cast, wanted: plan.Info) -> CollectedInfo:
    return CollectedInfo(
        id=wanted.id,
        title=wanted.title,
        text=wanted.text,
        voice=wanted.voice,
        kind=cast.choices["info_kind", wanted.kind],
        importance=wanted.importance,
        collected_on=wanted.collected_on,
        customer=cast.customers[wanted.customer],
        owner=cast.users[wanted.owner],
        recorder=cast.users[wanted.owner],
        scope=cast.scope(wanted.audience),
        search_text=searchable(wanted.title, wanted.text),
    )
