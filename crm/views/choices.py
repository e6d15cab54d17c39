"""The choice lists, for administrators: added to, named, put in order, retired, merged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm import choiceuse
from crm.actions import choices as act
from crm.doors import AuthedRequest, administrators_only, fragment
from crm.forms.choices import ChoiceForm, MergeForm, NewChoiceForm, OrderForm
from crm.japanese import terms
from crm.models import Choice, ChoiceList
from crm.paging import BadCursor, Page, keyset_page

WHOLE_TREE = 200  # a longer list is shown level by level and page by page
ORDER = ["place", "pk"]


@dataclass(frozen=True)
class Shown:
    """What the page of a list shows: all of a short list, or one page of a long one, or what was searched."""

    levels: list[tuple[Choice, list[Choice]]]
    page: Page
    sortable: bool
    below: Choice | None = None
    q: str = ""


@require_safe
@administrators_only
def choice_lists(request: AuthedRequest) -> HttpResponse:
    return render(request, "crm/choice_lists.html", {"lists": ChoiceList.objects.with_counts().order_by("place", "pk")})


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def choice_list(request: AuthedRequest, code: str) -> HttpResponse:
    of = get_object_or_404(ChoiceList, code=code)
    shown = _shown(request, of)
    form = NewChoiceForm(request.POST or None, of=of, below=shown.below)
    if request.method == "POST" and form.is_valid():
        try:
            act.add_choice(by=request.user, of=of, **form.cleaned_data)
        except act.AlreadyThere:
            form.add_error("name_ja", _("A choice of this name is offered there already."))
        else:
            messages.success(request, _("The choice was added."))
            return redirect(request.get_full_path())
    template = fragment(request, "crm/choice_list.html", "rows")
    return render(request, template, {"list": of, "shown": shown, "levels": shown.levels, "form": form}, status=422 if form.errors else 200)


def _shown(request: AuthedRequest, of: ChoiceList) -> Shown:
    rows, q, below = Choice.objects.filter(list=of), request.GET.get("q", "")[:200], request.GET.get("below", "")
    if words := terms(q):
        return _paged(request, rows.matching(words).select_related("parent"), sortable=False, q=q)
    upper = rows.filter(pk=int(below), parent=None).first() if below.isascii() and below.isdigit() and len(below) < 12 else None
    if upper is None and len(rows.order_by()[: WHOLE_TREE + 1]) <= WHOLE_TREE:
        return Shown(rows.in_levels(), Page([]), sortable=True)
    return _paged(request, rows.filter(parent=upper).annotate(lower=Count("children")), sortable=True, below=upper)


def _paged(request: AuthedRequest, rows: Any, **more: Any) -> Shown:
    try:
        page = keyset_page(rows, by=ORDER, cursor=request.GET.get("after", ""))
    except BadCursor:
        page = keyset_page(rows, by=ORDER)
    return Shown([(row, []) for row in page], page, **more)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def choice_edit(request: AuthedRequest, code: str, choice: int) -> HttpResponse:
    row = _choice(code, choice)
    form = ChoiceForm(request.POST or None, choice=row)
    if request.method == "POST" and form.is_valid() and _changed(request, row, form):
        messages.success(request, _("The choice was saved."))
        return redirect("crm:choice_list", code=code)
    used = choiceuse.uses(row)
    unused = not used and not Choice.objects.filter(merged_into=row).exists()
    context = {"form": form, "choice": row, "used": used, "unused": unused}
    return render(request, "crm/choice_form.html", context, status=422 if form.errors else 200)


def _changed(request: AuthedRequest, row: Choice, form: ChoiceForm) -> bool:
    try:
        act.change_choice(by=request.user, choice=row, **form.cleaned_data)
    except act.AlreadyThere:
        form.add_error("name_ja", _("A choice of this name is offered there already."))
    except act.NotOfThisList:
        form.add_error("parent", _("Not found."))
    return not form.errors


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def choice_merge(request: AuthedRequest, code: str, choice: int) -> HttpResponse:
    """Choose the other one, look at what would change, then do it."""
    row = _choice(code, choice)
    form = MergeForm(request.POST or (request.GET if "into" in request.GET else None), choice=row)
    into = form.cleaned_data["into"] if form.is_bound and form.is_valid() else None
    if request.method == "POST" and into:
        try:
            moved = act.merge_choice(by=request.user, choice=row, into=into, now=timezone.now())
        except act.NotMergeable:
            form.add_error("into", _("These two cannot be merged."))
        except act.StillNeeded:
            form.add_error("into", _("This is the last choice with its meaning, and the program relies on it. Add another one first."))
        else:
            messages.success(request, _("Merged. %(count)d rows now say %(name)s.") % {"count": sum(moved.values()), "name": into})
            return redirect("crm:choice_list", code=code)
    context = {"form": form, "choice": row, "into": None if form.errors else into, "used": choiceuse.uses(row)}
    return render(request, "crm/choice_merge.html", context, status=422 if form.errors else 200)


@require_POST
@administrators_only
def choice_move(request: AuthedRequest, code: str, choice: int, way: str) -> HttpResponse:
    row = _choice(code, choice)
    act.move_choice(by=request.user, choice=row, steps=act.STEPS.get(way, 0))
    return _back(row)


@require_POST
@administrators_only
def choice_order(request: AuthedRequest, code: str) -> HttpResponse:
    of = get_object_or_404(ChoiceList, code=code)
    form = OrderForm(request.POST)
    try:
        act.reorder_choices(by=request.user, of=of, order=form.cleaned_data["order"] if form.is_valid() else [])
    except act.NotOfThisList:
        messages.error(request, _("The list has changed in the meantime. Here is how it stands now."))
        return HttpResponse(status=409) if request.htmx else redirect("crm:choice_list", code=code)
    return HttpResponse(status=204) if request.htmx else redirect("crm:choice_list", code=code)


@require_POST
@administrators_only
def choice_retire(request: AuthedRequest, code: str, choice: int) -> HttpResponse:
    row = _choice(code, choice)
    try:
        act.retire_choice(by=request.user, choice=row, now=timezone.now())
    except act.StillNeeded:
        messages.error(request, _("This is the last choice with its meaning, and the program relies on it. Add another one first."))
    else:
        messages.success(request, _("The choice was retired. Old records keep it."))
    return _back(row)


@require_POST
@administrators_only
def choice_restore(request: AuthedRequest, code: str, choice: int) -> HttpResponse:
    row = _choice(code, choice)
    try:
        act.restore_choice(by=request.user, choice=row)
    except act.AlreadyThere:
        messages.error(request, _("A choice of this name is offered there already."))
    else:
        messages.success(request, _("The choice is offered again."))
    return _back(row)


@require_POST
@administrators_only
def choice_delete(request: AuthedRequest, code: str, choice: int) -> HttpResponse:
    row = _choice(code, choice)
    try:
        act.delete_choice(by=request.user, choice=row)
    except act.StillNeeded:
        messages.error(request, _("This is the last choice with its meaning, and the program relies on it. Add another one first."))
    except act.StillUsed:
        messages.error(request, _("This choice is in use. It can be retired or merged."))
    else:
        messages.success(request, _("The choice was deleted."))
    return redirect("crm:choice_list", code=code)


def _choice(code: str, pk: int) -> Choice:
    return get_object_or_404(Choice.objects.of(code).select_related("list", "parent", "merged_into"), pk=pk)


def _back(row: Choice) -> HttpResponse:
    return redirect("crm:choice_list", code=row.list.code)
