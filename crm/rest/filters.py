"""Filters of the API. What may be asked is a written list; an unknown parameter is refused (see views)."""

from __future__ import annotations

from typing import Any

import django_filters
from rest_framework.exceptions import ValidationError

from crm.japanese import terms
from crm.serializerfields import DateTimeField


class VisibleFilter(django_filters.UUIDFilter):
    """Narrow down to the rows of one customer, person or deal; a hidden one has as many rows as an unknown one: none."""

    def __init__(self, model: Any, *args: Any, **options: Any) -> None:
        self.of = model
        super().__init__(*args, **options)

    def filter(self, rows: Any, value: Any) -> Any:
        if not value:
            return rows
        seen = self.of.objects.visible_to(self.parent.request.user).filter(pk=value)
        return rows.filter(**{f"{self.field_name}__in": seen.values("pk")})


class WordsFilter(django_filters.CharFilter):
    """?q=: rows whose names, readings, codes and phones hold every word."""

    def filter(self, rows: Any, value: str) -> Any:
        return rows.matching(terms(value)) if value else rows


class KeyFilter(django_filters.CharFilter):
    """Narrow down by a running key. Plain digits only: int() would take full-width ones, and any length."""

    def filter(self, rows: Any, value: str) -> Any:
        if not value:
            return rows
        if not (value.isascii() and value.isdigit() and len(value) < 19):
            return rows.none()
        return rows.filter(**{self.field_name: int(value)})


class SinceFilter(django_filters.CharFilter):
    """Narrow down to rows changed at or after a moment, ISO 8601; years beyond the calendar are refused with a word."""

    def filter(self, rows: Any, value: str) -> Any:
        if not value:
            return rows
        try:
            since = DateTimeField().run_validation(value)
        except ValidationError as error:
            raise ValidationError({"changed_since": error.detail}) from error
        return rows.filter(**{f"{self.field_name}__gte": since})
