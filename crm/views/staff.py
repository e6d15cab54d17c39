"""Pages of the people who work here: everybody may read, administrators may change."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from crm.actions import staff
from crm.doors import AuthedRequest, administrators_only, fragment
from crm.forms.staff import LeaveForm, PostForm, StaffList, UserForm
from crm.models import Customer, Deal, Delegation, Membership, User
from crm.paging import BadCursor, keyset_page

FORM = "crm/staff_form.html"


@require_safe
def staff_list(request: AuthedRequest) -> HttpResponse:
    form = StaffList(request.GET)
    rows = form.find(User.objects.all()).with_posts()
    try:
        page = keyset_page(rows, by=["sort_key", "pk"], cursor=request.GET.get("after", ""))
    except BadCursor:
        page = keyset_page(rows, by=["sort_key", "pk"])
    return render(request, fragment(request, "crm/staff_list.html", "rows"), {"form": form, "page": page})


@require_safe
def user_detail(request: AuthedRequest, user: int) -> HttpResponse:
    row = get_object_or_404(User, pk=user)
    today = timezone.localdate()
    posts = Membership.objects.filter(user=row).select_related("unit").order_by("-is_primary", "valid_from", "pk")
    shown = {
        "person": row,
        "posts": [(post, post.standing_on(today)) for post in posts],
        "groups": row.staff_groups.order_by("name"),
        "delegations": Delegation.objects.about(row).for_list(),
    }
    return render(request, "crm/user_detail.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def user_new(request: AuthedRequest) -> HttpResponse:
    form = UserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = staff.hire(by=request.user, today=timezone.localdate(), **form.values())
        except staff.Taken:
            form.add_error(None, _("Another employee has this code or mail."))
        else:
            messages.success(request, _("The employee was registered. Add a post next; the password is set through the reset mail."))
            return redirect("crm:user", user=user.pk)
    return _form(request, form, title=_("Add an employee"))


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def user_edit(request: AuthedRequest, user: int) -> HttpResponse:
    row = get_object_or_404(User, pk=user)
    form = UserForm(request.POST or None, user=row)
    if request.method == "POST" and form.is_valid():
        try:
            staff.change_user(by=request.user, user=row, today=timezone.localdate(), **form.values())
        except staff.Taken:
            form.add_error(None, _("Another employee has this code or mail."))
        else:
            messages.success(request, _("The employee was saved."))
            return redirect("crm:user", user=row.pk)
    return _form(request, form, title=_("Edit the employee"), person=row)


def _form(request: AuthedRequest, form: Any, **more: Any) -> HttpResponse:
    shown = {"form": form, "person": None, **more}
    return render(request, FORM, shown, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def user_leave(request: AuthedRequest, user: int) -> HttpResponse:
    """Close every door for a leaver; what there is to hand over is listed, as far as the administrator may see it."""
    row = get_object_or_404(User.objects.working(), pk=user)
    form = LeaveForm(request.POST or None, initial={"left_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        staff.leave(by=request.user, user=row, left_on=form.cleaned_data["left_on"], today=timezone.localdate())
        messages.success(request, _("%(name)s can no longer log in. The name stays on records.") % {"name": row})
        return redirect("crm:user", user=row.pk)
    shown = {
        "person": row,
        "form": form,
        "customers": Customer.objects.visible_to(request.user).active().in_charge(row, viewer=request.user).count(),
        "deals": Deal.objects.visible_to(request.user).active().filter(owner=row).count(),
        "heads": row.headed_units(),
        "delegations": Delegation.objects.about(row).on(timezone.localdate()).count(),
    }
    return render(request, "crm/user_leave.html", shown, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def post_new(request: AuthedRequest, user: int) -> HttpResponse:
    row = get_object_or_404(User, pk=user)
    first = not Membership.objects.filter(user=row).exists()
    form = PostForm(request.POST or None, initial={"is_primary": first, "valid_from": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        staff.assign(by=request.user, user=row, today=timezone.localdate(), **form.cleaned_data)
        messages.success(request, _("The post was saved."))
        return redirect("crm:user", user=row.pk)
    return _form(request, form, title=_("Add a post"), person=row)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def post_edit(request: AuthedRequest, post: int) -> HttpResponse:
    row = get_object_or_404(Membership.objects.select_related("user"), pk=post)
    form = PostForm(request.POST or None, post=row)
    if request.method == "POST" and form.is_valid():
        staff.change_post(by=request.user, post=row, today=timezone.localdate(), **form.cleaned_data)
        messages.success(request, _("The post was saved."))
        return redirect("crm:user", user=row.user_id)
    return _form(request, form, title=_("Edit the post"), person=row.user)
