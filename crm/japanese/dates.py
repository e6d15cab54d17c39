"""Dates as they are typed in Japan, western and by era, and the same dates printed again."""

import re
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from crm.japanese.style import DateStyle
from crm.japanese.unreadable import Unreadable, plain

FIRST_YEAR = 1868
LAST_YEAR = 2100
_LONGEST = 60


class DateFault(StrEnum):
    """Why a date could not be read."""

    FORMAT = "format"
    NO_SUCH_DAY = "no_such_day"
    NO_SUCH_ERA_YEAR = "no_such_era_year"
    OUT_OF_RANGE = "out_of_range"
    SHORT_YEAR = "short_year"
    CONTRADICTION = "contradiction"


class DateDoubt(StrEnum):
    """Why a date that was read may not be the one that was meant."""

    OUTSIDE_ERA = "outside_era"
    OTHER_WEEKDAY = "other_weekday"


class UnreadableDate(Unreadable):
    """The text is no date; `fault` says why."""

    def __init__(self, fault: DateFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class Era(NamedTuple):
    """A period of years counted from its first year; the day of change belongs to both of its neighbours."""

    name: str
    letter: str
    first: date
    last: date

    def year_of(self, day: date) -> int:
        """Return the year of the era, 1 for 元年."""
        return day.year - self.first.year + 1


# Newest first. Meiji was counted back to the first day of lunar 1868, which is 25 January.
ERAS = (
    Era("令和", "R", date(2019, 5, 1), date.max),
    Era("平成", "H", date(1989, 1, 8), date(2019, 4, 30)),
    Era("昭和", "S", date(1926, 12, 25), date(1989, 1, 7)),
    Era("大正", "T", date(1912, 7, 30), date(1926, 12, 25)),
    Era("明治", "M", date(1868, 1, 25), date(1912, 7, 30)),
)
_BY_NAME = {key: era for era in ERAS for key in (era.name, era.name[0], era.letter)}

_WEEKDAYS_JA = "月火水木金土日"
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_ERA = r"(?P<era>令和|平成|昭和|大正|明治|[令平昭大明RHSTM])\.?(?P<year>元|[0-9]{1,2})"
_MONTH_AND_DAY = r"(?:年|[./-])(?P<month>[0-9]{1,2})(?:月|[./-])(?P<day>[0-9]{1,2})日?"
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        r"(?P<year>[0-9]{4})" + _MONTH_AND_DAY,
        r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})",
        _ERA + _MONTH_AND_DAY,
        r"(?P<era>[RHSTM])(?P<year>[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})",
        r"(?P<month>[0-9]{1,2})(?:月|[./-])(?P<day>[0-9]{1,2})日?",
    )
)
_SHORT_YEAR = re.compile(r"[0-9]{2}" + _MONTH_AND_DAY)
_ERA_IN_BRACKETS = re.compile(rf"\({_ERA}年?\)")
_WEEKDAY = re.compile(
    rf"(?:\((?P<ja>[{_WEEKDAYS_JA}])(?:曜日?)?(?:・?[祝休])?\)|(?P<long>[{_WEEKDAYS_JA}])曜日?|\(?(?P<en>MON|TUE|WED|THU|FRI|SAT|SUN)[A-Z]*\)?)$"
)
_WORDS = {
    "一昨日": -2,
    "おととい": -2,
    "昨日": -1,
    "きのう": -1,
    "YESTERDAY": -1,
    "今日": 0,
    "本日": 0,
    "きょう": 0,
    "TODAY": 0,
    "明日": 1,
    "あした": 1,
    "あす": 1,
    "TOMORROW": 1,
    "明後日": 2,
    "あさって": 2,
}


def parse_date(text: str, *, today: date) -> tuple[date, DateDoubt | None]:
    """Read a date as typed: 2026/11/20, 20261120, 令和8年11月20日(金), R8.11.20, H29/02/07, 11/20 (this year), 明日 ...

    today: the local day of whoever typed; gives the year of 11/20 and the meaning of 今日.

    A year outside its era (平成35年, as old contracts have it) and a wrong weekday are read with a doubt.
    Raises UnreadableDate.
    """
    if len(text) > _LONGEST:
        raise UnreadableDate(DateFault.FORMAT)
    typed = plain(text)
    if typed in _WORDS:
        return _moved(today, _WORDS[typed]), None
    weekday = _WEEKDAY.search(typed)
    rest = typed[: weekday.start()] if weekday else typed
    bracket = _ERA_IN_BRACKETS.search(rest)
    if bracket:
        rest = rest.replace(bracket.group(), "", 1)
    day, doubt = _read(rest, today)
    if bracket and day.year != _era_year(bracket):
        raise UnreadableDate(DateFault.CONTRADICTION)
    if doubt is None and weekday and _weekday_number(weekday) != day.weekday():
        doubt = DateDoubt.OTHER_WEEKDAY
    return day, doubt


def format_date(day: date, style: str = DateStyle.WESTERN, *, weekday: bool = False, lang: str = "ja", short: bool = False) -> str:
    """Print a date: 2026/11/20(金), 令和8年11月20日(金), 2026年(令和8年)11月20日(金); in English 2026-11-20 (Fri).

    short: R8.11.20 and 2026(R8)/11/20 for narrow columns; western is short already.
    Days before Meiji are printed western in every style.
    """
    japanese = lang.startswith("ja")
    era = next((era for era in ERAS if era.first <= day), None) if style != DateStyle.WESTERN else None
    printed = _in_japanese(day, era, style, short=short) if japanese else _in_english(day, era, style)
    if not weekday:
        return printed
    return printed + (f"({_WEEKDAYS_JA[day.weekday()]})" if japanese else f" ({_WEEKDAYS_EN[day.weekday()]})")


def _in_japanese(day: date, era: Era | None, style: str, *, short: bool) -> str:
    if era is None:
        return f"{day.year:04}/{day.month:02}/{day.day:02}"
    year = era.year_of(day)
    if short and style == DateStyle.BOTH:
        return f"{day.year}({era.letter}{year})/{day.month:02}/{day.day:02}"
    if short:
        return f"{era.letter}{year}.{day.month}.{day.day}"
    named = f"{era.name}{'元' if year == 1 else year}年"
    return f"{day.year}年({named}){day.month}月{day.day}日" if style == DateStyle.BOTH else f"{named}{day.month}月{day.day}日"


def _in_english(day: date, era: Era | None, style: str) -> str:
    if era is None:
        return day.isoformat()
    year = era.year_of(day)
    return f"{day.isoformat()} ({era.letter}{year})" if style == DateStyle.BOTH else f"{era.letter}{year}.{day.month}.{day.day}"


def _read(typed: str, today: date) -> tuple[date, DateDoubt | None]:
    found = next((match for shape in _SHAPES if (match := shape.fullmatch(typed))), None)
    if found is None:
        raise UnreadableDate(DateFault.SHORT_YEAR if _SHORT_YEAR.fullmatch(typed) else DateFault.FORMAT)
    parts = found.groupdict()
    year = _era_year(found) if "era" in parts else int(parts.get("year") or today.year)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise UnreadableDate(DateFault.OUT_OF_RANGE)
    try:
        day = date(year, int(parts["month"]), int(parts["day"]))
    except ValueError:
        raise UnreadableDate(DateFault.NO_SUCH_DAY) from None
    era = _BY_NAME[parts["era"]] if "era" in parts else None
    return day, DateDoubt.OUTSIDE_ERA if era and not era.first <= day <= era.last else None


def _era_year(found: re.Match[str]) -> int:
    year = 1 if found["year"] == "元" else int(found["year"])
    if year == 0:
        raise UnreadableDate(DateFault.NO_SUCH_ERA_YEAR)
    return _BY_NAME[found["era"]].first.year + year - 1


def _weekday_number(found: re.Match[str]) -> int:
    if found["en"]:
        return _WEEKDAYS_EN.index(found["en"].capitalize())
    return _WEEKDAYS_JA.index(found["ja"] or found["long"])


def _moved(today: date, days: int) -> date:
    try:
        return today + timedelta(days=days)
    except OverflowError:
        raise UnreadableDate(DateFault.OUT_OF_RANGE) from None
