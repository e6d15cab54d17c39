"""The REST API: which room answers which collection, its description, and a page to try it."""

from django.contrib.auth.decorators import login_required
from django.urls import include, path
from django.utils.module_loading import import_string
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from contacts.rest.comments import LikeViewSet
from crm.api import MeView

COLLECTIONS = {
    "customers": "crm.api.CustomerViewSet",
    "people": "crm.api.PersonViewSet",
    "deals": "crm.api.DealViewSet",
    "assets": "crm.api.AssetViewSet",
    "contracts": "crm.api.ContractViewSet",
    "plans": "crm.api.PlanViewSet",
    "infos": "crm.api.InfoViewSet",
    "users": "crm.api.UserViewSet",
    "units": "crm.api.UnitViewSet",
    "choice-lists": "crm.api.ChoiceListViewSet",
    "choices": "crm.api.ChoiceViewSet",
    "items": "crm.api.ItemViewSet",
    "appointments": "schedule.api.AppointmentViewSet",
    "facilities": "schedule.api.FacilityViewSet",
    "feeds": "schedule.api.FeedViewSet",
    "contacts": "contacts.api.ContactPointViewSet",
    "files": "contacts.rest.files.FileViewSet",
    "requests": "contacts.rest.requests.WorkRequestViewSet",
    "phrases": "contacts.rest.phrases.PhraseViewSet",
    "bin": "contacts.rest.bin.BinViewSet",
    "reports": "reports.api.ReportViewSet",
    "notices": "reports.api.NoticeViewSet",
}

# What belongs to one row of a collection: where it stands below it, its name, and who answers.
BELOW = {
    "plans/<uuid:plan>/progress": ("plan-progress", "contacts.rest.plans.PlanProgressViewSet"),
    "contacts/<uuid:contact>/comments": ("comments", "contacts.rest.comments.CommentViewSet"),
    "contacts/<uuid:contact>/changes": ("changes", "contacts.rest.changes.ChangeViewSet"),
}

# Converters, not patterns: int() alone would take full-width digits for a key.
router = SimpleRouter(use_regex_path=False)
for prefix, viewset in COLLECTIONS.items():
    router.register(prefix, import_string(viewset), basename=prefix)
for prefix, (name, viewset) in BELOW.items():
    router.register(prefix, import_string(viewset), basename=name)

app_name = "api"
urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", login_required(SpectacularSwaggerSplitView.as_view(url_name="api:schema")), name="docs"),
    path("me/", MeView.as_view(), name="me"),
    path(
        "contacts/<uuid:contact>/like/",
        LikeViewSet.as_view({"get": "retrieve", "post": "like", "delete": "unlike"}),
        name="contact-like",
    ),
    path("", include(router.urls)),
]
