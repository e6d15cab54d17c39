"""Working days and hours in Japan."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cache
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")
_QUARTERS = tuple((hour, minute) for hour in range(9, 18) for minute in (0, 15, 30, 45) if hour != 12)
# Visits cluster at half past nine to eleven and from one to four.
_WEIGHTS = tuple(
    {9: 3, 10: 6, 11: 4, 13: 5, 14: 6, 15: 5, 16: 4, 17: 2}[hour] * (3 if minute in (0, 30) else 1) for hour, minute in _QUARTERS
)


@cache
def _holidays(year: int) -> frozenset[date]:
    import holidays  # takes most of a second: only the demo pays for it

    return frozenset(holidays.country_holidays("JP", years=year))


def is_working_day(day: date) -> bool:
    """False on weekends, national holidays, 13-15 August and 29 December to 3 January."""
    shut = (day.month == 8 and 13 <= day.day <= 15) or (day.month, day.day) >= (12, 29) or (day.month == 1 and day.day <= 3)
    return day.weekday() < 5 and not shut and day not in _holidays(day.year)


def working_days(first: date, last: date) -> Iterator[date]:
    """Working days from `first` to `last`, both included."""
    for n in range((last - first).days + 1):
        if is_working_day(day := first + timedelta(days=n)):
            yield day


def working_day_after(day: date, count: int) -> date:
    """The `count`-th working day after `day`; negative counts go back."""
    step = 1 if count > 0 else -1
    for _ in range(abs(count)):
        day += timedelta(days=step)
        while not is_working_day(day):
            day += timedelta(days=step)
    return day


def moment(rng: Random, day: date) -> datetime:
    """A likely time of day for seeing a customer."""
    hour, minute = rng.choices(_QUARTERS, _WEIGHTS)[0]
    return datetime.combine(day, time(hour, minute), TOKYO)


def uuid7_at(rng: Random, at: datetime) -> UUID:
    """A version 7 UUID as a device would have made it at `at`, drawn from `rng`."""
    bits = (int(at.timestamp() * 1000) << 80) | (0x7 << 76) | (rng.getrandbits(12) << 64) | (0b10 << 62) | rng.getrandbits(62)
    return UUID(int=bits)


def spoken(day: date) -> str:
    """The way a note names a day: 27日(金)."""
    return f"{day.month}/{day.day}({'月火水木金土日'[day.weekday()]})"
