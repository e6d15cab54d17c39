"""What every reader of typed text raises, and the preparation all of them share."""

import re
import unicodedata

# Every dash found in typed dates, phones and numbers; the long-vowel mark is the usual slip of a kana keyboard.
DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc\ufe58\ufe63\uff0d\uff70", "-"))
_SPACE = re.compile(r"\s+")


class Unreadable(ValueError):
    """Typed text that could not be understood; the door turns it into a sentence and keeps what was typed."""


def plain(text: str) -> str:
    """Return short typed text with one width, one dash and no spaces, in upper case. The caller has capped its length."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text).translate(DASHES)).upper()
