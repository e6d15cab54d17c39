"""Cleaning of text that will be stored, and width and kana changes for kana fields."""

import re
import unicodedata

from crm.japanese.unreadable import Unreadable

_NEW_LINES = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# C0 and C1 controls; marks that turn the reading direction (a name must not print as another one); characters
# without any glyph that make two equal-looking names differ; code points XML and therefore XLSX cannot hold.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_BLANKS = re.compile(r"\s+")
_HALF_WIDTH_KANA = re.compile("[\uff61-\uff9f]+")
_HIRAGANA = {code: code + 0x60 for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)}
_KANA_FIELD = re.compile(r"[\u30a1-\u30ff\u31f0-\u31ff0-9A-Za-z ()&.,'/+-]*")


class UncleanText(Unreadable):
    """The text holds half characters (lone surrogates), usually from a broken encoding: nobody can tell what was meant."""


class TextTooLong(Unreadable):
    """The text is longer than the field allows; both lengths are counted in characters."""

    def __init__(self, *, length: int, limit: int) -> None:
        super().__init__(f"{length} characters, at most {limit} are allowed")
        self.length = length
        self.limit = limit


def clean_text(text: str, *, limit: int, lines: bool = True) -> str:
    """Return text fit for storing: no control characters, one kind of line end, no reading-direction tricks.

    limit: characters; a line end counts as one, as browsers count it.
    lines: keep line ends and tabs; False makes one line of it and trims both ends.

    Characters themselves are never normalised: NFC alone would change the 神 and 隆 of some people's names.
    Raises TextTooLong, UncleanText.
    """
    length = len(text) - text.count("\r\n")
    if length > limit:
        raise TextTooLong(length=length, limit=limit)
    if _SURROGATE.search(text):
        raise UncleanText("lone surrogate")
    text = _FORBIDDEN.sub("", _NEW_LINES.sub("\n", text))
    if lines:
        return text.lstrip("\n").rstrip()
    return _BLANKS.sub(lambda gap: "\u3000" if gap.group() == "\u3000" else " ", text).strip()


def full_width_kana(text: str) -> str:
    """Return the text with half-width kana (ｱｵｷ, ﾊﾞ) made full-width and everything else as it was."""
    return _HALF_WIDTH_KANA.sub(lambda run: unicodedata.normalize("NFKC", run.group()), text)


def to_kana(text: str) -> str:
    """Return what a kana field stores: full-width katakana, narrow letters and digits, single spaces."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFKC", text)).translate(_HIRAGANA).strip()


def is_kana(text: str) -> bool:
    """Tell whether the result of to_kana is a reading: katakana, and the letters and digits company names keep."""
    return _KANA_FIELD.fullmatch(text) is not None
