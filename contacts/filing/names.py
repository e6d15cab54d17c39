"""File names are hostile text: shown, downloaded, never a path."""

from __future__ import annotations

import re
import unicodedata

from crm.japanese import UncleanText, clean_text

LONGEST = 200
LONGEST_SUFFIX = 20
NAMELESS = "file"
# macOS sends ガ as two characters. Only such pairs are joined: a full NFC would turn the 神 of some names into another character.
_PAIRS = re.compile("[\u3040-\u30ff][\u3099\u309a]|[A-Za-z][\u0300-\u036f]")


def clean_name(sent: str) -> str:
    """Return a name of at most 200 characters: no folder, no control or reading-direction character, its suffix kept."""
    last = sent.replace("\\", "/").rsplit("/", 1)[-1]
    try:
        name = clean_text(last, limit=len(last), lines=False)
    except UncleanText:
        name = clean_text(last.encode("utf-8", "replace").decode(), limit=len(last), lines=False)
    name = _PAIRS.sub(lambda pair: unicodedata.normalize("NFC", pair.group()), name).strip(". ")
    stem, dot, suffix = name.rpartition(".")
    if not stem or len(suffix) > LONGEST_SUFFIX:
        return name[:LONGEST].rstrip() or NAMELESS
    return f"{stem[: LONGEST - len(suffix) - 1].rstrip()}{dot}{suffix}"


def suffix_of(name: str) -> str:
    """Return the suffix in lower case, without the dot."""
    stem, _dot, suffix = name.rpartition(".")
    return suffix.lower() if stem else ""
