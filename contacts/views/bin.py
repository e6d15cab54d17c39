"""The bin: what was deleted in the last 30 days, to take back or to delete for good."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from contacts.actions.errors import NotInBin
from contacts.actions.purging import purge_contact
from contacts.models import ContactPoint
from contacts.throwing import binned, days_left
from crm.doors import AuthedRequest, fragment, throttled, visible_or_404
from crm.paging import BadCursor, Page, keyset_page
from crm.views.lists import SEARCHES_PER_MINUTE

NEWEST = ("-deleted_at", "-pk")


@require_safe
@throttled("search", per_minute=SEARCHES_PER_MINUTE, asking="q")
def contact_bin(request: AuthedRequest) -> HttpResponse:
    now, typed = timezone.now(), request.GET.get("q", "")[:200]
    page = _page(binned(request.user, now, typed), request.GET.get("after", ""))
    _count_days(page, request.user.pk, now)
    return render(request, fragment(request, "contacts/contact_bin.html", "rows"), {"page": page, "q": typed.replace("\0", "")})


@require_POST
def contact_purge(request: AuthedRequest, contact: UUID) -> HttpResponse:
    record = visible_or_404(ContactPoint.objects.purgeable_by(request.user, timezone.now()), contact)
    try:
        purge_contact(by=request.user, contact=record)
    except NotInBin as error:  # taken back in another window at this very moment
        raise Http404 from error
    messages.success(request, _("The record was deleted for good."))
    return HttpResponseClientRedirect(reverse("contacts:bin")) if request.htmx else redirect("contacts:bin")


def _count_days(page: Page, viewer: Any, now: datetime) -> None:
    for row in page:
        row.days_left = days_left(row, now)
        row.own = row.owner_id == viewer


def _page(rows: Any, cursor: str) -> Page:
    try:
        return keyset_page(rows, by=NEWEST, cursor=cursor)
    except BadCursor:
        return keyset_page(rows, by=NEWEST)
