"""The first page."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.home import home_of
from crm.doors import AuthedRequest


@require_safe
def home(request: AuthedRequest) -> HttpResponse:
    now = timezone.now()
    return render(request, "home.html", {"home": home_of(request.user, now), "now": now})
