"""Real calendar programs subscribe, and see an appointment come, move, be called off and go."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
import urllib.request
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from schedule.actions import AppointmentEntry, book, cancel, change_appointment, delete_appointment
from schedule.models import Appointment, FeedShell
from tests.conftest import Cast
from tests.schedule.given import a_link

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

TOKYO = ZoneInfo("Asia/Tokyo")
LONG_TITLE = "見積の説明；， , \\ 😀👨‍👩‍👧‍👦 長い題は七十五オクテットで折り返されるので、文字の途中で切れてはいけない"
NEW_TITLE = "見積の再説明"
BIN = Path(sysconfig.get_path("scripts"))


def program(name: str) -> str:
    found = shutil.which(name, path=f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}")
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def run(*command: str | Path, home: Path) -> str:
    places = {"HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_DATA_HOME": str(home), "XDG_CACHE_HOME": str(home)}
    env = {**os.environ, **places, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "Asia/Tokyo"}
    done = subprocess.run([str(part) for part in command], env=env, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def day() -> datetime:
    """Ten o'clock in Tokyo, about two weeks from today: the programs and the live server have the machine's own clock."""
    return (timezone.now().astimezone(TOKYO) + timedelta(days=14)).replace(hour=10, minute=0, second=0, microsecond=0)


@pytest.fixture
def feed_url(cast: Cast, live_server: Any) -> str:
    return live_server.url + a_link(cast.seller, timezone.now())


class Steps:
    """The story that every program is told; `see` reads it and returns what it shows."""

    def __init__(self, cast: Cast, day: datetime, see: Callable[[], str]) -> None:
        self.seller, self.day, self.see = cast.seller, day, see

    def play(self) -> Iterator[tuple[str, str]]:
        now = timezone.now()
        first = AppointmentEntry(starts_at=self.day, ends_at=self.day + timedelta(hours=1), summary_note=LONG_TITLE)
        row, _new = book(owner=self.seller, recorder=self.seller, entry=first, now=now)
        yield "created", self.see()
        later = self.day + timedelta(days=1, hours=4, minutes=30)
        second = AppointmentEntry(starts_at=later, ends_at=later + timedelta(hours=1), summary_note=NEW_TITLE)
        change_appointment(by=self.seller, appointment=row, version=1, entry=second, now=now)
        yield "moved", self.see()
        cancel(by=self.seller, appointment=row, reason="", now=now)
        yield "cancelled", self.see()
        delete_appointment(by=self.seller, appointment=row, now=now)
        yield "deleted", self.see()
        self._thirty_days_pass(row)
        yield "gone", self.see()

    def _thirty_days_pass(self, row: Appointment) -> None:
        shells = FeedShell.objects.for_the_house("a test turns the clock").filter(appointment=row)
        shells.update(gone_at=timezone.now() - timedelta(days=31))


def test_vdirsyncer_and_khal_follow_an_appointment(cast: Cast, day: datetime, feed_url: str, tmp_path: Path) -> None:
    sync = [program("vdirsyncer"), "-c", tmp_path / "vdirsyncer.conf"]
    khal = [program("khal"), "-c", tmp_path / "khal.conf"]
    (tmp_path / "vdirsyncer.conf").write_text(VDIRSYNCER.format(home=tmp_path, url=feed_url))
    (tmp_path / "khal.conf").write_text(KHAL.format(home=tmp_path))
    (tmp_path / "calendar").mkdir()
    book_one_that_stays(cast, day)
    run(*sync, "discover", home=tmp_path)

    def see() -> str:
        run(*sync, "sync", home=tmp_path)
        line = "{start-date-long} {start-time} {title} {status}"
        return run(*khal, "list", "--format", line, f"{day - timedelta(days=2):%Y-%m-%d}", "10d", home=tmp_path)

    seen = dict(Steps(cast, day, see).play())

    assert f"{day:%Y-%m-%d %H:%M} {LONG_TITLE}" in seen["created"]
    assert f"{day + timedelta(days=1):%Y-%m-%d} 14:30 {NEW_TITLE}" in seen["moved"]
    assert LONG_TITLE not in seen["moved"]
    assert f"【中止】{NEW_TITLE} CANCELLED" in seen["cancelled"]
    assert NEW_TITLE not in seen["deleted"]
    assert "予定なし CANCELLED" in seen["deleted"]
    assert "予定なし" not in seen["gone"]
    assert "定例会議" in seen["gone"]


def test_calcurse_follows_an_appointment(cast: Cast, day: datetime, feed_url: str, tmp_path: Path) -> None:
    calcurse = program("calcurse")
    turn = iter(range(100))

    def see() -> str:
        home = tmp_path / str(next(turn))
        home.mkdir()
        with urllib.request.urlopen(feed_url) as answer:
            (home / "feed.ics").write_bytes(answer.read())
        run(calcurse, "-D", home, "-q", "-i", home / "feed.ics", home=home)
        return run(calcurse, "-D", home, "-Q", "--from", f"{day - timedelta(days=2):%m/%d/%Y}", "--days", "10", home=home)

    seen = dict(Steps(cast, day, see).play())

    assert f"{day:%m/%d/%y}" in seen["created"]
    assert "10:00 -> 11:00" in seen["created"]
    assert "折り返される" in seen["created"]
    assert "14:30 -> 15:30" in seen["moved"]
    assert NEW_TITLE in seen["moved"]
    assert f"【中止】{NEW_TITLE}" in seen["cancelled"]
    assert NEW_TITLE not in seen["deleted"]
    assert "予定なし" not in seen["gone"]


def test_a_revoked_link_empties_the_calendar_of_vdirsyncer(cast: Cast, day: datetime, feed_url: str, tmp_path: Path) -> None:
    from schedule.actions import revoke_feed
    from schedule.models import CalendarFeed

    sync = [program("vdirsyncer"), "-c", tmp_path / "vdirsyncer.conf"]
    (tmp_path / "vdirsyncer.conf").write_text(VDIRSYNCER.format(home=tmp_path, url=feed_url))
    (tmp_path / "calendar").mkdir()
    book_one_that_stays(cast, day)
    run(*sync, "discover", home=tmp_path)
    run(*sync, "sync", home=tmp_path)

    revoke_feed(by=cast.seller, feed=CalendarFeed.objects.visible_to(cast.seller).get(), now=timezone.now())
    run(*sync, "sync", home=tmp_path)

    kept = [path.read_text() for path in (tmp_path / "calendar").glob("*.ics")]
    assert len(kept) == 1
    assert "停止" in kept[0].replace("\n ", "")


def book_one_that_stays(cast: Cast, day: datetime) -> None:
    entry = AppointmentEntry(starts_at=day + timedelta(days=3), ends_at=day + timedelta(days=3, hours=1), summary_note="定例会議")
    book(owner=cast.seller, recorder=cast.seller, entry=entry, now=timezone.now())


VDIRSYNCER = """
[general]
status_path = "{home}/status/"

[pair schedule]
a = "device"
b = "setten"
collections = null
conflict_resolution = "b wins"

[storage device]
type = "filesystem"
path = "{home}/calendar/"
fileext = ".ics"

[storage setten]
type = "http"
url = "{url}"
"""

KHAL = """
[calendars]
[[setten]]
path = {home}/calendar/
readonly = True

[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
local_timezone = Asia/Tokyo
default_timezone = Asia/Tokyo

[sqlite]
path = {home}/khal.db
"""
