"""Keys for searching and for finding duplicates: text and query go through the same fold.

The steps were measured on Japanese customer names: NFKC, casefold, katakana, separators out, variant kanji. Length is
capped before NFKC, because one U+FDFA becomes 18 characters.
"""

import re
import unicodedata

from crm.japanese.legalforms import stripper, without_english_form
from crm.japanese.unreadable import DASHES
from crm.japanese.variants import VARIANTS

FOLD_LIMIT = 50_000
NAME_LIMIT = 500
QUERY_LIMIT = 200
TERM_LIMIT = 10

# Characters without a glyph of their own: soft hyphen, zero-width ones, variation selectors, tags.
_SILENT = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
_SEPARATORS = re.compile("[\\s\x00-\x20\x7f-\x9f\\-\u2010-\u2015\u2212\ufe58\ufe63\u00b7\u2022\u2219\u22c5\u30fb]+")
_DASHED_NUMBER = re.compile("(?<=[0-9])\u30fc(?=[0-9])")
_KATAKANA = {code: chr(code + 0x60) for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)}
# キヤノン is said and typed キャノン, シヤチハタ シャチハタ: a small kana counts as the large one.
_LARGE = dict(zip("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ", strict=True))
_LETTERS = (
    VARIANTS | {code: _LARGE.get(kana, kana) for code, kana in _KATAKANA.items()} | {ord(small): large for small, large in _LARGE.items()}
)
_SHORT_FORMS = {"(株)": "株式会社", "(有)": "有限会社", "(同)": "合同会社", "(資)": "合資会社", "(名)": "合名会社"}
_SHORT_FORM = re.compile("|".join(map(re.escape, _SHORT_FORMS)))

# A phone number inside a text, national or +81; a typed query that is one; a typed word of nothing but its characters.
_PHONE = re.compile(r"(?<![0-9+])(?:\+81[ -]?(?:\(0\))?|\(?0)[0-9][0-9() .-]{7,15}[0-9](?![0-9])")
_WHOLE_PHONE = re.compile(r"(?:\+|\(?0)[0-9() .-]{8,24}")
_NUMBER_WORD = re.compile(r"[0-9()+-]*[0-9][0-9()+-]*")


def fold(text: str) -> str:
    """Return the form under which a text is searched: one width, case, kana and kanji variant, without separators.

    ㈱ and (株) read 株式会社, so that either writing finds the other. Only the first 50,000 characters are folded.
    """
    folded = text[:FOLD_LIMIT]
    while (again := _fold_once(folded)) != folded:
        folded = again
    return folded


search_key = fold


def _fold_once(text: str) -> str:
    # Taking a separator out can bring a letter and its mark together, and casefolding can undo NFKC: hence the loop above.
    text = unicodedata.normalize("NFKC", _SILENT.sub("", text)).casefold()
    text = _SILENT.sub("", unicodedata.normalize("NFKC", text))
    text = _SEPARATORS.sub("", _DASHED_NUMBER.sub("", text)).translate(_LETTERS)
    return _SHORT_FORM.sub(lambda form: _SHORT_FORMS[form.group()], text)[:FOLD_LIMIT]


_without_forms = stripper(fold)
_without_company = stripper(fold, others=False)


def name_key(text: str) -> str:
    """Return the fold of a name without its legal form, in front and behind: 株式会社青木, 青木㈱ and Aoki Co., Ltd. lose theirs.

    For matching and for finding duplicates. A name that is nothing but a legal form stays. Only the first 500 characters
    count.
    """
    spaced = unicodedata.normalize("NFKC", _SILENT.sub("", text[:NAME_LIMIT]))[:NAME_LIMIT].casefold().strip()
    return _without_forms(fold(without_english_form(spaced)))


def searchable(*parts: str | None) -> str:
    """Return the search text of a record: its folded parts, then the digits of every phone number in them, spaces between.

    A fold holds no space, so one term never matches across two parts.
    """
    folded = dict.fromkeys(key for part in parts if part and (key := fold(part)))
    phones = dict.fromkeys(digits for part in parts if part for digits in _phones(part))
    return " ".join(folded | phones)


def _phones(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", _SILENT.sub("", text[:FOLD_LIMIT])).translate(DASHES)
    digits = (_national(found.group()) for found in _PHONE.finditer(plain))
    return [number for number in digits if 10 <= len(number) <= 11]


def _national(phone: str) -> str:
    digits = re.sub("[^0-9]", "", phone)
    return "0" + digits[2:].lstrip("0") if phone.startswith("+81") and len(digits) > 9 else digits


def terms(query: str) -> list[str]:
    """Return what a typed query asks for: at most ten folds, all of which a record must contain.

    A phone number in any writing is one term of digits. 株式会社 around a name is left out, because few remember on which
    side it stands. Only the first 200 characters count.
    """
    query = unicodedata.normalize("NFKC", query[:QUERY_LIMIT])[:QUERY_LIMIT]
    plain = query.translate(DASHES).strip()
    if _WHOLE_PHONE.fullmatch(plain) and 9 <= len(number := _national(plain)) <= 15:
        return [number]
    folded = (_without_company(_term(word)) for word in query.split())
    return list(dict.fromkeys(word for word in folded if word))[:TERM_LIMIT]


def _term(word: str) -> str:
    plain = word.translate(DASHES)
    return _national(plain) if _NUMBER_WORD.fullmatch(plain) else fold(word)
