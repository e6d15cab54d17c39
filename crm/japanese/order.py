"""Kana order as a column: a key of decimal digits, which every collation sorts the same.

Levels as in JIS X 4061 and as ICU sorts ja: letters; then 清音 < 濁音 < 半濁音; then 長音 < small < repeated < plain.
Digits only, because collations move letters about (da_DK sorts aa behind z, cs_CZ ch behind h) and the database's
default collation is not ours to choose. Letters of the alphabet follow the kana and everything else follows those, as
in the index あかさたなはまやらわ英他.
"""

import unicodedata
from typing import NamedTuple

from crm.japanese.legalforms import stripper
from crm.japanese.text import to_kana

KANA_KEY_LENGTH = 200
_TEXT_LIMIT = 100

_GOJUON = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヰヱヲン"
_VOWELS = dict(zip(_GOJUON, "アイウエオ" * 7 + "アウオ" + "アイウエオ" + "アイエオ" + " ", strict=True))
_LARGE = dict(
    zip("ァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ", "アイウエオツヤユヨワカケクシストヌハヒフヘホムラリルレロ", strict=True)
)
_CODES = (
    {kana: str(11 + place) for place, kana in enumerate(_GOJUON)}
    | {letter: str(61 + place) for place, letter in enumerate("abcdefghijklmnopqrstuvwxyz")}
    | {digit: str(87 + place) for place, digit in enumerate("0123456789")}
)
_OTHER_BMP, _OTHER, _NOTHING = "97", "98", "99"
_UNMARKED = "1"
_LONG, _SMALL, _REPEATED, _PLAIN = "1", "2", "3", "4"
_MARKS = {"\u3099": "2", "\u309a": "3"}

_STARTS = {row: _CODES[first] for row, first in zip("あかさたなはまやらわ英他", "アカサタナハマヤラワa0", strict=True)}
_END = "999"
KANA_ROWS = tuple(_STARTS)


class _Letter(NamedTuple):
    code: str
    mark: str = _UNMARKED
    shape: str = _PLAIN


_KEPT = "ー()"
_without_forms = stripper(lambda form: to_kana(form).casefold())


def kana_sort_key(text: str) -> str:
    """Return the key of a reading (or, where there is none, of a name): at most 200 digits, sorted alike by every collation.

    A legal form in front or behind does not count. Texts that differ in nothing but width, hiragana or separators share
    a key, so order by it and then by the primary key. Nothing at all sorts last.
    """
    letters = _letters(_bare(text))
    if not letters:
        return _NOTHING
    codes = "".join(letter.code for letter in letters)
    marks = "".join(letter.mark for letter in letters).rstrip(_UNMARKED)
    shapes = "".join(letter.shape for letter in letters)
    # 0 is below every code, so that of two equal beginnings the shorter comes first.
    return f"{codes}0{marks}0{shapes}"[:KANA_KEY_LENGTH]


def kana_row(text: str) -> str:
    """Return the index heading a text stands under: あ か さ た な は ま や ら わ, 英 for the alphabet, 他 for the rest."""
    key = kana_sort_key(text)
    return next(row for row in reversed(KANA_ROWS) if _STARTS[row] <= key)


def row_bounds(row: str) -> tuple[str, str]:
    """Return the first key of a heading and the first behind it, for sort_key >= first and sort_key < behind.

    Raises KeyError for a heading that is not in KANA_ROWS.
    """
    keys = [*_STARTS.values(), _END]
    first = _STARTS[row]
    return first, keys[keys.index(first) + 1]


def _bare(text: str) -> str:
    kana = to_kana(text[:_TEXT_LIMIT]).casefold()
    return _without_forms("".join(char for char in kana if char.isalnum() or char in _KEPT or unicodedata.combining(char)))


def _letters(bare: str) -> list[_Letter]:
    letters: list[_Letter] = []
    kana = ""
    for char in unicodedata.normalize("NFD", bare):
        if char in _MARKS and kana:
            letters[-1] = letters[-1]._replace(mark=_MARKS[char])
            continue
        letter, kana = _letter(char, kana)
        if letter:
            letters.append(letter)
    return letters


def _letter(char: str, before: str) -> tuple[_Letter | None, str]:
    """Return the letter a character counts as, and the kana the next one may lengthen, repeat or mark ("" for none)."""
    if char == "ー":
        vowel = _VOWELS.get(before, " ").strip()
        return (_Letter(_CODES[vowel], shape=_LONG), vowel) if vowel else (None, "")
    if char == "ヽ":
        return (_Letter(_CODES[before], shape=_REPEATED), before) if before else (None, "")
    if large := _LARGE.get(char):
        return _Letter(_CODES[large], shape=_SMALL), large
    if code := _CODES.get(char):
        return _Letter(code), char if char in _VOWELS else ""
    if char.isalnum():
        return _Letter(f"{_OTHER_BMP}{ord(char):05}" if ord(char) < 0x10000 else f"{_OTHER}{ord(char):07}"), ""
    return None, before
