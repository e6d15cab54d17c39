"""Numbers and amounts of money as they are typed in Japan."""

import re
from decimal import Decimal
from enum import StrEnum

from crm.japanese.unreadable import Unreadable, plain

_LONGEST = 40
_DIGITS = 18
# ▲ and △ are the minus signs of Japanese accounts.
_NUMBER = re.compile(r"(?P<sign>[-+▲△])?[¥\\]?(?P<sign_behind>[-+▲△])?(?P<whole>[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.(?P<part>[0-9]*))?円?")


class NumberFault(StrEnum):
    """Why a number could not be taken."""

    FORMAT = "format"
    NOT_WHOLE = "not_whole"
    TOO_MANY_PLACES = "too_many_places"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"


class UnreadableNumber(Unreadable):
    """The text is no number, or one the field does not take; `fault` says why, `bound` is the limit it broke."""

    def __init__(self, fault: NumberFault, bound: Decimal | int | None = None) -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.bound = bound


def parse_int(text: str, *, at_least: int | None = None, at_most: int | None = None) -> int:
    """Read a whole number as typed: 1,200 １，２００円 ¥1,200 ▲1,200. Both bounds belong to the range.

    Raises UnreadableNumber.
    """
    number = _number(text)
    if number != number.to_integral_value():
        raise UnreadableNumber(NumberFault.NOT_WHOLE)
    return int(_in_range(number, at_least, at_most))


def parse_decimal(text: str, *, places: int = 2, at_least: Decimal | int | None = None, at_most: Decimal | int | None = None) -> Decimal:
    """Read a number as typed, with at most so many decimal places. Both bounds belong to the range.

    Raises UnreadableNumber.
    """
    number = _number(text)
    if number != round(number, places):
        raise UnreadableNumber(NumberFault.TOO_MANY_PLACES, places)
    return _in_range(number, at_least, at_most)


def _number(text: str) -> Decimal:
    found = _NUMBER.fullmatch(plain(text)) if len(text) <= _LONGEST else None
    if found is None or (found["sign"] and found["sign_behind"]):
        raise UnreadableNumber(NumberFault.FORMAT)
    whole = found["whole"].replace(",", "")
    if len(whole.lstrip("0")) > _DIGITS:
        raise UnreadableNumber(NumberFault.TOO_LARGE, 10**_DIGITS - 1)
    number = Decimal(f"{whole}.{found['part'] or '0'}")
    return -number if (found["sign"] or found["sign_behind"] or "+") in "-▲△" and number else number


def _in_range(number: Decimal, at_least: Decimal | int | None, at_most: Decimal | int | None) -> Decimal:
    if at_least is not None and number < at_least:
        raise UnreadableNumber(NumberFault.TOO_SMALL, at_least)
    if at_most is not None and number > at_most:
        raise UnreadableNumber(NumberFault.TOO_LARGE, at_most)
    return number
