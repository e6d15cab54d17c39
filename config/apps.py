from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.utils.translation import gettext_lazy as _


class FrameConfig(AppConfig):
    name = "config"
    verbose_name = _("Frame")

    def ready(self) -> None:
        from config import checks  # noqa: F401  registers itself


class StaticConfig(StaticFilesConfig):
    """Leaves out what no page of ours links: pages of libraries that we replace, and half of the API documentation's two readers."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        *("redoc", "rest_framework", "guardian", "account", "mfa", "django_htmx"),
        *("swagger-ui-es-*", "swagger-ui.js", "swagger-*.js.map"),
    ]
