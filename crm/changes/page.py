"""The page of a row's changes, the same in every room."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from crm.changes.history import changes_of, rows_of
from crm.changes.lines import Shown
from crm.doors import AuthedRequest, fragment
from crm.models import AuditEntry
from crm.paging import BadCursor, keyset_page

NEWEST = ("-at", "-pk")
SIZE = 20


def changes_page(
    request: AuthedRequest,
    row: Any,
    shown: Shown,
    *,
    back: str,
    title: str,
    hide: Collection[str] = (),
    entries: Any = None,
    bare: Callable[[AuditEntry], bool] = lambda _entry: False,
    **more: Any,
) -> HttpResponse:
    """Show the changes of a row that the viewer may see.

    entries: those of the journal that are this viewer's business, without it all of the row's. more: for the template's own parts.
    """
    kept = rows_of(row) if entries is None else entries
    try:
        page = keyset_page(kept, by=NEWEST, cursor=request.GET.get("after", ""), size=SIZE)
    except BadCursor:
        page = keyset_page(kept, by=NEWEST, size=SIZE)
    context = {
        "page": page,
        "changes": changes_of(row, page.rows, request.user, shown, hide=hide, bare=bare),
        "row": row,
        "back": back,
        "back_title": title,
        **more,
    }
    return render(request, fragment(request, "crm/changes.html", "rows"), context)
