"""One record: its page, who can see it, its neighbours, the bin, telling somebody again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from contacts.actions import AlreadyFulfilled, NotToldYet, delete_contact, restore_contact, send_again
from contacts.begun import apart_from, begun_of
from contacts.forms import SendAgainForm
from contacts.models import ContactPoint, ReportRecipient, with_begun, with_requests
from contacts.page import RecordPage, who_can_see
from contacts.sharing import Side, pair_of
from crm import journal
from crm.doors import AuthedRequest, visible_or_404


@require_safe
def contact_detail(request: AuthedRequest, contact: UUID) -> HttpResponse:
    rows = ContactPoint.objects.visible_to(request.user).with_surroundings(request.user)
    record = visible_or_404(with_begun(with_requests(rows, request.user), request.user), contact)
    journal.seen(request.user, "view", ContactPoint, record.pk)
    page = RecordPage.of(record, request.user)
    before = begun_of(record, request.user)
    shown: dict[str, Any] = {"before": before, "beside": before and apart_from(before, record.version)}
    pair = pair_of(record, request.user, Side.RECORD, request.GET.get("audience", "")) if record.may_edit else None
    shown |= {"contact": record, "page": page, "pair": pair, "again": SendAgainForm(), "today": timezone.localdate()}
    return render(request, "contacts/contact_detail.html", shown)


@require_safe
def contact_readers(request: AuthedRequest, contact: UUID) -> HttpResponse:
    rows = ContactPoint.objects.editable_by(request.user).select_related("scope", "owner", "recorder")
    record = visible_or_404(rows, contact)
    template = "contacts/_readers.html" if request.htmx else "contacts/contact_readers.html"
    return render(request, template, {"contact": record, "readers": who_can_see(record)})


@require_safe
def contact_older(request: AuthedRequest, contact: UUID) -> HttpResponse:
    return _neighbour(request, contact, "older")


@require_safe
def contact_newer(request: AuthedRequest, contact: UUID) -> HttpResponse:
    return _neighbour(request, contact, "newer")


def _neighbour(request: AuthedRequest, contact: UUID, way: str) -> HttpResponse:
    visible = ContactPoint.objects.visible_to(request.user)
    record = visible_or_404(visible, contact)
    other = visible.registered().next_to(record, way, request.user)
    if other is None:
        messages.info(request, _("There is no older record.") if way == "older" else _("There is no newer record."))
    return redirect("contacts:detail", contact=(other or record).pk)


@require_POST
def contact_delete(request: AuthedRequest, contact: UUID) -> HttpResponse:
    record = visible_or_404(ContactPoint.objects.editable_by(request.user), contact)
    delete_contact(by=request.user, contact=record, now=timezone.now())
    undo = '{} <a href="{}" hx-post="{}">{}</a>'
    links = (reverse("contacts:bin"), reverse("contacts:restore", args=[record.pk]))
    messages.success(request, format_html(undo, _("The record was moved to the bin."), *links, _("Undo")))
    return redirect("contacts:list")


@require_POST
def contact_restore(request: AuthedRequest, contact: UUID) -> HttpResponse:
    record = visible_or_404(ContactPoint.objects.in_bin_of(request.user, timezone.now()), contact)
    try:
        restore_contact(by=request.user, contact=record, now=timezone.now())
    except AlreadyFulfilled:
        messages.error(request, _("It was not restored: another record has been made from its appointment."))
        return _go(request, reverse("contacts:bin"))
    messages.success(request, _("The record was restored."))
    return _go(request, reverse("contacts:detail", args=[record.pk]))


@require_POST
def contact_send_again(request: AuthedRequest, contact: UUID) -> HttpResponse:
    record = visible_or_404(ContactPoint.objects.editable_by(request.user), contact)
    form = SendAgainForm(request.POST)
    key = form.cleaned_data["recipient"] if form.is_valid() else 0
    row: Any = visible_or_404(ReportRecipient.objects.visible_to(request.user).filter(contact=record).select_related("user"), key)
    try:
        send_again(by=request.user, recipient=row, reason=form.cleaned_data["reason"], now=timezone.now())
    except NotToldYet:
        messages.error(request, _("Nothing was reported yet, so nothing can be sent again."))
    else:
        messages.success(request, _("The report was sent to %(name)s again.") % {"name": row.user})
    return redirect("contacts:detail", contact=record.pk)


def _go(request: AuthedRequest, url: str) -> HttpResponse:
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
