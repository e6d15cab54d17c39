"""What every request passes: log line, headers, age of the session, language, zone and date style of the person."""

import logging
import time
import zoneinfo
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from config import errors, logs
from crm.japanese import DateStyle, date_style_of

GetResponse = Callable[[HttpRequest], HttpResponseBase]
log = logging.getLogger("setten.request")
QUIET = ("/health", "/ready", "/static/")

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self'; font-src 'self'; connect-src 'self'; "
    "worker-src 'self'; manifest-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(self), microphone=(), payment=()",
    # Nothing of a signed-in person stays in a cache; what may stay (static files, the feed) says so itself.
    "Cache-Control": "no-store",
}
SESSION_STEP_SECONDS = 300


class RequestLog:
    """One line per request with an id that every other line of the request carries; no query string, no name, no body."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = logs.request_id.set(uuid4().hex[:12])
        start = time.perf_counter()
        try:
            # A NUL can be stored nowhere and sought nowhere; PostgreSQL would answer with an error.
            dirty = "\0" in request.path or "%00" in request.META.get("QUERY_STRING", "")
            response = errors.answer(request, 400) if dirty else self.get_response(request)
            response.headers["X-Request-ID"] = logs.request_id.get()
            if not request.path.startswith(QUIET):
                self._write(request, response.status_code, round((time.perf_counter() - start) * 1000))
            return response
        finally:
            logs.request_id.reset(token)

    def _write(self, request: HttpRequest, status: int, ms: int) -> None:
        user = getattr(request, "_cached_user", None)  # never fetched just for the log
        extra = {
            "status": status,
            "method": request.method,
            "path": logs.without_secrets(request.path),
            "ms": ms,
            "user": user.pk if user else None,
        }
        log.info("%s %s %s", request.method, request.path, status, extra=extra)


class SecurityHeaders:
    """Headers of every answer. A view that needs another rule for itself sets the header before."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        media = " ".join(["media-src 'self'", *settings.MEDIA_ORIGINS])
        self.headers = HEADERS | {"Content-Security-Policy": CSP.replace("media-src 'self'", media)}
        if settings.CSP_REPORT_URL:
            self.headers["Content-Security-Policy"] += "; report-to csp"
            self.headers["Reporting-Endpoints"] = f'csp="{settings.CSP_REPORT_URL}"'

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in self.headers.items():
            response.headers.setdefault(name, value)
        return response


class SessionAge:
    """Ends a session that was idle or open for too long. Only "remember me" lasts longer, as long as its cookie.

    `started` and `seen` are written at log-in (accounts.py), so a page that is only read writes nothing, except one line every few minutes.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and "started" in request.session:
            self._judge(request.session, int(time.time()))
        return self.get_response(request)

    def _judge(self, session: SessionBase, now: int) -> None:
        idle = now - session["seen"]
        if session.get_expire_at_browser_close():
            over = idle > settings.SESSION_IDLE_SECONDS or now - session["started"] > settings.SESSION_MAX_SECONDS
        else:
            over = now - session["started"] > settings.SESSION_COOKIE_AGE
        if over:
            session.flush()
        elif idle > SESSION_STEP_SECONDS:
            session["seen"] = now


class PersonalSettings:
    """Speaks the person's language in the person's zone and date style; to strangers, what their browser asks for.

    Without a session cookie nobody is looked up: the calendar feed and the health pages stay without a query.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        found = request.user if settings.SESSION_COOKIE_NAME in request.COOKIES else None
        user = found if found is not None and found.is_authenticated else None
        language = user.language if user else translation.get_language_from_request(request)
        zone = user.time_zone if user else settings.TIME_ZONE
        style = user.date_style if user else DateStyle.WESTERN
        with translation.override(language), timezone.override(_zone(zone)), date_style_of(style):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        if user is None:
            patch_vary_headers(response, ("Accept-Language",))
        return response


class LogInRequired(LoginRequiredMiddleware):
    """Sends a fragment's request to the log-in page as a whole page, not into the middle of the old one."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]) -> HttpResponseBase:  # type: ignore[override]
        if "HX-Request" not in request.headers:
            return super().handle_no_permission(request, view_func)
        here = urlsplit(request.headers.get("HX-Current-URL", "")).path or "/"
        return HttpResponse(status=401, headers={"HX-Redirect": f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': here})}"})


def _zone(name: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return zoneinfo.ZoneInfo(settings.TIME_ZONE)
