"""What is told: notices and, in the demo, the mails that went out."""

from reports.models.notice import Notice, SentMail

__all__ = ["Notice", "SentMail"]
