"""Times of day as they are typed in Japan."""

import re
from datetime import time
from enum import StrEnum

from crm.japanese.unreadable import Unreadable, plain

_LONGEST = 30
_SHAPES = tuple(
    re.compile(rf"(?P<half>午前|午後|AM|PM)?{shape}(?P<half_behind>AM|PM)?")
    for shape in (
        r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?",
        r"(?P<hour>[0-9]{1,2})時(?:(?P<minute>[0-9]{1,2})分?|(?P<thirty>半))?",
        r"(?P<hour>[0-9]{1,2})(?P<minute>[0-9]{2})",
        r"(?P<hour>[0-9]{1,2})",
    )
)
_WORDS = {"正午": time(12), "NOON": time(12)}


class TimeFault(StrEnum):
    """Why a time could not be read."""

    FORMAT = "format"
    NO_SUCH_HOUR = "no_such_hour"
    NO_SUCH_MINUTE = "no_such_minute"


class UnreadableTime(Unreadable):
    """The text is no time of day; `fault` says why."""

    def __init__(self, fault: TimeFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def parse_time(text: str) -> time:
    """Read a time of day as typed: 9:05, ９時５分, 0905, 905, 9時半, 午後3時, 3:15 pm, 15.

    午後12時 and 12 pm are noon, 午前12時 and 12 am midnight, as on a digital clock. Raises UnreadableTime; 25:00 and 24:00 too.
    """
    if len(text) > _LONGEST:
        raise UnreadableTime(TimeFault.FORMAT)
    typed = plain(text)
    if typed in _WORDS:
        return _WORDS[typed]
    found = next((match for shape in _SHAPES if (match := shape.fullmatch(typed))), None)
    if found is None or (found["half"] and found["half_behind"]):
        raise UnreadableTime(TimeFault.FORMAT)
    parts = found.groupdict()
    hour = _hour(int(parts["hour"]), parts["half"] or parts["half_behind"])
    minute = 30 if parts.get("thirty") else int(parts.get("minute") or 0)
    second = int(parts.get("second") or 0)
    if minute > 59 or second > 59:
        raise UnreadableTime(TimeFault.NO_SUCH_MINUTE)
    return time(hour, minute, second)


def format_time(at: time) -> str:
    """Print a time of day on the 24-hour clock: 09:05."""
    return f"{at.hour:02}:{at.minute:02}"


def _hour(hour: int, half: str | None) -> int:
    if hour > (12 if half else 23):
        raise UnreadableTime(TimeFault.NO_SUCH_HOUR)
    if half is None:
        return hour
    return hour % 12 + (12 if half in ("午後", "PM") else 0)
