"""Templates (ひな形): made from a record or a form, named, put in order, deleted and brought back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from contacts.actions.templates import (
    TooManyTemplates,
    add_template,
    change_template,
    delete_template,
    move_template,
    reorder_templates,
    restore_template,
)
from contacts.forms import ContactForm, initial_of
from contacts.forms.templates import TemplateForm, values_of
from contacts.models import ContactPoint, ContactTemplate
from crm.doors import AuthedRequest, fragment, visible_or_404
from crm.forms.choices import OrderForm

STEPS = {"up": -1, "down": 1}


@require_safe
def template_list(request: AuthedRequest) -> HttpResponse:
    rows = list(ContactTemplate.objects.visible_to(request.user).in_order())
    mine = [row for row in rows if not row.shared]
    shared = [row for row in rows if row.shared]
    page = fragment(request, "contacts/template_list.html", "menu")  # the form of a new record asks for its menu
    return render(request, page, {"mine": mine, "shared": shared, "may_share": request.user.is_staff})


@require_http_methods(["GET", "HEAD", "POST"])
def template_of(request: AuthedRequest, contact: UUID) -> HttpResponse:
    """Make a template of a record."""
    record = visible_or_404(ContactPoint.objects.visible_to(request.user).with_surroundings(request.user), contact)
    form = TemplateForm(request.POST or None, viewer=request.user)
    if request.method == "POST" and form.is_valid() and _added(request, form, initial_of(record, request.user)):
        return redirect("contacts:templates")
    context = {"form": form, "contact": record, "template": None}
    return render(request, "contacts/template_form.html", context, status=422 if form.errors else 200)


@require_POST
def template_new(request: AuthedRequest) -> HttpResponse:
    """Make a template of what stands in the form of a record, right or wrong in other fields; the form stays open."""
    form = TemplateForm({"name": request.POST.get("template_name"), "shared": request.POST.get("template_shared")}, viewer=request.user)
    contact = ContactForm(request.POST, viewer=request.user, initial={})
    contact.is_valid()
    if form.is_valid():
        _added(request, form, contact.cleaned_data)
    for texts in form.errors.values():
        messages.error(request, str(texts[0]))
    if request.htmx:
        return render(request, "_messages.html", {"oob": True})
    return redirect("contacts:templates")


def _added(request: AuthedRequest, form: TemplateForm, said: Mapping[str, Any]) -> bool:
    try:
        template = add_template(by=request.user, values=values_of(said), **form.cleaned_data)
    except TooManyTemplates:
        form.add_error("name", _("You have very many templates already. Please delete some first."))
        return False
    messages.success(request, _("The template “%(name)s” was saved.") % {"name": template.name})
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def template_change(request: AuthedRequest, template: int) -> HttpResponse:
    row = visible_or_404(ContactTemplate.objects.editable_by(request.user), template)
    form = TemplateForm(
        request.POST if request.method == "POST" else None, viewer=request.user, initial={"name": row.name, "shared": row.shared}
    )
    if request.method == "POST" and form.is_valid():
        change_template(by=request.user, template=row, **{"shared": row.shared, **form.cleaned_data})
        messages.success(request, _("The template was saved."))
        return redirect("contacts:templates")
    return render(request, "contacts/template_form.html", {"form": form, "template": row}, status=422 if form.errors else 200)


@require_POST
def template_order(request: AuthedRequest) -> HttpResponse:
    form = OrderForm(request.POST)
    if form.is_valid():
        reorder_templates(by=request.user, order=form.cleaned_data["order"])
    return redirect("contacts:templates")


@require_POST
def template_move(request: AuthedRequest, template: int, way: str) -> HttpResponse:
    row = visible_or_404(ContactTemplate.objects.editable_by(request.user), template)
    move_template(by=request.user, template=row, steps=STEPS.get(way, 0))
    return redirect("contacts:templates")


@require_POST
def template_delete(request: AuthedRequest, template: int) -> HttpResponse:
    row = visible_or_404(ContactTemplate.objects.editable_by(request.user), template)
    delete_template(by=request.user, template=row, now=timezone.now())
    undo = reverse("contacts:template_restore", args=[row.pk])
    messages.success(request, format_html('{} <a href="{}" hx-post="{}">{}</a>', _("The template was deleted."), undo, undo, _("Undo")))
    return redirect("contacts:templates")


@require_POST
def template_restore(request: AuthedRequest, template: int) -> HttpResponse:
    row = visible_or_404(ContactTemplate.objects.deleted_by(request.user), template)
    restore_template(by=request.user, template=row)
    messages.success(request, _("The template is back."))
    return HttpResponseClientRedirect(reverse("contacts:templates")) if request.htmx else redirect("contacts:templates")
