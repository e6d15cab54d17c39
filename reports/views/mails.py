"""Mails of the demo, and deliveries that did not succeed."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from crm import outbox
from crm.doors import AuthedRequest, fragment, visible_or_404
from crm.paging import BadCursor, keyset_page
from reports.actions import try_again
from reports.models import SentMail

View = Callable[..., HttpResponse]

# A mail is shown as a page of its own that may do nothing: its styles and its links, no script, no form, no image from elsewhere.
MAIL_CSP = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox allow-top-navigation-by-user-activation"


def _only(allowed: Callable[[AuthedRequest], bool]) -> Callable[[View], View]:
    """Show a page to some only; to all others it is not there."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: AuthedRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not allowed(request):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return decorate


KINDS = {
    "report.mail": gettext_lazy("Mail: report"),
    "report.notice": gettext_lazy("Notice: report"),
    "again.mail": gettext_lazy("Mail: report sent again"),
    "again.notice": gettext_lazy("Notice: report sent again"),
    "reply.mail": gettext_lazy("Mail: reply"),
    "reply.notice": gettext_lazy("Notice: reply"),
    "comment.mail": gettext_lazy("Mail: comment"),
    "request.mail": gettext_lazy("Mail: request"),
    "request.notice": gettext_lazy("Notice: request"),
    "requestanswer.mail": gettext_lazy("Mail: answer to a request"),
    "requestanswer.notice": gettext_lazy("Notice: answer to a request"),
    "comment.notice": gettext_lazy("Notice: comment"),
    "behalf.notice": gettext_lazy("Notice: entered on behalf"),
}

in_demo = _only(lambda _request: settings.DEMO)
for_administrators = _only(lambda request: request.user.is_staff)


@require_safe
@in_demo
def sent_mail(request: AuthedRequest) -> HttpResponse:
    try:
        page = keyset_page(SentMail.objects.visible_to(request.user), by=["-sent_at", "-pk"], cursor=request.GET.get("after", ""))
    except BadCursor:
        return redirect("reports:sent_mail")
    return render(request, fragment(request, "reports/sentmail_list.html", "rows"), {"page": page})


@require_safe
@in_demo
def sent_mail_read(request: AuthedRequest, mail: int) -> HttpResponse:
    return render(request, "reports/sentmail_detail.html", {"mail": visible_or_404(SentMail.objects.visible_to(request.user), mail)})


@require_safe
@in_demo
def sent_mail_html(request: AuthedRequest, mail: int) -> HttpResponse:
    row = visible_or_404(SentMail.objects.visible_to(request.user).exclude(html=""), mail)
    return HttpResponse(row.html, headers={"Content-Security-Policy": MAIL_CSP})


@require_safe
@for_administrators
def deliveries(request: AuthedRequest) -> HttpResponse:
    now = timezone.now()
    try:
        page = keyset_page(outbox.failed(), by=["-failed_at", "-pk"], cursor=request.GET.get("after", ""))
    except BadCursor:
        return redirect("reports:deliveries")
    rows = [(row, KINDS.get(row.topic, row.topic)) for row in page]
    context = {
        "page": page,
        "rows": rows,
        "waiting": outbox.waiting().count(),
        "lag_minutes": int(outbox.lag(now).total_seconds() // 60),
        "worker_at": outbox.last_beat(),
    }
    return render(request, fragment(request, "reports/delivery_list.html", "rows"), context)


@require_POST
@for_administrators
def delivery_retry(request: AuthedRequest, promise: int) -> HttpResponse:
    if not try_again(by=request.user, promise_id=promise):
        raise Http404
    messages.success(request, _("The delivery will be tried again."))
    return redirect("reports:deliveries")
