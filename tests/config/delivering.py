"""A topic whose handler writes one line to a file: what a mail server would have seen."""

import os
import time
from pathlib import Path

from crm.models import Outbox

SECONDS = 0.02


def deliver(row: Outbox) -> None:
    # One write of one short line is whole even when the process is killed right after it.
    with Path(os.environ["DELIVERED"]).open("a", encoding="ascii") as out:
        out.write(f"{row.key} {row.message_id} {os.getpid()}\n")
    time.sleep(SECONDS)
