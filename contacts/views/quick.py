"""The short form for the phone: the same record, rules and action as the long one, with fewer fields in sight."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from contacts.forms import ContactForm, prefilled
from contacts.forms.files import with_new_files
from contacts.forms.quick import SHOWN, Offers, held_early, picked, usual_readers
from contacts.forms.unsaved import as_sent, numbered, sent_by, unjudged
from contacts.models import Unsaved
from contacts.views.entering import form_page, registered
from crm.doors import AuthedRequest, fragment

TEMPLATE = "contacts/contact_quick.html"


@require_http_methods(["GET", "HEAD", "POST"])
def contact_quick(request: AuthedRequest) -> HttpResponse:
    viewer = request.user
    if request.method != "POST":
        return _begin(request)
    if "pick" in request.POST:
        sent = picked(request.POST, request.POST["pick"], viewer)
        return _page(request, unjudged(ContactForm(sent, viewer=viewer, initial={}, device="phone")))
    data, refused = with_new_files(request)
    form = ContactForm(data, viewer=viewer, initial={}, device="phone", refused=refused)
    return registered(request, form) or _page(request, form, status=422)


def _begin(request: AuthedRequest) -> HttpResponse:
    viewer = request.user
    row = _begun(request)
    if row is None and "resume" in request.GET:  # saved meanwhile, or on the device only
        return redirect(f"{reverse('contacts:new')}?{urlencode({'resume': request.GET['resume']})}")
    offers = Offers.of(viewer, timezone.localtime())
    if row:
        form = unjudged(ContactForm(as_sent(row.typed), viewer=viewer, initial={}, device="phone"))
        return _page(request, form, offers, known=row.version, record=row.record)
    initial = held_early(prefilled(request.GET, viewer, timezone.localdate()), timezone.localtime())
    initial.setdefault("report_to", usual_readers(offers.last, viewer))
    return _page(request, ContactForm(viewer=viewer, initial=initial, device="phone"), offers)


def _begun(request: AuthedRequest) -> Unsaved | None:
    try:
        record = UUID(request.GET.get("resume", ""))
    except ValueError:
        return None
    return Unsaved.objects.visible_to(request.user).filter(record=record, is_new=True).first()


@require_safe
def contact_offline(request: AuthedRequest) -> HttpResponse:
    """Return the page that a device keeps for times without a net: the short form with nobody's customers in it."""
    form = ContactForm(viewer=request.user, initial={"owner": request.user.pk}, device="phone")
    return _page(request, form, Offers(), template="contacts/contact_offline.html")


def _page(
    request: AuthedRequest, form: ContactForm, offers: Offers | None = None, *, template: str = TEMPLATE, **more: Any
) -> HttpResponse:
    more["record"] = numbered(form, more.get("record"))
    sent: Any = form.data if form.is_bound else sent_by(form)
    hidden = [(name, value) for name, values in sent.lists() if name not in SHOWN for value in values]
    offers = Offers.of(request.user, timezone.localtime()) if offers is None else offers
    context: dict[str, Any] = {"offers": offers, "hidden": hidden, "shown": SHOWN}
    context |= {"appointment": sent.get("appointment", ""), "customer": sent.get("customer", "")}
    page = fragment(request, template, "fields") if template == TEMPLATE else template
    return form_page(request, form, template=page, **context, **more)
