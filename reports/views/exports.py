"""Files to take away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contacts.models import ContactPoint
from contacts.search import ContactFilter
from crm import journal
from crm.doors import AuthedRequest, throttled
from reports.exports import ENCODINGS, MOST_ROWS, lines

EXPORTS_PER_MINUTE = 20


@require_safe
@throttled("export", per_minute=EXPORTS_PER_MINUTE)
def contacts_csv(request: AuthedRequest) -> HttpResponse:
    """What the history finds for the same address, as a file."""
    sought = ContactFilter(request.GET, request.user)
    encoding = ENCODINGS.get(request.GET.get("encoding", ""), "utf-8")
    if not sought.form.is_valid():
        return _back(request, _("Please check the conditions of the search first."))
    count = sought.count(MOST_ROWS)
    if count > MOST_ROWS:
        return _back(request, _("Up to %(most)s records can be written into one file. Narrow the search.") % {"most": f"{MOST_ROWS:,}"})
    journal.seen(request.user, "export", ContactPoint, rows=count, filters=sorted(sought.values), encoding=encoding)
    name = f"contacts_{timezone.localtime():%Y%m%d_%H%M}.csv"
    charset = "Shift_JIS" if encoding == "cp932" else "utf-8"
    file: Any = HttpResponse() if request.method == "HEAD" else StreamingHttpResponse(lines(sought, request.user, encoding))
    file.headers["Content-Type"] = f"text/csv; charset={charset}"
    file.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return file


def _back(request: AuthedRequest, text: str) -> HttpResponse:
    messages.error(request, text)
    asked = request.GET.copy()
    asked.pop("encoding", None)
    return redirect(f"{reverse('contacts:list')}?{asked.urlencode()}")
