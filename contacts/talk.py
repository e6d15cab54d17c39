"""What is said below a record: its comments with those mentioned and those who like them, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Prefetch, Q, Value

from contacts.mentions import pieces
from contacts.models import Comment, ContactPoint, Mention, Reaction
from crm.models import User
from crm.paging import BadCursor, Page, keyset_page

NEWEST_LAST = ("-created_at", "-pk")
SHOWN = 30


@dataclass
class Likes:
    """Who likes something; `mine` if the viewer is among them."""

    people: list[User] = field(default_factory=list)
    mine: bool = False

    @property
    def count(self) -> int:
        return len(self.people)


@dataclass(frozen=True)
class Talk:
    """One page of a record's comments, the oldest first, and the likes of the record itself.

    Every comment carries `likes`, `pieces` (text, whether it names somebody) and `own`.
    """

    contact: ContactPoint
    comments: list[Any]
    likes: Likes
    older: str = ""
    newer: str = ""

    @classmethod
    def of(cls, contact: ContactPoint, viewer: User, *, cursor: str = "", size: int = SHOWN) -> Talk:
        page = _page(comments_of(contact, viewer), cursor, size)
        likes = likes_of(contact, viewer, page.rows)
        for comment in page.rows:
            comment.likes = likes.get(comment.pk) or Likes()
            comment.own = comment.author_id == viewer.pk
            comment.pieces = pieces(comment.body, [row.user for row in comment.mentions.all()])
        return cls(contact, page.rows[::-1], likes.get(None) or Likes(), page.older, page.newer)


def comments_of(contact: ContactPoint, viewer: User) -> Any:
    """Return a record's comments as the viewer reads them, with their authors and those mentioned."""
    mentions = Mention.objects.visible_to(viewer).select_related("user").order_by("pk")
    rows = Comment.objects.visible_to(viewer).filter(contact=contact).select_related("author")
    return rows.prefetch_related(Prefetch("mentions", queryset=mentions))


def likes_of(contact: ContactPoint, viewer: User, comments: Iterable[Comment] = ()) -> dict[Any, Likes]:
    """Return the likes of a record (under None) and of these of its comments (under their keys), in one query."""
    wanted = Q(comment=None) | Q(comment__in=[comment.pk for comment in comments])
    found: dict[Any, Likes] = {}
    for row in Reaction.objects.visible_to(viewer).filter(wanted, contact=contact).select_related("user").order_by("pk"):
        likes = found.setdefault(row.comment_id, Likes())
        likes.people.append(row.user)
        likes.mine = likes.mine or row.user_id == viewer.pk
    return found


def count_talk(contacts: Sequence[Any], viewer: User) -> None:
    """Set `comment_count` and `like_count` on records that are listed, in one query for all of them."""
    keys = [row.pk for row in contacts]
    said = Comment.objects.visible_to(viewer).filter(removed_at=None)
    liked = Reaction.objects.visible_to(viewer).filter(comment=None)
    counted: dict[tuple[str, Any], int] = {}
    if keys:
        both = _counted("comment_count", said, keys).union(_counted("like_count", liked, keys), all=True)
        counted = {(what, key): count for what, key, count in both.values_list("what", "contact_id", "count")}
    for row in contacts:
        for what in ("comment_count", "like_count"):
            setattr(row, what, counted.get((what, row.pk), 0))


def _counted(what: str, rows: Any, keys: list[Any]) -> Any:
    grouped = rows.filter(contact__in=keys).order_by().annotate(what=Value(what)).values("what", "contact_id")
    return grouped.annotate(count=Count("pk")).values("what", "contact_id", "count")


def _page(rows: Any, cursor: str, size: int) -> Page:
    try:
        return keyset_page(rows, by=NEWEST_LAST, cursor=cursor, size=size)
    except BadCursor:
        return keyset_page(rows, by=NEWEST_LAST, size=size)
