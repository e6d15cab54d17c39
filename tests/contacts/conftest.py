"""Pages and the API read the clock themselves: here it stands still on the afternoon of the tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine

import crm.company
from crm.models import Company


@pytest.fixture(autouse=True)
def standing_clock(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let a test choose the company's settings."""

    def of(**fields: Any) -> None:
        monkeypatch.setattr(crm.company, "_remembered", (float("inf"), Company(pk=1, **fields)))

    return of
