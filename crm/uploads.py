"""How the files of a request arrive: on disk, piece by piece, none larger than the company allows, none from strangers."""

from __future__ import annotations

import errno
from typing import Any

from django.core.files.uploadhandler import SkipFile, StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest

from crm.company import company

MEGABYTE = 1024 * 1024
TOO_LARGE, NO_ROOM = "too large", "no room"
NO_ROOM_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Arriving(TemporaryFileUploadHandler):
    """Writes each file into one of its own in the temporary folder. What is not taken is noted on the request: see `not_taken`."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        user = getattr(self.request, "user", None)
        if user is None or not user.is_authenticated:
            raise StopUpload(connection_reset=False)
        self.arrived, self.largest = 0, company().largest_file_mb * MEGABYTE
        self._or_no_room(super().new_file, *args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.arrived += len(raw_data)
        if self.arrived > self.largest:
            self._skip(TOO_LARGE)
        self._or_no_room(super().receive_data_chunk, raw_data, start)

    def _or_no_room(self, act: Any, *args: Any, **kwargs: Any) -> None:
        try:
            act(*args, **kwargs)
        except OSError as error:
            if error.errno not in NO_ROOM_ERRORS:
                raise
            self._skip(NO_ROOM)

    def _skip(self, why: str) -> None:
        request: Any = self.request
        request.files_not_taken = [*not_taken(request), (self.file_name or "", why)]
        raise SkipFile


def not_taken(request: HttpRequest) -> list[tuple[str, str]]:
    """Return name and reason of the files that were sent and not taken; read request.FILES first."""
    return list(getattr(request, "files_not_taken", []))
