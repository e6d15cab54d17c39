"""Choice lists, personal API keys, and one's own profile."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from crm import journal
from crm.japanese import kana_sort_key, searchable
from crm.models import ApiToken, Choice, ChoiceList, User
from crm.tokens import digest

SECRET_BYTES = 32
USE_NOTED_EVERY = timedelta(hours=1)


class NotOfThisList(Exception):
    """A choice does not belong to the list, or may not stand below that upper level."""


class StillNeeded(Exception):
    """The last choice that the program relies on for a meaning cannot be retired."""


@transaction.atomic
def add_choice(*, by: User, of: ChoiceList, name_ja: str, name_en: str, parent: Choice | None = None, semantic: str = "") -> Choice:
    """Add an option at the end of its list. Raises NotOfThisList if the upper level is not one of the list's first level."""
    if parent and (of.levels < 2 or parent.list_id != of.pk or parent.parent_id):
        raise NotOfThisList
    ChoiceList.objects.select_for_update().get(pk=of.pk)
    last = Choice.objects.filter(list=of).aggregate(last=Max("place"))["last"] or 0
    choice = Choice.objects.create(
        list=of, code=_free_code(of, name_en), name_ja=name_ja, name_en=name_en, parent=parent, semantic=semantic, place=last + 10
    )
    journal.record(by, "create", choice, {}, journal.picture(choice))
    return choice


def _free_code(of: ChoiceList, name: str) -> str:
    base = slugify(name).replace("-", "_")[:30] or "choice"
    taken = set(Choice.objects.filter(list=of, code__startswith=base).values_list("code", flat=True))
    return next(code for number in range(1, len(taken) + 2) if (code := base if number == 1 else f"{base}_{number}") not in taken)


@transaction.atomic
def rename_choice(*, by: User, choice: Choice, name_ja: str, name_en: str) -> Choice:
    """Change the words of an option; its code and meaning stay."""
    before = journal.picture(choice.__class__.objects.get(pk=choice.pk))
    choice.name_ja, choice.name_en = name_ja, name_en
    choice.save(update_fields=["name_ja", "name_en"])
    journal.record(by, "change", choice, before, journal.picture(choice))
    return choice


@transaction.atomic
def reorder_choices(*, by: User, of: ChoiceList, order: Sequence[int]) -> None:
    """Put the options named by their keys in this order; those not named keep their order behind them.

    Raises NotOfThisList if a key belongs to another list.
    """
    rows = {row.pk: row for row in Choice.objects.select_for_update().filter(list=of).in_order()}
    if not set(order) <= set(rows):
        raise NotOfThisList
    named = list(dict.fromkeys(order))
    for place, pk in enumerate([*named, *(pk for pk in rows if pk not in set(named))], start=1):
        if rows[pk].place != place * 10:
            before = journal.picture(rows[pk])
            rows[pk].place = place * 10
            rows[pk].save(update_fields=["place"])
            journal.record(by, "change", rows[pk], before, journal.picture(rows[pk]))


@transaction.atomic
def move_choice(*, by: User, choice: Choice, steps: int) -> None:
    """Move an option up (negative) or down among those of its level, for the keyboard."""
    level = [row.pk for row in Choice.objects.filter(list=choice.list_id, parent=choice.parent_id).in_order()]
    place = level.index(choice.pk)
    level.insert(max(0, min(len(level) - 1, place + steps)), level.pop(place))
    others = [row.pk for row in Choice.objects.filter(list=choice.list_id).exclude(pk__in=level).in_order()]
    reorder_choices(by=by, of=choice.list, order=[*level, *others])


@transaction.atomic
def retire_choice(*, by: User, choice: Choice, now: datetime) -> Choice:
    """Offer the option no longer; old records keep it. Raises StillNeeded for the last one of its meaning."""
    others = Choice.objects.filter(list=choice.list_id, semantic=choice.semantic, retired_at=None).exclude(pk=choice.pk)
    if choice.semantic and not others.exists():
        raise StillNeeded
    return _retired(by, choice, "retire", choice.retired_at or now)


@transaction.atomic
def restore_choice(*, by: User, choice: Choice) -> Choice:
    """Offer a retired option again."""
    return _retired(by, choice, "restore", None)


def _retired(by: User, choice: Choice, verb: str, at: datetime | None) -> Choice:
    before = journal.picture(choice)
    choice.retired_at = at
    choice.save(update_fields=["retired_at"])
    journal.record(by, verb, choice, before, journal.picture(choice))
    return choice


@transaction.atomic
def issue_token(*, user: User, name: str, scope: str, expires_at: datetime) -> tuple[ApiToken, str]:
    """Make a personal API key; return it and the key itself, which is shown once and stored only as a hash."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    token = ApiToken.objects.create(
        user=user, name=name, scope=scope, expires_at=expires_at, prefix=f"st_{secrets.token_hex(4)}", digest=digest(secret)
    )
    journal.record(user, "create", token, {}, journal.picture(token))
    return token, f"{token.prefix}.{secret}"


@transaction.atomic
def revoke_token(*, by: User, token: ApiToken, now: datetime) -> ApiToken:
    """Close a key for good; the next request with it is refused."""
    before = journal.picture(token)
    token.revoked_at = token.revoked_at or now
    token.save(update_fields=["revoked_at"])
    journal.record(by, "change", token, before, journal.picture(token))
    return token


@transaction.atomic
def note_token_use(*, token: ApiToken, now: datetime) -> None:
    """Keep when a key was last used, to the hour: enough to find those nobody needs, and one write an hour."""
    if token.last_used_at is None or now - token.last_used_at > USE_NOTED_EVERY:
        ApiToken.objects.for_the_house("the token just used").filter(pk=token.pk).update(last_used_at=now)


@transaction.atomic
def change_own_profile(*, user: User, **fields: Any) -> User:
    """Change one's own card. fields: kana, phone, language, date_style, time_zone; name, code and mail are the administrator's."""
    allowed = {"kana", "phone", "language", "date_style", "time_zone"}
    if unknown := set(fields) - allowed:
        raise ValueError(f"not one's own to change: {unknown}")
    before = journal.picture(User.objects.get(pk=user.pk))
    for name, value in fields.items():
        setattr(user, name, value)
    user.sort_key = kana_sort_key(user.kana or user.name)
    user.search_text = searchable(user.name, user.kana, user.code, user.email)
    user.save(update_fields=[*fields, "sort_key", "search_text"])
    journal.record(user, "change", user, before, journal.picture(user))
    return user
