"""What may be done in this room: appointments, and the links that calendars subscribe to."""

from schedule.actions.appointments import NotOpen, book, cancel, change_appointment, delete, fulfil, move, reopen, restore
from schedule.actions.feeds import TooManyFeeds, add_feed, note_use, revoke_feed
from schedule.entry import AppointmentEntry, EndsBeforeStart, NotWholeDays, TooLong

__all__ = [
    "AppointmentEntry",
    "EndsBeforeStart",
    "NotOpen",
    "NotWholeDays",
    "TooLong",
    "TooManyFeeds",
    "add_feed",
    "book",
    "cancel",
    "change_appointment",
    "delete",
    "fulfil",
    "move",
    "note_use",
    "reopen",
    "restore",
    "revoke_feed",
]
