"""How much waits for a person: the numbers on the bell and on the tray."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Value

from contacts.models import ReportRecipient
from crm.models import User
from reports.models import Notice


def unread_counts(user: User) -> dict[str, int]:
    """Return {"reports": n, "notices": n}, in one query."""
    reports = _counted("reports", ReportRecipient.objects.told_to(user).unread())
    notices = _counted("notices", Notice.objects.visible_to(user).unread())
    return {"reports": 0, "notices": 0} | dict(reports.union(notices, all=True).values_list("what", "count"))


def _counted(what: str, rows: Any) -> Any:
    return rows.order_by().annotate(what=Value(what)).values("what").annotate(count=Count("pk")).values("what", "count")
