"""Keeping what is being typed. Nothing of it enters the journal: it is no record yet, and may be what its author thinks better of."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from contacts.models import ContactPoint, Unsaved
from crm.actions import StaleVersion
from crm.japanese import searchable
from crm.models import User

MOST_BYTES = 300_000
MOST_FORMS = 200
KEPT_FOR = timedelta(days=90)
SOUGHT = ("summary_note", "content", "next_note", "expenses-", "requests-", "x_")


@dataclass(frozen=True)
class Known:
    """What a page knows of the form it sends: as which version the server has it, and which pages typed it (this one, those before it)."""

    version: int = 0
    pages: tuple[str, ...] = ()

    def knows(self, row: Unsaved) -> bool:
        """Tell whether the page has seen all of what is kept; the answer to what it sent itself may have been lost."""
        return row.version == self.version or row.page in self.pages


class TooMuchTyped(Exception):
    """The form holds more than is kept on the side."""


class TooManyForms(Exception):
    """This person has too many forms that were begun and not saved."""


class AlreadySaved(Exception):
    """The record was saved while the form was on its way here."""


@transaction.atomic
def keep_unsaved(
    *,
    user: User,
    record: UUID,
    typed: Sequence[tuple[str, str]],
    is_new: bool,
    known: int,
    device: str,
    now: datetime,
    page: str = "",
) -> Unsaved:
    """Keep a form as it stands.

    typed: names and values of the fields, right or wrong. known: the version that the form came from or was last kept as, 0 for none.
    page: the number of the page that it is typed on, "" if there is none.

    Raises StaleVersion if another device has kept something else since, TooMuchTyped, TooManyForms, AlreadySaved.
    """
    values = [[name, value] for name, value in typed]
    if len(json.dumps(values, ensure_ascii=False).encode()) > MOST_BYTES:
        raise TooMuchTyped
    row = Unsaved.objects.visible_to(user).filter(record=record).select_for_update().first()
    if row is None:
        return _begin(user, record, known=known, values=values, is_new=is_new, device=device, page=page, now=now)
    if row.version != known:
        if row.typed == values:  # its answer was lost on the way, and the device sends it again
            return row
        raise StaleVersion(row)
    if row.typed != values:
        row.typed, row.device, row.page, row.updated_at, row.version = values, device, page, now, row.version + 1
        row.search_text = _words(values)
        row.save()
    return row


def _begin(
    user: User, record: UUID, *, known: int, values: list[list[str]], is_new: bool, device: str, page: str, now: datetime
) -> Unsaved:
    mine = Unsaved.objects.visible_to(user)
    if is_new and ContactPoint.objects.visible_to(user).filter(pk=record, recorder=user).exists():
        raise AlreadySaved
    mine.filter(updated_at__lt=now - KEPT_FOR).delete()
    if mine.count() >= MOST_FORMS:
        raise TooManyForms
    row = Unsaved(user=user, record=record, is_new=is_new, typed=values, version=known + 1, device=device, page=page, updated_at=now)
    row.search_text = _words(values)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # two devices at the same moment: the second hears of the first
        raise StaleVersion(mine.get(record=record)) from None
    return row


def _words(values: list[list[str]]) -> str:
    return searchable(*(value for name, value in values if name.startswith(SOUGHT)))


@transaction.atomic
def forget_unsaved(*, user: User, record: UUID, version: int | None = None) -> bool:
    """Forget what this person has typed for a record: thrown away, or said by the record. Tell whether nothing is left of it.

    version: the one that was looked at; what another device has written since stays. None for whatever there is.
    """
    rows = Unsaved.objects.visible_to(user).filter(record=record)
    if version is None:
        rows.delete()
        return True
    return bool(rows.filter(version=version).delete()[0]) or not rows.exists()


@transaction.atomic
def readdress_unsaved(*, user: User, record: UUID, to: UUID, known: Known) -> Unsaved | None:
    """Let what a page has typed for a record that is gone become the beginning of another one; None if it kept nothing here."""
    mine = Unsaved.objects.visible_to(user).filter(record=record).select_for_update().first()
    if mine is None or not known.knows(mine):
        return None
    mine.record, mine.is_new = to, True
    mine.save(update_fields=["record", "is_new"])
    return mine
