"""What the collections of this room do alike: list, read, add, change, retire and restore rows."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crm import journal
from crm.rest.filters import SinceFilter, WordsFilter
from crm.rest.views import RoomViewSet, created
from crm.visibility import GuardedQuerySet


class RowFilter(django_filters.FilterSet):
    q = WordsFilter(label="Words in names, readings, codes and phones.")
    retired = django_filters.BooleanFilter(
        field_name="retired_at", lookup_expr="isnull", exclude=True, label="Only retired rows, or only others."
    )
    changed_since = SinceFilter(field_name="updated_at", label="Changed at or after this moment, ISO 8601.")


class RowViewSet(RoomViewSet):
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
