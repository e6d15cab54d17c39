"""Names behind an @ in a text: whom they mean, and where they stand. Spaces within a name and wide signs make no difference."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Concat, Lower, Replace, StrIndex

from crm.models import User

_BLANK = re.compile(r"[ \u3000]+")


def mentioned_in(body: str, among: Any, picked: Iterable[User] = ()) -> list[User]:
    """Return who is meant by the names behind an @ in a text.

    among: the people who may be meant (a QuerySet of User). A name that two of them bear means whom the writer picked, otherwise nobody.
    picked: chosen from the type-ahead; whose name has been deleted from the text again is not meant any more.
    """
    if "@" not in (squeezed := _squeezed(body)):
        return []
    name = Lower(Replace(Replace(F("name"), Value(" "), Value("")), Value("\u3000"), Value("")))
    found = among.annotate(at=StrIndex(Value(squeezed), Concat(Value("@"), name))).filter(at__gt=0)
    by_name: dict[str, list[User]] = {}
    for user in found.exclude(name="").order_by("pk"):
        by_name.setdefault(_squeezed(user.name), []).append(user)
    chosen = {user.pk for user in picked}
    meant: dict[int, User] = {}
    for one in _pattern(by_name).finditer(squeezed) if by_name else ():
        bearers = by_name[one.group(1)]
        sure = bearers if len(bearers) == 1 else [user for user in bearers if user.pk in chosen]
        meant |= {user.pk: user for user in sure}
    return list(meant.values())


def pieces(body: str, mentioned: Iterable[User]) -> list[tuple[str, bool]]:
    """Cut a text into pieces; True marks one that names somebody."""
    names = sorted({user.name for user in mentioned if user.name}, key=len, reverse=True)
    if not names:
        return [(body, False)]
    spelt = "|".join(r"[ \u3000]*".join(map(re.escape, _BLANK.split(name.strip()))) for name in names)
    cut = re.split(f"([@＠](?:{spelt}))", body, flags=re.IGNORECASE)
    return [(piece, place % 2 == 1) for place, piece in enumerate(cut) if piece]


def _squeezed(text: str) -> str:
    return _BLANK.sub("", text).replace("＠", "@").lower()


def _pattern(names: Iterable[str]) -> re.Pattern[str]:
    """Longest first: @坂田純子 does not mention 坂田純."""
    return re.compile("@(" + "|".join(map(re.escape, sorted(names, key=len, reverse=True))) + ")")
