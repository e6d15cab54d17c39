"""What lies ahead: appointments, the facilities they book and the feeds that show them."""

from schedule.models.appointment import (
    Appointment,
    AppointmentBytes,
    AppointmentGuest,
    AppointmentInfo,
    AppointmentParticipant,
    AppointmentPerson,
    AppointmentUserPermission,
)
from schedule.models.facility import Facility, FacilityBooking
from schedule.models.feed import CalendarFeed, FeedCounter, FeedShell

__all__ = [
    "Appointment",
    "AppointmentBytes",
    "AppointmentGuest",
    "AppointmentInfo",
    "AppointmentParticipant",
    "AppointmentPerson",
    "AppointmentUserPermission",
    "CalendarFeed",
    "Facility",
    "FacilityBooking",
    "FeedCounter",
    "FeedShell",
]
