"""What the frame of every page may ask for."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from crm.company import in_use
from reports.badges import unread_counts


def frame(request: HttpRequest) -> dict[str, Any]:
    theme = request.COOKIES.get("theme", "")
    # Counted only where the frame is drawn: a fragment does not ask.
    unread = SimpleLazyObject(lambda: _unread(request))
    return {
        "DEMO": settings.DEMO,
        "BASE_URL": settings.BASE_URL,
        # Without a choice the system decides, in the style sheet.
        "THEME": theme if theme in ("light", "dark") else "",
        "modules": SimpleLazyObject(in_use),
        "unread_reports": SimpleLazyObject(lambda: unread["reports"]),
        "unread_notices": SimpleLazyObject(lambda: unread["notices"]),
        "open_requests": SimpleLazyObject(lambda: unread["requests"]),
    }


def _unread(request: HttpRequest) -> dict[str, int]:
    user = getattr(request, "user", None)
    return unread_counts(user) if user is not None and user.is_authenticated else {"reports": 0, "notices": 0, "requests": 0}
