"""The demo's mail server: mails go into a table, and a page shows each person their own."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from reports.actions import keep_mail


class DemoMailbox(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            sent = message.message()  # refuses line breaks in headers, as a real server's client would
            for to in message.recipients():
                keep_mail(
                    to=to, subject=str(message.subject), text=str(message.body), html=_html(message), message_id=str(sent["Message-ID"])
                )
        return len(email_messages)


def _html(message: EmailMessage) -> str:
    parts = message.alternatives if isinstance(message, EmailMultiAlternatives) else []
    return next((str(content) for content, kind in parts if kind == "text/html"), "")
