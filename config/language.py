"""The language menu: before log-in it is kept with the browser, after it with the person."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views import i18n
from django.views.decorators.http import require_POST

from crm.actions.settings import change_own_profile
from crm.models import User


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    language = request.POST.get("language", "")
    if isinstance(request.user, User) and language in dict(settings.LANGUAGES):
        change_own_profile(user=request.user, language=language)
    return i18n.set_language(request)
