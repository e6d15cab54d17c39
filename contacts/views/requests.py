"""To-dos and requests: the lists, and what is done with one of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from contacts.actions import requests as act
from contacts.actions.errors import NotForYou, NotOpenAnyMore
from contacts.models import WorkRequest
from contacts.search.requests import VIEWS, RequestFilter, open_counts
from crm.doors import AuthedRequest, fragment, throttled, visible_or_404
from crm.fields import CleanCharField
from crm.paging import BadCursor

SEARCHES_PER_MINUTE = 60


class ReasonForm(forms.Form):
    reason = CleanCharField(max_length=400)


@require_safe
@throttled("search", per_minute=SEARCHES_PER_MINUTE, asking="q")
def request_list(request: AuthedRequest) -> HttpResponse:
    sought = RequestFilter(request.GET, request.user)
    try:
        page = sought.page(cursor=request.GET.get("after", ""))
    except BadCursor:
        page = sought.page()
    counts = open_counts(request.user)
    tabs = [(code, label, counts[code]) for code, label in VIEWS.items()]
    shown = {"sought": sought, "page": page, "tabs": tabs, "today": timezone.localdate()}
    return render(request, fragment(request, "contacts/request_list.html", "rows"), shown)


@require_POST
def request_finish(request: AuthedRequest, work: UUID) -> HttpResponse:
    return _done(request, work, lambda row: act.finish(by=request.user, request=row, now=timezone.now()), _("Done."), undo=True)


@require_POST
def request_return(request: AuthedRequest, work: UUID) -> HttpResponse:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        row = visible_or_404(WorkRequest.objects.editable_by(request.user), work)
        messages.error(request, _("Say why you return it, in up to 400 characters."))
        return _back(request, row)
    reason = form.cleaned_data["reason"]
    said = _("The request was returned.")
    return _done(request, work, lambda row: act.send_back(by=request.user, request=row, reason=reason, now=timezone.now()), said, undo=True)


@require_POST
def request_cancel(request: AuthedRequest, work: UUID) -> HttpResponse:
    said = _("It was cancelled.")
    return _done(request, work, lambda row: act.cancel_request(by=request.user, request=row, now=timezone.now()), said, undo=True)


@require_POST
def request_undo(request: AuthedRequest, work: UUID) -> HttpResponse:
    return _done(request, work, lambda row: act.take_back(by=request.user, request=row), _("It is open again."))


@require_POST
def request_again(request: AuthedRequest, work: UUID) -> HttpResponse:
    return _done(request, work, lambda row: act.ask_again(by=request.user, request=row), _("It was requested again."))


def _done(request: AuthedRequest, work: UUID, deed: Callable[[WorkRequest], WorkRequest], said: str, *, undo: bool = False) -> HttpResponse:
    """Do it and say so, with the way back; whoever may not do it, or comes too late, is told how it stands."""
    row = visible_or_404(WorkRequest.objects.editable_by(request.user), work)
    try:
        row = deed(row)
    except NotForYou:
        messages.error(request, _("Only whoever was asked answers a request, and only whoever asked cancels it."))
    except NotOpenAnyMore:
        messages.error(request, _("Somebody was faster. Here is how it stands now."))
    else:
        back = reverse("contacts:request_undo", args=[row.pk])
        link = '{} <a href="{}" hx-post="{}" hx-vals=\'{{"view": "{}"}}\'>{}</a>'
        way_back = format_html(link, said, _place(request, row), back, _view(request), _("Undo"))
        messages.success(request, way_back if undo else said)
    return _back(request, row)


def _view(request: AuthedRequest) -> str:
    """Return the list that one came from; nothing for the record's own page."""
    view = request.POST.get("view", "")
    return view if view in VIEWS else ""


def _place(request: AuthedRequest, row: WorkRequest) -> str:
    """Return the address that one came from."""
    if view := _view(request):
        return f"{reverse('contacts:requests')}?view={view}"
    return reverse("contacts:detail", args=[row.contact_id]) + "#requests"


def _back(request: AuthedRequest, row: Any) -> HttpResponse:
    place = _place(request, row)
    return HttpResponseClientRedirect(place) if request.htmx else redirect(place)
