"""Error answers: a page for people, JSON for programs, and 503 instead of 500 while the database is away."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

RETRY_SECONDS = "5"
CODES = {400: "bad_request", 403: "permission_denied", 404: "not_found", 500: "server_error", 503: "unavailable"}


def answer(request: HttpRequest, status: int) -> HttpResponse:
    """Return the error page. It is rendered without user and session: when the database is away there is neither."""
    title = {
        400: _("This request cannot be read."),
        403: _("You may not do this."),
        404: _("This page does not exist."),
        500: _("Something went wrong on our side."),
        503: _("Setten cannot reach its database. Please try again in a moment."),
    }[status]
    if request.path.startswith("/api/"):
        return JsonResponse({"error": {"code": CODES[status], "message": title, "fields": {}}}, status=status)
    try:
        page = render_to_string(f"{status}.html", {"title": title, "status": status})
    except TemplateDoesNotExist:
        return HttpResponse(title, status=status, content_type="text/plain; charset=utf-8")
    return HttpResponse(page, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, 400)


def denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    if not database_is_away(sys.exc_info()[1]):
        return answer(request, 500)
    response = answer(request, 503)
    response.headers["Retry-After"] = RETRY_SECONDS
    return response


def database_is_away(error: BaseException | None) -> bool:
    """Tell an outage (unreachable, busy, full, timed out) from a mistake in a query."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    # SQLite reports a missing table as OperationalError too; that is a mistake, not an outage.
    return getattr(error.__cause__, "sqlite_errorname", "") != "SQLITE_ERROR"
