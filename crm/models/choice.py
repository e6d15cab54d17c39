"""Choice lists (選択肢マスタ): the words a company uses, in two languages, with a closed meaning behind some of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Case, F, Q, Value, When, Window
from django.db.models.functions import RowNumber
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crm.japanese import fold

MOST_FOUND = 1_000


class ChoiceListQuerySet(models.QuerySet["ChoiceList"]):
    def with_counts(self) -> Self:
        """Count the choices offered."""
        return self.annotate(offered=models.Count("choices", filter=models.Q(choices__retired_at=None)))


class ChoiceList(models.Model):
    """A list such as contact methods (対応形態) or results (結果)."""

    code = models.SlugField(max_length=40, unique=True)
    name_ja = models.CharField(_("Japanese name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80)
    levels = models.PositiveSmallIntegerField(default=1)
    place = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar[Any] = ChoiceListQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" else self.name_ja


class ChoiceQuerySet(models.QuerySet["Choice"]):
    def of(self, code: str) -> Self:
        return self.filter(list__code=code)

    def offered(self) -> Self:
        """Return those that may be chosen anew; retired ones stay readable on old records."""
        return self.filter(retired_at=None)

    def in_order(self) -> Self:
        return self.order_by("place", "pk")

    def matching(self, words: list[str]) -> Self:
        """Narrow down to options whose names hold every folded word. The longest lists have thousands: folding them here spares a column."""
        named = self.order_by("place", "pk").values_list("pk", "name_ja", "name_en")
        found = [pk for pk, *names in named if all(word in fold(" ".join(names)) for word in words)]
        return self.filter(pk__in=found[:MOST_FOUND])

    def first_of(self, lists: Iterable[str], most: int, *, besides: Iterable[int] = ()) -> Self:
        """Return the first offered options of each level of these lists, at most so many, and those named by key, with one query."""
        named = Q(pk__in=list(besides))
        place = Window(
            RowNumber(),
            partition_by=[F("list"), Case(When(parent=None, then=Value(1)), default=Value(2))],
            order_by=[F("retired_at").asc(nulls_first=True), F("place"), F("pk")],
        )
        rows = self.filter(Q(retired_at=None) | named, list__code__in=list(lists)).annotate(nth=place)
        return rows.filter(Q(nth__lte=most) | named).select_related("list", "merged_into").order_by("place", "pk")

    def in_levels(self) -> list[tuple[Choice, list[Choice]]]:
        """Return the first level in order, each with the second level below it."""
        rows = list(self.in_order())
        return [(row, [below for below in rows if below.parent_id == row.pk]) for row in rows if row.parent_id is None]


class Choice(models.Model):
    """One option of a list. `semantic` is a closed code that the program may rely on; the words are the company's own."""

    list = models.ForeignKey(ChoiceList, on_delete=models.CASCADE, related_name="choices")
    code = models.SlugField(max_length=40)
    name_ja = models.CharField(_("Japanese name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("Upper level")
    )
    semantic = models.CharField(_("Meaning"), max_length=20, blank=True)
    place = models.PositiveIntegerField(_("Order"), default=0)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+")

    objects: ClassVar[Any] = ChoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("Choice")
        constraints = [models.UniqueConstraint(fields=["list", "code"], name="choice_code_once_per_list")]
        indexes = [models.Index(fields=["list", "place", "id"], name="choices_in_order")]

    def __str__(self) -> str:
        return (get_language() == "en" and self.name_en) or self.name_ja
