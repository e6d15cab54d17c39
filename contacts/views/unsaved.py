"""What was begun: kept while it is typed, listed, taken up again, compared with another device, thrown away."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from contacts.actions import StaleVersion
from contacts.actions.unsaved import AlreadySaved, TooManyForms, TooMuchTyped, forget_unsaved, keep_unsaved
from contacts.begun import begun, pages_of
from contacts.calls import first_words
from contacts.devices import device_of
from contacts.forms import ContactForm, initial_of
from contacts.forms.twice import apart
from contacts.forms.unsaved import MOST_FIELDS, as_sent, merged, typed_of, unjudged, unlike
from contacts.models import ContactPoint, Unsaved
from contacts.views.entering import changeable, form_page
from crm.doors import AuthedRequest, fragment, throttled
from crm.japanese import terms
from crm.models import Customer, uuid7
from crm.paging import BadCursor, Page, keyset_page
from crm.templatetags.japanese import clock

BEGUN, DRAFTS = 20, 30
LARGEST_VERSION = 2**31 - 2


@require_POST
@throttled("unsaved", per_minute=120)
def unsaved_keep(request: AuthedRequest, unsaved: UUID) -> HttpResponse:
    sent = _read(request)
    if sent is None:
        return JsonResponse({"message": _("This request cannot be read.")}, status=400)
    if sent.pop("user") != str(request.user.pk):  # somebody else has logged in since the page was opened
        return JsonResponse({"message": _("You have been logged out.")}, status=401)
    now, pages = timezone.now(), pages_of(sent.pop("pages"))
    sender: dict[str, Any] = {"device": device_of(request.headers.get("User-Agent", "")), "page": next(iter(pages), "")}
    try:
        row = keep_unsaved(user=request.user, record=unsaved, now=now, **sender, **sent)
    except StaleVersion as stale:
        other = stale.current
        # own: the answer to what this page sent before was lost on the way
        said = {"version": other.version, "device": other.device, "at": clock(other.updated_at), "own": other.page in pages}
        return JsonResponse(said, status=409)
    except TooMuchTyped:
        return JsonResponse({"message": _("This is too long to be kept on the server.")}, status=413)
    except TooManyForms:
        return JsonResponse({"message": _("Too many forms were begun and not saved. Please discard some.")}, status=422)
    except AlreadySaved:
        return JsonResponse(_saved_already(request, unsaved, sent["typed"]), status=410)
    saved = {"message": _("This record was saved already."), "url": reverse("contacts:detail", args=[unsaved])}
    return JsonResponse({"version": row.version, "at": clock(now), **(saved if sent["is_new"] and not row.is_new else {})})


def _saved_already(request: AuthedRequest, record: UUID, typed: list[tuple[str, str]]) -> dict[str, Any]:
    """Tell whether a form that comes after its record says something else: then its device must not forget it."""
    current = changeable(request.user, record)
    differs = current is None or bool(apart(as_sent(typed), current, request.user)[1])
    return {"message": _("This record was saved already."), "differs": differs, "url": reverse("contacts:detail", args=[record])}


def _read(request: AuthedRequest) -> dict[str, Any] | None:
    """Return what a page sent of its form, None if a page cannot have sent it."""
    try:
        sent = json.loads(request.body)
        pairs, known, is_new, user = sent["typed"], sent["known"], sent["is_new"], sent["user"]
        pages = str(sent.get("pages", ""))
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    right = type(known) is int and 0 <= known <= LARGEST_VERSION and type(is_new) is bool
    if not (right and isinstance(pairs, list) and len(pairs) <= MOST_FIELDS and all(_is_pair(one) for one in pairs)):
        return None
    return {"typed": typed_of(pairs), "known": known, "is_new": is_new, "user": str(user), "pages": pages}


def _is_pair(one: Any) -> bool:
    return isinstance(one, list) and len(one) == 2 and all(isinstance(part, str) for part in one)


@require_POST
def unsaved_discard(request: AuthedRequest, unsaved: UUID) -> HttpResponse:
    shown = request.POST.get("version", "")
    version = int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 10 else None
    gone = forget_unsaved(user=request.user, record=unsaved, version=version)
    if "quiet" in request.POST:
        return JsonResponse({})
    if gone:
        messages.success(request, _("What you had typed was discarded."))
    else:
        messages.warning(request, _("It was not discarded: something was typed into it on another device in the meantime."))
    if "stay" not in request.POST:
        return redirect("contacts:drafts")
    known = ContactPoint.objects.editable_by(request.user).filter(pk=unsaved).exists()
    page = "contacts:detail" if request.POST["stay"] == "record" else "contacts:edit"
    return redirect(page, contact=unsaved) if known else redirect("contacts:new")


@require_POST
def unsaved_compare(request: AuthedRequest, unsaved: UUID) -> HttpResponse:
    """Lay what this device typed beside what another one did; field by field, or as a whole, the other's is taken over."""
    viewer = request.user
    row = Unsaved.objects.visible_to(viewer).filter(record=unsaved).first()
    theirs = as_sent(row.typed) if row else as_sent([])
    mine = merged(request.POST, theirs, request.POST["take"]) if row and "take" in request.POST else request.POST
    contact = ContactPoint.objects.editable_by(viewer).with_surroundings(viewer).filter(pk=unsaved).first()
    initial = initial_of(contact, viewer) if contact else {}
    form, other = (ContactForm(data, viewer=viewer, initial=initial, contact=contact) for data in (mine, theirs))
    found = unlike(form, other) if row else []
    address = reverse("contacts:unsaved_compare", args=[unsaved])
    known = row.version if row else 0
    return form_page(request, unjudged(form), status=409, differences=found, other=row, take_url=address, known=known, record=unsaved)


@require_POST
@throttled("unsaved", per_minute=120)
def call_begin(request: AuthedRequest) -> HttpResponse:
    """Somebody tapped a telephone number or a mail address: what is known of that contact waits among what was begun."""
    said = first_words(request.POST, request.user, timezone.localtime())
    record = uuid7()
    device, now = device_of(request.headers.get("User-Agent", "")), timezone.now()
    typed = typed_of([("contact_id", str(record)), *said])
    try:
        keep_unsaved(user=request.user, record=record, typed=typed, is_new=True, known=0, device=device, now=now)
    except TooManyForms:
        return JsonResponse({"message": _("Too many forms were begun and not saved. Please discard some.")}, status=422)
    go_on = f"{reverse('contacts:quick')}?resume={record}"
    return JsonResponse({"record": str(record), "url": go_on, "discard": reverse("contacts:unsaved_discard", args=[record])}, status=201)


@require_safe
def contact_drafts(request: AuthedRequest) -> HttpResponse:
    """What waits: forms that were begun, and drafts. Both are found by their words; drafts by their customer too."""
    viewer, q = request.user, request.GET.get("q", "")[:200]
    words = terms(q)
    typed = Unsaved.objects.visible_to(viewer).saying(words)
    drafts = ContactPoint.objects.with_faces(viewer).drafts_of(viewer).saying(words, Customer.objects.visible_to(viewer))
    context = {
        "q": q,
        "begun": begun(first := _page(typed, request, "typed", BEGUN), viewer),
        "begun_page": first,
        "page": _page(drafts, request, "after", DRAFTS),
    }
    return render(request, fragment(request, "contacts/contact_drafts.html", "rows"), context)


def _page(rows: Any, request: AuthedRequest, name: str, size: int) -> Page:
    by = ("-updated_at", "-pk")
    try:
        return keyset_page(rows, by=by, cursor=request.GET.get(name, ""), size=size)
    except BadCursor:
        return keyset_page(rows, by=by, size=size)
