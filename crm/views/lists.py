"""What the lists of customers, people and deals do alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from crm import journal
from crm.doors import AuthedRequest
from crm.forms.lists import ListForm
from crm.paging import COUNT_CAP, BadCursor, Page, capped_count, keyset_page

SEARCHES_PER_MINUTE = 60
PREVIEW = 10  # rows of a card on the page of a customer
WITHIN_DAYS = (30, 60, 90)  # ready-made questions of what is due


@dataclass(frozen=True)
class Listed:
    """One page of a list, and how many rows there are in all, counted up to a cap."""

    form: ListForm
    page: Page
    count: int

    @property
    def count_is_capped(self) -> bool:
        return self.count > COUNT_CAP

    @property
    def shown_count(self) -> int:
        return min(self.count, COUNT_CAP)


def listed(request: AuthedRequest, form: ListForm, visible: Any) -> Listed:
    """Find, count and cut; a search is written into the access log with the number of its words, never the words."""
    rows = form.find(visible)
    if not form.is_valid():
        return Listed(form, Page([]), 0)
    try:
        page = keyset_page(rows.for_list(request.user), by=form.order, cursor=request.GET.get("after", ""))
    except BadCursor:  # an old bookmark: the list begins anew
        page = keyset_page(rows.for_list(request.user), by=form.order)
    count = capped_count(rows)
    if form.words:
        journal.seen(request.user, "search", visible.model, rows=count, words=len(form.words))
    return Listed(form, page, count)
