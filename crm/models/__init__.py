"""Who: staff and units, customers, people, deals, choice lists; and what all rooms share."""

from crm.models.activity import Activity
from crm.models.asset import Asset, Contract
from crm.models.choice import Choice, ChoiceList
from crm.models.company import Company, Module
from crm.models.customer import Customer, CustomerAddress, CustomerDepartment, CustomerPhone, CustomerStaff, CustomerUserPermission
from crm.models.deal import Deal, DealUserPermission
from crm.models.ids import uuid7
from crm.models.info import CollectedInfo, CollectedInfoUserPermission
from crm.models.item import FieldDefinition, FormLayout, Target
from crm.models.journal import AccessEntry, AuditEntry
from crm.models.outbox import Heartbeat, NumberSequence, Outbox
from crm.models.person import Person
from crm.models.plan import AccountPlan, AccountPlanUserPermission, PlanAction, PlanTarget
from crm.models.scope import ScopeGroupPermission, ScopeUserPermission, VisibilityScope
from crm.models.staff import Delegation, Membership, OrgUnit, StaffGroup, User
from crm.models.token import ApiToken

__all__ = [
    "AccessEntry",
    "AccountPlan",
    "AccountPlanUserPermission",
    "Activity",
    "ApiToken",
    "Asset",
    "AuditEntry",
    "Choice",
    "ChoiceList",
    "CollectedInfo",
    "CollectedInfoUserPermission",
    "Company",
    "Contract",
    "Customer",
    "CustomerAddress",
    "CustomerDepartment",
    "CustomerPhone",
    "CustomerStaff",
    "CustomerUserPermission",
    "Deal",
    "DealUserPermission",
    "Delegation",
    "FieldDefinition",
    "FormLayout",
    "Heartbeat",
    "Membership",
    "Module",
    "NumberSequence",
    "OrgUnit",
    "Outbox",
    "Person",
    "PlanAction",
    "PlanTarget",
    "ScopeGroupPermission",
    "ScopeUserPermission",
    "StaffGroup",
    "Target",
    "User",
    "VisibilityScope",
    "uuid7",
]
