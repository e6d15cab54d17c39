"""Filters of the API. What may be asked is a written list; an unknown parameter is refused (see views)."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from crm.japanese import terms
from crm.serializerfields import DateField, DateTimeField


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


class DaysFilter(django_filters.CharFilter):
    """Narrow down to what happens within a number of days; the FilterSet's within(rows, days) says what counts."""

    def __init__(self, *args: Any, most: int, **options: Any) -> None:
        self.most = most
        super().__init__(*args, **options)

    def filter(self, rows: Any, value: str) -> Any:
        if not value:
            return rows
        # int() would take full-width digits too; an address has one writing.
        if not (value.isascii() and value.isdigit() and len(value) < 5 and int(value) <= self.most):
            raise ValidationError({self.field_name: [_("Enter a number from 0 to %(limit)s.") % {"limit": self.most}]})
        return self.parent.within(rows, int(value))


class DayFilter(django_filters.CharFilter):
    """Narrow down by a day, ISO 8601; years beyond the calendar are refused with a word."""

    def filter(self, rows: Any, value: str) -> Any:
        if not value:
            return rows
        try:
            day = DateField().run_validation(value)
        except ValidationError as error:
            raise ValidationError({self.field_name: error.detail}) from error
        return rows.filter(**{f"{self.field_name}__{self.lookup_expr}": day})
