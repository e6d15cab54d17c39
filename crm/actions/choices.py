"""Choice lists: their options added, named, put in order, moved, retired, merged into one another and taken away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from crm import choiceuse, journal, outbox
from crm.items import forget_items
from crm.models import Choice, ChoiceList, FieldDefinition, User
from crm.visibility import house_eyes

GAP = 10
BATCH = 500
STEPS = {"up": -1, "down": 1, "first": -(2**31), "last": 2**31}


class NotOfThisList(Exception):
    """A choice does not belong to the list, or may not stand below that upper level."""


class StillNeeded(Exception):
    """The last choice that the program relies on for a meaning cannot be retired, merged away or deleted."""


class AlreadyThere(Exception):
    """The list offers a choice of this name at this place already."""


class NotMergeable(Exception):
    """A choice goes into another one that is offered, of its own list and its own level."""


class StillUsed(Exception):
    """Something bears the choice: it can only be retired."""


@transaction.atomic
def add_choice(*, by: User, of: ChoiceList, name_ja: str, name_en: str, parent: Choice | None = None, semantic: str = "") -> Choice:
    """Add an option at the end of its list.

    Raises NotOfThisList if the upper level is not one of the list's first level, AlreadyThere if such a name is offered there.
    """
    if parent:
        _check_parent(of, parent)
    _check_name(of, parent, name_ja)
    ChoiceList.objects.select_for_update().get(pk=of.pk)
    last = Choice.objects.filter(list=of).aggregate(last=Max("place"))["last"] or 0
    choice = Choice.objects.create(
        list=of, code=_free_code(of, name_en), name_ja=name_ja, name_en=name_en, parent=parent, semantic=semantic, place=last + GAP
    )
    journal.record(by, "create", choice, {}, journal.picture(choice))
    return choice


def _check_parent(of: ChoiceList, parent: Choice) -> None:
    if of.levels < 2 or parent.list_id != of.pk or parent.parent_id or parent.retired_at:
        raise NotOfThisList


def _check_name(of: ChoiceList, parent: Choice | None, name_ja: str, but: Choice | None = None) -> None:
    same = Choice.objects.filter(list=of, parent=parent, name_ja=name_ja).offered()
    if (same.exclude(pk=but.pk) if but else same).exists():
        raise AlreadyThere


def _free_code(of: ChoiceList, name: str) -> str:
    base = slugify(name).replace("-", "_")[:30] or "choice"
    taken = set(Choice.objects.filter(list=of, code__startswith=base).values_list("code", flat=True))
    return next(code for number in range(1, len(taken) + 2) if (code := base if number == 1 else f"{base}_{number}") not in taken)


@transaction.atomic
def change_choice(*, by: User, choice: Choice, name_ja: str, name_en: str, parent: Choice | None = None) -> Choice:
    """Change the words of an option, and of the second level the one it stands below; its code and meaning stay.

    Records are found by the new words soon after. parent: None leaves it where it stands.

    Raises AlreadyThere if another one of this name is offered there, NotOfThisList if it may not stand below `parent`.
    """
    standing = Choice.objects.select_for_update().get(pk=choice.pk)
    before, words = journal.picture(standing), (standing.name_ja, standing.name_en)
    rows: dict[str, int] = {}
    choice.name_ja, choice.name_en = name_ja, name_en
    if parent and parent.pk != standing.parent_id:
        rows = _put_below(choice, parent)
    elif name_ja != standing.name_ja:
        _check_name(choice.list, choice.parent, name_ja, but=choice)
    choice.save(update_fields=["name_ja", "name_en", "parent"])
    journal.record(by, "change", choice, before, journal.picture(choice) | ({"rows": rows} if rows else {}))
    if words != (name_ja, name_en):
        _reword(choice)
    return choice


def _put_below(choice: Choice, parent: Choice) -> dict[str, int]:
    """Move an option of the second level below another one of the first; records that bear both follow."""
    if not choice.parent_id:
        raise NotOfThisList
    _check_parent(choice.list, parent)
    _check_name(choice.list, parent, choice.name_ja, but=choice)
    choice.parent = parent
    return _lift(choice)


def _reword(choice: Choice) -> None:
    """Records and calendars hold the word: both are written anew, batch by batch, by a worker."""
    outbox.promise_each([("choice.contacts", choice.pk), ("choice.calendars", choice.pk)])


@transaction.atomic
def reorder_choices(*, by: User, of: ChoiceList, order: Sequence[int]) -> None:
    """Put the options named by their keys in this order, on the places they hold now; all others stay where they are.

    Raises NotOfThisList if a key belongs to another list.
    """
    named = list(dict.fromkeys(order))
    ChoiceList.objects.select_for_update().get(pk=of.pk)
    rows = {row.pk: row for row in Choice.objects.filter(list=of, pk__in=named)}
    if set(named) != set(rows):
        raise NotOfThisList
    if Choice.objects.filter(list=of, place__in={row.place for row in rows.values()}).count() > len({row.place for row in rows.values()}):
        _spread(of)
        rows = {row.pk: row for row in Choice.objects.filter(list=of, pk__in=named)}
    places = sorted(row.place for row in rows.values())
    moved = [(rows[pk], place) for pk, place in zip(named, places, strict=True) if rows[pk].place != place]
    _place(by, of, moved)


def _spread(of: ChoiceList) -> None:
    """Give each option a place of its own, in the order in which they are shown."""
    rows = list(Choice.objects.filter(list=of).in_order())
    for number, row in enumerate(rows, start=1):
        row.place = number * GAP
    Choice.objects.bulk_update(rows, ["place"], batch_size=500)


def _place(by: User, of: ChoiceList, moved: list[tuple[Choice, int]]) -> None:
    before = [row.code for row, _place in sorted(moved, key=lambda pair: pair[0].place)]
    for row, place in moved:
        row.place = place
    Choice.objects.bulk_update([row for row, _place in moved], ["place"], batch_size=500)
    journal.record(by, "reorder", of, {"order": before}, {"order": [row.code for row, _place in sorted(moved, key=lambda pair: pair[1])]})


@transaction.atomic
def move_choice(*, by: User, choice: Choice, steps: int) -> None:
    """Move an option up (negative) or down by some places among those of its level."""
    level = [row.pk for row in Choice.objects.filter(list=choice.list_id, parent=choice.parent_id).in_order()]
    start = level.index(choice.pk)
    end = max(0, min(len(level) - 1, start + steps))
    low, high = min(start, end), max(start, end) + 1
    span = level[low:high]
    span.insert(end - low, span.pop(start - low))
    reorder_choices(by=by, of=choice.list, order=span)


def _lift(choice: Choice) -> dict[str, int]:
    """Where a row bears this choice as category 2, make its category 1 the one above it."""
    counts = {}
    for model, name in choiceuse.columns():
        if name == "category2":
            with house_eyes("both levels of a category move together, whoever sees the rows"):
                rows: Any = model._base_manager.filter(category2=choice).exclude(category1=choice.parent_id)
                counts[model._meta.label] = rows.update(category1=choice.parent_id)
    return {label: count for label, count in counts.items() if count}


@transaction.atomic
def retire_choice(*, by: User, choice: Choice, now: datetime) -> Choice:
    """Offer the option no longer; old records keep it. Raises StillNeeded for the last one of its meaning."""
    _check_needed(choice)
    return _retired(by, choice, "retire", choice.retired_at or now)


@transaction.atomic
def restore_choice(*, by: User, choice: Choice) -> Choice:
    """Offer a retired option again, for itself if it had been merged. Raises AlreadyThere if its name is offered by another."""
    _check_name(choice.list, choice.parent, choice.name_ja, but=choice)
    choice.merged_into = None
    return _retired(by, choice, "restore", None)


def _retired(by: User, choice: Choice, verb: str, at: datetime | None) -> Choice:
    before = journal.picture(Choice.objects.get(pk=choice.pk))
    choice.retired_at = at
    choice.save(update_fields=["retired_at", "merged_into"])
    journal.record(by, verb, choice, before, journal.picture(choice))
    return choice


def _check_needed(choice: Choice) -> None:
    """A list that means something to the program keeps one offered choice of each meaning."""
    if choice.semantic and choice.retired_at is None:
        others = Choice.objects.filter(list=choice.list_id, semantic=choice.semantic).offered().exclude(pk=choice.pk)
        if not others.exists():
            raise StillNeeded


@transaction.atomic
def delete_choice(*, by: User, choice: Choice) -> None:
    """Take away an option that nothing ever bore. Raises StillUsed, or StillNeeded for the last one of its meaning."""
    _check_needed(choice)
    if choiceuse.is_used(choice):
        raise StillUsed
    journal.record(by, "delete", choice, journal.picture(choice), {})
    with house_eyes("the database looks once more whether any row bears it"):
        choice.delete()


@transaction.atomic
def merge_choice(*, by: User, choice: Choice, into: Choice, now: datetime) -> dict[str, int]:
    """Let another option take over: every row that bears `choice` bears `into` from now on; return how many rows by "model.field".

    `choice` is retired and remembers where it went. Raises NotMergeable unless `into` is another offered option of the same
    list and level, StillNeeded if `choice` is the last one of a meaning that `into` does not have.
    """
    same = choice.list_id == into.list_id and bool(choice.parent_id) == bool(into.parent_id)
    if choice.pk == into.pk or not same or into.retired_at is not None or choice.merged_into_id:
        raise NotMergeable
    if choice.semantic != into.semantic:
        _check_needed(choice)
    before = journal.picture(choice)
    moved = _repoint(choice, into)
    Choice.objects.filter(merged_into=choice).update(merged_into=into)
    choice.retired_at, choice.merged_into = choice.retired_at or now, into
    choice.save(update_fields=["retired_at", "merged_into"])
    journal.record(by, "merge", choice, before, journal.picture(choice) | {"rows": moved})
    _reword(into)
    _take_over_in_items(choice, into)
    return moved


def _repoint(choice: Choice, into: Choice) -> dict[str, int]:
    """One UPDATE for each column of the house that can bear a choice."""
    counts = {}
    for model, name in choiceuse.columns():
        with house_eyes("a merge holds for every row, whoever sees it"):
            counts[f"{model._meta.label}.{name}"] = model._base_manager.filter(**{name: choice}).update(**{name: into})
    lifted = _lift(into) if into.parent_id and into.parent_id != choice.parent_id else {}
    return {name: count for name, count in {**counts, **lifted}.items() if count}


def _take_over_in_items(choice: Choice, into: Choice) -> None:
    """Values of own items are written by a worker, one item of one kind of row after the other; till then they read as before."""
    named = list(choiceuse.items(choice))
    for item in {item.pk: item for item, _model, _where in named}.values():
        if (default := _swapped(item.default, choice.pk, into.pk)) != item.default:
            FieldDefinition.objects.filter(pk=item.pk).update(default=default)
            forget_items()
    if named:
        outbox.promise("choice.items", choice.pk)


@transaction.atomic
def merge_in_items(*, choice_id: int) -> None:
    """Write the next values of own items that still name a choice which was merged into another one. The rest is promised again."""
    choice = Choice.objects.filter(pk=choice_id).exclude(merged_into=None).first()
    full = False
    for item, model, where in choiceuse.items(choice) if choice else ():
        with house_eyes("a merge holds for every row, whoever sees it"):
            rows: Any = model._base_manager.select_for_update().filter(where).order_by("pk")
            batch = list(rows[:BATCH])
            for row in batch:
                row.custom[item.code] = _swapped(row.custom[item.code], choice_id, choice.merged_into_id)  # type: ignore[union-attr]
            model._base_manager.bulk_update(batch, ["custom"], batch_size=100)
        full = full or len(batch) == BATCH
    if full:
        outbox.promise("choice.items", choice_id)


def _swapped(value: Any, old: int, new: Any) -> Any:
    if isinstance(value, list):
        return list(dict.fromkeys(new if one == old else one for one in value))
    return new if type(value) is int and value == old else value
