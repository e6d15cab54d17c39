"""Where a choice stands: every foreign key to the table of choices, found by looking, so that a new one cannot be forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import IntegerField, Model, Q, Subquery
from django.utils.translation import gettext as _

from crm.items.values import CHOSEN, Type
from crm.models import Choice, FieldDefinition
from crm.paging import COUNT_CAP
from crm.visibility import house_eyes

WHY = "how often a word is used is nobody's secret; the rows themselves are not shown"


@dataclass(frozen=True)
class Use:
    """How many rows of one kind bear a choice, counted up to a cap."""

    label: str
    count: int

    @property
    def is_capped(self) -> bool:
        return self.count > COUNT_CAP

    @property
    def shown(self) -> int:
        return min(self.count, COUNT_CAP)


class _Capped(Subquery):
    """Counts the rows of a subquery that has a limit."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) capped)"
    output_field = IntegerField()


def columns() -> Iterator[tuple[type[Model], str]]:
    """Return model and name of each foreign key that bears a choice, choices below another among them."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.is_relation and field.related_model is Choice and field.name != "merged_into":
                yield model, field.name


def items(choice: Choice) -> Iterator[tuple[FieldDefinition, type[Model], Q]]:
    """Return the company's own items whose values may name a choice, a model that bears them, and which of its rows do."""
    holders = [model for model in apps.get_models() if hasattr(model, "items_target") and not model._meta.abstract]
    for item in FieldDefinition.objects.filter(choice_list=choice.list_id, type__in=CHOSEN).order_by("pk"):
        for model in holders:
            if model.items_target == item.target:
                # Several checked boxes are a list of keys; SQLite cannot look into one, so its text is looked at.
                several = Q(**{f"custom__{item.code}__regex": f"(^|[^0-9]){choice.pk}([^0-9]|$)"})
                yield item, model, several if item.type == Type.MULTI_CHECK else Q(**{f"custom__{item.code}": choice.pk})


def uses(choice: Choice) -> list[Use]:
    """Return where a choice is used, most first, over all rows of the house: one query counts whatever there is."""
    bearing = [(model, Q(**{name: choice.pk})) for model, name in columns()] + [(model, where) for _item, model, where in items(choice)]
    counted: dict[str, Any] = {
        f"n{place}": _Capped(model._base_manager.filter(where).order_by().values("pk")[: COUNT_CAP + 1])
        for place, (model, where) in enumerate(bearing)
    }
    with house_eyes(WHY):
        counts = Choice.objects.filter(pk=choice.pk).values_list(*counted.values()).first() or ()
    by_label: dict[str, int] = {}
    for (model, _where), count in zip(bearing, counts, strict=False):
        label = _("Choices below it") if model is Choice else str(model._meta.verbose_name)
        by_label[label] = by_label.get(label, 0) + count
    return sorted((Use(label, count) for label, count in by_label.items() if count), key=lambda use: -use.count)


def is_used(choice: Choice) -> bool:
    """Tell whether any row bears the choice, or another was merged into it."""
    return Choice.objects.filter(merged_into=choice).exists() or bool(uses(choice))
