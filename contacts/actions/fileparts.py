"""The files of one record, kept equal to what its entry says."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from contacts.actions.errors import FileGone
from contacts.models import Attachment, ContactPoint
from crm import journal, outbox


class FileParts:
    """The files of a record as they stand, in order."""

    def __init__(self, contact: ContactPoint, *, is_new: bool) -> None:
        self.contact = contact
        self.rows: list[Attachment] = []
        if not is_new:
            mine = Attachment.objects.for_the_house("the files of a record being changed").filter(contact=contact, item="")
            self.rows = list(mine.in_order())

    def names(self) -> list[str]:
        return [row.name for row in self.rows]

    def keep(self, wanted: Sequence[Attachment]) -> None:
        """Take in new files, let go of those no longer wanted (with their bytes, after the transaction), renew the order.

        Raises FileGone if one of the new ones was cleared away or saved with another record in the meantime.
        """
        files = list({file.pk: file for file in wanted}.values())
        keys = [file.pk for file in files]
        if keys == [row.pk for row in self.rows]:
            return
        self.let_go([row for row in self.rows if row.pk not in keys])
        for place, file in enumerate(files):
            file.contact, file.place = self.contact, place
        free = Attachment.objects.for_the_house("files that were chosen").filter(Q(contact=None) | Q(contact=self.contact))
        if files and free.bulk_update(files, ["contact", "place"]) != len(files):
            raise FileGone
        self.rows = files

    @staticmethod
    def let_go(rows: Sequence[Attachment]) -> None:
        """Delete files of a record, and their bytes after the transaction."""
        if rows:
            Attachment.objects.for_the_house("no longer on the record").filter(pk__in=[row.pk for row in rows]).delete()
            # While the record lives, its own history still names them.
            journal.silence({"contacts.Attachment": [row.pk for row in rows]})
            outbox.promise("file.bytes", *(name for row in rows for name in row.stored_names()))
