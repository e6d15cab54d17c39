"""The history of contacts, as a list and as a timeline."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from contacts.models import ContactPoint
from contacts.search import ContactFilter
from contacts.talk import count_talk
from crm import journal
from crm.doors import AuthedRequest, fragment
from crm.paging import PAGE, BadCursor, Page

TIMELINE = 20


@require_safe
def contact_list(request: AuthedRequest) -> HttpResponse:
    sought = ContactFilter(request.GET, request.user)
    timeline = request.GET.get("view") == "timeline"
    rows = ContactPoint.objects.with_faces(request.user)
    page = _page(sought, rows.with_deals(request.user) if timeline else rows, request, TIMELINE if timeline else PAGE)
    count_talk(page.rows, request.user)
    if sought.words:
        journal.seen(request.user, "search", ContactPoint, rows=len(page), words=len(sought.words), filters=sorted(sought.values))
    context = {"sought": sought, "page": page, "timeline": timeline}
    if timeline and request.htmx and not str(request.htmx.target or "").endswith("rows"):
        return render(request, "contacts/_timeline.html", context)  # asked for by the page of a customer, person or deal
    context["count"] = sought.count()
    return render(request, fragment(request, "contacts/contact_list.html", "rows"), context)


def _page(sought: ContactFilter, rows: Any, request: AuthedRequest, size: int) -> Page:
    try:
        return sought.page(rows, cursor=request.GET.get("after", ""), size=size)
    except BadCursor:
        return sought.page(rows, size=size)
