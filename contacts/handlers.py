"""Outbox topics of this room: what records have to follow."""

from __future__ import annotations

from uuid import UUID

from contacts.actions.files import judge_file
from contacts.actions.rewording import reword_contacts
from contacts.models import Attachment
from contacts.scanning import is_clean
from contacts.uploading import forget_bytes
from crm.models import Outbox


def choice_changed(row: Outbox) -> None:
    choice, _colon, after = row.key.partition(":")
    reword_contacts(choice_id=int(choice), after=UUID(after) if after else None)


def scan_file(row: Outbox) -> None:
    """Let the virus scanner look at one file; it may have been taken away in the meantime."""
    waiting = Attachment.objects.for_the_house("the scanner looks at every file").filter(pk=row.key, state=Attachment.State.CHECKING)
    if file := waiting.first():
        judge_file(file_id=file.pk, clean=is_clean(str(file.file.name)))


def delete_bytes(row: Outbox) -> None:
    """Delete what a file that is gone has left in the storage."""
    forget_bytes(row.key)
