"""Who is told what: the record behind a promise as its addressee may see it at this very moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Prefetch
from django.utils import timezone, translation

from contacts.models import Comment, ContactParticipant, ContactPerson, ContactPoint, Reply, ReportRecipient, WorkRequest
from crm.audience import Audience
from crm.japanese import date_style_of
from crm.models import Deal, Outbox, Person, User
from schedule.models import Appointment

WHY = "a promise knows its key only; what is told is read as its addressee"


@dataclass(frozen=True, kw_only=True)
class Telling:
    """One person to tell, who did it, and the record as that person sees it."""

    to: User
    actor: User
    contact: ContactPoint
    for_information: bool = False
    reason: str = ""
    reply: Reply | None = None
    comment: Comment | None = None
    mentioned: bool = False
    request: WorkRequest | None = None

    @property
    def quoted(self) -> str:
        """What somebody wrote on the record, if that is what is told."""
        said = self.reply or self.comment
        return said.body if said else self.request.answer if self.request else ""

    @property
    def restricted(self) -> bool:
        """Mails leave the house, so a record that is not for the whole company is told by its title alone."""
        return not Audience.of(self.contact.scope).company


def of_recipient(row: Outbox) -> Telling | None:
    """Return what to tell a recipient of a report; None if that person is off the list, has left, or may not see it any more."""
    told = ReportRecipient.objects.for_the_house(WHY).filter(pk=row.key).select_related("user").first()
    contact = told and as_seen(told.user, told.contact_id)
    if not (told and contact):
        return None
    notice = told.role == ReportRecipient.Role.NOTICE
    return Telling(to=told.user, actor=contact.owner, contact=contact, for_information=notice, reason=told.again_reason)


def of_reply(row: Outbox) -> Telling | None:
    """Return what to tell the owner of a record about an answer."""
    reply = Reply.objects.for_the_house(WHY).filter(pk=row.key).select_related("author").first()
    owner = (
        reply and User.objects.filter(pk__in=ContactPoint.objects.for_the_house(WHY).filter(pk=reply.contact_id).values("owner")).first()
    )
    contact = owner and as_seen(owner, reply.contact_id)
    return Telling(to=owner, actor=reply.author, contact=contact, reply=reply) if contact else None


def of_record(row: Outbox) -> Telling | None:
    """Return what to tell the owner about a record that somebody else entered."""
    owner = User.objects.filter(pk__in=ContactPoint.objects.for_the_house(WHY).filter(pk=row.key).values("owner")).first()
    contact = owner and as_seen(owner, row.key)
    return Telling(to=owner, actor=contact.recorder, contact=contact) if owner and contact else None


def of_comment(row: Outbox) -> Telling | None:
    """Return what to tell one person about a comment; None if it was taken away, or that person may not see the record any more."""
    key, _colon, reader = row.key.partition(":")
    comment = Comment.objects.for_the_house(WHY).filter(pk=key, removed_at=None).select_related("author").first()
    user = comment and User.objects.filter(pk=reader).first()
    contact = user and as_seen(user, comment.contact_id)
    if not (comment and user and contact):
        return None
    mentioned = comment.mentions.filter(user=user).exists()
    # Whose name was taken out of the text in the meantime is not told.
    before = Comment.objects.for_the_house(WHY).filter(contact=comment.contact_id, author=user, created_at__lte=comment.created_at)
    if not (mentioned or user.pk in (contact.owner_id, contact.recorder_id) or before.exists()):
        return None
    return Telling(to=user, actor=comment.author, contact=contact, comment=comment, mentioned=mentioned)


def of_request(row: Outbox) -> Telling | None:
    """Return what to tell whom something was asked of: the request, or that it is off.

    None once the request is no longer in the state that was promised to be told.
    """
    key, _colon, state = row.key.partition(":")
    request = (
        WorkRequest.objects.for_the_house(WHY).filter(pk=key, state=state or WorkRequest.State.SENT).select_related("to", "asker").first()
    )
    contact = request and as_seen(request.to, request.contact_id)
    return Telling(to=request.to, actor=request.asker, contact=contact, request=request) if request and contact else None


def of_request_answer(row: Outbox) -> Telling | None:
    """Return what to tell the asker about a request; None if it was answered differently since."""
    key, state, *answered_at = row.key.split(":")
    request = WorkRequest.objects.for_the_house(WHY).filter(pk=key, state=state).select_related("to", "asker").first()
    later = request and answered_at and f"{request.done_at.timestamp() if request.done_at else 0:.6f}" != answered_at[0]
    contact = as_seen(request.asker, request.contact_id) if request and not later else None
    return Telling(to=request.asker, actor=request.to, contact=contact, request=request) if request and contact else None


def as_seen(user: User, contact_id: object) -> ContactPoint | None:
    """Return a record with all that one person may see of it, None if that is nothing."""
    known = Person.objects.visible_to(user)
    people = (
        ContactPerson.objects.visible_to(user)
        .filter(person__in=known.values("pk"))
        .order_by("place")
        .prefetch_related(Prefetch("person", queryset=known))
    )
    with_us = ContactParticipant.objects.visible_to(user).select_related("user").order_by("pk")
    rows = ContactPoint.objects.visible_to(user).with_faces(user).select_related("scope").filter(pk=contact_id)
    return rows.prefetch_related(
        Prefetch("deal", queryset=Deal.objects.visible_to(user)),
        Prefetch("next_appointment", queryset=Appointment.objects.visible_to(user)),
        Prefetch("people", queryset=people),
        Prefetch("participants", queryset=with_us),
    ).first()


@contextmanager
def speaking_to(user: User) -> Iterator[None]:
    """Use one person's language, time zone and date style for the length of a with-block."""
    with translation.override(user.language), timezone.override(ZoneInfo(user.time_zone)), date_style_of(user.date_style):
        yield
