"""The first page, and whether the one who typed a form is still logged in."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config import offline
from config.home import home_of
from crm.doors import AuthedRequest


@require_safe
def home(request: AuthedRequest) -> HttpResponse:
    now = timezone.now()
    return render(request, "home.html", {"home": home_of(request.user, now), "now": now})


@require_safe
@login_not_required
def service_worker(request: HttpRequest) -> HttpResponse:
    """Return the worker that keeps the pages' files for times without a net. It stands at the root, because it serves the pages below."""
    text = offline.worker_script()
    if text is None:
        raise Http404
    return HttpResponse(text, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


@require_safe
@never_cache
def session(request: AuthedRequest) -> HttpResponse:
    """Return the token that a form needs now: whoever logs in again in another tab makes the page's own one invalid.

    And the person's key: what one has typed is not sent in the name of another who logged in since.
    """
    return JsonResponse({"token": get_token(request), "user": request.user.pk})
