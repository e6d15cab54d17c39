from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FrameConfig(AppConfig):
    name = "config"
    verbose_name = _("Frame")

    def ready(self) -> None:
        from config import checks  # noqa: F401  registers itself
