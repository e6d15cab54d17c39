"""The layout editor, for administrators: which items stand where on a form, and which of them must be filled in."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.actions import StaleVersion
from crm.actions.layouts import reset_layout, save_layout
from crm.doors import AuthedRequest, administrators_only
from crm.forms.layouts import ItemSettingsForm, LayoutForm, WhoseForm
from crm.items import items_of
from crm.layout import ITEMS, OWN, TARGETS, Layout, fitted, item_target_of, items_standing, usual, with_items
from crm.models import FormLayout

# The preview shows a real form in a frame of the editor; it needs no script, and nothing but the editor may hold it.
PREVIEW_CSP = "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
PREVIEWS = {"contact": "contacts:layout_preview", "appointment": "schedule:layout_preview"}


@require_safe
@administrators_only
def layout_index(request: AuthedRequest) -> HttpResponse:
    own = FormLayout.objects.order_by("target", "device").select_related("unit", "group")
    return render(request, "crm/layout_index.html", {"targets": list(TARGETS.items()), "layouts": own, "names": TARGETS})


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def layout_edit(request: AuthedRequest, target: str) -> HttpResponse:
    _known(target)
    whose = WhoseForm(request.GET)
    if not whose.is_open:
        return render(request, "crm/layout_edit.html", {"target": target, "whose": whose, "label": TARGETS[target]})
    holder, device = whose.holder(), whose.chosen_device
    row = FormLayout.objects.filter(target=target, device=device, **holder).first()
    form, status = LayoutForm(request.POST or None, target=target), 200
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"] or 0
            save_layout(by=request.user, target=target, device=device, layout=form.cleaned_data["layout"], version=version, **holder)
        except StaleVersion as stale:
            row, status = stale.current if stale.current.pk else None, 409
        else:
            messages.success(request, _("The layout was saved. It holds from the next form that is opened."))
            return redirect(request.get_full_path())
    status = 422 if form.errors else status
    layout = form.cleaned_data["layout"] if status == 409 else _layout(target, row, whose)
    context = {"target": target, "label": TARGETS[target], "whose": whose, "row": row, "form": form, "stale": status == 409}
    return render(request, "crm/layout_edit.html", context | _editor(target, layout), status=status)


def _layout(target: str, row: FormLayout | None, whose: WhoseForm) -> Layout:
    """Return what the editor begins with: what is saved, or what would hold without it for the company."""
    own = items_of(item_target_of(target)).active
    if row is None and whose.chosen_of != "company":
        row = FormLayout.objects.filter(target=target, device=whose.chosen_device, unit=None, group=None).first()
    if row is None and whose.chosen_device == FormLayout.Device.PHONE:
        row = FormLayout.objects.filter(target=target, device=FormLayout.Device.WIDE, **whose.holder()).first()
    return fitted(target, row.areas, row.required, own) if row else usual(target, own)


def _editor(target: str, layout: Layout) -> dict[str, Any]:
    fixed = {
        code: {"label": str(item.label), "block": item.block, "always": item.always, "demandable": item.demandable}
        for code, item in items_standing(target).items()
    }
    own = {
        f"{OWN}{one.code}": {"label": str(one), "block": False, "always": False, "demandable": False}
        for one in items_of(item_target_of(target)).active
        if one.placeable
    }
    known = fixed | own
    areas = {name: [left for row in rows if (left := [code for code in row if code in known])] for name, rows in layout.areas.items()}
    data = {"items": known, "areas": areas, "required": sorted(layout.required & set(known))}
    return {"data": data, "areas": json.dumps(areas), "required": json.dumps(data["required"]), "preview": reverse(PREVIEWS[target])}


@require_POST
@administrators_only
def layout_reset(request: AuthedRequest, target: str) -> HttpResponse:
    _known(target)
    whose = WhoseForm(request.GET)
    if not whose.is_open:
        raise Http404
    reset_layout(by=request.user, target=target, device=whose.chosen_device, **whose.holder())
    messages.success(request, _("The layout was reset."))
    return redirect(f"{reverse('crm:layout', args=[target])}?{request.GET.urlencode()}")


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def layout_items(request: AuthedRequest, target: str) -> HttpResponse:
    """The same in short, for the whole company and both devices: shown or not, required or not."""
    _known(target)
    form = ItemSettingsForm(request.POST or None, target=target, layout=_companys(target, FormLayout.Device.WIDE)[1])
    if request.method == "POST" and form.is_valid():
        try:
            for one in [target, *(other for other in TARGETS if other != target and form.cleaned_data["also"])]:
                _show(request, one, form)
        except StaleVersion:
            messages.warning(request, _("Somebody saved another arrangement in the meantime. Here is how it stands now."))
        else:
            messages.success(request, _("The item settings were saved."))
        return redirect("crm:layout_items", target=target)
    return render(request, "crm/layout_items.html", {"target": target, "label": TARGETS[target], "form": form})


def _companys(target: str, device: str) -> tuple[FormLayout | None, Layout]:
    """Return the company's own row for a device, if there is one, and what holds for the company on it."""
    own = items_of(item_target_of(target)).active
    rows = {row.device: row for row in FormLayout.objects.filter(target=target, unit=None, group=None)}
    held = rows.get(device) or rows.get(FormLayout.Device.WIDE)
    return rows.get(device), fitted(target, held.areas, held.required, own) if held else usual(target, own)


def _show(request: AuthedRequest, target: str, form: ItemSettingsForm) -> None:
    """Let the company's layouts of a target show and demand what was said; items that the form does not name stay as they are."""
    said = {code for code, *_rest in form.lines}
    for device in FormLayout.Device.values:
        row, before = _companys(target, device)
        if row is None and device != FormLayout.Device.WIDE:
            continue  # it follows the desktop's
        shown = [code for code in before.codes() if code not in said] + [code for code in form.shown() if _has(target, code)]
        required = [code for code in before.required if code not in said] + form.required()
        wanted = with_items(target, before, shown, [code for code in required if _has(target, code)])
        if wanted != before or row is None:
            save_layout(by=request.user, target=target, device=device, layout=wanted, version=row.version if row else 0)


def _has(target: str, code: str) -> bool:
    return code.startswith(OWN) or code in ITEMS[target]


def previewed(request: AuthedRequest, form: Any, **context: Any) -> HttpResponse:
    """Show a form that nobody can use, for the frame in the editor."""
    page = render(request, "crm/layout_preview.html", {"form": form, **context})
    page.headers["Content-Security-Policy"] = PREVIEW_CSP
    return page


def asked_layout(request: AuthedRequest, target: str) -> Layout:
    """Return the layout that an editor wants to see; without a readable one there is nothing to show."""
    form = LayoutForm(request.POST, target=target)
    if not form.is_valid():
        raise Http404
    layout: Layout = form.cleaned_data["layout"]
    return layout


def _known(target: str) -> None:
    if target not in ITEMS:
        raise Http404
