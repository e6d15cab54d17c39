"""Every text a user sees exists in Japanese and in English, once, with the same placeholders."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = ["crm", "schedule", "contacts", "reports", "config"]
KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
JAPANESE = re.compile(r"[\u3040-\u30fa\u30fc-\u30ff\u4e00-\u9fff]")  # without the middle dot, which only parts
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")


def catalogue(room: str) -> Catalog:
    path = ROOT / room / "locale/ja/LC_MESSAGES/django.po"
    return read_po(BytesIO(path.read_bytes()), locale="ja") if path.exists() else Catalog(locale="ja")


def entries(room: str) -> Iterator[Message]:
    return (entry for entry in catalogue(room) if entry.id)


def said_in(room: str) -> set[tuple[str | None, str]]:
    """Return (context, msgid) of everything the room's code and templates mark for translation."""
    found = set()
    for path in sorted((ROOT / room).rglob("*")):
        if path.suffix not in {".py", ".html", ".txt"} or "node_modules" in path.parts or "migrations" in path.parts:
            continue
        text = path.read_text()
        if path.suffix != ".py":
            if "{%" not in text:
                continue
            # What Django leaves of a template is calls among filler; each line stands for itself.
            text = "\n".join(line.strip() for line in templatize(text, origin=str(path)).splitlines())
        for _line, message, _comments, context in extract("python", BytesIO(text.encode()), keywords=KEYWORDS):
            found.add((context, message[0] if isinstance(message, tuple) else message))
    return found - {(None, "")}


@pytest.mark.parametrize("room", ROOMS)
def test_everything_said_is_in_the_japanese_catalogue(room: str) -> None:
    known = {(entry.context, entry.id[0] if isinstance(entry.id, tuple) else entry.id) for entry in entries(room)}

    assert said_in(room) - known == set()


@pytest.mark.parametrize("room", ROOMS)
def test_the_japanese_catalogue_is_whole(room: str) -> None:
    unsaid = [
        entry.id for entry in entries(room) if entry.fuzzy or not (all(entry.string) if isinstance(entry.string, tuple) else entry.string)
    ]

    assert unsaid == []


@pytest.mark.parametrize("room", ROOMS)
def test_translations_keep_their_placeholders(room: str) -> None:
    wrong = []
    for entry in entries(room):
        wanted = set(PLACEHOLDER.findall(entry.id[-1] if isinstance(entry.id, tuple) else entry.id))
        for string in entry.string if isinstance(entry.string, tuple) else (entry.string,):
            if set(PLACEHOLDER.findall(string)) != wanted:
                wrong.append(entry.id)

    assert wrong == []


@pytest.mark.parametrize("room", ROOMS)
def test_the_english_text_is_the_source(room: str) -> None:
    """An example in Japanese may stand in it, such as an era date; the sentence around it is English."""
    mostly_japanese = [text for _context, text in said_in(room) if len(JAPANESE.findall(text)) > len(re.findall(r"[A-Za-z]", text))]

    assert mostly_japanese == []


def test_one_english_text_has_one_japanese_text() -> None:
    said: dict[tuple[str | None, str], set[str]] = {}
    for room in ROOMS:
        for entry in entries(room):
            if isinstance(entry.id, str):
                said.setdefault((entry.context, entry.id), set()).add(str(entry.string))

    assert {key: texts for key, texts in said.items() if len(texts) > 1} == {}


def test_no_room_brings_back_a_japanese_text_into_its_code() -> None:
    """Japanese stands in catalogues, demo data and the Japanese text layer, not between the lines of a template."""
    wrong = []
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("templates/**/*.html")):
            for number, line in enumerate(path.read_text().splitlines(), 1):
                bare = re.sub(r"\{#.*?#\}", "", line)
                if JAPANESE.search(bare) and "日本語" not in bare:
                    wrong.append(f"{path.relative_to(ROOT)}:{number}")

    assert wrong == []
