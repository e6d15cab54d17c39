"""Entering a contact and changing it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contacts.actions import StaleVersion, change_contact
from contacts.forms import ContactForm, differences, initial_of, prefilled, still_to_log, taken
from contacts.forms.refusals import REFUSED, explain
from contacts.models import ContactPoint
from contacts.sending import log_once
from crm.doors import AuthedRequest, visible_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def contact_new(request: AuthedRequest) -> HttpResponse:
    if request.method != "POST":
        return _blank(request)
    form = ContactForm(request.POST, viewer=request.user, initial={})
    if form.is_valid():
        said = form.cleaned_data
        draft, now = "draft" in request.POST, timezone.now()
        try:
            contact, is_new = log_once(
                owner=said["owner"], recorder=request.user, entry=form.entry(), now=now, draft=draft, contact_id=said["contact_id"]
            )
        except REFUSED as error:
            explain(form, error, request.user)
        else:
            _say_saved(request, contact, told=len(form.entry().recipients()), is_new=is_new, newly=True)
            return redirect("contacts:detail", contact=contact.pk)
    return _form_page(request, form, status=422)


def _blank(request: AuthedRequest) -> HttpResponse:
    viewer, asked = request.user, request.GET.get("appointment")
    initial = prefilled(request.GET, viewer, timezone.localdate())
    if asked and initial.get("appointment"):
        made = ContactPoint.objects.visible_to(viewer).filter(appointment=initial["appointment"]).order_by("-state", "pk").first()
        if made:
            messages.info(request, _("A record has already been made from this appointment. Here it is."))
            return redirect("contacts:detail", contact=made.pk)
    form = ContactForm(viewer=viewer, initial=initial)
    return _form_page(request, form, today=[] if request.GET else still_to_log(viewer, timezone.localtime()))


@require_http_methods(["GET", "HEAD", "POST"])
def contact_edit(request: AuthedRequest, contact: UUID) -> HttpResponse:
    rows = ContactPoint.objects.editable_by(request.user).with_surroundings(request.user)
    record = visible_or_404(rows, contact)
    if request.method != "POST":
        return _form_page(request, ContactForm(viewer=request.user, initial=initial_of(record, request.user), contact=record))
    if "take" in request.POST:
        return _conflict(request, record, taken(request.POST, request.POST["take"], record, request.user))
    form = ContactForm(request.POST, viewer=request.user, initial=initial_of(record, request.user), contact=record)
    if form.is_valid():
        now = timezone.now()
        try:
            changed = change_contact(
                by=request.user,
                contact=record,
                version=form.cleaned_data["version"] or 0,
                entry=form.entry(),
                now=now,
                register="draft" not in request.POST,
            )
        except StaleVersion:
            return _conflict(request, visible_or_404(rows, contact), request.POST)
        except REFUSED as error:
            explain(form, error, request.user)
        else:
            told = changed.recipients.filter(notified_at=now).count()
            _say_saved(request, changed, told=told, newly=changed.registered_at == now)
            seen = (
                ContactPoint.objects.visible_to(request.user).filter(pk=record.pk).exists()
            )  # the change may have hidden it from its sender
            return redirect("contacts:detail", contact=record.pk) if seen else redirect("contacts:list")
    return _form_page(request, form, status=422)


def _conflict(request: AuthedRequest, current: ContactPoint, sent: Any) -> HttpResponse:
    """Show my text with the current one beside it; the next save is made on the version that is shown."""
    sent = sent.copy()
    sent["version"] = str(current.version)
    form = ContactForm(sent, viewer=request.user, initial=initial_of(current, request.user), contact=current)
    form.is_valid()
    return _form_page(request, form, status=409, differences=differences(form, current, request.user))


def _form_page(request: AuthedRequest, form: ContactForm, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {"form": form, "contact": form.contact, "today": [], "differences": [], "stale": status == 409, **more}
    return render(request, "contacts/contact_form.html", context, status=status)


def _say_saved(request: AuthedRequest, contact: ContactPoint, *, told: int, is_new: bool = True, newly: bool = False) -> None:
    """Say what happened: registered or kept as a draft, and how many people were told."""
    if not is_new:
        messages.info(request, _("This record had already been saved. Nothing was sent twice."))
    elif contact.state == ContactPoint.State.DRAFT:
        messages.success(request, _("The draft was saved. Nobody has been told."))
    else:
        saved = _("The record was registered.") if newly else _("The record was updated.")
        messages.success(request, f"{saved} {_('Reported to %(count)d people.') % {'count': told}}" if told else saved)
