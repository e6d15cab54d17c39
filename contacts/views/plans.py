"""What the page of an account plan says of contacts."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from contacts.figures import plan_figures
from crm.doors import AuthedRequest, needs, visible_or_404
from crm.models import AccountPlan, Module


@require_safe
@needs(Module.PLANS)
def plan_progress(request: AuthedRequest, plan: UUID) -> HttpResponse:
    row = visible_or_404(AccountPlan.objects.visible_to(request.user).for_page(request.user), plan)
    shown = {"plan": row, "figures": plan_figures(row, request.user)}
    return render(request, "contacts/_plan_figures.html", shown)
