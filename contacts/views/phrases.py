"""Canned phrases: everybody's own, and for administrators those of the company and its units; and the door that forms ask."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contacts.actions import StaleVersion
from contacts.actions import phrases as act
from contacts.forms.phrases import COMPANY, OWN, UNIT, HolderForm, PhraseForm
from contacts.models import Phrase
from crm.doors import AuthedRequest, visible_or_404
from crm.forms.choices import OrderForm


@require_http_methods(["GET", "HEAD", "POST"])
def phrase_list(request: AuthedRequest) -> HttpResponse:
    asked = HolderForm(request.GET, viewer=request.user)
    if asked.chosen_of != OWN and not request.user.is_staff:
        raise PermissionDenied
    form = PhraseForm(request.POST or None, use=asked.chosen_use)
    if request.method == "POST" and asked.is_open and form.is_valid() and _added(request, asked, form):
        return redirect(request.get_full_path())
    rows = Phrase.objects.editable_by(request.user).of(asked.chosen_use, **asked.holder()).in_order() if asked.is_open else []
    context = {"asked": asked, "phrases": rows, "form": form, "uses": Phrase.Use.choices}
    return render(request, "contacts/phrase_list.html", context, status=422 if form.errors else 200)


def _added(request: AuthedRequest, asked: HolderForm, form: PhraseForm) -> bool:
    try:
        act.add_phrase(by=request.user, use=asked.chosen_use, **form.cleaned_data, **asked.holder())
    except act.TooManyPhrases:
        form.add_error(None, _("There are very many phrases here already. Retire some first."))
    except (act.ShortcutTaken, act.NothingToFill) as error:
        _explain(form, error)
    else:
        messages.success(request, _("The phrase was added."))
    return not form.errors


def _explain(form: PhraseForm, error: Exception) -> None:
    if isinstance(error, act.ShortcutTaken):
        form.add_error("shortcut", _("Another phrase has this shortcut."))
    else:
        form.add_error("text_ja", _("A quick reply is sent as it stands: it cannot have blanks such as {customer}."))


@require_http_methods(["GET", "HEAD", "POST"])
def phrase_edit(request: AuthedRequest, phrase: int) -> HttpResponse:
    row = visible_or_404(Phrase.objects.editable_by(request.user).select_related("unit"), phrase)
    form = PhraseForm(request.POST or None, use=row.use, phrase=row)
    status = 200
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data | {"version": form.cleaned_data["version"] or 0}
        try:
            act.change_phrase(by=request.user, phrase=row, **said)
        except StaleVersion as stale:
            sent = request.POST.copy()
            sent["version"] = str(stale.current.version)
            form = PhraseForm(sent, use=row.use, phrase=row)
            form.add_error(None, _("Somebody changed this phrase in the meantime. It now reads: %(text)s") % {"text": stale.current})
            status = 409
        except (act.ShortcutTaken, act.NothingToFill) as error:
            _explain(form, error)
        else:
            messages.success(request, _("The phrase was saved."))
            return redirect(_home(row))
    context = {"form": form, "phrase": row, "home": _home(row)}
    return render(request, "contacts/phrase_form.html", context, status=status if status == 409 else 422 if form.errors else 200)


@require_POST
def phrase_order(request: AuthedRequest) -> HttpResponse:
    form = OrderForm(request.POST)
    act.reorder_phrases(by=request.user, order=form.cleaned_data["order"] if form.is_valid() else [])
    return HttpResponse(status=204) if request.htmx else redirect("contacts:phrases")


@require_POST
def phrase_move(request: AuthedRequest, phrase: int, way: str) -> HttpResponse:
    row = _row(request, phrase)
    act.move_phrase(by=request.user, phrase=row, steps=act.STEPS.get(way, 0))
    return redirect(_home(row))


@require_POST
def phrase_retire(request: AuthedRequest, phrase: int) -> HttpResponse:
    row = act.retire_phrase(by=request.user, phrase=_row(request, phrase), now=timezone.now())
    messages.success(request, _("The phrase was retired."))
    return redirect(_home(row))


@require_POST
def phrase_restore(request: AuthedRequest, phrase: int) -> HttpResponse:
    row = _row(request, phrase)
    try:
        act.restore_phrase(by=request.user, phrase=row)
    except act.ShortcutTaken:
        messages.error(request, _("Another phrase has this shortcut."))
    else:
        messages.success(request, _("The phrase is offered again."))
    return redirect(_home(row))


def _row(request: AuthedRequest, pk: int) -> Any:
    return visible_or_404(Phrase.objects.editable_by(request.user), pk)


def _home(row: Phrase) -> str:
    of: dict[str, Any] = {"of": UNIT, "unit": row.unit_id} if row.unit_id else {"of": OWN if row.user_id else COMPANY}
    return f"{reverse('contacts:phrases')}?{urlencode({'use': row.use, **of})}"


@require_safe
def phrase_texts(request: AuthedRequest) -> JsonResponse:
    """What may be inserted into a box: ?use=content. Forms ask when the menu is first opened."""
    use = request.GET.get("use", "")
    if use not in Phrase.Use.values:
        raise Http404
    rows = Phrase.objects.offered_to(request.user, use)
    found = [
        {"text": str(row), "shortcut": row.shortcut, "of": _("Own") if row.user_id else row.unit.label if row.unit else ""} for row in rows
    ]
    return JsonResponse({"phrases": found}, headers={"Cache-Control": "no-store"})
