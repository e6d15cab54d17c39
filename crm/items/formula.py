"""Formulas of calculated items, such as (price - discount) * pieces: own grammar, never Python's eval.

    + - * / ( )   < <= > >= = <>   min(...) max(...) round(x, places) if(condition, then, otherwise) days(from, to)

Names are codes of items. What is empty makes the result empty, but min and max leave it out; so does a division by zero.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow, localcontext
from enum import StrEnum
from typing import TypeAlias

LONGEST = 200
DEEPEST = 20
LARGEST = Decimal(10) ** 15
MOST_PLACES = 10

Operand: TypeAlias = "Decimal | date | None"

_SIGNS = str.maketrans({"×": "*", "÷": "/", "−": "-", "≦": "<=", "≧": ">=", "≠": "<>"})
_TOKEN = re.compile(r"\s*(?:(?P<number>[0-9]{1,15}(?:\.[0-9]{1,10})?)|(?P<name>[a-z][a-z0-9_]*)|(?P<sign><=|>=|<>|[-+*/(),<>=]))")
_COMPARED: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
    "=": lambda one, other: one == other,
    "<>": lambda one, other: one != other,
}
# How many arguments each takes, at least and at most.
FUNCTIONS = {"min": (1, 20), "max": (1, 20), "round": (1, 2), "if": (3, 3), "days": (2, 2)}


class FormulaFault(StrEnum):
    """Why a formula could not be taken."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    TOO_DEEP = "too_deep"
    UNREADABLE = "unreadable"
    NO_SUCH_FUNCTION = "no_such_function"
    ARGUMENTS = "arguments"
    NO_SUCH_ITEM = "no_such_item"
    NO_NUMBER = "no_number"
    NO_DATE = "no_date"
    CIRCLE = "circle"


class BadFormula(Exception):
    """The formula cannot be taken; `fault` says why, `word` at which word."""

    def __init__(self, fault: FormulaFault, word: str = "") -> None:
        super().__init__(f"{fault.value}: {word}")
        self.fault = fault
        self.word = word


@dataclass(frozen=True)
class Node:
    """A number, the name of an item, or an operator or function with its arguments."""

    of: str
    args: tuple[Node, ...] = ()
    number: Decimal | None = None
    name: str = ""

    def walk(self) -> Iterator[Node]:
        left = [self]
        while left:
            node = left.pop()
            yield node
            left += node.args


@dataclass(frozen=True)
class Formula:
    """A formula that was read. dates: codes that stand inside days(); numbers: all other codes."""

    root: Node

    @property
    def dates(self) -> set[str]:
        return {one.name for node in self.root.walk() if node.of == "days()" for one in node.args}

    @property
    def numbers(self) -> set[str]:
        inside = {id(one) for node in self.root.walk() if node.of == "days()" for one in node.args}
        return {node.name for node in self.root.walk() if node.name and id(node) not in inside}

    @property
    def names(self) -> set[str]:
        return self.dates | self.numbers

    def value(self, values: Mapping[str, Operand]) -> Decimal | None:
        """Return the result, None where something needed is empty, a divisor is zero or the result beyond 10^15."""
        with localcontext(Context(prec=40, rounding=ROUND_HALF_UP, traps=[InvalidOperation, DivisionByZero, Overflow])):
            try:
                result = _value(self.root, values)
            except ArithmeticError:
                return None
            return result if result is not None and abs(result) < LARGEST else None


def read_formula(text: str) -> Formula:
    """Read a formula; full-width signs count as their narrow ones. Raises BadFormula."""
    if len(text) > LONGEST:
        raise BadFormula(FormulaFault.TOO_LONG)
    plain = unicodedata.normalize("NFKC", text.translate(_SIGNS)).strip()[: LONGEST * 2]
    if not plain:
        raise BadFormula(FormulaFault.EMPTY)
    reader = _Reader(_tokens(plain))
    root = reader.comparison()
    if reader.left:
        raise BadFormula(FormulaFault.UNREADABLE, reader.left[-1])
    return Formula(root)


def _tokens(text: str) -> list[str]:
    found, place = [], 0
    while place < len(text):
        token = _TOKEN.match(text, place)
        if token is None:
            raise BadFormula(FormulaFault.UNREADABLE, text[place : place + 10].strip())
        found.append(token.group().strip())
        place = token.end()
    return found


class _Reader:
    """Reads the tokens from the left, one method for each rank of operators."""

    def __init__(self, tokens: list[str]) -> None:
        self.left = tokens[::-1]
        self.depth = 0

    def comparison(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise BadFormula(FormulaFault.TOO_DEEP)
        node = self._chain(self._product, "+-")
        if self._next() in _COMPARED:
            node = Node(self.left.pop(), (node, self._chain(self._product, "+-")))
        self.depth -= 1
        return node

    def _product(self) -> Node:
        return self._chain(self._signed, "*/")

    def _chain(self, part: Callable[[], Node], signs: str) -> Node:
        node = part()
        while (sign := self._next()) and sign in signs:
            self.left.pop()
            node = Node(sign, (node, part()))
        return node

    def _signed(self) -> Node:
        minus = False
        while self._next() == "-":
            self.left.pop()
            minus = not minus
        node = self._atom()
        return Node("minus", (node,)) if minus else node

    def _atom(self) -> Node:
        word = self.left.pop() if self.left else ""
        if word[:1].isdigit():
            return Node("number", number=Decimal(word))
        if word == "(":
            node = self.comparison()
            self._expect(")")
            return node
        if not word[:1].isalpha():
            raise BadFormula(FormulaFault.UNREADABLE, word)
        return self._call(word) if self._next() == "(" else Node("name", name=word)

    def _call(self, name: str) -> Node:
        if name not in FUNCTIONS:
            raise BadFormula(FormulaFault.NO_SUCH_FUNCTION, name)
        self.left.pop()
        args = [self.comparison()]
        while self._next() == ",":
            self.left.pop()
            args.append(self.comparison())
        self._expect(")")
        _check_call(name, args)
        return Node(f"{name}()", tuple(args))

    def _next(self) -> str:
        return self.left[-1] if self.left else ""

    def _expect(self, token: str) -> None:
        if self._next() != token:
            raise BadFormula(FormulaFault.UNREADABLE, self._next() or token)
        self.left.pop()


def _check_call(name: str, args: list[Node]) -> None:
    least, most = FUNCTIONS[name]
    if not least <= len(args) <= most:
        raise BadFormula(FormulaFault.ARGUMENTS, name)
    if name == "days" and not all(one.name for one in args):
        raise BadFormula(FormulaFault.NO_DATE, name)
    if name == "round" and len(args) == 2:
        places = args[1].number
        if places is None or places != places.to_integral_value() or places > MOST_PLACES:
            raise BadFormula(FormulaFault.ARGUMENTS, name)


def _value(node: Node, values: Mapping[str, Operand]) -> Decimal | None:
    if node.of == "number":
        return node.number
    if node.of == "name":
        found = values.get(node.name)
        return found if isinstance(found, Decimal) else None
    if node.of == "days()":
        return _days(*(values.get(one.name) for one in node.args))
    if node.of == "if()":
        condition = _value(node.args[0], values)
        return None if condition is None else _value(node.args[1 if condition else 2], values)
    return _worked(node.of, [_value(one, values) for one in node.args])


def _days(start: Operand, end: Operand) -> Decimal | None:
    return Decimal((end - start).days) if isinstance(start, date) and isinstance(end, date) else None


def _worked(of: str, operands: list[Decimal | None]) -> Decimal | None:
    known = [one for one in operands if one is not None]
    if of in ("min()", "max()"):
        return (min(known) if of == "min()" else max(known)) if known else None
    if len(known) < len(operands):
        return None
    if of == "round()":
        return known[0].quantize(Decimal(1).scaleb(-int(known[1] if len(known) > 1 else 0)))
    if of in _COMPARED:
        return Decimal(_COMPARED[of](known[0], known[1]))
    return _SUMS[of](*known)


_SUMS: dict[str, Callable[..., Decimal]] = {
    "+": lambda one, other: one + other,
    "-": lambda one, other: one - other,
    "*": lambda one, other: one * other,
    "/": lambda one, other: one / other,
    "minus": lambda one: -one,
}
