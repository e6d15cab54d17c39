"""What may be done in this room: one module for each subject. Here stands what the actions of all rooms raise and share."""

from crm.together import (
    AssetElsewhere,
    CategoryElsewhere,
    DealElsewhere,
    DepartmentElsewhere,
    PersonElsewhere,
    check_together,
)
from crm.versions import IdTaken, StaleVersion, sent_before, standing

__all__ = [
    "AssetElsewhere",
    "CategoryElsewhere",
    "DealElsewhere",
    "DepartmentElsewhere",
    "IdTaken",
    "NotAllowed",
    "NotDelegated",
    "PersonElsewhere",
    "StaleVersion",
    "check_together",
    "sent_before",
    "standing",
]


class NotAllowed(Exception):
    """Who may see this is for the people named on it and for administrators to say."""


class NotDelegated(Exception):
    """The owner has not let this person enter for them."""
