"""The files of file items, kept equal to what the record's items name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contacts.actions.errors import FileGone
from contacts.actions.fileparts import FileParts
from contacts.models import Attachment, ContactPoint
from crm.items import Type, items_of
from crm.models import User

WHY = "the file of an item of a record being changed"


class ItemFiles:
    """The files that stand in the file items of one record."""

    def __init__(self, contact: ContactPoint) -> None:
        self.contact = contact

    def keep(self, said: Mapping[str, Any], by: User) -> None:
        """Take in the files that were named, and let go of those they take the place of.

        Raises FileGone if one of them was cleared away or saved elsewhere in the meantime, or is not by's to save.
        """
        rows = items_of(self.contact.items_target).rows if said else []
        for code in [item.code for item in rows if item.type == Type.FILE and item.code in said]:
            self._keep(code, by)

    def _keep(self, code: str, by: User) -> None:
        key = self.contact.custom.get(code)
        mine = list(Attachment.objects.for_the_house(WHY).filter(contact=self.contact, item=code))
        FileParts.let_go([row for row in mine if str(row.pk) != key])
        if key and key not in {str(row.pk) for row in mine}:
            free = Attachment.objects.for_the_house(WHY).filter(pk=key, contact=None, uploader=by)
            if free.update(contact=self.contact, item=code) != 1:
                raise FileGone
