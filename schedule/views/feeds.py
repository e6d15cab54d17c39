"""Calendar links: one for each device, shown once, taken back at any time."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.doors import AuthedRequest, visible_or_404
from schedule.actions import TooManyFeeds, add_feed, revoke_feed
from schedule.clients import client_name, qr_of
from schedule.forms import FeedForm
from schedule.models import CalendarFeed


@require_safe
def feeds(request: AuthedRequest) -> HttpResponse:
    rows = CalendarFeed.objects.visible_to(request.user).standing().select_related("unit").newest_first()
    shown = [{"feed": row, "client": client_name(row.last_client)} for row in rows]
    return render(request, "schedule/feed_list.html", {"feeds": shown})


@require_http_methods(["GET", "HEAD", "POST"])
def feed_new(request: AuthedRequest) -> HttpResponse:
    initial = {"kind": CalendarFeed.Kind.MINE, "detail": CalendarFeed.Detail.FULL, "language": request.user.language}
    form = FeedForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            feed, secret = add_feed(by=request.user, now=timezone.now(), **form.cleaned_data)
        except TooManyFeeds:
            form.add_error(None, _("You have 20 links already. Take back one that is not used any more."))
        else:
            # Not a redirect: the secret is kept nowhere and can be shown only in this answer.
            return render(request, "schedule/feed_created.html", {"feed": feed, **_addresses(feed, secret)})
    return render(request, "schedule/feed_form.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def feed_revoke(request: AuthedRequest, feed: int) -> HttpResponse:
    row = visible_or_404(CalendarFeed.objects.visible_to(request.user), feed)
    revoke_feed(by=request.user, feed=row, now=timezone.now())
    messages.success(request, _("The link was taken back. Devices drop its appointments at their next visit."))
    return redirect("schedule:feeds")


def _addresses(feed: CalendarFeed, secret: str) -> dict[str, Any]:
    """Each program wants its own form of the same address (see the manual's page on calendars)."""
    path = reverse("schedule:feed", args=[feed.public_id, secret])
    https = f"{settings.BASE_URL}{path}"
    webcal = f"webcal://{urlsplit(settings.BASE_URL).netloc}{path}"
    return {
        "https": https,
        "webcal": webcal,
        "google": f"https://calendar.google.com/calendar/r?cid={quote(webcal, safe='')}",
        "outlook": f"webcal:{https}",
        "qr": qr_of(webcal),
    }
