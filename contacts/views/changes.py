"""The history of changes of one record, and bringing an earlier text back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from contacts.actions import StaleVersion
from contacts.actions.errors import NoSuchText
from contacts.actions.keeping import restore_content
from contacts.changes import SHOWN, entries_for, is_bare
from contacts.models import ContactPoint
from crm.changes.page import changes_page
from crm.doors import AuthedRequest, visible_or_404

LARGEST_VERSION = 9  # digits


@require_safe
def contact_changes(request: AuthedRequest, contact: UUID) -> HttpResponse:
    record = visible_or_404(ContactPoint.objects.visible_to(request.user).with_edit_right(request.user), contact)
    return changes_page(
        request,
        record,
        SHOWN,
        back=reverse("contacts:detail", args=[record.pk]),
        title=f"{_('Contact record')} {record}",
        hide=set() if record.may_edit else {"scope"},
        entries=entries_for(record, request.user),
        bare=lambda entry: is_bare(record, request.user, entry),
        restore="contacts:content_restore" if record.may_edit else "",
    )


@require_POST
def content_restore(request: AuthedRequest, contact: UUID, entry: int) -> HttpResponse:
    record = visible_or_404(ContactPoint.objects.editable_by(request.user), contact)
    typed = request.POST.get("version", "")
    version = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= LARGEST_VERSION else 0
    chosen = visible_or_404(entries_for(record, request.user), entry)
    if is_bare(record, request.user, chosen):
        raise Http404
    try:
        restore_content(by=request.user, contact=record, version=version, entry=chosen)
    except StaleVersion:
        messages.error(request, _("Somebody changed this record in the meantime. Look at its newest state first."))
        return redirect("contacts:changes", contact=record.pk)
    except NoSuchText:
        messages.error(request, _("There is no earlier text to bring back."))
        return redirect("contacts:changes", contact=record.pk)
    messages.success(request, _("The earlier text was brought back."))
    return redirect("contacts:detail", contact=record.pk)
