"""What calendars read is never more than one event, whatever somebody types into a title."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from schedule import ical

AT = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
KEY = UUID("01a1fbcd-e58c-7d3c-9a6c-9968b9a1ef5e")
NASTY = "\r\n\v\f\x00\x07\x1c\x1d\x1e\x1f\x7f\x85\u2028\u2029\u202e\u2066\u200f\ufeff\ud800\\;,:\"^'😀👨‍👩‍👧‍👦ｶﾞ髙﨑①㈱BEGIN:VEVENT"
nasty_text = st.text(st.one_of(st.sampled_from(NASTY), st.characters()), max_size=300)
SYSTEM_PYTHON = Path("/usr/bin/python3")


def seen(**fields: Any) -> ical.Seen:
    row = {
        "pk": KEY,
        "sequence": 3,
        "created_at": AT,
        "exported_at": AT,
        "starts_at": AT,
        "ends_at": AT + timedelta(hours=1),
        "all_day": False,
        "status": "confirmed",
        "cancelled": False,
        "summary_note": "見積の説明",
        "place": "",
        "direct": "",
        "get_direct_display": lambda: "直行",
    }
    around = {
        "method": "訪問",
        "summary": None,
        "customer": "青木建材",
        "address": "長崎市1-1",
        "people": [],
        "deal": None,
        "participants": [],
    }
    given = {name: fields.pop(name) for name in list(fields) if name in row}
    owner = SimpleNamespace(time_zone="Asia/Tokyo")
    return ical.Seen(
        appointment=SimpleNamespace(**row | given), owner=owner, private=False, base_url="https://setten.example.jp", **around | fields
    )


def whole(*bodies: bytes) -> bytes:
    return ical.calendar("Setten 予定（河田）", "私の予定", "Asia/Tokyo", "steelblue", bodies)


def lint(body: bytes) -> list[bytes]:
    """Fail on anything RFC 5545 or a known program stumbles over; return the lines."""
    assert body.endswith(b"\r\n")
    lines = body.split(b"\r\n")[:-1]
    for line in lines:
        assert len(line) <= 75
        text = line.decode()
        assert not any((ord(mark) < 0x20 and mark != "\t") or 0x7F <= ord(mark) < 0xA0 or mark in "\u2028\u2029\u202e" for mark in text), (
            text
        )
    return lines


@given(nasty_text, nasty_text, nasty_text)
def test_no_text_becomes_a_line_of_its_own(title: str, place: str, customer: str) -> None:
    body = ical.component(seen(summary_note=title, place=place, customer=customer), "en", "full", True)

    lines = lint(body)
    unfolded = b"\r\n".join(lines).replace(b"\r\n ", b"").split(b"\r\n")
    names = [line.split(b":")[0].split(b";")[0] for line in unfolded]
    assert names.count(b"BEGIN") == names.count(b"END") == names.count(b"SUMMARY") == names.count(b"DESCRIPTION") == 1
    assert {name.decode() for name in names} <= KNOWN
    read = Calendar.from_ical(whole(body)).walk("VEVENT")
    assert len(read) == 1
    assert len(str(read[0]["SUMMARY"])) <= ical.TITLE_LENGTH
    assert len(str(read[0]["DESCRIPTION"])) <= ical.DESCRIPTION_LENGTH
    assert str(read[0]["DESCRIPTION"]).splitlines()[-1] == f"https://setten.example.jp/schedule/{KEY}/"


KNOWN = {
    *("BEGIN", "END", "UID", "DTSTAMP", "SEQUENCE", "DTSTART", "DTEND", "LAST-MODIFIED", "CREATED", "STATUS", "TRANSP"),
    *("X-MICROSOFT-CDO-BUSYSTATUS", "SUMMARY", "URL", "CATEGORIES", "LOCATION", "DESCRIPTION"),
}


@given(nasty_text)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = ical.clean(text)

    assert ical.clean(once) == once
    once.encode()


def test_line_ends_of_every_kind_become_plain_ones() -> None:
    assert ical.clean("a\r\nb\rc\vd\fe\x1cf\x85g\u2028h\u2029i") == "a\nb\nc\nd\ne\nf\ng\nh\ni"


def test_the_head_has_no_method_no_uid_and_no_link() -> None:
    lines = lint(whole())
    names = [line.split(b":")[0].split(b";")[0] for line in lines if not line.startswith(b" ")]

    assert names[:4] == [b"BEGIN", b"VERSION", b"PRODID", b"CALSCALE"]
    assert not {b"METHOD", b"UID", b"SOURCE", b"URL"} & set(names)
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT15M" in lines
    assert b"BEGIN:VTIMEZONE" not in lines


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, ["STATUS:CONFIRMED", "TRANSP:OPAQUE", "X-MICROSOFT-CDO-BUSYSTATUS:BUSY", "DTSTART:20261120T060000Z"]),
        ({"status": "tentative"}, ["STATUS:TENTATIVE", "TRANSP:OPAQUE", "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE"]),
        ({"status": "cancelled", "cancelled": True}, ["STATUS:CANCELLED", "TRANSP:TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"]),
        (
            {"all_day": True, "starts_at": datetime(2026, 11, 19, 15, tzinfo=UTC), "ends_at": datetime(2026, 11, 21, 15, tzinfo=UTC)},
            ["DTSTART;VALUE=DATE:20261120", "DTEND;VALUE=DATE:20261122", "TRANSP:TRANSPARENT"],
        ),
    ],
    ids=["confirmed", "tentative", "cancelled", "all day"],
)
def test_states_and_days_are_written_as_programs_read_them(fields: dict[str, Any], expected: list[str]) -> None:
    lines = [line.decode() for line in lint(ical.component(seen(**fields), "en", "full", True))]

    assert set(expected) <= set(lines)


def test_a_cancelled_one_says_so_in_its_title_because_some_programs_show_nothing_else() -> None:
    cancelled = {"status": "cancelled", "cancelled": True}

    assert b"SUMMARY:[Cancelled] [\xe8\xa8\xaa" in ical.component(seen(**cancelled), "en", "full", True)
    assert "SUMMARY:【中止】【訪問】青木建材 見積の説明".encode() in ical.component(seen(**cancelled), "ja", "full", True)


def test_less_detail_means_fewer_words() -> None:
    variants = ical.variants(seen(address="長崎市1-1"))

    assert "青木建材" in variants["ja", "full", True].decode()
    assert "青木建材" not in variants["ja", "full", False].decode()
    assert "長崎市" not in variants["ja", "full", False].decode()
    assert "DESCRIPTION" not in variants["ja", "title", True].decode()
    assert not {"見積", "訪問", "URL"} & set(variants["ja", "busy", False].decode().split(":"))
    assert ("ja", "busy", True) not in variants


def test_a_reminder_is_added_to_what_stands_not_to_what_was_called_off() -> None:
    standing = ical.with_alarm(ical.component(seen(), "en", "full", True), 10)
    cancelled = ical.component(seen(cancelled=True, status="cancelled"), "en", "full", True)

    assert b"BEGIN:VALARM" in standing
    assert b"TRIGGER:-PT10M" in standing
    assert ical.with_alarm(cancelled, 10) == cancelled
    lint(standing)


def test_libical_has_nothing_to_complain_of() -> None:
    """libical stands behind GNOME, KDE and others; the system's own Python speaks with it."""
    probe = subprocess.run(
        [SYSTEM_PYTHON, "-c", "import gi; gi.require_version('ICalGLib', '3.0'); from gi.repository import ICalGLib"], capture_output=True
    )
    if probe.returncode:
        pytest.skip("libical for Python (gir1.2-ical-3.0, python3-gi) is not installed")
    tentative, private = seen(status="tentative", pk=UUID(int=2)), seen(pk=UUID(int=3), summary_note="長い題" * 60)
    shell = ical.shell(UUID(int=4), 9, AT, AT, AT + timedelta(days=1), ZoneInfo("Asia/Tokyo"), "ja")
    notice = ical.notice("x@setten", "終わり", "説明", AT.date(), AT)
    bodies = [ical.component(one, "ja", "full", True) for one in (seen(), tentative, private)]

    told = subprocess.run([SYSTEM_PYTHON, "-c", LINT], input=whole(*bodies, shell, notice), capture_output=True, check=True)

    assert json.loads(told.stdout) == {"errors": 0, "restrictions": True, "events": 5}


LINT = """
import json, sys, gi
gi.require_version("ICalGLib", "3.0")
from gi.repository import ICalGLib
read = ICalGLib.Component.new_from_string(sys.stdin.buffer.read().decode())
events = read.count_components(ICalGLib.ComponentKind.VEVENT_COMPONENT)
print(json.dumps({"errors": read.count_errors(), "restrictions": bool(read.check_restrictions()), "events": events}))
"""
