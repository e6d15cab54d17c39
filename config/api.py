"""The REST API: which room answers which collection, its description, and a page to try it."""

from django.contrib.auth.decorators import login_required
from django.urls import include, path
from django.utils.module_loading import import_string
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from crm.api import MeView

COLLECTIONS = {
    "customers": "crm.api.CustomerViewSet",
    "people": "crm.api.PersonViewSet",
    "deals": "crm.api.DealViewSet",
    "users": "crm.api.UserViewSet",
    "units": "crm.api.UnitViewSet",
    "choices": "crm.api.ChoiceViewSet",
    "appointments": "schedule.api.AppointmentViewSet",
    "feeds": "schedule.api.FeedViewSet",
    "contacts": "contacts.api.ContactPointViewSet",
    "reports": "reports.api.ReportViewSet",
    "notices": "reports.api.NoticeViewSet",
}

# Converters, not patterns: int() alone would take full-width digits for a key.
router = SimpleRouter(use_regex_path=False)
for prefix, viewset in COLLECTIONS.items():
    router.register(prefix, import_string(viewset), basename=prefix)

app_name = "api"
urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", login_required(SpectacularSwaggerSplitView.as_view(url_name="api:schema")), name="docs"),
    path("me/", MeView.as_view(), name="me"),
    path("", include(router.urls)),
]
