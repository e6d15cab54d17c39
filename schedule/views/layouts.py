"""The preview of the appointment form for the layout editor."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from crm.doors import AuthedRequest, administrators_only
from crm.layout import APPOINTMENT
from crm.views.layouts import asked_layout, previewed
from schedule.forms import AppointmentForm


@require_POST
@administrators_only
def layout_preview(request: AuthedRequest) -> HttpResponse:
    form = AppointmentForm(viewer=request.user, layout=asked_layout(request, APPOINTMENT))
    return previewed(request, form, appointment=None)
