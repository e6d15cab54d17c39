"""Reports: the reading list, the reading screen, and what became of my own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, push_url

from contacts import actions as contacts
from contacts.actions.reading import SECOND_THOUGHTS
from contacts.models import ContactPoint, Reply, ReportRecipient, with_requests
from contacts.page import RecordPage
from crm import journal
from crm.doors import AuthedRequest, fragment, visible_or_404
from crm.paging import BadCursor, capped_count, keyset_page
from reports import inbox as lists
from reports.actions import OnItsWay, read_report, take_back_reply
from reports.forms import MOST_BUTTONS, InboxForm, ReplyForm, offered_replies

LONGEST_KEY = 19  # digits


@require_safe
def inbox(request: AuthedRequest) -> HttpResponse:
    form = InboxForm(request.GET, viewer=request.user)
    found = form.found()
    rows = lists.for_list(found, request.user)
    try:
        page = keyset_page(rows, by=lists.UNREAD_FIRST, cursor=request.GET.get("after", ""))
    except BadCursor:
        return redirect("reports:inbox")
    context = {"page": page, "form": form, "count": capped_count(found)}
    return render(request, fragment(request, "reports/report_list.html", "rows"), context)


@require_safe
def read(request: AuthedRequest, contact: UUID) -> HttpResponse:
    return _reading(request, contact, ReplyForm(viewer=request.user))


def _reading(request: AuthedRequest, contact_id: UUID, form: ReplyForm) -> HttpResponse:
    rows = with_requests(ContactPoint.objects.visible_to(request.user).with_surroundings(request.user), request.user)
    contact = visible_or_404(lists.with_neighbours(rows, request.user), contact_id)
    if contact.reported_at is None:
        return redirect("contacts:detail", contact=contact.pk)
    journal.seen(request.user, "view", ContactPoint, contact.pk)
    context = {
        "contact": contact,
        "page": RecordPage.of(contact, request.user),
        "today": timezone.localdate(),
        "form": form,
        "phrases": offered_replies(request.user)[:MOST_BUTTONS],
        "undo": _undo(request),
    }
    template = fragment(request, "reports/report_read.html", "report")
    response = render(request, template, context, status=422 if form.errors else 200)
    # The address bar names what is read now, not the deed that led here.
    return push_url(response, reverse("reports:read", args=[contact.pk])) if request.htmx else response


def _undo(request: AuthedRequest) -> Reply | None:
    """Return the answer just given, for as long as it can be taken back."""
    fresh = Reply.objects.visible_to(request.user).filter(author=request.user, created_at__gt=timezone.now() - SECOND_THOUGHTS)
    key = request.GET.get("undo", "")
    return fresh.filter(pk=key).first() if key.isascii() and key.isdigit() and len(key) < LONGEST_KEY else None


@require_POST
def mark_read(request: AuthedRequest, contact: UUID) -> HttpResponse:
    row = visible_or_404(ContactPoint.objects.visible_to(request.user), contact)
    read_report(reader=request.user, contact=row, now=timezone.now())
    return HttpResponse(status=204)


@require_POST
def reply(request: AuthedRequest, contact: UUID) -> HttpResponse:
    told = _told_or_404(request, contact)
    form = ReplyForm(request.POST, viewer=request.user)
    if not form.is_valid():
        return _reading(request, contact, form)
    answer = contacts.reply(author=request.user, contact=told.contact, body=form.text, now=timezone.now())
    return _move_on(request, contact, undo=answer.pk)


@require_POST
def confirm(request: AuthedRequest, contact: UUID) -> HttpResponse:
    told = _told_or_404(request, contact)
    contacts.confirm(reader=request.user, contact=told.contact, now=timezone.now())
    messages.success(request, _("Confirmed."))
    return _move_on(request, contact)


@require_POST
def take_back(request: AuthedRequest, reply: int) -> HttpResponse:
    answer = visible_or_404(Reply.objects.visible_to(request.user).filter(author=request.user), reply)
    try:
        take_back_reply(author=request.user, reply=answer)
    except OnItsWay:
        messages.warning(request, _("The reply has already been sent and cannot be taken back."))
    else:
        messages.info(request, _("The reply was taken back."))
    return redirect("reports:read", contact=answer.contact_id)


@require_safe
def told(request: AuthedRequest) -> HttpResponse:
    try:
        page = keyset_page(lists.told_by(request.user), by=["-registered_at", "-pk"], cursor=request.GET.get("after", ""), size=20)
    except BadCursor:
        return redirect("reports:told")
    recipients = [row for contact in page for row in contact.recipients.all()]
    context = {"page": page, "undelivered": lists.undelivered(recipients)}
    return render(request, fragment(request, "reports/report_told.html", "rows"), context)


def _told_or_404(request: AuthedRequest, contact: UUID) -> Any:
    return get_object_or_404(ReportRecipient.objects.told_to(request.user).select_related("contact"), contact=contact)


def _move_on(request: AuthedRequest, contact_id: UUID, undo: int | None = None) -> HttpResponse:
    """Go on to the next unread report; after the last one, back to the list."""
    rows = lists.with_neighbours(ContactPoint.objects.visible_to(request.user), request.user)
    following = rows.filter(pk=contact_id).values_list("following", flat=True).first()
    if following is None and undo is None:
        return HttpResponseClientRedirect(reverse("reports:inbox")) if request.htmx else redirect("reports:inbox")
    return redirect(reverse("reports:read", args=[following or contact_id]) + (f"?undo={undo}" if undo else ""))
