"""How the rows of this room tell their changes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.changes.lines import Shown
from crm.changes.parts import NamedPart, WordsPart
from crm.models import AccountPlan, Asset, CollectedInfo, Contract, Customer, CustomerStaff, Deal, Person

CUSTOMER = Shown(
    Customer,
    parts={
        "phones": WordsPart(_("Phones")),
        "addresses": WordsPart(_("Addresses")),
        "departments": WordsPart(_("Departments")),
        "staff": NamedPart(_("Account staff"), ["crm.User"], dict(CustomerStaff.Role.choices)),
    },
)
PERSON = Shown(Person)
DEAL = Shown(Deal)
ASSET = Shown(Asset)
CONTRACT = Shown(Contract)
PLAN = Shown(
    AccountPlan,
    parts={
        "targets": NamedPart(_("Target customers"), ["crm.Customer"], unit=_("planned")),
        "actions": WordsPart(pgettext_lazy("plan", "Actions")),
    },
)
INFO = Shown(CollectedInfo)
