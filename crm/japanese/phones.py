"""Phone numbers as they are typed in Japan."""

import re
import unicodedata
from typing import NamedTuple

import phonenumbers

from crm.japanese.unreadable import DASHES

_LONGEST = 100
_DISPLAY = 40
_DIGITS = 20
_EXTENSION = re.compile(r"[\s,;:(]*(?:内線番号|内線|\(?内\)?|EXTENSION|EXT\.?|X|#)[\s:.)]*([0-9]{1,8})\s*\)?$")
_LABEL = re.compile(r"^(?:TEL|FAX|PHONE|電話番号|電話|携帯|代表|直通)[\s:.]*")
_NOT_DIGIT = re.compile("[^0-9]")
# Unknown callers are filed under 001AAA-AAAA, the first three digits being a unit's; a phone parser takes it for letters.
_ANONYMOUS = re.compile(r"[0-9]{3}[A-Z]{3}-?[A-Z]{4}")
_DIALLED = re.compile(r"[0-9+() ./-]*")


class Phone(NamedTuple):
    """A phone number. e164 is None for what cannot be dialled; digits is what is searched, "" if it must never match."""

    e164: str | None
    display: str
    digits: str
    ext: str

    @property
    def is_anonymous(self) -> bool:
        """Tell whether this is the number an unknown caller is filed under."""
        return _ANONYMOUS.fullmatch(self.display) is not None


def clean_phone(text: str, *, region: str = "JP") -> Phone:
    """Read a phone number in any writing, with its extension (内線123, (内)123, ext 123); never raises.

    display: 03-1234-5678, or +1 650-253-0000 outside the region; what was typed if it is no valid number; at most 40 characters.
    digits: national digits with the leading 0 inside the region, else country code and number; at most 20.
    """
    typed = unicodedata.normalize("NFKC", text[:_LONGEST]).strip()
    number = typed.upper().translate(DASHES)
    if _ANONYMOUS.fullmatch(number):
        return Phone(None, number, "", "")
    number = _LABEL.sub("", number)
    ext = ""
    if found := _EXTENSION.search(number):
        number, ext = number[: found.start()].strip(" -"), found[1]
    parsed = _parsed(number, region)
    if parsed is None:
        return Phone(None, (number if ext else typed)[:_DISPLAY], _NOT_DIGIT.sub("", number)[:_DIGITS], ext)
    return _printed(parsed, region, ext)


def _parsed(number: str, region: str) -> phonenumbers.PhoneNumber | None:
    if not _DIALLED.fullmatch(number):
        return None
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    return parsed if phonenumbers.is_valid_number(parsed) else None


def _printed(parsed: phonenumbers.PhoneNumber, region: str, ext: str) -> Phone:
    e164 = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    at_home = phonenumbers.region_code_for_number(parsed) == region
    form = phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    display = phonenumbers.format_number(parsed, form)
    return Phone(e164, display, _NOT_DIGIT.sub("", display), ext)
