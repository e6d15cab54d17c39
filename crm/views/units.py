"""Pages of units, groups and entry on behalf: everybody may read, administrators may change."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.actions import staff
from crm.doors import AuthedRequest, administrators_only
from crm.forms.staff import DelegationForm, GroupForm, UnitForm
from crm.models import Delegation, OrgUnit, StaffGroup

FORM = "crm/staff_form.html"


@require_safe
def unit_list(request: AuthedRequest) -> HttpResponse:
    """The tree with the number of people in each unit; former and future units only for those who keep them."""
    units = OrgUnit.objects.with_people(timezone.localdate()).select_related("head").in_tree_order()
    rows = units if request.user.is_staff else units.current(timezone.localdate())
    return render(request, "crm/unit_list.html", {"units": rows, "today": timezone.localdate()})


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def unit_new(request: AuthedRequest) -> HttpResponse:
    form = UnitForm(request.POST or None, initial={"parent": request.GET.get("parent", "")})
    if request.method == "POST" and form.is_valid() and _kept(form, lambda: staff.add_unit(by=request.user, **form.cleaned_data)):
        messages.success(request, _("The unit was saved."))
        return redirect("crm:units")
    return _form(request, form, title=_("Add a unit"))


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def unit_edit(request: AuthedRequest, unit: int) -> HttpResponse:
    row = get_object_or_404(OrgUnit, pk=unit)
    form = UnitForm(request.POST or None, unit=row)
    today = timezone.localdate()
    if (
        request.method == "POST"
        and form.is_valid()
        and _kept(form, lambda: staff.change_unit(by=request.user, unit=row, today=today, **form.cleaned_data))
    ):
        messages.success(request, _("The unit was saved."))
        return redirect("crm:units")
    return _form(request, form, title=_("Edit the unit"))


def _kept(form: UnitForm, keep: Any) -> bool:
    """Run the action; what it refuses is said at the field."""
    try:
        keep()
    except staff.Taken:
        form.add_error("code", _("Another unit has this code."))
    except staff.UnitInsideItself:
        form.add_error("parent", _("A unit cannot be moved below itself."))
    except staff.UnitTooDeep:
        form.add_error("parent", _("The tree would become too deep. Choose a shorter code or a higher parent."))
    return not form.errors


def _form(request: AuthedRequest, form: Any, *, back: str = "crm:units", **more: Any) -> HttpResponse:
    shown = {"form": form, "person": None, "back": back, **more}
    return render(request, FORM, shown, status=422 if request.method == "POST" else 200)


@require_safe
def group_list(request: AuthedRequest) -> HttpResponse:
    return render(request, "crm/group_list.html", {"groups": StaffGroup.objects.prefetch_related("members").order_by("name")})


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def group_new(request: AuthedRequest) -> HttpResponse:
    return _group(request, None, _("Add a group"))


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def group_edit(request: AuthedRequest, group: int) -> HttpResponse:
    return _group(request, get_object_or_404(StaffGroup, pk=group), _("Edit the group"))


def _group(request: AuthedRequest, group: StaffGroup | None, title: str) -> HttpResponse:
    form = GroupForm(request.POST or None, group=group)
    if request.method == "POST" and form.is_valid():
        try:
            staff.keep_group(by=request.user, today=timezone.localdate(), group=group, **form.cleaned_data)
        except staff.Taken:
            form.add_error("name", _("Another group has this name."))
        else:
            messages.success(request, _("The group was saved."))
            return redirect("crm:groups")
    return _form(request, form, title=title, back="crm:groups")


@require_safe
def delegation_list(request: AuthedRequest) -> HttpResponse:
    return render(request, "crm/delegation_list.html", {"delegations": Delegation.objects.for_list(), "today": timezone.localdate()})


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def delegation_new(request: AuthedRequest) -> HttpResponse:
    form = DelegationForm(request.POST or None, initial={"valid_from": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        staff.delegate(by=request.user, **form.cleaned_data)
        messages.success(request, _("Entry on behalf was allowed."))
        return redirect("crm:delegations")
    return _form(request, form, title=_("Allow entry on behalf"), back="crm:delegations")


@require_POST
@administrators_only
def delegation_end(request: AuthedRequest, delegation: int) -> HttpResponse:
    row = get_object_or_404(Delegation, pk=delegation)
    staff.end_delegation(by=request.user, delegation=row, last_on=timezone.localdate(), now=timezone.now())
    messages.success(request, _("Entry on behalf ends today."))
    return redirect("crm:delegations")
