"""What the frame of every page may ask for."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    return {"DEMO": settings.DEMO, "BASE_URL": settings.BASE_URL}
