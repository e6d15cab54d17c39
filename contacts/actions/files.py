"""What may be done with files. Their bytes are never touched here: a transaction waits for no disk and no network (see contacts/uploading.py)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from contacts.actions.errors import FileOnRecord
from contacts.filing import Kind
from contacts.models import Attachment, Unsaved
from contacts.models.attachment import pictured_as, previewed_as, stored_as
from crm import journal, outbox
from crm.models import User

LOOSE_FOR = timedelta(hours=24)
TYPED_FOR = timedelta(days=90)
BATCH = 500
NOT_KEPT = {"file", "thumb", "preview", "sha256"}


@transaction.atomic
def begin_file(*, uploader: User, name: str, size: int, sha256: str, kind: Kind) -> Attachment:
    """Make room for a file whose bytes are about to be stored. Until finish_file nobody can fetch it; forgotten, it is cleared away.

    size: bytes.
    """
    file = Attachment(uploader=uploader, name=name, size=size, sha256=sha256, media_type=kind.media_type, kind=kind.what)
    file.state = Attachment.State.ARRIVING
    file.file.name = stored_as(file, name)
    if kind.decoder:
        file.thumb.name, file.preview.name = pictured_as(file, name), previewed_as(file, name)
    file.save(force_insert=True)
    return file


@transaction.atomic
def finish_file(*, file: Attachment) -> Attachment:
    """Say that the bytes of a file are stored; a virus scanner, if there is one, looks at it before anybody else does."""
    file.state = Attachment.State.CHECKING if settings.SCAN_COMMAND else Attachment.State.READY
    file.save(update_fields=["state"])
    if file.state == Attachment.State.CHECKING:
        outbox.promise("file.scan", file.pk)
    journal.record(file.uploader, "create", file, {}, _picture(file))
    return file


@transaction.atomic
def drop_file(*, file: Attachment) -> None:
    """Forget a file whose bytes could not be stored."""
    file.delete()


@transaction.atomic
def remove_file(*, by: User, file: Attachment) -> None:
    """Take back a file that was uploaded and not yet saved with a record; its bytes go once this is certain.

    Raises FileOnRecord if it has been saved: then it goes with a change of its record.
    """
    current = Attachment.objects.for_the_house("the file that was chosen").select_for_update(of=("self",)).get(pk=file.pk)
    if current.contact_id is not None:
        raise FileOnRecord
    _forget([current], by)


@transaction.atomic
def judge_file(*, file_id: UUID, clean: bool) -> None:
    """Write down what the virus scanner found: a clean file may be fetched, of any other only its name stays."""
    rows = Attachment.objects.for_the_house("the scanner looks at every file").filter(pk=file_id, state=Attachment.State.CHECKING)
    file = rows.select_for_update(of=("self",)).first()
    if file is None:
        return
    before = _picture(file)
    file.state = Attachment.State.READY if clean else Attachment.State.REFUSED
    file.save(update_fields=["state"])
    if not clean:
        outbox.promise("file.bytes", *file.stored_names())
    journal.record(None, "change", file, before, _picture(file))


@transaction.atomic
def clear_loose_files(*, now: datetime) -> int:
    """Forget files that nobody saved with a record for a day; return how many. What a form that is still open names stays for 90 days."""
    loose = Attachment.objects.for_the_house("clearing up").filter(contact=None, created_at__lt=now - LOOSE_FOR)
    rows = list(loose.select_for_update(of=("self",), skip_locked=True).order_by("created_at", "pk")[:BATCH])
    recent = [row for row in rows if row.created_at > now - TYPED_FOR]
    named = _typed_by({row.uploader_id for row in recent}, now - TYPED_FOR) if recent else set()
    gone = [row for row in rows if row.created_at <= now - TYPED_FOR or str(row.pk) not in named]
    _forget(gone, None)
    return len(gone)


@transaction.atomic
def forget_files_of(*, contacts: Iterable[UUID]) -> None:
    """Forget the files of records that are about to go for good."""
    _forget(list(Attachment.objects.for_the_house("their records go").filter(contact__in=list(contacts))), None)


def _typed_by(users: set[int], since: datetime) -> set[str]:
    """Return every text that these people's open forms hold: among them are the ids of files."""
    forms = Unsaved.objects.for_the_house("files of open forms are kept").filter(Q(user__in=users, updated_at__gt=since))
    return {str(value) for typed in forms.values_list("typed", flat=True) for _name, value in typed}


def _forget(files: list[Attachment], by: User | None) -> None:
    if not files:
        return
    for file in files:
        journal.record(by, "delete", file, _picture(file), {})
    Attachment.objects.for_the_house("chosen by the caller").filter(pk__in=[file.pk for file in files]).delete()
    outbox.promise("file.bytes", *(name for file in files for name in file.stored_names()))


def _picture(file: Attachment) -> dict[str, object]:
    return {name: value for name, value in journal.picture(file).items() if name not in NOT_KEPT}
