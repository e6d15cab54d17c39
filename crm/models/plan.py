"""Account plans (定期戦略): whom to visit how often in a period, and what to do."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Prefetch, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.models.customer import Customer
from crm.models.ids import uuid7
from crm.models.searching import Searched
from crm.models.staff import User
from crm.visibility import Audienced, GuardedQuerySet, Part, PartManager, UserObjectPermissionBase


class AccountPlanQuerySet(Searched, GuardedQuerySet):
    def active(self) -> Self:
        return self.filter(retired_at=None)

    def for_list(self, viewer: User) -> Self:
        """Fetch what a line shows: the owner, and the targets that the viewer may see."""
        return self.select_related("owner").prefetch_related(Prefetch("targets", queryset=PlanTarget.objects.seen_by(viewer)))

    def for_page(self, viewer: User) -> Self:
        """Fetch what the plan's own page shows."""
        actions = Prefetch("actions", queryset=PlanAction.objects.visible_to(viewer).order_by("place", "pk"))
        return self.for_list(viewer).select_related("recorder", "scope").prefetch_related(actions)

    def standing_on(self, today: date, state: str) -> Self:
        """Keep the plans that are coming, running or ended on this day."""
        conditions = {
            "coming": Q(starts_on__gt=today),
            "running": Q(starts_on__lte=today, ends_on__gte=today),
            "ended": Q(ends_on__lt=today),
        }
        return self.filter(conditions[state])

    def aiming_at(self, customer: Customer, viewer: User) -> Self:
        """Keep those that name this customer, as far as the viewer may see both."""
        return self.filter(pk__in=PlanTarget.objects.seen_by(viewer).order_by().filter(customer=customer).values("plan"))


class AccountPlan(Audienced):
    """A plan for a period. Days are inclusive."""

    named = "crm.AccountPlanUserPermission"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("Plan name"), max_length=120)
    starts_on = models.DateField(_("Plan start"))
    ends_on = models.DateField(_("Plan end"))
    goal = models.TextField(_("Goal"), blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("Owner"))
    recorder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("Recorder"))
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)
    search_text = models.TextField(editable=False)

    objects: ClassVar[Any] = AccountPlanQuerySet.as_manager()

    class Meta(Audienced.Meta):
        abstract = False
        verbose_name = _("Account plan")
        constraints = [models.CheckConstraint(name="plan_ends_after_start", condition=Q(ends_on__gte=F("starts_on")))]
        indexes = [
            models.Index(F("updated_at").desc(), F("id").desc(), name="plan_by_change"),
            models.Index(fields=["ends_on", "id"], name="plan_by_end"),
        ]

    def __str__(self) -> str:
        return self.name


class AccountPlanUserPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(AccountPlan, on_delete=models.CASCADE, related_name="named_people")

    class Meta(UserObjectPermissionBase.Meta):
        indexes = [models.Index(fields=["user", "content_object"], name="plan_named")]


class PlanTargetQuerySet(GuardedQuerySet):
    def seen_by(self, viewer: User) -> Self:
        """Return the targets whose plan and customer the viewer may see, in their order, with the customers."""
        customers = Customer.objects.visible_to(viewer)
        seen = self.visible_to(viewer).filter(customer__in=customers.values("pk"))
        return seen.order_by("place", "pk").prefetch_related(Prefetch("customer", queryset=customers))


class PlanTargetManager(PartManager.from_queryset(PlanTargetQuerySet)):  # type: ignore[misc]
    """Named, so that the type checker finds plan.targets."""


class PlanTarget(Part):
    """A customer or partner of the plan, and how many contacts are planned in the period."""

    whole = "plan"

    plan = models.ForeignKey(AccountPlan, on_delete=models.CASCADE, related_name="targets")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", verbose_name=_("Customer"))
    planned = models.PositiveSmallIntegerField(_("Planned contacts"), default=1)
    place = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar[Any] = PlanTargetManager()

    class Meta(Part.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["plan", "customer"], name="target_once_per_plan")]
        indexes = [models.Index(fields=["customer", "plan"], name="plans_of_customer")]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.customer_id}"


class PlanAction(Part):
    """Something to do in the period, and how often."""

    whole = "plan"

    plan = models.ForeignKey(AccountPlan, on_delete=models.CASCADE, related_name="actions")
    what = models.CharField(pgettext_lazy("plan", "What to do"), max_length=120)
    planned = models.PositiveSmallIntegerField(_("Planned times"), default=1)
    place = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar[Any] = PartManager()

    class Meta(Part.Meta):
        abstract = False

    def __str__(self) -> str:
        return self.what
