"""The calendar, the events it draws, moving by hand, and what lies ahead of a customer or a deal."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.actions import StaleVersion
from crm.company import uses
from crm.doors import AuthedRequest, fragment, visible_or_404
from crm.models import Customer, Deal
from schedule.actions import EndsBeforeStart, FacilityTaken, NotOpen, NotWholeDays, TooLong, move
from schedule.events import events_of
from schedule.forms import moment_of
from schedule.models import Appointment
from schedule.refusals import taken_words
from schedule.whose import NotUnderstood, people_of

LONGEST_SPAN = timedelta(days=100)
MOST_UPCOMING = 10


@require_safe
def calendar(request: AuthedRequest) -> HttpResponse:
    """Without scripts the page lists what lies ahead."""
    rows = Appointment.objects.visible_to(request.user).of_people([request.user.pk]).ahead(timezone.now())
    move_url = reverse("schedule:move", args=[UUID(int=0)]).replace(str(UUID(int=0)), "__id__")
    shown = {"who": request.GET.get("who", "me"), "move_url": move_url, "zone": request.user.time_zone, "facilities": uses("facilities")}
    return render(request, "schedule/calendar.html", {**shown, "appointments": rows.with_faces(request.user)[:MOST_UPCOMING]})


@require_safe
def events(request: AuthedRequest) -> JsonResponse:
    start, end = (moment_of(request.GET.get(name, "")) for name in ("start", "end"))
    if start is None or end is None or not timedelta() < end - start <= LONGEST_SPAN:
        return JsonResponse({"detail": _("This period cannot be shown.")}, status=400)
    wishes = [wish for wish in [*request.GET.getlist("who"), *request.GET.getlist("more")] if wish and wish != "chosen"]
    try:
        people = people_of(request.user, wishes)
    except NotUnderstood:
        return JsonResponse({"detail": _("This period cannot be shown.")}, status=400)
    rows = Appointment.objects.visible_to(request.user).between(start, end).of_people(people)
    return JsonResponse(events_of(rows, request.user, with_owner=wishes not in ([], ["me"])), safe=False)


@require_POST
def move_appointment(request: AuthedRequest, appointment: UUID) -> JsonResponse:
    row = visible_or_404(Appointment.objects.editable_by(request.user).select_related("owner"), appointment)
    asked = _span_asked(request, row)
    if asked is None:
        return JsonResponse({"detail": _("This time cannot be read.")}, status=422)
    try:
        moved = move(by=request.user, appointment=row, now=timezone.now(), **asked)
    except StaleVersion:
        return JsonResponse({"detail": _("Somebody changed this in the meantime. The newest state is shown again.")}, status=409)
    except FacilityTaken as taken:
        return JsonResponse({"detail": taken_words(taken)}, status=422)
    except tuple(_REFUSED) as refused:
        return JsonResponse({"detail": str(_REFUSED[type(refused)]())}, status=422)
    return JsonResponse({"version": moved.version, "detail": _("The appointment was moved."), "undo": _("Undo")})


_REFUSED: dict[type[Exception], Any] = {
    EndsBeforeStart: lambda: _("The end must be later than the start."),
    TooLong: lambda: _("An appointment can last up to 31 days."),
    NotWholeDays: lambda: _("This time cannot be read."),
    NotOpen: lambda: _("This appointment is cancelled or done. Reopen it first."),
}


def _span_asked(request: HttpRequest, row: Appointment) -> dict[str, Any] | None:
    """Read {starts_at, ends_at, version, all_day}. Days are days of the owner's zone; a moment without offset is in the viewer's."""
    try:
        sent = json.loads(request.body)
        all_day = "T" not in sent["starts_at"]
        with timezone.override(row.owner.time_zone if all_day else timezone.get_current_timezone()):
            starts_at, ends_at = moment_of(sent["starts_at"]), moment_of(sent["ends_at"])
        version = sent["version"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    if starts_at is None or ends_at is None or type(version) is not int:
        return None
    if ends_at == starts_at:
        ends_at += timedelta(days=1) if all_day else timedelta(hours=1)
    return {"starts_at": starts_at, "ends_at": ends_at, "version": version, "all_day": all_day}


@require_safe
def upcoming(request: AuthedRequest) -> HttpResponse:
    rows = Appointment.objects.visible_to(request.user).ahead(timezone.now())
    for name, model in (("customer", Customer), ("deal", Deal)):
        if asked := request.GET.get(name):
            seen: Any = visible_or_404(model.objects.visible_to(request.user), _key(asked))
            rows = rows.filter(**{name: seen.pk})
    shown = rows.with_faces(request.user)[:MOST_UPCOMING]
    return render(request, fragment(request, "schedule/appointment_upcoming.html", "rows"), {"appointments": shown})


def _key(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        return UUID(int=0)
