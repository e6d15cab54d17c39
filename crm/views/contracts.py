"""Pages of contracts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm import journal
from crm.actions import StaleVersion, assets
from crm.doors import AuthedRequest, fragment, needs, throttled, visible_or_404
from crm.forms.assets import ContractForm, contract_values
from crm.forms.conflict import build_on, differences
from crm.forms.lists import ContractList
from crm.models import Contract, Customer, Module
from crm.views.lists import PREVIEW, SEARCHES_PER_MINUTE, WITHIN_DAYS, listed


@require_safe
@needs(Module.CONTRACTS)
@throttled("search", per_minute=SEARCHES_PER_MINUTE, asking="q")
def contract_list(request: AuthedRequest) -> HttpResponse:
    found = listed(request, ContractList(request.GET, viewer=request.user), Contract.objects.visible_to(request.user))
    shown = {"found": found, "form": found.form, "page": found.page, "within": WITHIN_DAYS, "today": timezone.localdate()}
    return render(request, fragment(request, "crm/contract_list.html", "rows"), shown)


@require_safe
@needs(Module.CONTRACTS)
def customer_contracts(request: AuthedRequest, customer: UUID) -> HttpResponse:
    """The card on the customer's page."""
    row = visible_or_404(Customer.objects.visible_to(request.user), customer)
    rows = Contract.objects.visible_to(request.user).of(row).active().select_related("type").order_by("name", "pk")[: PREVIEW + 1]
    shown = {"customer": row, "contracts": list(rows), "preview": PREVIEW, "today": timezone.localdate()}
    return render(request, "crm/_customer_contracts.html", shown)


@require_safe
@needs(Module.CONTRACTS)
def contract_detail(request: AuthedRequest, contract: UUID) -> HttpResponse:
    row = visible_or_404(Contract.objects.visible_to(request.user).for_page(request.user), contract)
    journal.seen(request.user, "view", Contract, row.pk)
    return render(request, "crm/contract_detail.html", {"contract": row, "today": timezone.localdate()})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Module.CONTRACTS)
def contract_new(request: AuthedRequest) -> HttpResponse:
    form = ContractForm(request.POST or None, viewer=request.user, initial={"customer": request.GET.get("customer", "")})
    if request.method == "POST" and form.is_valid():
        contract = assets.add_contract(by=request.user, **form.values())
        messages.success(request, _("The contract was registered."))
        return redirect("crm:contract", contract=contract.pk)
    return _form(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Module.CONTRACTS)
def contract_edit(request: AuthedRequest, contract: UUID) -> HttpResponse:
    rows = Contract.objects.editable_by(request.user)
    row = visible_or_404(rows, contract)
    form = ContractForm(request.POST or None, viewer=request.user, contract=row)
    if request.method == "POST" and form.is_valid():
        try:
            assets.change_contract(by=request.user, contract=row, version=form.cleaned_data["version"] or 0, **form.values())
        except StaleVersion:
            return _conflict(request, form, visible_or_404(rows, contract))
        messages.success(request, _("The contract was saved."))
        return redirect("crm:contract", contract=row.pk)
    return _form(request, form, contract=row)


def _conflict(request: AuthedRequest, form: ContractForm, current: Contract) -> HttpResponse:
    build_on(form, current.version)
    return _form(request, form, contract=current, differences=differences(form, contract_values(current)), status=409)


def _form(request: AuthedRequest, form: ContractForm, *, status: int = 200, **more: Any) -> HttpResponse:
    wrong = request.method == "POST" and status == 200
    shown = {"form": form, "contract": None, "differences": None, **more}
    return render(request, "crm/contract_form.html", shown, status=422 if wrong else status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Module.CONTRACTS)
def contract_retire(request: AuthedRequest, contract: UUID) -> HttpResponse:
    row = visible_or_404(Contract.objects.editable_by(request.user), contract)
    if request.method == "POST":
        assets.retire_contract(by=request.user, contract=row, now=timezone.now())
        messages.success(request, _("The contract was retired."))
        return redirect("crm:contract", contract=row.pk)
    return render(request, "crm/contract_retire.html", {"contract": row})


@require_POST
@needs(Module.CONTRACTS)
def contract_restore(request: AuthedRequest, contract: UUID) -> HttpResponse:
    row = visible_or_404(Contract.objects.editable_by(request.user), contract)
    assets.restore_contract(by=request.user, contract=row)
    messages.success(request, _("The contract was restored."))
    return redirect("crm:contract", contract=row.pk)
