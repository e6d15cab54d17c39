"""The API of this room: customers, people, deals, assets, contracts, account plans, information; who works here, the choice lists, and oneself."""

from crm.api.assets import AssetViewSet, ContractViewSet
from crm.api.choices import ChoiceListViewSet, ChoiceViewSet
from crm.api.customers import CustomerViewSet, DealViewSet, PersonViewSet
from crm.api.items import ItemViewSet
from crm.api.plans import InfoViewSet, PlanViewSet
from crm.api.staff import MeView, UnitViewSet, UserViewSet

__all__ = [
    "AssetViewSet",
    "ChoiceListViewSet",
    "ChoiceViewSet",
    "ContractViewSet",
    "CustomerViewSet",
    "DealViewSet",
    "InfoViewSet",
    "ItemViewSet",
    "MeView",
    "PersonViewSet",
    "PlanViewSet",
    "UnitViewSet",
    "UserViewSet",
]
