"""What the frame of every page may ask for."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    theme = request.COOKIES.get("theme", "")
    return {
        "DEMO": settings.DEMO,
        "BASE_URL": settings.BASE_URL,
        # Without a choice the system decides, in the style sheet.
        "THEME": theme if theme in ("light", "dark") else "",
    }
