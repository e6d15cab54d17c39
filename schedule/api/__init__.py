"""The API of this room: appointments, facilities and calendar links."""

from schedule.api.appointments import GONE_FROM_SIGHT, AppointmentViewSet, answered, carried_over
from schedule.api.facilities import FacilityViewSet
from schedule.api.feeds import FeedViewSet
from schedule.api.rows import FacilityRows, VisibleRows

__all__ = [
    "GONE_FROM_SIGHT",
    "AppointmentViewSet",
    "FacilityRows",
    "FacilityViewSet",
    "FeedViewSet",
    "VisibleRows",
    "answered",
    "carried_over",
]
