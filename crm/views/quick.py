"""Creating a row from within another form: a dialog is filled, and answers with the option that the form then chooses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crm.actions import DealElsewhere, DepartmentElsewhere, IdTaken, assets, customers, infos, plans
from crm.doors import AuthedRequest
from crm.forms import guest_key
from crm.forms.audience import CHOSEN, COMPANY, NAMED
from crm.forms.plans import customers_seen
from crm.forms.quick import QuickAsset, QuickCustomer, QuickDeal, QuickInfo, QuickPerson, QuickPlan, QuickVoice
from crm.models import Customer, Deal, Person
from crm.quickly import QUICK_KINDS

LONGEST_WORD = 120


@dataclass(frozen=True)
class _Made:
    """How a kind is entered and added. `key` is the action's name for the id that the sender makes."""

    form: Any
    add: Any
    key: str


MADE = {
    "customer": _Made(QuickCustomer, customers.add_customer, "customer_id"),
    "person": _Made(QuickPerson, customers.add_person, "person_id"),
    "deal": _Made(QuickDeal, customers.add_deal, "deal_id"),
    "info": _Made(QuickInfo, infos.add_info, "info_id"),
    "voice": _Made(QuickVoice, infos.add_info, "info_id"),
    "asset": _Made(QuickAsset, assets.add_asset, "asset_id"),
    "plan": _Made(QuickPlan, plans.add_plan, "plan_id"),
}
# What is asked of the dialog itself: the field it serves, as what the option is written there, and the form's customer.
ASKED = ("for", "as", "customer")


@require_http_methods(["GET", "HEAD", "POST"])
def quick_new(request: AuthedRequest, kind: str) -> HttpResponse:
    if kind not in QUICK_KINDS or not QUICK_KINDS[kind].is_used:
        raise Http404
    made, fixed = MADE[kind], _customer_of(request)
    initial = {**_carried(request, kind), **({"customer": fixed.pk} if fixed else {}), **made.form.begun(_typed(request))}
    form = made.form(request.POST or None, viewer=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            row = made.add(by=request.user, **{made.key: form.cleaned_data["row_id"]}, **form.values())
        except (DealElsewhere, DepartmentElsewhere, IdTaken):
            form.add_error(None, _("This does not fit together any more. Close the window and open it again."))
        else:
            return render(request, "crm/quick_made.html", _option(request, row), status=201)
    shown = {"form": form, "kind": QUICK_KINDS[kind], "fixed": fixed, "address": _address(request, kind), "for": request.GET.get("for", "")}
    return render(request, "crm/quick_form.html", shown, status=422 if request.method == "POST" else 200)


def _typed(request: AuthedRequest) -> str:
    return " ".join(request.GET.get("q", "").replace("\0", "").split())[:LONGEST_WORD]


def _customer_of(request: AuthedRequest) -> Customer | None:
    """The customer chosen in the form; a hidden one is like none."""
    return next(iter(customers_seen([request.GET.get("customer", "")], request.user)), None)


def _carried(request: AuthedRequest, kind: str) -> dict[str, Any]:
    """The audience of the form it is opened from; a customer begins with that of its own form."""
    said = request.GET.get("audience", "")
    if kind == "customer" or said not in (COMPANY, CHOSEN, NAMED):
        return {}
    return {"audience": (said, request.GET.getlist("audience_parts"))}


def _address(request: AuthedRequest, kind: str) -> str:
    asked = {name: request.GET[name] for name in ASKED if request.GET.get(name)}
    return f"{reverse('crm:quick', args=[kind])}?{urlencode(asked)}"


def _option(request: AuthedRequest, row: Any) -> dict[str, Any]:
    value = guest_key(row) if request.GET.get("as") == "guest" and isinstance(row, Person | Customer) else str(row.pk)
    customer = getattr(row, "customer", None) if not isinstance(row, Customer) else None
    note = str(row.stage) if isinstance(row, Deal) else ""
    return {"row": row, "value": value, "note": note, "of": customer, "for": request.GET.get("for", "")}
