"""Collections of customers, people and deals."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view

from crm.actions import customers
from crm.api.rows import RowFilter, RowViewSet
from crm.api.serializers import CustomerSerializer, DealSerializer, PersonSerializer
from crm.audience import Audience
from crm.forms.search import address_words
from crm.japanese import clean_phone, to_kana
from crm.models import Customer, Deal, Module, Person
from crm.rest.filters import KeyFilter, VisibleFilter

LONGEST = 200


class CustomerFilter(RowFilter):
    type = django_filters.ChoiceFilter(choices=Customer.Type.choices)
    kind = django_filters.ChoiceFilter(choices=Customer.Kind.choices)
    code = django_filters.CharFilter()
    kana = django_filters.CharFilter(method="by_kana", label="Part of the reading, in any kana.")
    phone = django_filters.CharFilter(method="by_phone", label="Part of one of the phone numbers, in any writing.")
    address = django_filters.CharFilter(method="by_address", label="Words of one address, or its postal code.")
    rank = KeyFilter()
    owner_unit = KeyFilter()

    class Meta:
        model = Customer
        fields: ClassVar[list[str]] = []

    def by_kana(self, rows: Any, _name: str, value: str) -> Any:
        return rows.filter(kana__contains=to_kana(value[:LONGEST]))

    def by_phone(self, rows: Any, _name: str, value: str) -> Any:
        digits = clean_phone(value).digits
        return rows.reached_at(self.request.user, digits) if digits else rows.none()

    def by_address(self, rows: Any, _name: str, value: str) -> Any:
        return rows.at_address(self.request.user, address_words(value[:LONGEST]))


class PersonFilter(RowFilter):
    customer = VisibleFilter(Customer)
    role = KeyFilter()

    class Meta:
        model = Person
        fields: ClassVar[list[str]] = []


class DealFilter(RowFilter):
    customer = VisibleFilter(Customer)
    owner = KeyFilter()
    stage = KeyFilter()

    class Meta:
        model = Deal
        fields: ClassVar[list[str]] = []


WHOLE = {"audience": Audience.whole_company()}


@extend_schema_view(
    list=extend_schema(summary="List customers"),
    retrieve=extend_schema(summary="Read a customer"),
    create=extend_schema(summary="Add a customer"),
    partial_update=extend_schema(summary="Change a customer"),
    retire=extend_schema(summary="Retire a customer"),
    restore=extend_schema(summary="Restore a customer"),
)
class CustomerViewSet(RowViewSet):
    model = Customer
    queryset = Customer._base_manager.none()
    serializer_class = CustomerSerializer
    filterset_class = CustomerFilter
    sorts: ClassVar[dict[str, list[str]]] = {"kana": ["sort_key", "pk"], "changed": ["-updated_at", "-pk"]}

    def add(self, key: Any, said: dict[str, Any]) -> Customer:
        return customers.add_customer(by=self.viewer, customer_id=key, **(WHOLE | said))

    def change(self, row: Customer, version: int, said: dict[str, Any]) -> Customer:
        return customers.change_customer(by=self.viewer, customer=row, version=version, **said)

    def end(self, row: Customer) -> Customer:
        return customers.retire_customer(by=self.viewer, customer=row, now=timezone.now())

    def begin_again(self, row: Customer) -> Customer:
        return customers.restore_customer(by=self.viewer, customer=row, now=timezone.now())


@extend_schema_view(
    list=extend_schema(summary="List contact people"),
    retrieve=extend_schema(summary="Read a contact person"),
    create=extend_schema(summary="Add a contact person"),
    partial_update=extend_schema(summary="Change a contact person"),
    retire=extend_schema(summary="Retire a contact person"),
    restore=extend_schema(summary="Restore a contact person"),
)
class PersonViewSet(RowViewSet):
    model = Person
    queryset = Person._base_manager.none()
    serializer_class = PersonSerializer
    filterset_class = PersonFilter
    sorts: ClassVar[dict[str, list[str]]] = {"kana": ["sort_key", "pk"], "changed": ["-updated_at", "-pk"]}

    def add(self, key: Any, said: dict[str, Any]) -> Person:
        return customers.add_person(by=self.viewer, person_id=key, **said)

    def change(self, row: Person, version: int, said: dict[str, Any]) -> Person:
        return customers.change_person(by=self.viewer, person=row, version=version, **said)

    def end(self, row: Person) -> Person:
        return customers.retire_person(by=self.viewer, person=row, now=timezone.now())

    def begin_again(self, row: Person) -> Person:
        return customers.restore_person(by=self.viewer, person=row, now=timezone.now())


@extend_schema_view(
    list=extend_schema(summary="List deals"),
    retrieve=extend_schema(summary="Read a deal"),
    create=extend_schema(summary="Add a deal"),
    partial_update=extend_schema(summary="Change a deal"),
    retire=extend_schema(summary="Retire a deal"),
    restore=extend_schema(summary="Restore a deal"),
)
class DealViewSet(RowViewSet):
    model = Deal
    module = Module.DEALS
    queryset = Deal._base_manager.none()
    serializer_class = DealSerializer
    filterset_class = DealFilter
    sorts: ClassVar[dict[str, list[str]]] = {"changed": ["-updated_at", "-pk"]}

    def add(self, key: Any, said: dict[str, Any]) -> Deal:
        return customers.add_deal(by=self.viewer, deal_id=key, **(WHOLE | {"owner": self.viewer} | said))

    def change(self, row: Deal, version: int, said: dict[str, Any]) -> Deal:
        return customers.change_deal(by=self.viewer, deal=row, version=version, **said)

    def end(self, row: Deal) -> Deal:
        return customers.retire_deal(by=self.viewer, deal=row, now=timezone.now())

    def begin_again(self, row: Deal) -> Deal:
        return customers.restore_deal(by=self.viewer, deal=row, now=timezone.now())
