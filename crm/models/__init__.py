"""Who: staff and units, customers, people, deals, choice lists; and what all rooms share."""

from crm.models.activity import Activity
from crm.models.choice import Choice, ChoiceList
from crm.models.customer import Customer, CustomerAddress, CustomerDepartment, CustomerPhone, CustomerStaff, CustomerUserPermission
from crm.models.deal import Deal, DealUserPermission
from crm.models.ids import uuid7
from crm.models.journal import AccessEntry, AuditEntry
from crm.models.outbox import Heartbeat, NumberSequence, Outbox
from crm.models.person import Person
from crm.models.scope import ScopeGroupPermission, ScopeUserPermission, VisibilityScope
from crm.models.staff import Delegation, Membership, OrgUnit, StaffGroup, User
from crm.models.token import ApiToken

__all__ = [
    "AccessEntry",
    "Activity",
    "ApiToken",
    "AuditEntry",
    "Choice",
    "ChoiceList",
    "Customer",
    "CustomerAddress",
    "CustomerDepartment",
    "CustomerPhone",
    "CustomerStaff",
    "CustomerUserPermission",
    "Deal",
    "DealUserPermission",
    "Delegation",
    "Heartbeat",
    "Membership",
    "NumberSequence",
    "OrgUnit",
    "Outbox",
    "Person",
    "ScopeGroupPermission",
    "ScopeUserPermission",
    "StaffGroup",
    "User",
    "VisibilityScope",
    "uuid7",
]
