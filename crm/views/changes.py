"""The history of changes of the rows of this room."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from crm.audience import may_set_audience
from crm.changes import known
from crm.changes.lines import Shown
from crm.changes.page import changes_page
from crm.doors import AuthedRequest, needs, visible_or_404
from crm.models import Module
from crm.visibility import Audienced


@require_safe
def customer_changes(request: AuthedRequest, customer: UUID) -> HttpResponse:
    return _page(request, customer, known.CUSTOMER, "crm:customer")


@require_safe
def person_changes(request: AuthedRequest, person: UUID) -> HttpResponse:
    return _page(request, person, known.PERSON, "crm:person")


@require_safe
@needs(Module.DEALS)
def deal_changes(request: AuthedRequest, deal: UUID) -> HttpResponse:
    return _page(request, deal, known.DEAL, "crm:deal")


@require_safe
@needs(Module.ASSETS)
def asset_changes(request: AuthedRequest, asset: UUID) -> HttpResponse:
    return _page(request, asset, known.ASSET, "crm:asset")


@require_safe
@needs(Module.CONTRACTS)
def contract_changes(request: AuthedRequest, contract: UUID) -> HttpResponse:
    return _page(request, contract, known.CONTRACT, "crm:contract")


@require_safe
@needs(Module.PLANS)
def plan_changes(request: AuthedRequest, plan: UUID) -> HttpResponse:
    return _page(request, plan, known.PLAN, "crm:plan")


@require_safe
def info_changes(request: AuthedRequest, info: UUID) -> HttpResponse:
    return _page(request, info, known.INFO, "crm:info")


def _page(request: AuthedRequest, key: UUID, shown: Shown, name: str) -> HttpResponse:
    row: Any = visible_or_404(shown.model.objects.visible_to(request.user), key)
    # Who may see a row is told to those who may say so.
    hide = {"scope"} if isinstance(row, Audienced) and not may_set_audience(request.user, row) else set()
    return changes_page(request, row, shown, back=reverse(name, args=[row.pk]), title=str(row), hide=hide)
