"""Facilities: what is booked on a day, whether one is free, and their settings for administrators."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.doors import AuthedRequest, administrators_only, needs
from crm.forms.choices import OrderForm
from crm.japanese import Unreadable, parse_date
from schedule.actions import facilities as act
from schedule.forms import FacilityForm, SpanForm, facilities_offered
from schedule.models import Appointment, Facility
from schedule.slots import lines_of, wishes_of

STEPS = {"up": -1, "down": 1}
FIRST, LAST = date(1868, 1, 2), date(2100, 12, 30)


@require_safe
@needs("facilities")
def facility_day(request: AuthedRequest) -> HttpResponse:
    day = _day(request.GET.get("day", ""))
    start = timezone.make_aware(datetime.combine(day, time()))
    end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
    days = {"day": day, "today": timezone.localdate(), "before": day - timedelta(days=1), "after": day + timedelta(days=1)}
    return render(request, "schedule/facility_day.html", {**days, "lines": lines_of(start, end, request.user)})


def _day(typed: str) -> date:
    """Read a day as people write it; what cannot be read is today."""
    today = timezone.localdate()
    try:
        read, _doubt = parse_date(typed, today=today)
    except Unreadable:
        return today
    return min(max(read, FIRST), LAST)


@require_safe
@needs("facilities")
def facility_free(request: AuthedRequest) -> HttpResponse:
    """Tell whether the facilities just chosen are free then; nothing as long as the time cannot be read."""
    offered = facilities_offered()
    form = SpanForm(_span_of_next(request.GET) if "next_on" in request.GET else request.GET)
    form.fields["facilities"].offer(lambda: offered)  # type: ignore[attr-defined]
    if not form.is_valid() or form.cleaned_data["ends_at"] <= form.cleaned_data["starts_at"]:
        return render(request, "schedule/_free.html", {"wishes": [], "others": []})
    asking = Appointment.objects.visible_to(request.user).filter(pk=_key(request.GET.get("appointment", ""))).first()
    said = form.cleaned_data
    wishes, taken = wishes_of(said["facilities"], said["starts_at"], said["ends_at"], besides=asking)
    others = [one for one in offered if one.pk not in taken and one not in said["facilities"]] if any(one.taken for one in wishes) else []
    return render(request, "schedule/_free.html", {"wishes": wishes, "others": others[:10]})


def _span_of_next(sent: QueryDict) -> QueryDict:
    """Read the fields of a record's next appointment as those of an appointment; without a time it lasts all day."""
    span = QueryDict(mutable=True)
    for name in ("starts", "ends"):
        span[name] = str(sent.get(f"next_{name}", ""))
    span["starts_on"] = str(sent["next_on"])
    span["all_day"] = "" if span["starts"] else "on"
    span.setlist("facilities", sent.getlist("next_facilities"))
    return span


def _key(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
@needs("facilities")
def facility_list(request: AuthedRequest) -> HttpResponse:
    form = FacilityForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        act.add_facility(by=request.user, **form.cleaned_data)
        messages.success(request, _("The facility was added."))
        return redirect("schedule:facility_list")
    shown = {"facilities": Facility.objects.in_order(), "form": form}
    return render(request, "schedule/facility_list.html", shown, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
@needs("facilities")
def facility_edit(request: AuthedRequest, facility: int) -> HttpResponse:
    row = get_object_or_404(Facility, pk=facility)
    form = FacilityForm(request.POST if request.method == "POST" else None, facility=row)
    if form.is_valid():
        act.change_facility(by=request.user, facility=row, **form.cleaned_data)
        messages.success(request, _("The facility was changed."))
        return redirect("schedule:facility_list")
    return render(request, "schedule/facility_form.html", {"form": form, "facility": row}, status=422 if form.errors else 200)


@require_POST
@administrators_only
@needs("facilities")
def facility_move(request: AuthedRequest, facility: int, way: str) -> HttpResponse:
    act.move_facility(by=request.user, facility=get_object_or_404(Facility, pk=facility), steps=STEPS.get(way, 0))
    return redirect("schedule:facility_list")


@require_POST
@administrators_only
@needs("facilities")
def facility_order(request: AuthedRequest) -> HttpResponse:
    form = OrderForm(request.POST)
    try:
        act.reorder_facilities(by=request.user, order=form.cleaned_data["order"] if form.is_valid() else [])
    except act.UnknownFacility:
        messages.error(request, _("The list has changed in the meantime. Here is how it stands now."))
    return redirect("schedule:facility_list")


@require_POST
@administrators_only
@needs("facilities")
def facility_retire(request: AuthedRequest, facility: int) -> HttpResponse:
    act.retire_facility(by=request.user, facility=get_object_or_404(Facility, pk=facility), now=timezone.now())
    messages.success(request, _("The facility is offered no longer. What is booked stays booked."))
    return redirect("schedule:facility_list")


@require_POST
@administrators_only
@needs("facilities")
def facility_restore(request: AuthedRequest, facility: int) -> HttpResponse:
    act.restore_facility(by=request.user, facility=get_object_or_404(Facility, pk=facility))
    messages.success(request, _("The facility is offered again."))
    return redirect("schedule:facility_list")
