"""Pages of collected information and customer voices."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm import journal
from crm.actions import DealElsewhere, NotAllowed, StaleVersion, infos
from crm.audience import Audience, readers
from crm.company import uses
from crm.doors import AuthedRequest, fragment, throttled, visible_or_404
from crm.forms.conflict import build_on, differences
from crm.forms.infos import InfoForm, InfoList, sorts_used, values_of
from crm.models import CollectedInfo, Customer, Module
from crm.views.lists import SEARCHES_PER_MINUTE, listed

PREVIEW = 10


def needs_a_sort(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer as if there were no such page where the company uses neither collected information nor customer voices."""

    @wraps(view)
    def opened(request: AuthedRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not sorts_used():
            raise Http404
        return view(request, *args, **kwargs)

    return opened


def _seen(request: AuthedRequest) -> Any:
    rows = CollectedInfo.objects.visible_to(request.user)
    return rows.of_sorts(infos=uses(Module.INFOS), voices=uses(Module.VOICES))


def _mine(request: AuthedRequest) -> Any:
    rows = CollectedInfo.objects.editable_by(request.user)
    return rows.of_sorts(infos=uses(Module.INFOS), voices=uses(Module.VOICES))


@require_safe
@needs_a_sort
@throttled("search", per_minute=SEARCHES_PER_MINUTE, asking="q")
def info_list(request: AuthedRequest) -> HttpResponse:
    found = listed(request, InfoList(request.GET, viewer=request.user), _seen(request))
    shown = {"found": found, "form": found.form, "page": found.page, "sorts": sorts_used()}
    return render(request, fragment(request, "crm/info_list.html", "rows"), shown)


@require_safe
@needs_a_sort
def customer_infos(request: AuthedRequest, customer: UUID) -> HttpResponse:
    """The card on the customer's page."""
    row = visible_or_404(Customer.objects.visible_to(request.user), customer)
    of_customer = _seen(request).active().filter(customer=row).select_related("kind", "owner")
    found = list(of_customer.order_by("-collected_on", "-pk")[: PREVIEW + 1])
    return render(request, "crm/_customer_infos.html", {"customer": row, "infos": found, "preview": PREVIEW})


@require_safe
@needs_a_sort
def info_detail(request: AuthedRequest, info: UUID) -> HttpResponse:
    row = visible_or_404(_seen(request).for_page(request.user), info)
    journal.seen(request.user, "view", CollectedInfo, row.pk)
    return render(request, "crm/info_detail.html", {"info": row, "audience": Audience.of(row.scope)})


@require_safe
@needs_a_sort
def info_readers(request: AuthedRequest, info: UUID) -> HttpResponse:
    row = visible_or_404(_mine(request).for_page(request.user), info)
    named = [(row.owner, _("Owner")), *([(row.recorder, _("Recorder"))] if row.recorder_id != row.owner_id else [])]
    shown = {"row": row, "readers": readers(row, named), "back": reverse("crm:info", args=[row.pk])}
    return render(request, fragment(request, "crm/readers.html", "readers"), shown)


@require_http_methods(["GET", "HEAD", "POST"])
@needs_a_sort
def info_new(request: AuthedRequest) -> HttpResponse:
    asked = {name: request.GET[name] for name in ("customer", "deal", "sort") if name in request.GET}
    form = InfoForm(request.POST or None, viewer=request.user, initial=asked)
    if request.method == "POST" and form.is_valid():
        try:
            info = infos.add_info(by=request.user, **form.values())
        except DealElsewhere:
            form.add_error("deal", _("Not found."))
        else:
            messages.success(request, _("It was registered."))
            return redirect("crm:info", info=info.pk)
    return _form(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@needs_a_sort
def info_edit(request: AuthedRequest, info: UUID) -> HttpResponse:
    rows = _mine(request).select_related("scope")
    row = visible_or_404(rows, info)
    form = InfoForm(request.POST or None, viewer=request.user, info=row)
    if request.method == "POST" and form.is_valid():
        try:
            infos.change_info(by=request.user, info=row, version=form.cleaned_data["version"] or 0, **form.values())
        except DealElsewhere:
            form.add_error("deal", _("Not found."))
        except NotAllowed:
            form.add_error("audience", _("Only those in charge, the recorder and administrators may change the visibility."))
        except StaleVersion:
            return _conflict(request, form, visible_or_404(rows, info))
        else:
            messages.success(request, _("It was saved."))
            return _page_or_list(request, row)
    return _form(request, form, info=row)


def _page_or_list(request: AuthedRequest, info: CollectedInfo) -> HttpResponse:
    """The change may have hidden it from its sender."""
    return redirect("crm:info", info=info.pk) if _seen(request).filter(pk=info.pk).exists() else redirect("crm:infos")


def _conflict(request: AuthedRequest, form: InfoForm, current: CollectedInfo) -> HttpResponse:
    build_on(form, current.version)
    return _form(request, form, info=current, differences=differences(form, values_of(current)), status=409)


def _form(request: AuthedRequest, form: InfoForm, *, status: int = 200, **more: Any) -> HttpResponse:
    wrong = request.method == "POST" and status == 200
    shown = {"form": form, "info": None, "differences": None, **more}
    return render(request, "crm/info_form.html", shown, status=422 if wrong else status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs_a_sort
def info_retire(request: AuthedRequest, info: UUID) -> HttpResponse:
    row = visible_or_404(_mine(request), info)
    if request.method == "POST":
        infos.retire_info(by=request.user, info=row, now=timezone.now())
        messages.success(request, _("It was retired."))
        return redirect("crm:info", info=row.pk)
    shown = {"row": row, "back": reverse("crm:info", args=[row.pk]), "title": _("Retire the information")}
    return render(request, "crm/row_retire.html", shown)


@require_POST
@needs_a_sort
def info_restore(request: AuthedRequest, info: UUID) -> HttpResponse:
    row = visible_or_404(_mine(request), info)
    infos.restore_info(by=request.user, info=row)
    messages.success(request, _("It was restored."))
    return redirect("crm:info", info=row.pk)
