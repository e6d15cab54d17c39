"""Mails as their reader sees them: language, dates, and no word that this reader may not see."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from email.utils import formataddr
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from contacts.models import ContactPoint, WorkRequest
from crm.templatetags.japanese import day, period
from reports.telling import Telling, speaking_to

LONGEST_SUBJECT = 120


@dataclass(frozen=True)
class Words:
    """What one kind of letter says of its own."""

    subject: str
    lead: str
    address: str


def letter(kind: str, telling: Telling, message_id: UUID) -> EmailMultiAlternatives:
    """Write the letter to one person. kind: report, again, reply, comment, mention, request, request_done or request_back."""
    with speaking_to(telling.to):
        words = _WORDS[kind](telling)
        context = _context(telling, words)
        mail = EmailMultiAlternatives(
            subject=one_line(f"[Setten] {words.subject}")[:LONGEST_SUBJECT],
            body=render_to_string("reports/mail/letter.txt", context),
            to=[telling.to.email],
            reply_to=_reply_to(telling),
            headers=_headers(telling.contact, message_id),
        )
        mail.attach_alternative(render_to_string("reports/mail/letter.html", context), "text/html")
    return mail


def one_line(text: str) -> str:
    """Take line breaks and other control characters out of what goes into a header."""
    return " ".join("".join(" " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char for char in text).split())


def title_of(contact: ContactPoint) -> str:
    """Name a record in a few words, of what its reader may see."""
    said = [str(contact.customer or ""), contact.headline or str(contact.method or "")]
    return " ".join(part for part in said if part) or day(contact.started_at)


def _report(telling: Telling) -> Words:
    who = {"name": str(telling.actor), "title": title_of(telling.contact)}
    lead = _("%(name)s has shared a record with you for information.") if telling.for_information else _("%(name)s has reported to you.")
    return Words(_("Report (%(name)s): %(title)s") % who, lead % who, reverse("reports:read", args=[telling.contact.pk]))


def _again(telling: Telling) -> Words:
    who = {"name": str(telling.actor), "title": title_of(telling.contact)}
    return Words(
        _("Report sent again (%(name)s): %(title)s") % who,
        _("%(name)s has sent you this report again.") % who,
        reverse("reports:read", args=[telling.contact.pk]),
    )


def _reply(telling: Telling) -> Words:
    who = {"name": str(telling.actor), "title": title_of(telling.contact)}
    return Words(
        _("Reply (%(name)s): %(title)s") % who,
        _("%(name)s has replied to your report.") % who,
        reverse("contacts:detail", args=[telling.contact.pk]),
    )


def _comment(telling: Telling) -> Words:
    who = {"name": str(telling.actor), "title": title_of(telling.contact)}
    own = telling.to.pk in (telling.contact.owner_id, telling.contact.recorder_id)
    lead = _("%(name)s has commented on your record.") if own else _("%(name)s has commented on a record that you commented on, too.")
    return Words(_("Comment (%(name)s): %(title)s") % who, lead % who, _comments_at(telling))


def _mention(telling: Telling) -> Words:
    who = {"name": str(telling.actor), "title": title_of(telling.contact)}
    return Words(
        _("You were mentioned (%(name)s): %(title)s") % who, _("%(name)s has mentioned you in a comment.") % who, _comments_at(telling)
    )


def _request(telling: Telling) -> Words:
    who = _asking(telling)
    return Words(_("Request (%(name)s): %(what)s") % who, _("%(name)s asks you to do something.") % who, _requests_at(telling))


def _request_done(telling: Telling) -> Words:
    who = _asking(telling)
    return Words(_("Done (%(name)s): %(what)s") % who, _("%(name)s has done what you asked for.") % who, _requests_at(telling))


def _request_back(telling: Telling) -> Words:
    who = _asking(telling)
    return Words(_("Returned (%(name)s): %(what)s") % who, _("%(name)s has returned your request.") % who, _requests_at(telling))


def _asking(telling: Telling) -> dict[str, str]:
    """What is asked for stands in the subject only where the record itself may be told outside the house."""
    open_words = telling.request.title if telling.request and not telling.restricted else title_of(telling.contact)
    return {"name": str(telling.actor), "what": open_words}


def _requests_at(telling: Telling) -> str:
    return reverse("contacts:detail", args=[telling.contact.pk]) + "#requests"


def _comments_at(telling: Telling) -> str:
    return reverse("contacts:detail", args=[telling.contact.pk]) + "#comments"


_WORDS = {
    "report": _report,
    "again": _again,
    "reply": _reply,
    "comment": _comment,
    "mention": _mention,
    "request": _request,
    "request_done": _request_done,
    "request_back": _request_back,
}


def _context(telling: Telling, words: Words) -> dict[str, Any]:
    return {
        "telling": telling,
        "lead": words.lead,
        "title": title_of(telling.contact),
        "facts": [(label, one_line(value)) for label, value in _facts(telling) if value],
        "url": settings.BASE_URL + words.address,
        "language": telling.to.language,
    }


def _facts(telling: Telling) -> list[tuple[str, str]]:
    contact = telling.contact
    held = period(contact.started_at, contact.ended_at) if contact.has_time else day(contact.started_at)
    facts = [(_("Date and time") if contact.has_time else _("Date of contact"), held), (_("Customer"), str(contact.customer or ""))]
    if telling.request and not telling.restricted:
        facts = [*_wanted(telling.request), *facts]
    if telling.restricted or telling.quoted:
        return facts
    ahead = contact.next_appointment
    people = [link.person.addressed for link in contact.people.all()]
    return [
        *facts,
        (_("Contact person"), _(", ").join(people)),
        (_("Deal"), str(contact.deal or "")),
        (_("Contact method"), str(contact.method or "")),
        (_("Result"), str(contact.result or "")),
        (_("Participants"), _(", ").join(str(row.user) for row in contact.participants.all())),
        (_("Next appointment"), (day(ahead.starts_at) if ahead.all_day else period(ahead.starts_at, ahead.ends_at)) if ahead else ""),
        (_("Recorder"), str(contact.recorder) if contact.recorder_id != contact.owner_id else ""),
    ]


def _wanted(request: WorkRequest) -> list[tuple[str, str]]:
    urgent = _("Urgent") if request.urgent else ""
    return [(_("What to do"), " ".join(part for part in (request.title, urgent) if part)), (_("Due"), day(request.due_on))]


def _headers(contact: ContactPoint, message_id: UUID) -> dict[str, str]:
    host = urlsplit(settings.BASE_URL).hostname
    return {
        "Message-ID": f"<{message_id}@{host}>",
        # All mails of one record become one thread in the reader's mail program.
        "References": f"<{contact.pk}@{host}>",
        "Auto-Submitted": "auto-generated",
    }


def _reply_to(telling: Telling) -> list[str]:
    return [formataddr((one_line(telling.actor.name), one_line(telling.actor.email)))] if telling.actor.email else []
