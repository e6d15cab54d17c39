"""Bodies: one JSON object, within bounds that neither Python nor a database trips over."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

DEPTH = 32


class TooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"
    default_detail = gettext_lazy("The request is too large.")


class SafeJSONParser(JSONParser):
    """Reads a JSON object. Half characters, NUL, numbers without end, repeated names and deep nesting get a sentence, not an error page."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise TooLarge
        try:
            data = json.loads(raw.decode("utf-8"), parse_constant=_no_number, object_pairs_hook=_once)
        except UnicodeDecodeError as error:
            raise ParseError(_("The body is not UTF-8.")) from error
        except RecursionError as error:
            raise ParseError(_("The body is nested too deeply.")) from error
        except ValueError as error:
            raise ParseError(_("The body is not JSON.")) from error
        if not isinstance(data, dict):
            raise ParseError(_("The body must be a JSON object."))
        for value in _walk(data):
            _check(value)
        return data


def _no_number(_name: str) -> NoReturn:
    raise ParseError(_("NaN and Infinity are not numbers of JSON."))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ParseError(_("A name stands twice in the same object."))
    return read


def _walk(data: Any) -> Iterator[Any]:
    """Go through all names and values without recursion, so that the depth is ours to refuse."""
    left = [(data, 1)]
    while left:
        value, depth = left.pop()
        if depth > DEPTH:
            raise ParseError(_("The body is nested too deeply."))
        if isinstance(value, dict):
            yield from value
            left += [(below, depth + 1) for below in value.values()]
        elif isinstance(value, list):
            left += [(below, depth + 1) for below in value]
        else:
            yield value


def _check(value: Any) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        raise ParseError(_("A number is too large."))
    if not isinstance(value, str):
        return
    if "\0" in value:
        raise ParseError(_("The body contains a NUL character."))
    if any("\ud800" <= char <= "\udfff" for char in value):
        raise ParseError(_("The body contains half of a character (a lone surrogate)."))
