"""One's own settings."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.actions import settings
from crm.doors import AuthedRequest, visible_or_404
from crm.forms.settings import ProfileForm, TokenForm
from crm.models import ApiToken


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: AuthedRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        settings.change_own_profile(user=request.user, **form.values())
        with override(form.cleaned_data["language"]):
            messages.success(request, _("Your settings were saved."))
        return redirect("crm:settings")
    return render(request, "crm/settings.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def token_list(request: AuthedRequest) -> HttpResponse:
    tokens = ApiToken.objects.visible_to(request.user).order_by("-created_at", "-pk")
    return render(request, "crm/token_list.html", {"tokens": tokens, "now": timezone.now()})


@require_http_methods(["GET", "HEAD", "POST"])
def token_new(request: AuthedRequest) -> HttpResponse:
    """The key is in the answer to this one POST and nowhere else."""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        token, key = settings.issue_token(user=request.user, **form.values())
        return render(request, "crm/token_shown.html", {"token": token, "key": key})
    return render(request, "crm/token_form.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def token_revoke(request: AuthedRequest, token: int) -> HttpResponse:
    row = visible_or_404(ApiToken.objects.visible_to(request.user), token)
    settings.revoke_token(by=request.user, token=row, now=timezone.now())
    messages.success(request, _("The key was revoked and no longer works."))
    return redirect("crm:tokens")
