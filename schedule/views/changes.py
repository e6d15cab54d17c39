"""The history of changes of one appointment."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from crm.changes.page import changes_page
from crm.doors import AuthedRequest, visible_or_404
from schedule.changes import SHOWN
from schedule.models import Appointment


@require_safe
def appointment_changes(request: AuthedRequest, appointment: UUID) -> HttpResponse:
    row = visible_or_404(Appointment.objects.visible_to(request.user).select_related("summary"), appointment)
    may_edit = Appointment.objects.editable_by(request.user).filter(pk=row.pk).exists()
    back = reverse("schedule:detail", args=[row.pk])
    return changes_page(request, row, SHOWN, back=back, title=str(row), hide=set() if may_edit else {"scope"})
