"""Notices: what happened that concerns me, in one line each."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.doors import AuthedRequest, fragment, visible_or_404
from crm.paging import BadCursor, keyset_page
from reports.actions import open_notice, read_all_notices
from reports.models import Notice

TO_READ = {Notice.Kind.REPORT, Notice.Kind.SENT_AGAIN}
ON_COMMENTS = {Notice.Kind.COMMENT, Notice.Kind.MENTION}
ON_REQUESTS = {kind for kind in Notice.Kind if kind.startswith("request")}


@require_safe
def notices(request: AuthedRequest) -> HttpResponse:
    rows = Notice.objects.visible_to(request.user).with_records(request.user)
    try:
        page = keyset_page(rows, by=["-created_at", "-pk"], cursor=request.GET.get("after", ""))
    except BadCursor:
        return redirect("reports:notices")
    return render(request, fragment(request, "reports/notice_list.html", "rows"), {"page": page})


@require_POST
def notice_open(request: AuthedRequest, notice: int) -> HttpResponse:
    row = visible_or_404(Notice.objects.visible_to(request.user), notice)
    open_notice(by=request.user, notice=row, now=timezone.now())
    name = "reports:read" if row.kind in TO_READ else "contacts:detail"
    place = "#comments" if row.kind in ON_COMMENTS else "#requests" if row.kind in ON_REQUESTS else ""
    return redirect(reverse(name, args=[row.contact_id]) + place)


@require_POST
def notices_read(request: AuthedRequest) -> HttpResponse:
    read_all_notices(by=request.user, now=timezone.now())
    messages.success(request, _("All notices are marked as read."))
    return redirect("reports:notices")
