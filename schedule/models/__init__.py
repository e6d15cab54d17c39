"""What lies ahead: appointments and the feeds that show them."""

from schedule.models.appointment import Appointment, AppointmentBytes, AppointmentParticipant, AppointmentPerson, AppointmentUserPermission
from schedule.models.feed import CalendarFeed, FeedCounter, FeedShell

__all__ = [
    "Appointment",
    "AppointmentBytes",
    "AppointmentParticipant",
    "AppointmentPerson",
    "AppointmentUserPermission",
    "CalendarFeed",
    "FeedCounter",
    "FeedShell",
]
