"""The preview of the record form for the layout editor."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from contacts.forms import ContactForm, prefilled
from crm.doors import AuthedRequest, administrators_only
from crm.models import Target
from crm.views.layouts import asked_layout, previewed


@require_POST
@administrators_only
def layout_preview(request: AuthedRequest) -> HttpResponse:
    layout = asked_layout(request, Target.CONTACT)
    form = ContactForm(viewer=request.user, initial=prefilled({}, request.user, timezone.localdate()), layout=layout)
    return previewed(request, form, contact=None)
