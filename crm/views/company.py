"""The company's settings, for administrators."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crm.actions import StaleVersion
from crm.actions.company import change_company
from crm.company import company, forget_company
from crm.doors import AuthedRequest, administrators_only
from crm.forms.company import CompanyForm, company_values
from crm.forms.conflict import build_on, differences


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def company_edit(request: AuthedRequest) -> HttpResponse:
    forget_company()  # what is changed here is what stands in the database, not what was remembered
    form = CompanyForm(request.POST or None, company=company())
    if request.method == "POST" and form.is_valid():
        try:
            change_company(by=request.user, version=form.cleaned_data["version"] or 0, **form.values())
        except StaleVersion as stale:
            build_on(form, stale.current.version)
            return _form(request, form, differences=differences(form, company_values(stale.current)), status=409)
        messages.success(request, _("The company settings were saved."))
        return redirect("crm:company")
    return _form(request, form)


def _form(request: AuthedRequest, form: CompanyForm, *, status: int = 200, **more: Any) -> HttpResponse:
    wrong = request.method == "POST" and status == 200
    return render(request, "crm/company_form.html", {"form": form, "differences": None, **more}, status=422 if wrong else status)
