"""The history of contacts, as a list and as a timeline; drafts; the bin."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from contacts.models import BY_TIME, ContactPoint
from contacts.search import ContactFilter
from crm import journal
from crm.doors import AuthedRequest, fragment
from crm.paging import PAGE, BadCursor, Page, keyset_page

TIMELINE = 20


@require_safe
def contact_list(request: AuthedRequest) -> HttpResponse:
    sought = ContactFilter(request.GET, request.user)
    timeline = request.GET.get("view") == "timeline"
    rows = ContactPoint.objects.with_faces(request.user)
    page = _page(sought, rows.with_deals(request.user) if timeline else rows, request, TIMELINE if timeline else PAGE)
    if sought.words:
        journal.seen(request.user, "search", ContactPoint, rows=len(page), words=len(sought.words), filters=sorted(sought.values))
    context = {"sought": sought, "page": page, "timeline": timeline}
    if timeline and request.htmx and not str(request.htmx.target or "").endswith("rows"):
        return render(request, "contacts/_timeline.html", context)  # asked for by the page of a customer, person or deal
    context["count"] = sought.count()
    return render(request, fragment(request, "contacts/contact_list.html", "rows"), context)


@require_safe
def contact_drafts(request: AuthedRequest) -> HttpResponse:
    rows = ContactPoint.objects.with_faces(request.user).drafts_of(request.user)
    return render(request, "contacts/contact_drafts.html", {"page": _kept(rows, "-updated_at", request)})


@require_safe
def contact_bin(request: AuthedRequest) -> HttpResponse:
    rows = ContactPoint.objects.with_faces(request.user).in_bin_of(request.user, timezone.now())
    return render(request, "contacts/contact_bin.html", {"page": _kept(rows, "-deleted_at", request)})


def _page(sought: ContactFilter, rows: Any, request: AuthedRequest, size: int) -> Page:
    try:
        return sought.page(rows, cursor=request.GET.get("after", ""), size=size)
    except BadCursor:
        return sought.page(rows, size=size)


def _kept(rows: Any, column: str, request: AuthedRequest) -> Page:
    by = (column, *BY_TIME[1:])
    try:
        return keyset_page(rows, by=by, cursor=request.GET.get("after", ""))
    except BadCursor:
        return keyset_page(rows, by=by)
