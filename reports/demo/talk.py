"""Write comments, likes and a little history of changes below the newest records."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import cycle
from random import Random
from typing import Any

from contacts.models import Comment, ContactPoint, Mention, Reaction
from crm import journal
from crm.audience import WHOLE_COMPANY_KEY
from crm.demo import logins
from crm.demo.talk import FIRST_WRITTEN, TALKS
from crm.models import AuditEntry, User
from reports.demo.cast import Cast

NEWEST = 90
EVERY = 3


def bring_talk(cast: Cast, now: datetime) -> None:
    """Let colleagues comment on and like some of the newest records, and let their owners have mended some of them."""
    rows = ContactPoint.objects.registered().filter(scope__key=WHOLE_COMPANY_KEY).select_related("owner")
    newest = list(rows.order_by("-registered_at", "-pk")[:NEWEST])
    mine = list(rows.filter(owner=cast.users[logins.SELLER]).order_by("-registered_at", "-pk")[:4])
    talks, dice, seen = cycle(TALKS), Random(7), list(dict.fromkeys([*mine, *newest[::EVERY]]))  # noqa: S311  (made-up data)
    comments = [line for contact in seen for line in _comments(cast, contact, next(talks), dice, now)]
    Comment.objects.bulk_create([comment for comment, _named in comments])
    Mention.objects.bulk_create([Mention(comment=comment, user=named) for comment, named in comments if named])
    Reaction.objects.bulk_create(
        [Reaction(contact=row, user=user, created_at=row.registered_at) for row in newest[::2] for user in _colleagues(cast, row, dice, 4)]
    )
    _bring_history([*dict.fromkeys([*mine, *newest[:40]])])


def _comments(cast: Cast, contact: ContactPoint, talk: Any, dice: Random, now: datetime) -> list[tuple[Comment, User | None]]:
    said, at = [], contact.registered_at or contact.started_at
    colleague = _colleagues(cast, contact, dice, 1)[0]
    roles = {"owner": contact.owner, "head": cast.users[logins.BOSS], "colleague": colleague}
    for role, text in talk:
        at += timedelta(minutes=dice.randint(5, 90))
        author = roles[role]
        if at >= now or (role == "head" and author.pk == contact.owner_id):
            break
        named = contact.owner if "{other}" in text else None
        body = text.format(other=f"@{contact.owner.name}") if named else text
        said.append((Comment(contact=contact, author=author, body=body, created_at=at), named))
    return said


def _colleagues(cast: Cast, contact: ContactPoint, dice: Random, most: int) -> list[User]:
    others = [user for user in cast.users.values() if user.is_active and user.pk != contact.owner_id]
    return dice.sample(others, dice.randint(1, most))


def _bring_history(rows: list[ContactPoint]) -> None:
    """The journal as it would stand: entered, and every third record's text written anew some minutes later."""
    made, told = [], []
    for place, row in enumerate(rows):
        at = row.registered_at or row.started_at
        entered = journal.picture(row)
        old, new = FIRST_WRITTEN[place % len(FIRST_WRITTEN)]
        first = row.content.replace(old, new, 1) if old in row.content else row.content
        known = {"user_id": row.recorder_id, "model": row._meta.label, "object_id": str(row.pk), "via": "web"}
        if place % 3 == 0 and first != row.content:
            made.append(AuditEntry(verb="create", after={**entered, "content": first}, **known))
            made.append(AuditEntry(verb="change", before={"content": first}, after={"content": row.content}, **known))
            told += [at, at + timedelta(minutes=12)]
        else:
            made.append(AuditEntry(verb="create", after=entered, **known))
            told.append(at)
    AuditEntry.objects.bulk_create(made)
    for entry, at in zip(made, told, strict=True):
        entry.at = at
    AuditEntry.objects.bulk_update(made, ["at"])
