"""What happened: contact points, with people, files, expenses, requests, comments, reports and replies."""

from contacts.models.attachment import Attachment
from contacts.models.comment import Comment, CommentEdit, Mention, Reaction
from contacts.models.phrase import ContactTemplate, Phrase
from contacts.models.point import (
    BY_TIME,
    KEPT_IN_BIN,
    ContactGuest,
    ContactInfo,
    ContactParticipant,
    ContactPerson,
    ContactPoint,
    ContactPointUserPermission,
    Expense,
)
from contacts.models.reportto import Reply, ReportRecipient
from contacts.models.request import URGENT_FIRST, WorkRequest, with_requests
from contacts.models.unsaved import SHOWN, Unsaved, with_begun

__all__ = [
    "BY_TIME",
    "KEPT_IN_BIN",
    "SHOWN",
    "URGENT_FIRST",
    "Attachment",
    "Comment",
    "CommentEdit",
    "ContactGuest",
    "ContactInfo",
    "ContactParticipant",
    "ContactPerson",
    "ContactPoint",
    "ContactPointUserPermission",
    "ContactTemplate",
    "Expense",
    "Mention",
    "Phrase",
    "Reaction",
    "Reply",
    "ReportRecipient",
    "Unsaved",
    "WorkRequest",
    "with_begun",
    "with_requests",
]
