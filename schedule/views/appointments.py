"""Pages of one appointment."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.actions import (
    AssetElsewhere,
    CategoryElsewhere,
    DealElsewhere,
    DepartmentElsewhere,
    IdTaken,
    NotDelegated,
    PersonElsewhere,
    StaleVersion,
)
from crm.audience import readers
from crm.doors import AuthedRequest, visible_or_404
from crm.items import facts_of
from crm.layout import screen_of
from crm.models import Asset, Customer, Deal, User
from schedule.actions import (
    EndsBeforeStart,
    FacilityTaken,
    NotOpen,
    TooLong,
    book,
    cancel,
    change_appointment,
    delete_appointment,
    reopen,
    restore_appointment,
)
from schedule.events import title_of
from schedule.forms import AppointmentForm, CancelForm, span_of
from schedule.models import Appointment
from schedule.page import Concerned
from schedule.refusals import taken_words

REFUSALS: dict[type[Exception], tuple[str | None, Any]] = {
    EndsBeforeStart: ("ends", lambda: _("The end must be later than the start.")),
    TooLong: ("ends_on", lambda: _("An appointment can last up to 31 days.")),
    PersonElsewhere: ("people", lambda: _("This person belongs to another customer.")),
    DealElsewhere: ("deal", lambda: _("This deal belongs to another customer.")),
    DepartmentElsewhere: ("department", lambda: _("Not found.")),
    AssetElsewhere: ("asset", lambda: _("Not found.")),
    CategoryElsewhere: ("category2", lambda: _("Not found.")),
    NotDelegated: ("owner", lambda: _("You may not enter for this person.")),
    NotOpen: (None, lambda: _("This appointment is cancelled or done. Reopen it first.")),
    IdTaken: (None, lambda: _("This could not be saved. Please open a new form and enter it once more.")),
}

REFUSED: tuple[type[Exception], ...] = (FacilityTaken, *REFUSALS)


@require_http_methods(["GET", "HEAD", "POST"])
def appointment_new(request: AuthedRequest) -> HttpResponse:
    form = AppointmentForm(_sent(request), viewer=request.user, asked=_asked(request), device=_device(request))
    if form.is_valid():
        try:
            row, _new = book(
                owner=form.owner_user,
                recorder=request.user,
                entry=form.entry(),
                now=timezone.now(),
                appointment_id=form.cleaned_data["appointment_id"],
            )
        except REFUSED as refused:
            _explain(form, refused)
        else:
            messages.success(request, _("The appointment was booked."))
            return redirect("schedule:detail", appointment=row.pk)
    return render(request, "schedule/appointment_form.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def appointment_detail(request: AuthedRequest, appointment: UUID) -> HttpResponse:
    row = visible_or_404(Appointment.objects.visible_to(request.user).with_names(request.user), appointment)
    concerned = Concerned(row, request.user)
    seen = {
        "appointment": row,
        "concerned": concerned,
        "about": concerned.about(),
        "title": title_of(row, concerned.customer),
        "readers": _readers(row, concerned.participants) if row.may_edit else [],
        "cancel_form": CancelForm(),
        "facts": facts_of(row, request.user),
        "asked": request.GET.get("audience", ""),
    }
    return render(request, "schedule/appointment_detail.html", seen)


@require_http_methods(["GET", "HEAD", "POST"])
def appointment_edit(request: AuthedRequest, appointment: UUID) -> HttpResponse:
    row = visible_or_404(Appointment.objects.editable_by(request.user).with_names(request.user), appointment)
    form = AppointmentForm(_sent(request), viewer=request.user, standing=row, device=_device(request))
    current = None
    if form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            changed = change_appointment(by=request.user, appointment=row, version=version, entry=form.entry(), now=timezone.now())
        except StaleVersion:
            current, form = row, _with_version(form, row.version)
        except REFUSED as refused:
            _explain(form, refused)
        else:
            messages.success(request, _("The appointment was changed."))
            return _after_change(request, changed, rescoped=changed.scope_id != row.scope_id)
    status = 409 if current else 422 if form.errors else 200
    return render(request, "schedule/appointment_form.html", {"form": form, "appointment": row, "current": current}, status=status)


def _after_change(request: AuthedRequest, row: Appointment, *, rescoped: bool) -> HttpResponse:
    """Go back to it, if the change has not hidden it from its sender. rescoped: its record is offered the same audience there."""
    if not Appointment.objects.visible_to(request.user).filter(pk=row.pk).exists():
        return redirect("schedule:calendar")
    return redirect(reverse("schedule:detail", args=[row.pk]) + ("?audience=offer" if rescoped else ""))


@require_POST
def appointment_cancel(request: AuthedRequest, appointment: UUID) -> HttpResponse:
    row = visible_or_404(Appointment.objects.editable_by(request.user), appointment)
    form = CancelForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["reason"])))
        return redirect("schedule:detail", appointment=row.pk)
    try:
        cancel(by=request.user, appointment=row, reason=form.cleaned_data["reason"], now=timezone.now())
    except NotOpen:
        messages.info(request, _("This appointment is already cancelled or done."))
    else:
        messages.success(request, _("The appointment was cancelled. Calendars show it as cancelled."))
    return redirect("schedule:detail", appointment=row.pk)


@require_POST
def appointment_reopen(request: AuthedRequest, appointment: UUID) -> HttpResponse:
    row = visible_or_404(Appointment.objects.editable_by(request.user), appointment)
    without = request.POST.get("without") == "facilities"
    try:
        reopen(by=request.user, appointment=row, now=timezone.now(), without_facilities=without)
    except FacilityTaken as taken:
        messages.error(request, taken_words(taken))
    else:
        messages.success(request, _("The appointment stands again."))
    return redirect("schedule:detail", appointment=row.pk)


@require_POST
def appointment_delete(request: AuthedRequest, appointment: UUID) -> HttpResponse:
    row = visible_or_404(Appointment.objects.editable_by(request.user), appointment)
    delete_appointment(by=request.user, appointment=row, now=timezone.now())
    return redirect("schedule:deleted", appointment=row.pk)


@require_safe
def appointment_deleted(request: AuthedRequest, appointment: UUID) -> HttpResponse:
    """What follows a delete: the way back. Whoever deleted for somebody else has no bin there, and just goes on."""
    row = Appointment.objects.in_bin_of(request.user).filter(pk=appointment).first()
    return render(request, "schedule/appointment_deleted.html", {"appointment": row}) if row else redirect("schedule:calendar")


@require_POST
def appointment_restore(request: AuthedRequest, appointment: UUID) -> HttpResponse:
    row = visible_or_404(Appointment.objects.in_bin_of(request.user), appointment)
    restore_appointment(by=request.user, appointment=row, now=timezone.now())
    messages.success(request, _("The appointment is back."))
    return redirect("schedule:detail", appointment=row.pk)


def _sent(request: AuthedRequest) -> Any:
    """An empty form that was sent is wrong, not unsent."""
    return request.POST if request.method == "POST" else None


def _asked(request: AuthedRequest) -> dict[str, Any]:
    """Read what a link wishes for a new appointment: ?customer=&deal=&asset=&facility=&start=&end=; what the viewer may not see is left out."""
    asked = request.GET
    span = span_of(asked.get("start", ""), asked.get("end", ""))
    models = {"customer": Customer, "deal": Deal, "asset": Asset}
    named = {name: _seen(model, request.user, asked.get(name, "")) for name, model in models.items()}
    about = named["deal"] or named["asset"]
    if about and not named["customer"] and about.customer_id:
        named["customer"] = _seen(Customer, request.user, str(about.customer_id))
    day = {} if span else {"starts_on": timezone.localdate()}
    facility = {"facilities": [asked["facility"]]} if "facility" in asked else {}
    return {**day, **span, **facility, **{name: row for name, row in named.items() if row}}


def _seen(model: Any, viewer: User, typed: str) -> Any:
    try:
        return model.objects.visible_to(viewer).filter(pk=UUID(typed)).first()
    except ValueError:
        return None


def _explain(form: AppointmentForm, refused: Exception) -> None:
    field, message = ("facilities", taken_words(refused)) if isinstance(refused, FacilityTaken) else _reason(refused)
    form.add_error(field if field in form.fields else None, message)


def _reason(refused: Exception) -> tuple[str | None, str]:
    field, message = REFUSALS[type(refused)]
    return field, message()


def _device(request: AuthedRequest) -> str:
    return screen_of(request.headers.get("User-Agent", ""))


def _with_version(form: AppointmentForm, version: int) -> AppointmentForm:
    """Keep everything that was typed; sent once more, it goes over the newer version that is now shown beside it."""
    typed: Any = form.data
    typed = typed.copy()
    typed["version"] = str(version)
    return AppointmentForm(typed, viewer=form.viewer, standing=form.standing, device=form.device)


def _readers(row: Appointment, company: list[User]) -> list[Any]:
    named = [(row.owner, _("Owner")), *([(row.recorder, _("Recorder"))] if row.recorder_id != row.owner_id else [])]
    return readers(row, [*named, *((user, _("Participants")) for user in company)])
