"""Searching by name, reading, code and phone, the same way for customers, people, deals and staff."""

from __future__ import annotations

from typing import Any, Self

from django.db.models import Case, IntegerField, Q, Value, When


class Searched:
    """For QuerySets of models with a `search_text` made by japanese.searchable()."""

    def matching(self, words: list[str]) -> Self:
        """Narrow down to rows whose names, readings, codes and phones hold every folded word (see japanese.terms)."""
        rows: Any = self
        for word in words:
            rows = rows.filter(search_text__contains=word)
        return rows

    def best_first(self, words: list[str], *then: Any) -> Self:
        """Put what begins like the first word on top, then what has a name, code or phone beginning so, then the rest."""
        rows: Any = self
        if not words:
            return rows.order_by(*then)
        begins, part_begins = Q(search_text__startswith=words[0]), Q(search_text__contains=f" {words[0]}")
        fit = Case(When(begins, then=Value(0)), When(part_begins, then=Value(1)), default=Value(2), output_field=IntegerField())
        return rows.order_by(fit, *then)
