"""Why a file is not taken. What people are told stands in contacts/forms/files.py."""

from __future__ import annotations


class Fault(Exception):
    """A file that cannot be taken as it is."""


class EmptyFile(Fault):
    """There is nothing in it, as when a phone has not yet fetched it from its cloud."""


class TooLarge(Fault):
    """The file is larger than the company allows. limit: MB."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} MB")
        self.limit = limit


class NotAccepted(Fault):
    """Nobody attaches such a file to a record: a program, or something unknown. suffix: without the dot."""

    def __init__(self, suffix: str) -> None:
        super().__init__(f"a file of the kind {suffix!r}")
        self.suffix = suffix


class NotWhatItSays(Fault):
    """The content is not of the kind that the name says: renamed, or broken from its first bytes."""

    def __init__(self, suffix: str) -> None:
        super().__init__(f"the content is no {suffix!r}")
        self.suffix = suffix


class BrokenPicture(Fault):
    """The picture ends too early, or no decoder understands it."""


class TooManyPixels(Fault):
    """The picture would not fit into memory. limit: millions of pixels."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} million pixels")
        self.limit = limit


class NoRoom(Fault):
    """The disk is full."""


class NotStored(Fault):
    """The storage did not take it; later it may."""
