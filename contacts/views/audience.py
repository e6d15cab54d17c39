"""One audience for a record and the appointment it was made from: offered after one of them was changed, done with one tap, taken back."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from contacts.actions import NotYourAppointment, StaleVersion
from contacts.actions.sharing import share_audience, unshare_audience
from contacts.models import ContactPoint
from contacts.sharing import OFFER, Side, pair_of, proof_of, read_proof, record_made_from
from crm.audience import Audience
from crm.doors import AuthedRequest, visible_or_404
from crm.models import User, VisibilityScope
from schedule.models import Appointment


class ShareForm(forms.Form):
    source = forms.ChoiceField(choices=Side.choices)
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1)


@require_safe
def record_of(request: AuthedRequest, appointment: UUID) -> HttpResponse:
    """What the page of an appointment says of its record: where it is, and that it has another audience."""
    row = visible_or_404(Appointment.objects.visible_to(request.user), appointment)
    record = record_made_from(row, request.user)
    may_edit = record is not None and record.may_edit
    pair = pair_of(record, request.user, Side.APPOINTMENT, request.GET.get("audience", "")) if may_edit else None
    template = "contacts/_record_of.html" if request.htmx else "contacts/record_of.html"
    return render(request, template, {"appointment": row, "record": record, "pair": pair})


@require_POST
def audience_share(request: AuthedRequest, contact: UUID) -> HttpResponse:
    record = visible_or_404(ContactPoint.objects.editable_by(request.user), contact)
    form = ShareForm(request.POST)
    if not form.is_valid():
        raise Http404
    source = Side(form.cleaned_data["source"])
    try:
        done = share_audience(by=request.user, contact=record, source=source, version=form.cleaned_data["version"], now=timezone.now())
    except NotYourAppointment as error:
        raise Http404 from error
    except StaleVersion:
        messages.error(request, _("Somebody changed this in the meantime. Look at its newest state first."))
        return _back(record, source, OFFER)
    proof = proof_of(request.user, record, done.side, done.version, done.before)
    mine = ContactPoint.objects.editable_by(request.user).filter(pk=contact).first()
    if pair_of(mine, request.user, source, proof):
        return _back(record, source, proof)
    # Its other side went out of sight by this very change: there is no way back to offer.
    messages.success(request, _("The appointment and the record have the same visibility now."))
    return _back(record, source)


@require_POST
def audience_unshare(request: AuthedRequest, contact: UUID) -> HttpResponse:
    record = visible_or_404(ContactPoint.objects.editable_by(request.user), contact)
    said = read_proof(request.POST.get("proof", ""), request.user, record)
    if said is None:
        raise Http404
    audience = Audience.of(VisibilityScope.objects.get(pk=said["scope"]))
    try:
        unshare_audience(by=request.user, contact=record, side=said["side"], version=said["version"], audience=audience, now=timezone.now())
    except NotYourAppointment as error:
        raise Http404 from error
    except StaleVersion:
        messages.error(request, _("Somebody changed this in the meantime. Look at its newest state first."))
    else:
        messages.success(request, _("The earlier visibility was put back."))
    return _back(record, said["side"].other)


def after_saving(viewer: User, contact: ContactPoint, *, rescoped: bool) -> str:
    """Return the address of a record that was saved, with the offer to give its appointment the same audience where that differs.

    rescoped: this very save has chosen the audience.
    """
    url = reverse("contacts:detail", args=[contact.pk])
    if not rescoped or contact.appointment_id is None or contact.state == ContactPoint.State.DRAFT:
        return url
    mine = Appointment.objects.editable_by(viewer).filter(pk=contact.appointment_id).exclude(scope=contact.scope_id)
    return f"{url}?audience={OFFER}" if mine.exists() else url


def _back(record: ContactPoint, side: Side, asked: str = "") -> HttpResponse:
    """Go to the page of this side."""
    name, key = ("contacts:detail", record.pk) if side == Side.RECORD else ("schedule:detail", record.appointment_id)
    return redirect(reverse(name, args=[key]) + (f"?audience={asked}" if asked else ""))
