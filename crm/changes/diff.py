"""Two texts side by side as one: what was taken out, what came in, and a little of what stayed around it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Op = Literal["same", "out", "in", "gap"]

# A comparison grows with the square of what is compared: beyond these sizes lines are told apart as wholes.
MOST_LINES = 600
MOST_TOKENS = 300
MOST_WORK = 400_000  # pairs of tokens in one text
KEPT_AROUND = 60  # characters of what stayed
_TOKEN = re.compile(r"[a-zA-Z0-9,.\-]+|\s+|.", re.DOTALL)


@dataclass(frozen=True)
class Piece:
    """A piece of text: it stayed (same), was taken out, came in; or something that stayed was left out here (gap)."""

    op: Op
    text: str = ""


def compare(old: str, new: str) -> list[Piece]:
    """Return what became of the old text, in reading order."""
    return list(_shortened(_joined(_by_lines(old.splitlines(keepends=True), new.splitlines(keepends=True)))))


def _by_lines(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    if len(old) > MOST_LINES or len(new) > MOST_LINES:
        yield from (Piece("out", "".join(old)), Piece("in", "".join(new)))
        return
    work = MOST_WORK
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, came = "".join(old[a:b]), "".join(new[c:d])
        if tag == "equal":
            yield Piece("same", gone)
            continue
        words = _TOKEN.findall(gone), _TOKEN.findall(came)
        cost = len(words[0]) * len(words[1])
        if tag == "replace" and max(map(len, words)) <= MOST_TOKENS and cost <= work:
            work -= cost
            yield from _by_words(*words)
        else:
            yield from (Piece("out", gone), Piece("in", came))


def _by_words(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < 0.4:  # two sentences that merely share some signs
        yield from (Piece("out", "".join(old)), Piece("in", "".join(new)))
        return
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(old[a:b]))
        else:
            yield from (Piece("out", "".join(old[a:b])), Piece("in", "".join(new[c:d])))


def _joined(pieces: Iterator[Piece]) -> list[Piece]:
    joined: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        if joined and joined[-1].op == piece.op:
            joined[-1] = Piece(piece.op, joined[-1].text + piece.text)
        else:
            joined.append(piece)
    return joined


def _shortened(pieces: list[Piece]) -> Iterator[Piece]:
    """Leave out the middle of what stayed: a reader looks for what changed."""
    for place, piece in enumerate(pieces):
        first, last = place == 0, place == len(pieces) - 1
        room = KEPT_AROUND * (1 if first or last else 2)
        if piece.op != "same" or len(piece.text) <= room + 10 or len(pieces) == 1:
            yield piece
            continue
        if not first:
            yield Piece("same", piece.text[:KEPT_AROUND])
        yield Piece("gap")
        if not last:
            yield Piece("same", piece.text[-KEPT_AROUND:])
