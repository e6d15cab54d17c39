"""Pages of one appointment."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.actions import DealElsewhere, IdTaken, NotDelegated, PersonElsewhere, StaleVersion
from crm.audience import readers
from crm.doors import AuthedRequest, visible_or_404
from crm.models import Customer, Deal, Person, User
from schedule.actions import (
    EndsBeforeStart,
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

REFUSALS: dict[type[Exception], tuple[str | None, Any]] = {
    EndsBeforeStart: ("ends", lambda: _("The end must be later than the start.")),
    TooLong: ("ends_on", lambda: _("An appointment can last up to 31 days.")),
    PersonElsewhere: ("people", lambda: _("This person belongs to another customer.")),
    DealElsewhere: ("deal", lambda: _("This deal belongs to another customer.")),
    NotDelegated: ("owner", lambda: _("You may not enter for this person.")),
    NotOpen: (None, lambda: _("This appointment was called off or is done. Reopen it first.")),
    IdTaken: (None, lambda: _("This could not be saved. Please open a new form and enter it once more.")),
}


@require_http_methods(["GET", "HEAD", "POST"])
def appointment_new(request: AuthedRequest) -> HttpResponse:
    form = AppointmentForm(_sent(request), viewer=request.user, asked=_asked(request))
    if form.is_valid():
        try:
            row, _new = book(
                owner=form.owner_user,
                recorder=request.user,
                entry=form.entry(),
                now=timezone.now(),
                appointment_id=form.cleaned_data["appointment_id"],
            )
        except tuple(REFUSALS) as refused:
            _explain(form, refused)
        else:
            messages.success(request, _("The appointment was booked."))
            return redirect("schedule:detail", appointment=row.pk)
    return render(request, "schedule/appointment_form.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def appointment_detail(request: AuthedRequest, appointment: UUID) -> HttpResponse:
    row = visible_or_404(Appointment.objects.visible_to(request.user).with_faces(request.user).select_related("scope"), appointment)
    may_edit = Appointment.objects.editable_by(request.user).filter(pk=row.pk).exists()
    seen = {
        "appointment": row,
        "title": title_of(row),
        "people": Person.objects.visible_to(request.user).filter(pk__in=row.people.values("person")).order_by("sort_key"),
        "participants": User.objects.filter(pk__in=row.participants.values("user")).by_name(),
        "may_edit": may_edit,
        "readers": _readers(row) if may_edit else [],
        "cancel_form": CancelForm(),
    }
    return render(request, "schedule/appointment_detail.html", seen)


@require_http_methods(["GET", "HEAD", "POST"])
def appointment_edit(request: AuthedRequest, appointment: UUID) -> HttpResponse:
    row = visible_or_404(Appointment.objects.editable_by(request.user).select_related("owner", "summary", "scope"), appointment)
    form = AppointmentForm(_sent(request), viewer=request.user, standing=row)
    current = None
    if form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            change_appointment(by=request.user, appointment=row, version=version, entry=form.entry(), now=timezone.now())
        except StaleVersion:
            current, form = row, _with_version(form, row.version)
        except tuple(REFUSALS) as refused:
            _explain(form, refused)
        else:
            messages.success(request, _("The appointment was changed."))
            seen = Appointment.objects.visible_to(request.user).filter(pk=row.pk).exists()  # the change may have hidden it from its sender
            return redirect("schedule:detail", appointment=row.pk) if seen else redirect("schedule:calendar")
    status = 409 if current else 422 if form.errors else 200
    return render(request, "schedule/appointment_form.html", {"form": form, "appointment": row, "current": current}, status=status)


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
        messages.info(request, _("This appointment was called off or is done already."))
    else:
        messages.success(request, _("The appointment was cancelled. Calendars show it as cancelled."))
    return redirect("schedule:detail", appointment=row.pk)


@require_POST
def appointment_reopen(request: AuthedRequest, appointment: UUID) -> HttpResponse:
    row = visible_or_404(Appointment.objects.editable_by(request.user), appointment)
    reopen(by=request.user, appointment=row, now=timezone.now())
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
    """Read what a link wishes for a new appointment: ?customer=&deal=&start=&end=; what the viewer may not see is left out."""
    asked = request.GET
    span = span_of(asked.get("start", ""), asked.get("end", ""))
    named = {name: _seen(model, request.user, asked.get(name, "")) for name, model in (("customer", Customer), ("deal", Deal))}
    if named["deal"] and not named["customer"] and named["deal"].customer_id:
        named["customer"] = _seen(Customer, request.user, str(named["deal"].customer_id))
    day = {} if span else {"starts_on": timezone.localdate()}
    return {**day, **span, **{name: row for name, row in named.items() if row}}


def _seen(model: Any, viewer: User, typed: str) -> Any:
    try:
        return model.objects.visible_to(viewer).filter(pk=UUID(typed)).first()
    except ValueError:
        return None


def _explain(form: AppointmentForm, refused: Exception) -> None:
    field, message = REFUSALS[type(refused)]
    form.add_error(field if field in form.fields else None, message())


def _with_version(form: AppointmentForm, version: int) -> AppointmentForm:
    """Keep everything that was typed; sent once more, it goes over the newer version that is now shown beside it."""
    typed: Any = form.data
    typed = typed.copy()
    typed["version"] = str(version)
    return AppointmentForm(typed, viewer=form.viewer, standing=form.standing)


def _readers(row: Appointment) -> list[Any]:
    company = User.objects.filter(pk__in=row.participants.values("user")).by_name()
    named = [(row.owner, _("Owner")), *([(row.recorder, _("Recorder"))] if row.recorder_id != row.owner_id else [])]
    return readers(row, [*named, *((user, _("Participants")) for user in company)])
