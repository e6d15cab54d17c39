"""Pages and the API read the clock themselves: here it stands still on the afternoon of the tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine


@pytest.fixture(autouse=True)
def standing_clock(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield
