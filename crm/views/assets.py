"""Pages of installed products and vehicles."""

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
from crm.forms.assets import AssetForm, asset_values
from crm.forms.conflict import build_on, differences
from crm.forms.lists import AssetList
from crm.items import facts_of
from crm.models import Asset, Customer, Module
from crm.views.lists import PREVIEW, SEARCHES_PER_MINUTE, WITHIN_DAYS, listed


@require_safe
@needs(Module.ASSETS)
@throttled("search", per_minute=SEARCHES_PER_MINUTE, asking="q")
def asset_list(request: AuthedRequest) -> HttpResponse:
    found = listed(request, AssetList(request.GET, viewer=request.user), Asset.objects.visible_to(request.user))
    shown = {"found": found, "form": found.form, "page": found.page, "within": WITHIN_DAYS, "today": timezone.localdate()}
    return render(request, fragment(request, "crm/asset_list.html", "rows"), shown)


@require_safe
@needs(Module.ASSETS)
def customer_assets(request: AuthedRequest, customer: UUID) -> HttpResponse:
    """The card on the customer's page."""
    row = visible_or_404(Customer.objects.visible_to(request.user), customer)
    rows = Asset.objects.visible_to(request.user).of(row).active().select_related("type").order_by("name", "pk")[: PREVIEW + 1]
    shown = {"customer": row, "assets": list(rows), "preview": PREVIEW, "today": timezone.localdate()}
    return render(request, "crm/_customer_assets.html", shown)


@require_safe
@needs(Module.ASSETS)
def asset_detail(request: AuthedRequest, asset: UUID) -> HttpResponse:
    row = visible_or_404(Asset.objects.visible_to(request.user).for_page(request.user), asset)
    journal.seen(request.user, "view", Asset, row.pk)
    return render(request, "crm/asset_detail.html", {"asset": row, "today": timezone.localdate(), "facts": facts_of(row, request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Module.ASSETS)
def asset_new(request: AuthedRequest) -> HttpResponse:
    form = AssetForm(request.POST or None, viewer=request.user, initial={"customer": request.GET.get("customer", "")})
    if request.method == "POST" and form.is_valid():
        asset = assets.add_asset(by=request.user, **form.values())
        messages.success(request, _("The installed product was registered."))
        return redirect("crm:asset", asset=asset.pk)
    return _form(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Module.ASSETS)
def asset_edit(request: AuthedRequest, asset: UUID) -> HttpResponse:
    rows = Asset.objects.editable_by(request.user)
    row = visible_or_404(rows, asset)
    form = AssetForm(request.POST or None, viewer=request.user, asset=row)
    if request.method == "POST" and form.is_valid():
        try:
            assets.change_asset(by=request.user, asset=row, version=form.cleaned_data["version"] or 0, **form.values())
        except StaleVersion:
            return _conflict(request, form, visible_or_404(rows, asset))
        messages.success(request, _("The installed product was saved."))
        return redirect("crm:asset", asset=row.pk)
    return _form(request, form, asset=row)


def _conflict(request: AuthedRequest, form: AssetForm, current: Asset) -> HttpResponse:
    build_on(form, current.version)
    return _form(request, form, asset=current, differences=differences(form, asset_values(current)), status=409)


def _form(request: AuthedRequest, form: AssetForm, *, status: int = 200, **more: Any) -> HttpResponse:
    wrong = request.method == "POST" and status == 200
    shown = {"form": form, "asset": None, "differences": None, **more}
    return render(request, "crm/asset_form.html", shown, status=422 if wrong else status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Module.ASSETS)
def asset_retire(request: AuthedRequest, asset: UUID) -> HttpResponse:
    row = visible_or_404(Asset.objects.editable_by(request.user), asset)
    if request.method == "POST":
        assets.retire_asset(by=request.user, asset=row, now=timezone.now())
        messages.success(request, _("The installed product was retired."))
        return redirect("crm:asset", asset=row.pk)
    return render(request, "crm/asset_retire.html", {"asset": row})


@require_POST
@needs(Module.ASSETS)
def asset_restore(request: AuthedRequest, asset: UUID) -> HttpResponse:
    row = visible_or_404(Asset.objects.editable_by(request.user), asset)
    assets.restore_asset(by=request.user, asset=row)
    messages.success(request, _("The installed product was restored."))
    return redirect("crm:asset", asset=row.pk)
