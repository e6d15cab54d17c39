"""How much waits for a person: the numbers on the bell and on the tray."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Value

from contacts.models import ReportRecipient, WorkRequest
from crm.models import User
from reports.models import Notice


def unread_counts(user: User) -> dict[str, int]:
    """Return {"reports": n, "notices": n, "requests": n}, in one query. Requests are what this person has to do, own to-dos too."""
    reports = _counted("reports", ReportRecipient.objects.told_to(user).unread())
    notices = _counted("notices", Notice.objects.visible_to(user).unread())
    requests = _counted("requests", WorkRequest.objects.visible_to(user).waiting_for(user))
    nothing = {"reports": 0, "notices": 0, "requests": 0}
    return nothing | dict(reports.union(notices, requests, all=True).values_list("what", "count"))


def _counted(what: str, rows: Any) -> Any:
    return rows.order_by().annotate(what=Value(what)).values("what").annotate(count=Count("pk")).values("what", "count")
