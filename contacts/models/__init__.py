"""What happened: contact points, with people, expenses, reports and replies."""

from contacts.models.point import BY_TIME, ContactParticipant, ContactPerson, ContactPoint, ContactPointUserPermission, Expense
from contacts.models.reportto import Phrase, Reply, ReportRecipient

__all__ = [
    "BY_TIME",
    "ContactParticipant",
    "ContactPerson",
    "ContactPoint",
    "ContactPointUserPermission",
    "Expense",
    "Phrase",
    "Reply",
    "ReportRecipient",
]
