"""Comments below a record, who is mentioned in them, and likes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from contacts.actions.errors import CommentRemoved, NotMentionable, NotRegistered, NotYours
from contacts.actions.reading import SECOND_THOUGHTS
from contacts.models import Comment, CommentEdit, ContactPoint, Mention, Reaction
from crm import journal
from crm.actions import IdTaken, standing
from crm.audience import who_may_read
from crm.models import User, uuid7
from crm.outbox import promise_each

WAYS = ("comment.mail", "comment.notice")


@transaction.atomic
def write_comment(
    *, author: User, contact: ContactPoint, body: str, now: datetime, mentions: Iterable[User] = (), comment_id: UUID | None = None
) -> tuple[Comment, bool]:
    """Comment on a registered record; return (comment, is_new).

    Ten seconds later owner, recorder, whoever commented before and whoever is mentioned are told, each of them once.
    comment_id: made by the browser. A second call with the same one returns the first comment unchanged.

    Raises NotRegistered, NotMentionable, IdTaken.
    """
    if contact.state != ContactPoint.State.REGISTERED:
        raise NotRegistered
    if first := _sent_before(author, contact, comment_id):
        return first, False
    mentioned = _mentioned(author, contact, mentions)
    comment = Comment.objects.create(id=comment_id or uuid7(), contact=contact, author=author, body=body, created_at=now)
    _keep_mentions(comment, mentioned)
    _tell(comment, {contact.owner_id, contact.recorder_id, *_before(comment), *mentioned}, now)
    journal.record(author, "comment", comment, {}, journal.picture(comment, mentions=sorted(mentioned)))
    return comment, True


@transaction.atomic
def edit_comment(*, by: User, comment: Comment, version: int, body: str, now: datetime, mentions: Iterable[User] = ()) -> Comment:
    """Write one's own comment anew; the old text stays readable. Only people mentioned for the first time are told.

    Raises NotYours, CommentRemoved, StaleVersion, NotMentionable.
    """
    row = _own(by, comment, version)
    contact = ContactPoint.objects.for_the_house("the record of a comment being edited").get(pk=row.contact_id)
    mentioned, standing_ones = _mentioned(by, contact, mentions), _mentions_of(row)
    if row.body == body and mentioned == standing_ones:
        return row
    before = journal.picture(row, mentions=sorted(standing_ones))
    if row.body != body:
        CommentEdit.objects.create(comment=row, body=row.body, written_at=row.edited_at or row.created_at)
        row.body, row.edited_at = body, now
    row.version += 1
    row.save(update_fields=["body", "edited_at", "version"])
    _keep_mentions(row, mentioned)
    _tell(row, mentioned - standing_ones - {contact.owner_id, contact.recorder_id, *_before(row)}, now)
    journal.record(by, "change", row, before, journal.picture(row, mentions=sorted(mentioned)))
    return row


@transaction.atomic
def remove_comment(*, by: User, comment: Comment, now: datetime) -> Comment:
    """Take one's own comment away; a line without text keeps its place, and it can be put back for 30 days. Raises NotYours."""
    return _set_removed(by, comment, now)


@transaction.atomic
def restore_comment(*, by: User, comment: Comment) -> Comment:
    """Put one's own comment back, as it was; nobody is told. Raises NotYours, and CommentRemoved when its text is gone for good."""
    return _set_removed(by, comment, None)


@transaction.atomic
def like(*, by: User, contact: ContactPoint, now: datetime, comment: Comment | None = None) -> bool:
    """Like a record, or one of its comments; return False if this person liked it already.

    Raises NotRegistered, CommentRemoved.
    """
    if contact.state != ContactPoint.State.REGISTERED:
        raise NotRegistered
    if comment and comment.removed_at:
        raise CommentRemoved
    reactions = Reaction.objects.for_the_house("one like each")
    row, is_new = reactions.get_or_create(contact=contact, comment=comment, user=by, defaults={"created_at": now})
    if is_new:
        journal.record(by, "like", row, {}, journal.picture(row))
    return bool(is_new)


@transaction.atomic
def unlike(*, by: User, contact: ContactPoint, comment: Comment | None = None) -> bool:
    """Take a like back; return False if there was none."""
    row = Reaction.objects.for_the_house("one's own like").filter(contact=contact, comment=comment, user=by).first()
    if row is None:
        return False
    journal.record(by, "unlike", row, journal.picture(row), {})
    row.delete()
    return True


def _sent_before(author: User, contact: ContactPoint, comment_id: UUID | None) -> Comment | None:
    if comment_id is None:
        return None
    row = Comment.objects.for_the_house("a repeated send finds its first").filter(pk=comment_id).first()
    if row is not None and (row.author_id, row.contact_id) != (author.pk, contact.pk):
        raise IdTaken
    found: Comment | None = row
    return found


def _mentioned(author: User, contact: ContactPoint, mentions: Iterable[User]) -> set[int]:
    """Naming somebody never widens who may read: whoever may not is refused like somebody unknown."""
    named = {user.pk for user in mentions} - {author.pk}
    if named and who_may_read(contact).filter(pk__in=named).count() != len(named):
        raise NotMentionable
    return named


def _mentions_of(comment: Comment) -> set[int]:
    return set(Mention.objects.for_the_house("of a comment being edited").filter(comment=comment).values_list("user_id", flat=True))


def _keep_mentions(comment: Comment, wanted: Collection[int]) -> None:
    standing_ones = set() if comment.version == 1 else _mentions_of(comment)
    if gone := standing_ones - set(wanted):
        Mention.objects.for_the_house("no longer mentioned").filter(comment=comment, user__in=gone).delete()
    Mention.objects.bulk_create([Mention(comment=comment, user_id=pk) for pk in sorted(set(wanted) - standing_ones)])


def _before(comment: Comment) -> set[int]:
    """Return who had commented before this comment."""
    earlier = Comment.objects.for_the_house("who is told of a comment").filter(
        contact=comment.contact_id, created_at__lte=comment.created_at
    )
    return set(earlier.exclude(pk=comment.pk).values_list("author_id", flat=True).distinct())


def _tell(comment: Comment, users: set[int], now: datetime) -> None:
    promises = [(way, f"{comment.pk}:{pk}") for pk in sorted(users - {comment.author_id}) for way in WAYS]
    promise_each(promises, due_at=now + SECOND_THOUGHTS)


def _own(by: User, comment: Comment, version: int) -> Any:
    if comment.author_id != by.pk:
        raise NotYours
    row = standing(comment, version)
    if row.removed_at:
        raise CommentRemoved
    return row


def _set_removed(by: User, comment: Comment, removed_at: datetime | None) -> Comment:
    if comment.author_id != by.pk:
        raise NotYours
    row: Comment = Comment.objects.for_the_house("the comment that was chosen").select_for_update().get(pk=comment.pk)
    if (row.removed_at is None) == (removed_at is None):
        return row
    if not row.body:
        raise CommentRemoved
    before = journal.picture(row)
    row.removed_at = removed_at
    row.version += 1
    row.save(update_fields=["removed_at", "version"])
    journal.record(by, "delete" if removed_at else "restore", row, before, journal.picture(row))
    return row
