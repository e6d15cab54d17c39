"""Asking the virus scanner of the house, whichever it is."""

from __future__ import annotations

import shlex
import subprocess
import tempfile

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils.module_loading import import_string

CLEAN, INFECTED = 0, 1  # as clamscan, clamdscan and most others end
SCAN_SECONDS = 45  # less than a worker may hold a promise
PYTHON = "python:"


class ScannerFailed(Exception):
    """The scanner could not say: it is asked again later."""


def is_clean(stored: str) -> bool:
    """Say what SCAN_COMMAND finds in a stored file: a command that gets the path of a copy, or "python:" and the name of a function.

    Raises ScannerFailed, FileNotFoundError.
    """
    with tempfile.NamedTemporaryFile(suffix=".scan") as copy, default_storage.open(stored) as file:
        for piece in file.chunks():
            copy.write(piece)
        copy.flush()
        if settings.SCAN_COMMAND.startswith(PYTHON):
            return bool(import_string(settings.SCAN_COMMAND.removeprefix(PYTHON))(copy.name))
        return _ended_clean([*shlex.split(settings.SCAN_COMMAND), copy.name])


def _ended_clean(command: list[str]) -> bool:
    try:
        done = subprocess.run(command, capture_output=True, timeout=SCAN_SECONDS, check=False)  # noqa: S603 - the operator's own command
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ScannerFailed(repr(error)) from error
    if done.returncode not in (CLEAN, INFECTED):
        raise ScannerFailed(done.stderr.decode(errors="replace")[-300:] or f"ended with {done.returncode}")
    return done.returncode == CLEAN
