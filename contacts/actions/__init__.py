"""What may be done with contact records: log, change, delete, read, answer, tell again."""

from contacts.actions.errors import AlreadyFulfilled, MetInTheFuture, NextAlreadyBooked, NotToldYet, NotYourAppointment
from contacts.actions.keeping import delete_contact, restore_contact
from contacts.actions.reading import confirm, mark_read, reply, send_again
from contacts.actions.writing import change_contact, log_contact
from contacts.entry import ContactEntry, ExpenseLine, NextEntry
from crm.actions import DealElsewhere, IdTaken, NotDelegated, PersonElsewhere, StaleVersion

__all__ = [
    "AlreadyFulfilled",
    "ContactEntry",
    "DealElsewhere",
    "ExpenseLine",
    "IdTaken",
    "MetInTheFuture",
    "NextAlreadyBooked",
    "NextEntry",
    "NotDelegated",
    "NotToldYet",
    "NotYourAppointment",
    "PersonElsewhere",
    "StaleVersion",
    "change_contact",
    "confirm",
    "delete_contact",
    "log_contact",
    "mark_read",
    "reply",
    "restore_contact",
    "send_again",
]
