"""Files: one comes in at a time, they go out only to those who may see their record."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from contacts.filing import Fault, NoRoom, NotAccepted, NotStored, TooLarge
from contacts.forms.files import sent_but_not_taken, sentence, why
from contacts.models import Attachment
from contacts.serving import answer_file, answer_picture, starts_here
from contacts.uploading import take_in
from crm import journal
from crm.doors import AuthedRequest, throttled, visible_or_404

UPLOADS_PER_MINUTE = 120
STATUS = {TooLarge: 413, NotAccepted: 415, NoRoom: 507, NotStored: 503}


@require_POST
@throttled("upload", per_minute=UPLOADS_PER_MINUTE)
def file_add(request: AuthedRequest) -> HttpResponse:
    upload = request.FILES.get("file")
    for name, fault in sent_but_not_taken(request):
        return _refusal(name, fault)
    if upload is None:
        return JsonResponse({"error": _("No file arrived. Please choose it again.")}, status=400)
    try:
        file = take_in(upload, by=request.user)
    except Fault as fault:
        return _refusal(upload.name or "", fault)
    return render(request, "contacts/_file_row.html", {"file": file, "name": "files"}, status=201)


def _refusal(name: str, fault: Fault) -> HttpResponse:
    return JsonResponse({"error": sentence(name, fault), "why": why(fault)}, status=STATUS.get(type(fault), 422))


@require_safe
def file_download(request: AuthedRequest, file: UUID, name: str) -> HttpResponseBase:
    row = _ready(request, file)
    if starts_here(request):
        journal.seen(request.user, "download", Attachment, row.pk)
    return answer_file(request, row)


@require_safe
def file_preview(request: AuthedRequest, file: UUID) -> HttpResponseBase:
    row = _ready(request, file, preview__gt="")
    return answer_picture(request, row, str(row.preview.name))


@require_safe
def file_thumb(request: AuthedRequest, file: UUID) -> HttpResponseBase:
    row = _ready(request, file, thumb__gt="")
    return answer_picture(request, row, str(row.thumb.name))


def _ready(request: AuthedRequest, file: UUID, **also: str) -> Attachment:
    row: Attachment = visible_or_404(Attachment.objects.visible_to(request.user).ready().filter(**also), file)
    return row
