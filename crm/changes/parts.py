"""What the journal keeps of the parts of a row: lists of keys or of words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crm.changes.names import Names


@dataclass(frozen=True)
class WordsPart:
    """Words that whoever sees the row may read: phones, files."""

    label: Any

    def wants(self, value: Any) -> Iterator[tuple[str, Any]]:
        return iter(())

    def say(self, value: Any, names: Names) -> str:
        return str(value)


@dataclass(frozen=True)
class NamedPart:
    """Keys of rows of one of these models, perhaps with a word behind, as in "12 report". What the reader may not see says nothing.

    words: what the word behind means; unit: what it counts, if it is a number.
    """

    label: Any
    models: Sequence[str]
    words: Mapping[str, Any] = field(default_factory=dict)
    unit: Any = ""

    def wants(self, value: Any) -> Iterator[tuple[str, Any]]:
        key = str(value).partition(" ")[0]
        return ((model, key) for model in self.models)

    def say(self, value: Any, names: Names) -> str:
        key, _space, word = str(value).partition(" ")
        name = next((found for model in self.models if (found := names.of(model, key))), "")
        behind = f"{word} {self.unit}" if self.unit and word.isdigit() else self.words.get(word, "")
        return f"{name} ({behind})" if name and behind else name
