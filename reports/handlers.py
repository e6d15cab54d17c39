"""Outbox topic -> one mail or one notice. What is told is decided now, not when it was promised."""

from __future__ import annotations

import logging
from smtplib import SMTPRecipientsRefused

from django.core.mail import BadHeaderError

from contacts.models import WorkRequest
from crm.models import Outbox
from crm.outbox import GivenUp
from reports import telling
from reports.actions import give_notice
from reports.letters import letter
from reports.models import Notice
from reports.telling import Telling

log = logging.getLogger(__name__)

REFUSED_FOR_GOOD = 500  # SMTP replies from 500 on are final, 4xx ask to come again


def mail_report(row: Outbox) -> None:
    _mail("report", row, telling.of_recipient(row))


def notice_report(row: Outbox) -> None:
    _notice(Notice.Kind.REPORT, row, telling.of_recipient(row))


def mail_again(row: Outbox) -> None:
    _mail("again", row, telling.of_recipient(row))


def notice_again(row: Outbox) -> None:
    _notice(Notice.Kind.SENT_AGAIN, row, telling.of_recipient(row))


def mail_reply(row: Outbox) -> None:
    _mail("reply", row, telling.of_reply(row))


def notice_reply(row: Outbox) -> None:
    _notice(Notice.Kind.REPLY, row, telling.of_reply(row))


def notice_behalf(row: Outbox) -> None:
    _notice(Notice.Kind.ON_BEHALF, row, telling.of_record(row))


def mail_comment(row: Outbox) -> None:
    told = telling.of_comment(row)
    _mail("mention" if told and told.mentioned else "comment", row, told)


def notice_comment(row: Outbox) -> None:
    told = telling.of_comment(row)
    _notice(Notice.Kind.MENTION if told and told.mentioned else Notice.Kind.COMMENT, row, told)


REQUEST_KINDS: dict[str, tuple[str, Notice.Kind]] = {
    WorkRequest.State.DONE: ("request_done", Notice.Kind.REQUEST_DONE),
    WorkRequest.State.RETURNED: ("request_back", Notice.Kind.REQUEST_BACK),
    WorkRequest.State.SENT: ("request", Notice.Kind.REQUEST_OPEN),
}


def mail_request(row: Outbox) -> None:
    _mail("request", row, telling.of_request(row))


def notice_request(row: Outbox) -> None:
    told = telling.of_request(row)
    off = told and told.request and told.request.state == WorkRequest.State.CANCELLED
    _notice(Notice.Kind.REQUEST_OFF if off else Notice.Kind.REQUEST, row, told)


def mail_request_answer(row: Outbox) -> None:
    told = telling.of_request_answer(row)
    _mail(REQUEST_KINDS[told.request.state][0] if told and told.request else "request", row, told)


def notice_request_answer(row: Outbox) -> None:
    told = telling.of_request_answer(row)
    _notice(REQUEST_KINDS[told.request.state][1] if told and told.request else Notice.Kind.REQUEST_OPEN, row, told)


def _mail(kind: str, row: Outbox, told: Telling | None) -> None:
    if told is None:
        log.info("%s %s: nobody to tell any more", row.topic, row.pk)
        return
    if not told.to.email:
        log.info("%s %s: user %s has no mail address", row.topic, row.pk, told.to.pk)
        return
    try:
        letter(kind, told, row.message_id).send()
    except SMTPRecipientsRefused as error:
        if all(code >= REFUSED_FOR_GOOD for code, _reason in error.recipients.values()):
            raise GivenUp(_refusal(error)) from error
        raise
    except BadHeaderError as error:
        raise GivenUp("the mail address cannot be used") from error


def _refusal(error: SMTPRecipientsRefused) -> str:
    lines = [f"{address}: {code} {reason.decode('utf-8', 'replace')}" for address, (code, reason) in error.recipients.items()]
    return "; ".join(lines)


def _notice(kind: Notice.Kind, row: Outbox, told: Telling | None) -> None:
    if told is None:
        log.info("%s %s: nobody to tell any more", row.topic, row.pk)
        return
    give_notice(to=told.to, kind=kind, actor=told.actor, contact=told.contact, source=f"{row.topic} {row.message_id}")
