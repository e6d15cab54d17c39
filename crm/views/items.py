"""The company's own items, for administrators."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.actions import StaleVersion
from crm.actions import items as actions
from crm.doors import AuthedRequest, administrators_only
from crm.forms.choices import OrderForm
from crm.forms.itemsettings import ItemForm, PreviewForm, fault_of
from crm.items import BadFormula, Type
from crm.items.usage import rows_holding
from crm.models import FieldDefinition, Target

STEPS = {"up": -1, "down": 1}


@require_safe
@administrators_only
def item_index(request: AuthedRequest) -> HttpResponse:
    return redirect("crm:items", target=Target.CONTACT)


@require_safe
@administrators_only
def item_list(request: AuthedRequest, target: str) -> HttpResponse:
    rows = list(FieldDefinition.objects.of(_known(target)))
    shown = {
        "items": [row for row in rows if row.retired_at is None],
        "retired": [row for row in rows if row.retired_at],
        "most": actions.MOST_ITEMS,
    }
    return render(request, "crm/item_list.html", _common(target) | shown)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def item_new(request: AuthedRequest, target: str) -> HttpResponse:
    """First the type is chosen, then what that type needs is asked."""
    kind = request.GET.get("type", "")
    if kind not in types_of(_known(target)):
        return render(request, "crm/item_types.html", _common(target) | {"types": types_of(target).items()})
    form = ItemForm(request.POST or None, target=target, type=kind, viewer=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            item = actions.add_item(by=request.user, target=target, type=kind, **form.values())
        except REFUSED as error:
            _explain(form, error)
        else:
            messages.success(request, _("The item was added. It stands at the end of the form."))
            return redirect("crm:item", target=target, item=item.pk)
    return _form(request, target, form, {"type": types_of(target)[kind]})


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def item_edit(request: AuthedRequest, target: str, item: int) -> HttpResponse:
    row = _item(target, item)
    form = ItemForm(request.POST or None, target=target, type=row.type, viewer=request.user, item=row)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_item(by=request.user, item=row, version=form.cleaned_data["version"] or 0, **form.values())
        except StaleVersion:
            messages.error(
                request, _("Somebody changed this item in the meantime. Here is how it stands now; please enter your change again.")
            )
            return redirect("crm:item", target=target, item=row.pk)
        except REFUSED as error:
            _explain(form, error)
        else:
            messages.success(request, _("The item was saved."))
            return redirect("crm:items", target=target)
    more = {"item": row, "type": row.get_type_display(), "held": rows_holding(row), "preview": PreviewForm(row, viewer=request.user)}
    return _form(request, target, form, more)


@require_POST
@administrators_only
def item_order(request: AuthedRequest, target: str) -> HttpResponse:
    form = OrderForm(request.POST)
    try:
        actions.reorder_items(by=request.user, target=_known(target), order=form.cleaned_data["order"] if form.is_valid() else [])
    except actions.NotOfThisTarget:
        messages.error(request, _("The items have changed in the meantime. Here is how they stand now."))
    return redirect("crm:items", target=target)


@require_POST
@administrators_only
def item_move(request: AuthedRequest, target: str, item: int, way: str) -> HttpResponse:
    actions.move_item(by=request.user, item=_item(target, item), steps=STEPS.get(way, 0))
    return redirect("crm:items", target=target)


@require_POST
@administrators_only
def item_retire(request: AuthedRequest, target: str, item: int) -> HttpResponse:
    try:
        actions.retire_item(by=request.user, item=_item(target, item), now=timezone.now())
    except actions.FormulaReads as error:
        messages.error(request, _read_by(error))
    else:
        messages.success(request, _("The item was retired. What was entered stays readable."))
    return redirect("crm:items", target=target)


@require_POST
@administrators_only
def item_restore(request: AuthedRequest, target: str, item: int) -> HttpResponse:
    try:
        actions.restore_item(by=request.user, item=_item(target, item))
    except actions.TooManyItems:
        messages.error(request, _too_many())
    except BadFormula as error:
        messages.error(request, fault_of(error))
    else:
        messages.success(request, _("The item stands on forms again."))
    return redirect("crm:items", target=target)


@require_POST
@administrators_only
def item_delete(request: AuthedRequest, target: str, item: int) -> HttpResponse:
    row = _item(target, item)
    try:
        actions.delete_item(by=request.user, item=row)
    except actions.ItemInUse as error:
        messages.error(request, in_use_words(error.rows))
        return redirect("crm:item", target=target, item=row.pk)
    except actions.FormulaReads as error:
        messages.error(request, _read_by(error))
        return redirect("crm:item", target=target, item=row.pk)
    messages.success(request, _("The item was deleted."))
    return redirect("crm:items", target=target)


REFUSED = (actions.TooManyItems, actions.CodeInUse, actions.FixedInUse, BadFormula)


def _explain(form: ItemForm, error: Exception) -> None:
    if isinstance(error, BadFormula):
        form.add_error("formula", fault_of(error))
        return
    said = {
        actions.TooManyItems: (None, _too_many()),
        actions.CodeInUse: ("code", _("There is an item with this code already; it may be retired.")),
        actions.FixedInUse: ("choice_list", _("The list of an item that is in use cannot change. Retire it and add a new one.")),
    }
    form.add_error(*said[type(error)])


def _too_many() -> str:
    return _("There are %(most)s items already. Retire one that is not needed any more.") % {"most": actions.MOST_ITEMS}


def in_use_words(rows: int) -> str:
    """Say how many rows hold a value, and what can be done instead of deleting."""
    shown = "1,000+" if rows > 1_000 else f"{rows:,}"
    return ngettext(
        "%(rows)s row holds a value of this item. It cannot be deleted, but retired.",
        "%(rows)s rows hold a value of this item. It cannot be deleted, but retired.",
        rows,
    ) % {"rows": shown}


def _read_by(error: actions.FormulaReads) -> str:
    return _("Other items calculate from it: %(names)s. Change their formulas first.") % {"names": "、".join(map(str, error.items))}


def types_of(target: str) -> dict[str, Any]:
    """Return the types an item of this target may have; files hang on contact records only."""
    return {kind.value: kind.label for kind in Type if kind != Type.FILE or target == Target.CONTACT}


def _common(target: str) -> dict[str, Any]:
    return {"target": Target(target), "targets": list(Target)}


def _known(target: str) -> str:
    if target not in Target.values:
        raise Http404
    return target


def _item(target: str, pk: int) -> FieldDefinition:
    return get_object_or_404(FieldDefinition.objects.of(target), pk=pk)


def _form(request: AuthedRequest, target: str, form: ItemForm, more: dict[str, Any]) -> HttpResponse:
    shown = {"item": None, "held": 0, "preview": None, **more, "form": form}
    return render(request, "crm/item_form.html", _common(target) | shown, status=422 if form.errors else 200)
