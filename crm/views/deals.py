"""Pages of deals."""

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
from crm.actions import NotAllowed, PersonElsewhere, StaleVersion, customers
from crm.audience import Audience, readers
from crm.doors import AuthedRequest, fragment, needs, throttled, visible_or_404
from crm.forms.conflict import build_on, differences
from crm.forms.deals import DealForm, StageForm, values_of
from crm.forms.lists import DealList
from crm.items import facts_of
from crm.models import Choice, Deal, Module
from crm.views.lists import SEARCHES_PER_MINUTE, listed


@require_safe
@needs(Module.DEALS)
@throttled("search", per_minute=SEARCHES_PER_MINUTE, asking="q")
def deal_list(request: AuthedRequest) -> HttpResponse:
    form = DealList(request.GET, viewer=request.user)
    visible = Deal.objects.visible_to(request.user)
    found = listed(request, form, visible)
    total = form.find(visible).total_yen() if form.is_valid() else 0
    stages = Choice.objects.of("deal_stage").offered().in_order()
    shown = {"found": found, "form": form, "page": found.page, "total": total, "stages": stages}
    return render(request, fragment(request, "crm/deal_list.html", "rows"), shown)


@require_safe
@needs(Module.DEALS)
def deal_detail(request: AuthedRequest, deal: UUID) -> HttpResponse:
    row = visible_or_404(Deal.objects.visible_to(request.user).for_page(request.user), deal)
    journal.seen(request.user, "view", Deal, row.pk)
    stages = Choice.objects.of("deal_stage").offered().in_order()
    shown = {"deal": row, "audience": Audience.of(row.scope), "stages": stages, "facts": facts_of(row, request.user)}
    return render(request, "crm/deal_detail.html", shown)


@require_safe
@needs(Module.DEALS)
def deal_readers(request: AuthedRequest, deal: UUID) -> HttpResponse:
    row = visible_or_404(Deal.objects.editable_by(request.user).for_page(request.user), deal)
    named = [(row.owner, _("Owner")), *([(row.recorder, _("Recorder"))] if row.recorder_id != row.owner_id else [])]
    shown = {"row": row, "readers": readers(row, named), "back": reverse("crm:deal", args=[row.pk])}
    return render(request, fragment(request, "crm/readers.html", "readers"), shown)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Module.DEALS)
def deal_new(request: AuthedRequest) -> HttpResponse:
    asked = {name: request.GET[name] for name in ("customer", "person") if name in request.GET}
    form = DealForm(request.POST or None, viewer=request.user, initial=asked)
    if request.method == "POST" and form.is_valid():
        try:
            deal = customers.add_deal(by=request.user, **form.values())
        except PersonElsewhere:
            form.add_error("person", _("Not found."))
        else:
            messages.success(request, _("The deal was registered."))
            return redirect("crm:deal", deal=deal.pk)
    return _form(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Module.DEALS)
def deal_edit(request: AuthedRequest, deal: UUID) -> HttpResponse:
    rows = Deal.objects.editable_by(request.user).select_related("scope")
    row = visible_or_404(rows, deal)
    form = DealForm(request.POST or None, viewer=request.user, deal=row)
    if request.method == "POST" and form.is_valid():
        try:
            customers.change_deal(by=request.user, deal=row, version=form.cleaned_data["version"] or 0, **form.values())
        except PersonElsewhere:
            form.add_error("person", _("Not found."))
        except NotAllowed:
            form.add_error("audience", _("Only those in charge, the recorder and administrators may change the visibility."))
        except StaleVersion:
            return _conflict(request, form, visible_or_404(rows, deal))
        else:
            messages.success(request, _("The deal was saved."))
            return redirect("crm:deal", deal=row.pk)
    return _form(request, form, deal=row)


def _conflict(request: AuthedRequest, form: DealForm, current: Deal) -> HttpResponse:
    build_on(form, current.version)
    return _form(request, form, deal=current, differences=differences(form, values_of(current)), status=409)


def _form(request: AuthedRequest, form: DealForm, *, status: int = 200, **more: Any) -> HttpResponse:
    wrong = request.method == "POST" and status == 200
    shown = {"form": form, "deal": None, "differences": None, **more}
    return render(request, "crm/deal_form.html", shown, status=422 if wrong else status)


@require_POST
@needs(Module.DEALS)
def deal_stage(request: AuthedRequest, deal: UUID) -> HttpResponse:
    """Move the deal with one tap; if somebody moved it first, nothing is overwritten."""
    row = visible_or_404(Deal.objects.editable_by(request.user), deal)
    form = StageForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This stage is no longer offered."))
        return redirect("crm:deal", deal=row.pk)
    stage = form.cleaned_data["stage"]
    try:
        customers.change_deal(by=request.user, deal=row, version=form.cleaned_data["version"], stage=stage)
    except StaleVersion:
        messages.error(request, _("Somebody changed this deal in the meantime. Here is how it stands now."))
    else:
        messages.success(request, _("The stage is now %(stage)s.") % {"stage": stage})
    return redirect("crm:deal", deal=row.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Module.DEALS)
def deal_retire(request: AuthedRequest, deal: UUID) -> HttpResponse:
    row = visible_or_404(Deal.objects.editable_by(request.user), deal)
    if request.method == "POST":
        customers.retire_deal(by=request.user, deal=row, now=timezone.now())
        messages.success(request, _("The deal was retired."))
        return redirect("crm:deal", deal=row.pk)
    return render(request, "crm/deal_retire.html", {"deal": row})


@require_POST
@needs(Module.DEALS)
def deal_restore(request: AuthedRequest, deal: UUID) -> HttpResponse:
    row = visible_or_404(Deal.objects.editable_by(request.user), deal)
    customers.restore_deal(by=request.user, deal=row, now=timezone.now())
    messages.success(request, _("The deal was restored."))
    return redirect("crm:deal", deal=row.pk)
