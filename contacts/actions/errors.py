"""Why a contact record is refused."""

from __future__ import annotations

from contacts.models import ContactPoint


class MetInTheFuture(Exception):
    """The contact is said to have happened later than now."""


class AlreadyFulfilled(Exception):
    """Another record was made from this appointment before; `contact` is that record. The viewer may not see it."""

    def __init__(self, contact: ContactPoint) -> None:
        super().__init__("this appointment has its record")
        self.contact = contact


class NotYourAppointment(Exception):
    """The appointment is unknown to whoever writes the record, or not theirs to change; nobody is told which."""


class NextAlreadyBooked(Exception):
    """The record has a next appointment that still stands."""


class NotToldYet(Exception):
    """Nothing was told to this recipient so far, so there is nothing to tell again."""
