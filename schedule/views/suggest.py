"""Type-ahead for appointments that stand and lie ahead."""

from __future__ import annotations

from uuid import UUID

from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from crm.doors import AuthedRequest, throttled
from crm.models import Customer
from crm.templatetags.japanese import day, moment
from crm.views.suggest import MOST, SUGGESTIONS_PER_MINUTE, answer, line
from schedule.models import Appointment


@require_safe
@throttled("suggest", per_minute=SUGGESTIONS_PER_MINUTE)
def appointment_suggest(request: AuthedRequest) -> JsonResponse:
    """Offer the customer's next appointments, without a customer one's own; words are looked for in their titles."""
    rows = Appointment.objects.visible_to(request.user).ahead(timezone.now())
    try:
        customer = UUID(request.GET.get("customer", ""))
    except ValueError:
        rows = rows.filter(owner=request.user)
    else:
        rows = rows.filter(customer__in=Customer.objects.visible_to(request.user).filter(pk=customer).values("pk"))
    if words := request.GET.get("q", "").replace("\0", "").strip():
        rows = rows.filter(summary_note__icontains=words[:100])
    found = rows.with_faces(request.user)[:MOST]
    return answer(
        [line(row.pk, f"{(day if row.all_day else moment)(row.starts_at)} {row}", str(row.customer or ""), str(row.owner)) for row in found]
    )
