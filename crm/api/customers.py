"""Collections of customers, people and deals."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crm import journal
from crm.actions import customers
from crm.api.serializers import CustomerSerializer, DealSerializer, PersonSerializer
from crm.audience import Audience
from crm.models import Customer, Deal, Person
from crm.rest.filters import KeyFilter, SinceFilter, VisibleFilter, WordsFilter
from crm.rest.views import RoomViewSet, created
from crm.visibility import GuardedQuerySet


class _RowFilter(django_filters.FilterSet):
    q = WordsFilter(label="Words in names, readings, codes and phones.")
    retired = django_filters.BooleanFilter(
        field_name="retired_at", lookup_expr="isnull", exclude=True, label="Only retired rows, or only others."
    )
    changed_since = SinceFilter(field_name="updated_at", label="Changed at or after this moment, ISO 8601.")


class CustomerFilter(_RowFilter):
    type = django_filters.ChoiceFilter(choices=Customer.Type.choices)
    kind = django_filters.ChoiceFilter(choices=Customer.Kind.choices)
    code = django_filters.CharFilter()
    rank = KeyFilter()
    owner_unit = KeyFilter()

    class Meta:
        model = Customer
        fields: ClassVar[list[str]] = []


class PersonFilter(_RowFilter):
    customer = VisibleFilter(Customer)
    role = KeyFilter()

    class Meta:
        model = Person
        fields: ClassVar[list[str]] = []


class DealFilter(_RowFilter):
    customer = VisibleFilter(Customer)
    owner = KeyFilter()
    stage = KeyFilter()

    class Meta:
        model = Deal
        fields: ClassVar[list[str]] = []


class _RowViewSet(RoomViewSet):
    """List, read, add, change, retire and restore: what may be done to every row of this room."""

    model: ClassVar[Any]

    def get_queryset(self) -> GuardedQuerySet:
        rows = self.model.objects
        mine = rows.visible_to(self.viewer) if self.action in ("list", "retrieve") else rows.editable_by(self.viewer)
        shown: GuardedQuerySet = mine.for_page(self.viewer)
        return shown

    def list(self, request: Request) -> Response:
        rows = self.filter_queryset(self.get_queryset())
        page = self.paginate_queryset(rows) or []
        if request.query_params.get("q"):
            journal.seen(self.viewer, "search", self.model, rows=len(page))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, pk: Any) -> Response:
        row = self.get_object()
        journal.seen(self.viewer, "view", self.model, row.pk)
        return Response(self.get_serializer(row).data)

    def create(self, request: Request) -> Response:
        said = self.checked()
        said.pop("version", None)
        key = said.pop("id", None)
        before = key is not None and self.model.objects.visible_to(self.viewer).filter(pk=key).exists()
        row = self.add(key, said)
        return created(self.shown(row.pk), is_new=not before)

    def partial_update(self, request: Request, pk: Any) -> Response:
        row = self.get_object()
        said = self.checked(row, partial=True)
        said.pop("id", None)
        version = said.pop("version")
        self.change(row, version, said)
        return Response(self.shown(row.pk))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def retire(self, request: Request, pk: Any) -> Response:
        """Take the row out of lists and choices; records keep it."""
        row = self.end(self.get_object())
        return Response(self.shown(row.pk))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: Any) -> Response:
        """Bring a retired row back."""
        row = self.begin_again(self.get_object())
        return Response(self.shown(row.pk))

    def shown(self, pk: Any) -> Any:
        """Return the row as it stands, unless the change itself has hidden it from the caller."""
        row = self.model.objects.visible_to(self.viewer).for_page(self.viewer).filter(pk=pk).first()
        return self.get_serializer(row).data if row is not None else None

    def add(self, key: Any, said: dict[str, Any]) -> Any:
        raise NotImplementedError

    def change(self, row: Any, version: int, said: dict[str, Any]) -> Any:
        raise NotImplementedError

    def end(self, row: Any) -> Any:
        raise NotImplementedError

    def begin_again(self, row: Any) -> Any:
        raise NotImplementedError


WHOLE = {"audience": Audience.whole_company()}


@extend_schema_view(
    list=extend_schema(summary="List customers"),
    retrieve=extend_schema(summary="Read a customer"),
    create=extend_schema(summary="Add a customer"),
    partial_update=extend_schema(summary="Change a customer"),
    retire=extend_schema(summary="Retire a customer"),
    restore=extend_schema(summary="Restore a customer"),
)
class CustomerViewSet(_RowViewSet):
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
class PersonViewSet(_RowViewSet):
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
class DealViewSet(_RowViewSet):
    model = Deal
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
