"""Pages of contact people."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm import journal
from crm.actions import StaleVersion, customers
from crm.actions.customers import DepartmentElsewhere
from crm.doors import AuthedRequest, fragment, throttled, visible_or_404
from crm.forms.conflict import build_on, differences
from crm.forms.lists import PersonList
from crm.forms.people import PersonForm, values_of
from crm.items import facts_of
from crm.japanese import KANA_ROWS
from crm.models import Person
from crm.views.lists import SEARCHES_PER_MINUTE, listed


@require_safe
@throttled("search", per_minute=SEARCHES_PER_MINUTE, asking="q")
def person_list(request: AuthedRequest) -> HttpResponse:
    found = listed(request, PersonList(request.GET, viewer=request.user), Person.objects.visible_to(request.user))
    shown = {"found": found, "form": found.form, "page": found.page, "rows": KANA_ROWS}
    return render(request, fragment(request, "crm/person_list.html", "rows"), shown)


@require_safe
def person_detail(request: AuthedRequest, person: UUID) -> HttpResponse:
    row = visible_or_404(Person.objects.visible_to(request.user).for_list(request.user), person)
    journal.seen(request.user, "view", Person, row.pk)
    return render(request, "crm/person_detail.html", {"person": row, "facts": facts_of(row, request.user)})


@require_safe
def person_departments(request: AuthedRequest) -> HttpResponse:
    """The departments of the customer just chosen, for the form."""
    form = PersonForm(viewer=request.user, initial={"customer": request.GET.get("customer", "")})
    return render(request, "crm/person_form.html#departments", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def person_new(request: AuthedRequest) -> HttpResponse:
    form = PersonForm(request.POST or None, viewer=request.user, initial={"customer": request.GET.get("customer", "")})
    if request.method == "POST" and form.is_valid():
        try:
            person = customers.add_person(by=request.user, **form.values())
        except DepartmentElsewhere:
            form.add_error("department", _("Not found."))
        else:
            messages.success(request, _("The contact person was registered."))
            return redirect("crm:person", person=person.pk)
    return _form(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
def person_edit(request: AuthedRequest, person: UUID) -> HttpResponse:
    rows = Person.objects.editable_by(request.user)
    row = visible_or_404(rows, person)
    form = PersonForm(request.POST or None, viewer=request.user, person=row)
    if request.method == "POST" and form.is_valid():
        try:
            customers.change_person(by=request.user, person=row, version=form.cleaned_data["version"] or 0, **form.values())
        except DepartmentElsewhere:
            form.add_error("department", _("Not found."))
        except StaleVersion:
            return _conflict(request, form, visible_or_404(rows, person))
        else:
            messages.success(request, _("The contact person was saved."))
            return redirect("crm:person", person=row.pk)
    return _form(request, form, person=row)


def _conflict(request: AuthedRequest, form: PersonForm, current: Person) -> HttpResponse:
    build_on(form, current.version)
    return _form(request, form, person=current, differences=differences(form, values_of(current)), status=409)


def _form(request: AuthedRequest, form: PersonForm, *, status: int = 200, **more: Any) -> HttpResponse:
    wrong = request.method == "POST" and status == 200
    shown = {"form": form, "person": None, "differences": None, **more}
    return render(request, "crm/person_form.html", shown, status=422 if wrong else status)


@require_http_methods(["GET", "HEAD", "POST"])
def person_retire(request: AuthedRequest, person: UUID) -> HttpResponse:
    row = visible_or_404(Person.objects.editable_by(request.user), person)
    if request.method == "POST":
        customers.retire_person(by=request.user, person=row, now=timezone.now())
        messages.success(request, _("The contact person was retired."))
        return redirect("crm:person", person=row.pk)
    return render(request, "crm/person_retire.html", {"person": row})


@require_POST
def person_restore(request: AuthedRequest, person: UUID) -> HttpResponse:
    row = visible_or_404(Person.objects.editable_by(request.user), person)
    customers.restore_person(by=request.user, person=row, now=timezone.now())
    messages.success(request, _("The contact person was restored."))
    return redirect("crm:person", person=row.pk)
