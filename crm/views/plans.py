"""Pages of account plans."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm import journal
from crm.actions import NotAllowed, StaleVersion, plans
from crm.audience import Audience, readers
from crm.doors import AuthedRequest, fragment, needs, throttled, visible_or_404
from crm.forms.conflict import build_on
from crm.forms.plans import STATES, PlanForms, PlanList
from crm.models import AccountPlan, Customer, Module
from crm.views.lists import SEARCHES_PER_MINUTE, listed

PREVIEW = 10


@require_safe
@needs(Module.PLANS)
@throttled("search", per_minute=SEARCHES_PER_MINUTE, asking="q")
def plan_list(request: AuthedRequest) -> HttpResponse:
    found = listed(request, PlanList(request.GET, viewer=request.user), AccountPlan.objects.visible_to(request.user))
    shown = {"found": found, "form": found.form, "page": found.page, "today": timezone.localdate(), "states": STATES}
    return render(request, fragment(request, "crm/plan_list.html", "rows"), shown)


@require_safe
@needs(Module.PLANS)
def customer_plans(request: AuthedRequest, customer: UUID) -> HttpResponse:
    """The card on the customer's page."""
    row = visible_or_404(Customer.objects.visible_to(request.user), customer)
    aiming = AccountPlan.objects.visible_to(request.user).active().aiming_at(row, request.user)
    found = list(aiming.select_related("owner").order_by("-ends_on", "-pk")[: PREVIEW + 1])
    shown = {"customer": row, "plans": found, "preview": PREVIEW, "today": timezone.localdate()}
    return render(request, "crm/_customer_plans.html", shown)


@require_safe
@needs(Module.PLANS)
def plan_detail(request: AuthedRequest, plan: UUID) -> HttpResponse:
    row = visible_or_404(AccountPlan.objects.visible_to(request.user).for_page(request.user), plan)
    journal.seen(request.user, "view", AccountPlan, row.pk)
    shown = {"plan": row, "audience": Audience.of(row.scope), "today": timezone.localdate()}
    return render(request, "crm/plan_detail.html", shown)


@require_safe
@needs(Module.PLANS)
def plan_readers(request: AuthedRequest, plan: UUID) -> HttpResponse:
    row = visible_or_404(AccountPlan.objects.editable_by(request.user).for_page(request.user), plan)
    named = [(row.owner, _("Owner")), *([(row.recorder, _("Recorder"))] if row.recorder_id != row.owner_id else [])]
    shown = {"row": row, "readers": readers(row, named), "back": reverse("crm:plan", args=[row.pk])}
    return render(request, fragment(request, "crm/readers.html", "readers"), shown)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Module.PLANS)
def plan_new(request: AuthedRequest) -> HttpResponse:
    asked = {name: request.GET[name] for name in ("customer",) if name in request.GET}
    entry = PlanForms(request.POST or None, viewer=request.user, initial=asked)
    if request.method == "POST" and entry.is_valid():
        plan = plans.add_plan(by=request.user, **entry.values())
        messages.success(request, _("The account plan was registered."))
        return redirect("crm:plan", plan=plan.pk)
    return _form(request, entry)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Module.PLANS)
def plan_edit(request: AuthedRequest, plan: UUID) -> HttpResponse:
    rows = AccountPlan.objects.editable_by(request.user).select_related("scope")
    row = visible_or_404(rows, plan)
    entry = PlanForms(request.POST or None, viewer=request.user, plan=row)
    if request.method == "POST" and entry.is_valid():
        try:
            plans.change_plan(by=request.user, plan=row, version=entry.form.cleaned_data["version"] or 0, **entry.values())
        except NotAllowed:
            entry.form.add_error("audience", _("Only those in charge, the recorder and administrators may change the visibility."))
        except StaleVersion:
            return _conflict(request, entry, visible_or_404(rows, plan))
        else:
            messages.success(request, _("The account plan was saved."))
            return _page_or_list(request, row)
    return _form(request, entry, plan=row)


def _page_or_list(request: AuthedRequest, plan: AccountPlan) -> HttpResponse:
    """The change may have hidden it from its sender."""
    seen = AccountPlan.objects.visible_to(request.user).filter(pk=plan.pk).exists()
    return redirect("crm:plan", plan=plan.pk) if seen else redirect("crm:plans")


def _conflict(request: AuthedRequest, entry: PlanForms, current: AccountPlan) -> HttpResponse:
    build_on(entry.form, current.version)
    return _form(request, entry, plan=current, differences=entry.against(current), status=409)


def _form(request: AuthedRequest, entry: PlanForms, *, status: int = 200, **more: Any) -> HttpResponse:
    shown = {"entry": entry, "form": entry.form, "lines": entry.lines, "plan": None, "differences": None, **more}
    wrong = request.method == "POST" and status == 200
    return render(request, "crm/plan_form.html", shown, status=422 if wrong else status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Module.PLANS)
def plan_retire(request: AuthedRequest, plan: UUID) -> HttpResponse:
    row = visible_or_404(AccountPlan.objects.editable_by(request.user), plan)
    if request.method == "POST":
        plans.retire_plan(by=request.user, plan=row, now=timezone.now())
        messages.success(request, _("The account plan was retired."))
        return redirect("crm:plan", plan=row.pk)
    shown = {"row": row, "back": reverse("crm:plan", args=[row.pk]), "title": _("Retire the account plan")}
    return render(request, "crm/row_retire.html", shown)


@require_POST
@needs(Module.PLANS)
def plan_restore(request: AuthedRequest, plan: UUID) -> HttpResponse:
    row = visible_or_404(AccountPlan.objects.editable_by(request.user), plan)
    plans.restore_plan(by=request.user, plan=row)
    messages.success(request, _("The account plan was restored."))
    return redirect("crm:plan", plan=row.pk)
