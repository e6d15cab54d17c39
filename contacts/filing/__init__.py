"""What a file is and what of it is kept: names, kinds by content, pictures, positions. Pure: no database, no storage, no HTTP."""

from contacts.filing.faults import BrokenPicture, EmptyFile, Fault, NoRoom, NotAccepted, NotStored, NotWhatItSays, TooLarge, TooManyPixels
from contacts.filing.kinds import Kind, kind_of, served_as
from contacts.filing.names import clean_name
from contacts.filing.pictures import Looks, looks_of
from contacts.filing.positions import forget_positions

__all__ = [
    "BrokenPicture",
    "EmptyFile",
    "Fault",
    "Kind",
    "Looks",
    "NoRoom",
    "NotAccepted",
    "NotStored",
    "NotWhatItSays",
    "TooLarge",
    "TooManyPixels",
    "clean_name",
    "forget_positions",
    "kind_of",
    "looks_of",
    "served_as",
]
