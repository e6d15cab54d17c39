"""One's own settings, and the choice lists for administrators."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.actions import settings
from crm.doors import AuthedRequest, administrators_only, visible_or_404
from crm.forms.settings import ChoiceForm, NewChoiceForm, OrderForm, ProfileForm, TokenForm
from crm.models import ApiToken, Choice, ChoiceList

STEPS = {"up": -1, "down": 1}


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


@require_safe
@administrators_only
def choice_lists(request: AuthedRequest) -> HttpResponse:
    return render(request, "crm/choice_lists.html", {"lists": ChoiceList.objects.with_counts().order_by("place", "pk")})


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def choice_list(request: AuthedRequest, code: str) -> HttpResponse:
    of = get_object_or_404(ChoiceList, code=code)
    form = NewChoiceForm(request.POST or None, of=of)
    if request.method == "POST" and form.is_valid():
        settings.add_choice(by=request.user, of=of, **form.cleaned_data)
        messages.success(request, _("The choice was added."))
        return redirect("crm:choice_list", code=of.code)
    shown = {"list": of, "levels": Choice.objects.filter(list=of).in_levels(), "form": form}
    return render(request, "crm/choice_list.html", shown, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def choice_edit(request: AuthedRequest, code: str, choice: int) -> HttpResponse:
    row = _choice(code, choice)
    form = ChoiceForm(request.POST or None, choice=row)
    if request.method == "POST" and form.is_valid():
        settings.rename_choice(by=request.user, choice=row, **form.cleaned_data)
        messages.success(request, _("The choice was renamed."))
        return redirect("crm:choice_list", code=code)
    return render(request, "crm/choice_form.html", {"form": form, "choice": row}, status=422 if form.errors else 200)


@require_POST
@administrators_only
def choice_move(request: AuthedRequest, code: str, choice: int, way: str) -> HttpResponse:
    settings.move_choice(by=request.user, choice=_choice(code, choice), steps=STEPS.get(way, 0))
    return redirect("crm:choice_list", code=code)


@require_POST
@administrators_only
def choice_order(request: AuthedRequest, code: str) -> HttpResponse:
    of = get_object_or_404(ChoiceList, code=code)
    form = OrderForm(request.POST)
    try:
        settings.reorder_choices(by=request.user, of=of, order=form.cleaned_data["order"] if form.is_valid() else [])
    except settings.NotOfThisList:
        messages.error(request, _("The list has changed in the meantime. Here is how it stands now."))
    return redirect("crm:choice_list", code=code)


@require_POST
@administrators_only
def choice_retire(request: AuthedRequest, code: str, choice: int) -> HttpResponse:
    try:
        settings.retire_choice(by=request.user, choice=_choice(code, choice), now=timezone.now())
    except settings.StillNeeded:
        messages.error(request, _("This is the last choice with its meaning, and the program relies on it. Add another one first."))
    else:
        messages.success(request, _("The choice was retired. Old records keep it."))
    return redirect("crm:choice_list", code=code)


@require_POST
@administrators_only
def choice_restore(request: AuthedRequest, code: str, choice: int) -> HttpResponse:
    settings.restore_choice(by=request.user, choice=_choice(code, choice))
    messages.success(request, _("The choice is offered again."))
    return redirect("crm:choice_list", code=code)


def _choice(code: str, pk: int) -> Choice:
    return get_object_or_404(Choice.objects.of(code).select_related("list"), pk=pk)
