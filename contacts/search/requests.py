"""What is sought among to-dos and requests; the page and the API ask alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contacts.models import URGENT_FIRST, WorkRequest
from crm.fields import CleanCharField
from crm.japanese import terms
from crm.models import Customer, User
from crm.paging import PAGE, Page, capped_count, keyset_page

VIEWS = {"todo": _("My to-dos"), "received": _("Requests received"), "sent": _("Requests sent")}
STATES = {"open": pgettext_lazy("to-do", "Open"), "done": _("Settled"), "all": _("All")}
BY_URGENCY, BY_TIME = URGENT_FIRST, ("-sent_at", "-pk")


class RequestFilterForm(forms.Form):
    view = forms.ChoiceField(choices=list(VIEWS.items()), required=False)
    state = forms.ChoiceField(label=_("State"), choices=list(STATES.items()), required=False)
    q = CleanCharField(label=_("Keyword"), max_length=200, required=False)


class RequestFilter:
    """Whose requests (todo, received, sent), open or settled, with which words. What cannot be read finds nothing."""

    def __init__(self, asked: Mapping[str, Any], viewer: User) -> None:
        self.viewer = viewer
        self.form = RequestFilterForm(asked)
        said = self.form.cleaned_data if self.form.is_valid() else {}
        self.view, self.state = said.get("view") or "todo", said.get("state") or "open"
        self.words = terms(said.get("q", ""))

    @property
    def by(self) -> tuple[str, ...]:
        """What is open stands in the order of urgency, what is over in the order of time."""
        return BY_URGENCY if self.state == "open" else BY_TIME

    def apply(self, rows: Any) -> Any:
        """Narrow the rows down to what is sought and the viewer may see."""
        rows = rows.ranked()
        if self.form.errors:
            return rows.none()
        rows = self._of_view(rows.visible_to(self.viewer).sent())
        if self.state == "open":
            rows = rows.unsettled() if self.view == "sent" else rows.open()
        elif self.state == "done":
            rows = rows.exclude(state=WorkRequest.State.SENT)
        return rows.matching(self.words, Customer.objects.visible_to(self.viewer)) if self.words else rows

    def _of_view(self, rows: Any) -> Any:
        return {"todo": rows.todos_of, "received": rows.received_by, "sent": rows.asked_by}[self.view](self.viewer)

    def page(self, *, cursor: str = "", size: int = PAGE) -> Page:
        """Return one page with all that a list shows. Raises BadCursor."""
        return keyset_page(self.apply(WorkRequest.objects.all()).with_faces(self.viewer), by=self.by, cursor=cursor, size=size)

    def count(self) -> int:
        return capped_count(self.apply(WorkRequest.objects.all()))


def open_counts(viewer: User) -> dict[str, int]:
    """Return how many wait in each view, in one query."""
    mine, asked, sent = Q(to=viewer), Q(asker=viewer), Q(state=WorkRequest.State.SENT)
    back = sent | Q(state=WorkRequest.State.RETURNED)
    rows = WorkRequest.objects.visible_to(viewer).filter(mine | asked)
    counted: dict[str, int] = rows.aggregate(
        todo=Count("pk", filter=mine & asked & sent),
        received=Count("pk", filter=mine & ~asked & sent),
        sent=Count("pk", filter=~mine & back),
    )
    return counted
