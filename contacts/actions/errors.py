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


class NotRegistered(Exception):
    """A draft is its writer's alone: nobody comments on it."""


class NotYours(Exception):
    """Only who wrote a comment may change it or take it away."""


class CommentRemoved(Exception):
    """The comment was taken away in the meantime."""


class NotMentionable(Exception):
    """Somebody named in a comment is unknown, or may not read the record; nobody is told which."""


class FileGone(Exception):
    """A file that was to be saved with the record was cleared away, or saved with another one, in the meantime."""


class FileOnRecord(Exception):
    """The file belongs to a record: it goes with a change of that record, not alone."""


class NoSuchText(Exception):
    """The chosen change did not change the record's text."""


class NotForYou(Exception):
    """Only who was asked answers a request, and only who asked calls it off."""


class NotOpenAnyMore(Exception):
    """The request is no longer in the state in which this can be done: somebody was faster."""


class NotInBin(Exception):
    """Only what lies in the bin is deleted for good."""
