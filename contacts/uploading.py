"""One file from the outside, looked at and stored: a row first, then the bytes, then the word that it is there.

Whatever dies in between leaves a loose row that clear_loose_files finds: no bytes without a row.
"""

from __future__ import annotations

import hashlib
import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

from contacts.actions import files as actions
from contacts.filing import EmptyFile, Kind, Looks, NoRoom, NotStored, TooLarge, clean_name, forget_positions, kind_of, looks_of
from contacts.filing.kinds import HEAD
from contacts.models import Attachment
from crm.company import company
from crm.models import User
from crm.uploads import MEGABYTE, NO_ROOM_ERRORS

log = logging.getLogger(__name__)
MEDIA = {Attachment.Kind.PHOTO, Attachment.Kind.AUDIO, Attachment.Kind.VIDEO}


def take_in(upload: File[bytes], *, by: User) -> Attachment:
    """Store an uploaded file as this person's loose one. The bytes go from disk to the storage in pieces.

    Raises a Fault of contacts.filing; then nothing is left.
    """
    limit, size = company().largest_file_mb, upload.size or 0
    if not size:
        raise EmptyFile
    if size > limit * MEGABYTE:
        raise TooLarge(limit)
    name = clean_name(upload.name or "")
    with _on_disk(upload) as file:
        file.seek(0)
        kind = kind_of(file.read(HEAD), name)
        looks = looks_of(file, kind.decoder) if kind.decoder else None
        if kind.what in MEDIA and not company().keep_positions:
            forget_positions(file)
        return _keep(file, by=by, name=name, size=size, kind=kind, looks=looks)


def _keep(file: IO[bytes], *, by: User, name: str, size: int, kind: Kind, looks: Looks | None) -> Attachment:
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # a temporary file is all that it asks for
    file.seek(0)
    row = actions.begin_file(uploader=by, name=name, size=size, sha256=digest, kind=kind)
    try:
        default_storage.save(row.file.name, File(file))
        if looks:
            default_storage.save(row.preview.name, ContentFile(looks.preview))
            default_storage.save(row.thumb.name, ContentFile(looks.thumb))
    except Exception as error:
        log.exception("A file could not be stored.")
        _tidy(row)
        raise (NoRoom if getattr(error, "errno", 0) in NO_ROOM_ERRORS else NotStored) from error
    return actions.finish_file(file=row)


def _tidy(row: Attachment) -> None:
    """Take back what was stored so far: a full disk leaves half a file behind."""
    for stored in row.stored_names():
        with suppress(Exception):
            default_storage.delete(stored)
    actions.drop_file(file=row)


def forget_bytes(stored: str) -> None:
    """Delete what lies in the storage under a name of ours; what is gone already is gone."""
    default_storage.delete(stored)


@contextmanager
def _on_disk(upload: Any) -> Iterator[IO[bytes]]:
    """Give the upload as a file of its own that may be written to."""
    if hasattr(upload, "temporary_file_path"):
        yield upload.file
        return
    with tempfile.TemporaryFile() as copy:
        for piece in upload.chunks():
            copy.write(piece)
        yield copy
