"""The API of this room: customers, people, deals; who works here, the choice lists, and oneself."""

from crm.api.customers import CustomerViewSet, DealViewSet, PersonViewSet
from crm.api.staff import ChoiceViewSet, MeView, UnitViewSet, UserViewSet

__all__ = ["ChoiceViewSet", "CustomerViewSet", "DealViewSet", "MeView", "PersonViewSet", "UnitViewSet", "UserViewSet"]
