"""What may be done in this room: one module for each subject. Here stands what the actions of all rooms raise and share."""

from crm.versions import IdTaken, StaleVersion, sent_before, standing

__all__ = ["DealElsewhere", "IdTaken", "NotDelegated", "PersonElsewhere", "StaleVersion", "sent_before", "standing"]


class NotDelegated(Exception):
    """The owner has not let this person enter for them."""


class PersonElsewhere(Exception):
    """The contact person belongs to another customer."""


class DealElsewhere(Exception):
    """The deal belongs to another customer."""
