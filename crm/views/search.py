"""The dialog that finds a customer for a field of a form."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from crm import journal
from crm.doors import AuthedRequest, throttled
from crm.forms.search import CustomerSearch
from crm.models import Customer
from crm.paging import BadCursor, keyset_page
from crm.views.suggest import SUGGESTIONS_PER_MINUTE

SIZE = 20
BY_READING = ("sort_key", "pk")


@require_safe
@throttled("suggest", per_minute=SUGGESTIONS_PER_MINUTE)
def customer_search(request: AuthedRequest) -> HttpResponse:
    """The inside of the dialog; with ?rows= only what was found."""
    form = CustomerSearch(request.GET, viewer=request.user)
    rows = form.find(Customer.objects.visible_to(request.user)).for_choice(request.user)
    try:
        page = keyset_page(rows, by=BY_READING, cursor=request.GET.get("after", ""), size=SIZE)
    except BadCursor:  # a cursor of another search
        page = keyset_page(rows, by=BY_READING, size=SIZE)
    if form.is_valid() and form.asked():
        journal.seen(request.user, "search", Customer, rows=len(page), words=len(form.asked()))
    part = "crm/customer_search.html#rows" if request.GET.get("rows") else "crm/customer_search.html"
    return render(request, part, {"form": form, "page": page})
