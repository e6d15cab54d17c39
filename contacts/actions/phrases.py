"""Canned phrases (定型文): added, changed, put in order, retired and brought back, for oneself, a unit or the company."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from contacts.models import Phrase
from crm import journal
from crm.models import OrgUnit, User
from crm.versions import standing

GAP = 10
MOST_PHRASES = 200  # of one holder and use: more than anybody looks through
BLANK = re.compile(r"\{(customer|person|date)\}")
STEPS = {"up": -1, "down": 1, "first": -MOST_PHRASES, "last": MOST_PHRASES}


class OnlyAdministrators(Exception):
    """What is offered to others is the administrators' to decide."""


class TooManyPhrases(Exception):
    """This holder has as many phrases of this use as one can look through."""


class ShortcutTaken(Exception):
    """Another phrase of the same holder and use has this shortcut."""


class NothingToFill(Exception):
    """A quick reply is sent as it stands: nobody fills in its blanks."""


@transaction.atomic
def add_phrase(
    *, by: User, use: str, text_ja: str, text_en: str = "", shortcut: str = "", unit: OrgUnit | None = None, user: User | None = None
) -> Phrase:
    """Keep a text behind the others of its holder: a person (oneself), a unit with all below it, or the company.

    Raises OnlyAdministrators, TooManyPhrases, ShortcutTaken, NothingToFill.
    """
    if user != by and not (user is None and by.is_staff):
        raise OnlyAdministrators
    phrase = Phrase(use=use, unit=unit, user=user, text_ja=text_ja, text_en=text_en, shortcut=shortcut)
    beside = _beside(phrase, by)
    if beside.offered().count() >= MOST_PHRASES:
        raise TooManyPhrases
    _check(phrase, by)
    phrase.place = (beside.aggregate(last=Max("place"))["last"] or 0) + GAP
    phrase.save()
    journal.record(by, "create", phrase, {}, journal.picture(phrase))
    return phrase


def _beside(phrase: Phrase, by: User) -> Any:
    return Phrase.objects.visible_to(by).of(phrase.use, phrase.unit, phrase.user)


def _check(phrase: Phrase, by: User) -> None:
    if phrase.use == Phrase.Use.REPLY and BLANK.search(phrase.text_ja + phrase.text_en):
        raise NothingToFill
    same = _beside(phrase, by).offered().exclude(pk=phrase.pk).filter(shortcut__iexact=phrase.shortcut)
    if phrase.shortcut and same.exists():
        raise ShortcutTaken


@transaction.atomic
def change_phrase(*, by: User, phrase: Phrase, version: int, text_ja: str, text_en: str, shortcut: str) -> Phrase:
    """Change the words. Raises StaleVersion, OnlyAdministrators, ShortcutTaken, NothingToFill."""
    _require_right(by, phrase)
    current = standing(phrase, version)
    before = journal.picture(current)
    current.text_ja, current.text_en, current.shortcut = text_ja, text_en, shortcut
    _check(current, by)
    current.version += 1
    current.save(update_fields=["text_ja", "text_en", "shortcut", "version"])
    journal.record(by, "change", current, before, journal.picture(current))
    return current


@transaction.atomic
def reorder_phrases(*, by: User, order: Sequence[int]) -> None:
    """Put the phrases named by their keys in this order, on the places they hold now; keys of what one may not change change nothing."""
    rows = {row.pk: row for row in Phrase.objects.editable_by(by).select_for_update().filter(pk__in=list(order)[: 2 * MOST_PHRASES])}
    named = [rows[pk] for pk in dict.fromkeys(order) if pk in rows]
    places = sorted(row.place for row in named)
    if len(set(places)) < len(places):
        places = [number * GAP for number in range(1, len(places) + 1)]
    for row, place in zip(named, places, strict=True):
        if row.place != place:
            before = journal.picture(row)
            row.place = place
            row.save(update_fields=["place"])
            journal.record(by, "change", row, before, journal.picture(row))


@transaction.atomic
def move_phrase(*, by: User, phrase: Phrase, steps: int) -> None:
    """Move a phrase up (negative) or down among those of its holder and use."""
    level = [row.pk for row in _beside(phrase, by).in_order()]
    place = level.index(phrase.pk)
    level.insert(max(0, min(len(level) - 1, place + steps)), level.pop(place))
    reorder_phrases(by=by, order=level)


@transaction.atomic
def retire_phrase(*, by: User, phrase: Phrase, now: datetime) -> Phrase:
    """Offer the phrase no longer. Raises OnlyAdministrators."""
    return _ended(by, phrase, "retire", phrase.retired_at or now)


@transaction.atomic
def restore_phrase(*, by: User, phrase: Phrase) -> Phrase:
    """Offer the phrase again. Raises OnlyAdministrators, ShortcutTaken."""
    _check(phrase, by)
    return _ended(by, phrase, "restore", None)


def _ended(by: User, phrase: Phrase, verb: str, at: datetime | None) -> Phrase:
    _require_right(by, phrase)
    before = journal.picture(phrase)
    phrase.retired_at = at
    phrase.save(update_fields=["retired_at"])
    journal.record(by, verb, phrase, before, journal.picture(phrase))
    return phrase


def _require_right(by: User, phrase: Phrase) -> None:
    if phrase.user_id != by.pk and not (phrase.user_id is None and by.is_staff):
        raise OnlyAdministrators
