"""Forms of this room, and the fields by which the forms of all rooms choose customers, people, deals, staff and audiences."""

from crm.forms.audience import AudienceField
from crm.forms.choosing import (
    CustomerChoice,
    DealChoice,
    ListChoice,
    OwnerField,
    PersonChoice,
    PersonChoices,
    RemoteSelect,
    RemoteSelectMultiple,
    UnitChoice,
    UserChoice,
    UserChoices,
)

__all__ = [
    "AudienceField",
    "CustomerChoice",
    "DealChoice",
    "ListChoice",
    "OwnerField",
    "PersonChoice",
    "PersonChoices",
    "RemoteSelect",
    "RemoteSelectMultiple",
    "UnitChoice",
    "UserChoice",
    "UserChoices",
]
