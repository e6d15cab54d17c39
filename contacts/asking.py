"""What is promised to be told about a request, and to whom it goes: pairs of topic and key."""

from __future__ import annotations

from contacts.models import WorkRequest

ANSWERS = ("requestanswer.mail", "requestanswer.notice")


def asked(row: WorkRequest) -> list[tuple[str, str]]:
    """Return the promises that tell somebody of a request; of one's own to-do nobody is told."""
    return [] if row.own else [(topic, str(row.pk)) for topic in ("request.mail", "request.notice")]


def called_off(row: WorkRequest) -> list[tuple[str, str]]:
    """Return the promise that tells somebody that a request is off."""
    return [] if row.own else [("request.notice", f"{row.pk}:{row.state}")]


def answered(row: WorkRequest) -> list[tuple[str, str]]:
    """Return the promises that tell the asker what came of it. They hold for this answer only, not for a later one."""
    return [] if row.own else [(topic, answer_key(row)) for topic in ANSWERS]


def answer_key(row: WorkRequest) -> str:
    return f"{row.pk}:{row.state}:{row.done_at.timestamp() if row.done_at else 0:.6f}"
