"""The to-dos and requests of one record, kept equal to what its entry says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from contacts.asking import asked, called_off
from contacts.entry import RequestLine
from contacts.models import ContactPoint, WorkRequest
from crm.japanese import searchable
from crm.models import User

State = WorkRequest.State
CHANGEABLE = (State.UNSENT, State.SENT)
COLUMNS = ("to", "title", "due_on", "urgent", "place", "state", "sent_at", "search_text", "done_at", "done_by")


class RequestParts:
    """Requests as they stand. What is done, returned or called off is no longer the form's to change."""

    def __init__(self, contact: ContactPoint, *, is_new: bool) -> None:
        self.contact = contact
        self.rows: list[WorkRequest] = []
        if not is_new:
            mine = WorkRequest.objects.for_the_house("the requests of a record being changed").filter(contact=contact)
            self.rows = list(mine.order_by("place", "pk"))
        self._read = {row.pk: _values(row) for row in self.rows}

    def picture(self) -> list[str]:
        """Return each that stands as the journal keeps it: addressee, day, urgent or not, what to do."""
        standing = (row for row in self.rows if row.state != State.CANCELLED)
        return [f"{row.to_id} {row.due_on or '-'} {'!' if row.urgent else '-'} {row.title}" for row in standing]

    def keep(self, lines: Sequence[RequestLine] | None, by: User, now: datetime) -> list[tuple[str, str]]:
        """Make the requests what the lines say (None: as they are), send them if the record is registered; return what to promise.

        A line that is gone takes an unsent request away and calls a sent one off. Whom a standing line now asks instead of
        somebody else is asked anew.
        """
        sending = self.contact.state == ContactPoint.State.REGISTERED
        promises: list[tuple[str, str]] = []
        if lines is not None:
            promises += self._set(lines, by, now)
        for row in self.rows:
            if sending and row.state == State.UNSENT:
                row.state, row.sent_at = State.SENT, now
                promises += asked(row)
        self._write()
        return promises

    def _set(self, lines: Sequence[RequestLine], by: User, now: datetime) -> list[tuple[str, str]]:
        standing = {row.pk: row for row in self.rows if row.state in CHANGEABLE}
        settled = {row.pk for row in self.rows} - set(standing)
        kept, promises = set(), list[tuple[str, str]]()
        for place, line in enumerate(lines):
            if line.id in settled:  # done, returned or called off since the form was opened
                continue
            row = standing.get(line.id) if line.id else None
            if row is None or (row.to_id != line.to.pk and row.state == State.SENT):
                row = WorkRequest(contact=self.contact, asker_id=self.contact.owner_id)
                self.rows.append(row)
            row.to, row.title, row.due_on, row.urgent, row.place = line.to, line.title, line.due_on, line.urgent, place
            row.search_text = searchable(line.title)
            kept.add(row.pk)
        for row in (row for pk, row in standing.items() if pk not in kept):
            if row.state == State.SENT:
                row.state, row.done_at, row.done_by = State.CANCELLED, now, by
                promises += called_off(row)
        self._take_away([row for row in self.rows if row.pk not in kept and row.state == State.UNSENT])
        return promises

    def _take_away(self, rows: list[WorkRequest]) -> None:
        gone = {row.pk for row in rows}
        if gone:
            WorkRequest.objects.for_the_house("never sent").filter(pk__in=gone).delete()
            self.rows = [row for row in self.rows if row.pk not in gone]

    def _write(self) -> None:
        changed = [row for row in self.rows if not row._state.adding and _values(row) != self._read[row.pk]]
        WorkRequest.objects.bulk_create([row for row in self.rows if row._state.adding])
        if changed:
            WorkRequest.objects.for_the_house("the requests of a record being changed").bulk_update(changed, COLUMNS)

    def readers(self) -> list[int]:
        """Return who was ever asked: they read the record by name, also what came of it."""
        return [row.to_id for row in self.rows if row.state != State.UNSENT]


def _values(row: WorkRequest) -> tuple[object, ...]:
    return (row.to_id, row.title, row.due_on, row.urgent, row.place, row.state)
