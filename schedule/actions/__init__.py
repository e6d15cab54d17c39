"""What may be done in this room: appointments, and the links that calendars subscribe to."""

from schedule.actions.appointments import (
    NotOpen,
    book,
    cancel,
    change_appointment,
    change_audience,
    delete_appointment,
    fulfil,
    move,
    reopen,
    restore_appointment,
)
from schedule.actions.links import MOST_FEEDS, TooManyFeeds, add_feed, note_shown, note_use, revoke_feed
from schedule.bookings import FacilityTaken
from schedule.entry import AppointmentEntry, EndsBeforeStart, NotWholeDays, TooLong

__all__ = [
    "MOST_FEEDS",
    "AppointmentEntry",
    "EndsBeforeStart",
    "FacilityTaken",
    "NotOpen",
    "NotWholeDays",
    "TooLong",
    "TooManyFeeds",
    "add_feed",
    "book",
    "cancel",
    "change_appointment",
    "change_audience",
    "delete_appointment",
    "fulfil",
    "move",
    "note_shown",
    "note_use",
    "reopen",
    "restore_appointment",
    "revoke_feed",
]
