"""Which room answers which address."""

from django.urls import URLPattern, URLResolver, include, path

from config import errors, health, language, views

handler400 = "config.errors.bad_request"
handler403 = "config.errors.denied"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("session", views.session, name="session"),
    path("sw.js", views.service_worker, name="service_worker"),
    path("health", health.health, name="health"),
    path("ready", health.ready, name="ready"),
    path("robots.txt", health.robots, name="robots"),
    path("language/", language.set_language, name="set_language"),
    path("api/v1/", include("config.api")),
    # The mail address is the administrator's to change; here anybody could send their reports elsewhere, unverified and unwritten.
    path("accounts/email/", errors.not_found, name="account_email"),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/sessions/", include("allauth.usersessions.urls")),
    # Each room names its own addresses from the root: the calendar feed is not below /schedule/.
    *[path("", include(f"{room}.urls")) for room in ("crm", "schedule", "contacts", "reports")],
]
