"""Entering a contact and changing it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contacts.actions import StaleVersion, change_contact
from contacts.actions.unsaved import Known, TooManyForms, TooMuchTyped, forget_unsaved, keep_unsaved, readdress_unsaved
from contacts.begun import apart_from, begun_of, pages_of
from contacts.devices import device_of
from contacts.forms import ContactForm, differences, initial_of, prefilled, still_to_log, taken
from contacts.forms.itemfiles import with_all_files
from contacts.forms.refusals import REFUSED, explain
from contacts.forms.twice import apart
from contacts.forms.unsaved import as_sent, numbered, sent_pairs, unjudged
from contacts.models import ContactPoint, Unsaved, with_begun, with_requests
from contacts.sending import log_once
from contacts.views.audience import after_saving
from crm.doors import AuthedRequest, visible_or_404
from crm.layout import screen_of
from crm.models import User, uuid7


@require_http_methods(["GET", "HEAD", "POST"])
def contact_new(request: AuthedRequest) -> HttpResponse:
    if request.method != "POST":
        return _resumed(request) if "resume" in request.GET else _blank(request)
    data, refused = with_all_files(request)
    form = ContactForm(data, viewer=request.user, initial={}, refused=refused, device=_screen(request))
    if "open" in request.POST:  # from the short form, with what was entered there
        return form_page(request, unjudged(form))
    return registered(request, form) or form_page(request, form, status=422)


def registered(request: AuthedRequest, form: ContactForm) -> HttpResponse | None:
    """Log what the form says and answer; None if it has to be gone over. A device that kept a record for later wants JSON."""
    background = request.headers.get("Accept") == "application/json"
    if form.is_valid():
        said = form.cleaned_data
        draft, now = "draft" in request.POST, timezone.now()
        try:
            sender: dict[str, Any] = {
                "owner": said["owner"],
                "recorder": request.user,
                "contact_id": said["contact_id"],
                "known": _knows(request),
            }
            contact, is_new = log_once(entry=form.entry(), now=now, draft=draft, **sender)
        except REFUSED as error:
            explain(form, error, request.user)
        else:
            twice = None if is_new else _sent_twice(request, form, contact, background=background)
            if not twice:
                _forget_said(request, contact.pk)
            url = after_saving(request.user, contact, rescoped=is_new and not draft)
            if twice or background:
                return twice or JsonResponse({"url": url}, status=201 if is_new else 200)
            _say_saved(request, contact, told=len(form.entry().recipients()), is_new=is_new, newly=True)
            return redirect(url)
    first = next((str(texts[0]) for texts in form.errors.values()), "")
    return JsonResponse({"message": first}, status=422) if background else None


def _sent_twice(request: AuthedRequest, form: ContactForm, contact: ContactPoint, *, background: bool) -> HttpResponse | None:
    """The record stood already. The same words again need no answer of their own; others, from another device, are kept and shown."""
    sent: Any = form.data
    current = changeable(request.user, contact.pk)
    if current is None:
        return _sent_too_late(request, contact.pk, sent, background=background)
    mine, found = apart(sent, current, request.user, _screen(request))
    if not found:
        return None
    row = _keep_beside(request, contact, sent)
    if background:
        kept = {"url": f"{reverse('contacts:edit', args=[contact.pk])}?resume=1"} if row else {}
        return JsonResponse({"message": _("This record was saved already, with other words."), **kept}, status=409)
    more = {"known": row.version} if row else {}
    return _conflict(request, current, mine.data, differences=found, twice=True, **more)


def _sent_too_late(request: AuthedRequest, record: UUID, sent: QueryDict, *, background: bool = False, status: int = 422) -> HttpResponse:
    """The record lies in the bin, or is out of its author's hands: what was typed can become another one."""
    text = _("This record was saved before and can no longer be changed. Your text is below; registering it makes a new record.")
    if background:
        return JsonResponse({"message": text}, status=409)
    new, sent = uuid7(), sent.copy()
    sent["contact_id"], sent["version"] = str(new), ""
    row = readdress_unsaved(user=request.user, record=record, to=new, known=_knows(request))
    form = ContactForm(sent, viewer=request.user, initial={}, device=_screen(request))
    form.add_error(None, text)
    return form_page(request, form, status=status, known=row.version if row else 0, was=record)


def changeable(viewer: User, record: UUID) -> ContactPoint | None:
    """Return a record with all that its form shows, None if the viewer may not change it."""
    rows = ContactPoint.objects.editable_by(viewer).with_surroundings(viewer)
    return with_requests(rows, viewer).filter(pk=record).first()


def _keep_beside(request: AuthedRequest, contact: ContactPoint, sent: QueryDict) -> Unsaved | None:
    """Keep it without a version: whoever takes it up later sees the record first. None: the page, or the device, has to keep it."""
    viewer, knows = request.user, _knows(request)
    row = Unsaved.objects.visible_to(viewer).filter(record=contact.pk).first()
    known = row.version if row and row.page in knows.pages else knows.version
    typed = [(name, "" if name == "version" else value) for name, value in sent_pairs(sent)]
    kept: dict[str, Any] = {"typed": typed, "is_new": False, "known": known, "device": device_of(request.headers.get("User-Agent", ""))}
    try:
        return keep_unsaved(user=viewer, record=contact.pk, page=next(iter(knows.pages), ""), now=timezone.now(), **kept)
    except (StaleVersion, TooMuchTyped, TooManyForms):
        return None


def _forget_said(request: AuthedRequest, record: UUID) -> None:
    """Forget what is kept beside a record that was just saved if that says all of it. What another device typed on is kept, and offered."""
    row = Unsaved.objects.visible_to(request.user).filter(record=record).first()
    current = changeable(request.user, record) if row else None
    if row is None or current is None:
        return
    # What the page knew of was begun again after it was sent.
    if _knows(request).knows(row) or not apart(as_sent(row.typed), current, request.user, _screen(request))[1]:
        forget_unsaved(user=request.user, record=record, version=row.version)


def _blank(request: AuthedRequest) -> HttpResponse:
    viewer, asked = request.user, request.GET.get("appointment")
    initial = prefilled(request.GET, viewer, timezone.localdate())
    if asked and initial.get("appointment"):
        made = ContactPoint.objects.visible_to(viewer).filter(appointment=initial["appointment"]).order_by("-state", "pk").first()
        if made:
            messages.info(request, _("A record has already been made from this appointment. Here it is."))
            return redirect("contacts:detail", contact=made.pk)
    form = ContactForm(viewer=viewer, initial=initial, device=_screen(request))
    if request.GET:
        return form_page(request, form)
    before = Unsaved.objects.visible_to(viewer).filter(is_new=True).newest_first().first()
    return form_page(request, form, today=still_to_log(viewer, timezone.localtime()), before=before)


def _resumed(request: AuthedRequest) -> HttpResponse:
    """Go on with what was typed. What the server has not got may still be on the device: the page looks there."""
    try:
        record = UUID(request.GET["resume"])
    except ValueError:
        return redirect("contacts:new")
    if ContactPoint.objects.editable_by(request.user).filter(pk=record).exists():
        return redirect(f"{reverse('contacts:edit', args=[record])}?resume=1")
    row = Unsaved.objects.visible_to(request.user).filter(record=record).first()
    if row is None:
        initial = prefilled({}, request.user, timezone.localdate()) | {"contact_id": record}
        form = ContactForm(viewer=request.user, initial=initial, device=_screen(request))
    else:
        form = unjudged(ContactForm(as_sent(row.typed), viewer=request.user, initial={}, device=_screen(request)))
    return form_page(request, form, known=row.version if row else 0, resumed=True, record=record)


@require_http_methods(["GET", "HEAD", "POST"])
def contact_edit(request: AuthedRequest, contact: UUID) -> HttpResponse:
    rows = ContactPoint.objects.editable_by(request.user).with_surroundings(request.user)
    rows = with_begun(with_requests(rows, request.user), request.user)
    if request.method == "POST" and "date" in request.POST and not rows.filter(pk=contact).exists():
        return _sent_too_late(request, contact, with_all_files(request)[0], status=404)
    record = visible_or_404(rows, contact)
    if request.method != "POST":
        return _opened(request, record)
    if "take" in request.POST:
        return _conflict(request, record, taken(request.POST, request.POST["take"], record, request.user))
    data, refused = with_all_files(request)
    standing = {"initial": initial_of(record, request.user), "contact": record}
    form = ContactForm(data, viewer=request.user, **standing, refused=refused, device=_screen(request))
    if form.is_valid():
        now = timezone.now()
        try:
            changed = change_contact(
                by=request.user,
                contact=record,
                version=form.cleaned_data["version"] or 0,
                entry=form.entry(),
                now=now,
                register="draft" not in request.POST,
                known=_knows(request),
            )
        except StaleVersion:
            return _overtaken(request, visible_or_404(rows, contact), data)
        except REFUSED as error:
            explain(form, error, request.user)
        else:
            _forget_said(request, contact)
            told, newly = changed.recipients.filter(notified_at=now).count(), changed.registered_at == now
            return _changed(
                request,
                changed,
                newly=newly,
                told=told,
                rescoped=record.state == ContactPoint.State.DRAFT or changed.scope_id != record.scope_id,
            )
    return form_page(request, form, status=422)


def _opened(request: AuthedRequest, record: Any) -> HttpResponse:
    """Show the record in the form, or on demand what was typed into it and not saved."""
    viewer = request.user
    row = begun_of(record, viewer)
    resumed = "resume" in request.GET
    if row and resumed and apart_from(row, record.version):
        mine, found = apart(as_sent(row.typed), record, viewer, _screen(request))
        shown: dict[str, Any] = {"differences": found, "twice": True, "other": row, "known": row.version, "resumed": True}
        return _conflict(request, record, mine.data, status=200, **shown)
    typed = as_sent(row.typed) if row and resumed else None
    form = ContactForm(typed, viewer=viewer, initial=initial_of(record, viewer), contact=record, device=_screen(request))
    if row and resumed:
        return form_page(request, unjudged(form), known=row.version, resumed=True)
    return form_page(request, form, before=row, beside=row and apart_from(row, record.version), resumed=resumed)


def _overtaken(request: AuthedRequest, current: ContactPoint, sent: QueryDict) -> HttpResponse:
    """The record was saved in between. If it says the same now, there is nothing to ask: the button was pressed twice."""
    mine, found = apart(sent, current, request.user, _screen(request))
    if found or not mine.is_valid() or (current.state == ContactPoint.State.DRAFT and "draft" not in sent):
        return _conflict(request, current, mine.data, differences=found)
    _forget_said(request, current.pk)
    _say_saved(request, current, told=0, is_new=False)
    return redirect("contacts:detail", contact=current.pk)


def _changed(request: AuthedRequest, record: ContactPoint, *, newly: bool, told: int, rescoped: bool) -> HttpResponse:
    _say_saved(request, record, told=told, newly=newly)
    # The change may have hidden it from its sender.
    seen = ContactPoint.objects.visible_to(request.user).filter(pk=record.pk).exists()
    return redirect(after_saving(request.user, record, rescoped=rescoped)) if seen else redirect("contacts:list")


def _conflict(request: AuthedRequest, current: ContactPoint, sent: Any, *, status: int = 409, **more: Any) -> HttpResponse:
    """Show my text with the current one beside it; the next save is made on the version that is shown."""
    sent = sent.copy()
    sent["version"] = str(current.version)
    form = ContactForm(sent, viewer=request.user, initial=initial_of(current, request.user), contact=current, device=_screen(request))
    form.is_valid()
    if "differences" not in more:
        more["differences"] = differences(form, current, request.user)
    return form_page(request, form, status=status, **{"stale": True, **more})


def _screen(request: AuthedRequest) -> str:
    return screen_of(request.headers.get("User-Agent", ""))


def form_page(
    request: AuthedRequest, form: ContactForm, *, status: int = 200, template: str = "contacts/contact_form.html", **more: Any
) -> HttpResponse:
    """Show a form. known: the version that the server has of what was typed. before: what was typed earlier and waits."""
    plain = {"today": [], "differences": [], "known": _known(request), "before": None, "resumed": False}
    plain |= {"beside": False, "was": "", "take_url": "", "other": None, "twice": False}
    context = {**plain, "form": form, "contact": form.contact, "stale": status == 409, **more}
    context["record"] = numbered(form, more.get("record"))
    return render(request, template, context, status=status)


def _known(request: AuthedRequest) -> int:
    """Return which version of what was typed the page last knew of."""
    sent = request.POST.get("unsaved_version", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0


def _knows(request: AuthedRequest) -> Known:
    return Known(_known(request), pages_of(request.POST.get("unsaved_pages", "")))


def _say_saved(request: AuthedRequest, contact: ContactPoint, *, told: int, is_new: bool = True, newly: bool = False) -> None:
    """Say what happened: registered or kept as a draft, and how many people were told."""
    if not is_new:
        messages.info(request, _("This record had already been saved. Nothing was sent twice."))
    elif contact.state == ContactPoint.State.DRAFT:
        messages.success(request, _("The draft was saved. Nobody has been told."))
    else:
        saved = _("The record was registered.") if newly else _("The record was updated.")
        messages.success(request, f"{saved} {_('Reported to %(count)d people.') % {'count': told}}" if told else saved)
