"""What has come of an account plan: contacts made in its period, counted over what the viewer may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Count
from django.utils import timezone

from contacts.models import ContactPoint
from crm.models import AccountPlan, PlanAction, PlanTarget, User


@dataclass(frozen=True)
class Progress:
    """How many contacts were planned and made with one target customer."""

    target: PlanTarget
    made: int

    @property
    def planned(self) -> int:
        return self.target.planned

    @property
    def bar(self) -> int:
        """What a progress bar shows: no more than was planned."""
        return min(self.made, self.planned)


@dataclass(frozen=True)
class PlanFigures:
    """The figures of one plan; `on_plan` counts the records that name the plan itself."""

    targets: list[Progress]
    actions: list[PlanAction]
    on_plan: int

    @property
    def planned(self) -> int:
        return sum(one.planned for one in self.targets)

    @property
    def made(self) -> int:
        return sum(one.made for one in self.targets)

    @property
    def times(self) -> int:
        return sum(action.planned for action in self.actions)


def plan_figures(plan: AccountPlan, viewer: User) -> PlanFigures:
    """Count the registered contacts of the plan's period, by the days of the viewer's zone. Hidden customers and records do not count.

    plan: read by for_page(viewer), so that its targets are those the viewer may see.
    """
    targets = list(plan.targets.all())
    records = ContactPoint.objects.visible_to(viewer).registered().order_by()
    records = records.filter(started_at__gte=_midnight(plan, 0), started_at__lt=_midnight(plan, 1))
    of_targets = records.filter(customer__in=[one.customer_id for one in targets])
    made = dict(of_targets.values_list("customer").annotate(made=Count("pk"))) if targets else {}
    return PlanFigures(
        targets=[Progress(one, made.get(one.customer_id, 0)) for one in targets],
        actions=list(plan.actions.all()),
        on_plan=records.filter(plan=plan).count(),
    )


def _midnight(plan: AccountPlan, end: int) -> datetime:
    """Return the moment the period begins, or the one after which it is over."""
    day = plan.ends_on + timedelta(days=1) if end else plan.starts_on
    return timezone.make_aware(datetime.combine(day, time()))
