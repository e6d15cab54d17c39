"""The choice lists a new installation starts with."""

from __future__ import annotations

from django.db import transaction

from crm.demo.choices import LISTS, ChoiceSeed, ListSeed
from crm.models import Choice, ChoiceList


@transaction.atomic
def offer_first_lists() -> int:
    """Fill the choice lists that hold nothing yet; return how many were filled. What a company has made its own stays."""
    return sum(_fill(seed, place) for place, seed in enumerate(LISTS, start=1))


def _fill(seed: ListSeed, place: int) -> bool:
    names = {"name_ja": seed.name_ja, "name_en": seed.name_en, "levels": seed.levels, "place": place * 10}
    of, _new = ChoiceList.objects.get_or_create(code=seed.code, defaults=names)
    if Choice.objects.filter(list=of).exists():
        return False
    upper = [row for row in seed.choices if not row.parent]
    made = {row.code: row for row in Choice.objects.bulk_create(_rows(of, upper, {}))}
    Choice.objects.bulk_create(_rows(of, [row for row in seed.choices if row.parent], made))
    return True


def _rows(of: ChoiceList, seeds: list[ChoiceSeed], upper: dict[str, Choice]) -> list[Choice]:
    return [
        Choice(
            list=of,
            code=seed.code,
            name_ja=seed.name_ja,
            name_en=seed.name_en,
            semantic=seed.semantic,
            place=seed.order,
            parent=upper.get(seed.parent),
        )
        for seed in seeds
    ]
