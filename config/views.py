"""The first page, and whether the one who typed a form is still logged in."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.home import home_of
from crm.doors import AuthedRequest


@require_safe
def home(request: AuthedRequest) -> HttpResponse:
    now = timezone.now()
    return render(request, "home.html", {"home": home_of(request.user, now), "now": now})


@require_safe
@never_cache
def session(request: AuthedRequest) -> HttpResponse:
    """Return the token that a form needs now: whoever logs in again in another tab makes the page's own one invalid."""
    return JsonResponse({"token": get_token(request)})
