"""Pages of customers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm import journal
from crm.actions import NotAllowed, StaleVersion, customers
from crm.actions.customers import CodeTaken
from crm.audience import Audience, readers
from crm.company import uses
from crm.doors import AuthedRequest, fragment, throttled, visible_or_404
from crm.forms.conflict import build_on
from crm.forms.customers import CustomerForms
from crm.forms.lists import CustomerList
from crm.items import facts_of
from crm.japanese import KANA_ROWS, clean_phone, name_key
from crm.models import Customer, Deal, Module, Person, User
from crm.views.lists import PREVIEW, SEARCHES_PER_MINUTE, listed

TWINS = 5


@require_safe
@throttled("search", per_minute=SEARCHES_PER_MINUTE, asking="q")
def customer_list(request: AuthedRequest) -> HttpResponse:
    found = listed(request, CustomerList(request.GET, viewer=request.user), Customer.objects.visible_to(request.user))
    shown = {"found": found, "form": found.form, "page": found.page, "rows": KANA_ROWS}
    return render(request, fragment(request, "crm/customer_list.html", "rows"), shown)


@require_safe
def customer_detail(request: AuthedRequest, customer: UUID) -> HttpResponse:
    viewer = request.user
    row = visible_or_404(Customer.objects.visible_to(viewer).for_page(viewer), customer)
    people = Person.objects.visible_to(viewer).filter(customer=row).active().order_by("sort_key", "pk")
    journal.seen(viewer, "view", Customer, row.pk)
    shown = {
        "customer": row,
        "audience": Audience.of(row.scope),
        "people": list(people.select_related("department", "role")[: PREVIEW + 1]),
        "deals": _deals(viewer, row) if uses(Module.DEALS) else [],
        "preview": PREVIEW,
        "facts": facts_of(row, viewer),
    }
    return render(request, "crm/customer_detail.html", shown)


def _deals(viewer: User, customer: Customer) -> list[Deal]:
    rows = Deal.objects.visible_to(viewer).filter(customer=customer).active().select_related("stage", "owner")
    return list(rows.order_by("-updated_at", "-pk")[: PREVIEW + 1])


@require_safe
def customer_readers(request: AuthedRequest, customer: UUID) -> HttpResponse:
    rows = Customer.objects.editable_by(request.user).for_page(request.user)
    row = visible_or_404(rows, customer)
    named = [(row.recorder, _("Recorder")), *((line.user, _("Account staff")) for line in row.staff.all())]
    shown = {"row": row, "readers": readers(row, named), "back": reverse("crm:customer", args=[row.pk])}
    return render(request, fragment(request, "crm/readers.html", "readers"), shown)


@require_http_methods(["GET", "HEAD", "POST"])
def customer_new(request: AuthedRequest) -> HttpResponse:
    entry = CustomerForms(request.POST or None, viewer=request.user, initial=_asked(request))
    if request.method == "POST" and entry.is_valid():
        try:
            customer = customers.add_customer(by=request.user, **entry.values())
        except CodeTaken:
            entry.form.add_error("code", _("This customer code cannot be used."))
        else:
            messages.success(request, _("The customer was registered."))
            return redirect("crm:customer", customer=customer.pk)
    return _form(request, entry)


def _asked(request: AuthedRequest) -> dict[str, Any]:
    return {"name": request.GET.get("name", "")[:120]}


@require_http_methods(["GET", "HEAD", "POST"])
def customer_edit(request: AuthedRequest, customer: UUID) -> HttpResponse:
    rows = Customer.objects.editable_by(request.user).select_related("scope")
    row = visible_or_404(rows, customer)
    entry = CustomerForms(request.POST or None, viewer=request.user, customer=row)
    if request.method == "POST" and entry.is_valid():
        try:
            customers.change_customer(by=request.user, customer=row, version=entry.form.cleaned_data["version"] or 0, **entry.values())
        except CodeTaken:
            entry.form.add_error("code", _("This customer code cannot be used."))
        except NotAllowed:
            entry.form.add_error("audience", _("Only those in charge, the recorder and administrators may change the visibility."))
        except StaleVersion:
            return _conflict(request, entry, visible_or_404(rows, customer))
        else:
            messages.success(request, _("The customer was saved."))
            return redirect("crm:customer", customer=row.pk)
    return _form(request, entry, customer=row)


def _conflict(request: AuthedRequest, entry: CustomerForms, current: Customer) -> HttpResponse:
    build_on(entry.form, current.version)
    return _form(request, entry, customer=current, differences=entry.against(current), status=409)


def _form(request: AuthedRequest, entry: CustomerForms, *, status: int = 200, **more: Any) -> HttpResponse:
    shown = {"entry": entry, "form": entry.form, "lines": entry.lines, "customer": None, "differences": None, **more}
    wrong = request.method == "POST" and status == 200
    return render(request, "crm/customer_form.html", shown, status=422 if wrong else status)


@require_safe
@throttled("suggest", per_minute=120)
def customer_twins(request: AuthedRequest) -> HttpResponse:
    """Visible customers that may be the one being entered. About hidden ones nothing is said, so a twin may come about."""
    asked = request.GET
    numbers = [str(value) for name, value in asked.items() if name.endswith("-number") or name == "phone"][:20]
    digits = [read for number in numbers if len(read := clean_phone(number).digits) >= 9]
    name = name_key(asked.get("name", ""))
    rows = Customer.objects.visible_to(request.user).like(
        request.user, name=name if len(name) > 1 else "", digits=digits, email=asked.get("email", "").strip()[:254]
    )
    twins = rows.exclude(pk=_key(asked.get("not", ""))).order_by("sort_key", "pk")[:TWINS]
    return render(request, "crm/_twins.html", {"twins": twins, "pick": "pick" in asked})


def _key(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


@require_http_methods(["GET", "HEAD", "POST"])
def customer_retire(request: AuthedRequest, customer: UUID) -> HttpResponse:
    row = visible_or_404(Customer.objects.editable_by(request.user), customer)
    if request.method == "POST":
        customers.retire_customer(by=request.user, customer=row, now=timezone.now())
        messages.success(request, _("The customer was retired."))
        return redirect("crm:customer", customer=row.pk)
    people = Person.objects.visible_to(request.user).filter(customer=row).active().count()
    deals = Deal.objects.visible_to(request.user).filter(customer=row).active().count()
    return render(request, "crm/customer_retire.html", {"customer": row, "people": people, "deals": deals})


@require_POST
def customer_restore(request: AuthedRequest, customer: UUID) -> HttpResponse:
    row = visible_or_404(Customer.objects.editable_by(request.user), customer)
    customers.restore_customer(by=request.user, customer=row, now=timezone.now())
    messages.success(request, _("The customer was restored."))
    return redirect("crm:customer", customer=row.pk)
