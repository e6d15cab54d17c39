"""Two questions every writing action asks: was this sent before, and has the row moved on since it was read?"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from crm.models import User


class StaleVersion(Exception):
    """Somebody else changed the row in the meantime; `current` is the row as it stands now.

    The viewer may have lost sight of it by that very change: a door looks it up again before it shows anything.
    """

    def __init__(self, current: Any) -> None:
        super().__init__(f"{current._meta.label} is at version {current.version}")
        self.current = current


class IdTaken(Exception):
    """The id sent along belongs to another person's row; nobody is told whose, or that there is one they may not see."""


def sent_before(model: Any, row_id: UUID | None, by: User) -> Any:
    """Return the row that this person made with this id before, None if there is none.

    Raises IdTaken if the id belongs to somebody else's row.
    """
    if row_id is None:
        return None
    row = model.objects.for_the_house("a repeated send finds its first").filter(pk=row_id).first()
    if row is not None and row.recorder_id != by.pk:
        raise IdTaken
    return row


def standing(row: Any, version: int) -> Any:
    """Lock a row and return it as the database holds it, to change it on the strength of the version that was read.

    Raises StaleVersion if it has moved on.
    """
    current = type(row).objects.for_the_house("an action checks what it is about to change").select_for_update().get(pk=row.pk)
    if current.version != version:
        raise StaleVersion(current)
    return current
