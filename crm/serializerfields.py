"""Serializer fields of the API: text is cleaned as in forms, days and moments are ISO 8601 within years that can be stored."""

from datetime import date, datetime
from typing import Any, ClassVar, Never

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from crm.fields import DATE_FAULTS, NOT_KANA, TEXT_LIMIT, TOO_LONG, UNCLEAN, Words
from crm.japanese import FIRST_YEAR, LAST_YEAR, DateFault, TextTooLong, UncleanText, clean_text, is_kana, to_kana


class CleanCharField(serializers.CharField):
    """One line of text. NUL and broken characters are refused: a program that sends them is wrong and should hear it."""

    lines: ClassVar[bool] = False
    default_error_messages: ClassVar[dict[str, Words]] = {"unclean": UNCLEAN, "nul": _("This text contains a NUL character.")}

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        self.limit = max_length
        super().__init__(max_length=max_length, trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        """Return the cleaned text; numbers are taken as text, as CharField does."""
        text = super().to_internal_value(data)
        if "\0" in text:
            self.fail("nul")
        try:
            text = self.clean(text)
        except TextTooLong as fault:
            self.too_long(fault.length)
        except UncleanText:
            self.fail("unclean")
        if not text and not self.allow_blank:
            self.fail("blank")
        return text

    def clean(self, text: str) -> str:
        """Return the text as it is stored; raises Unreadable."""
        return clean_text(text, limit=self.limit, lines=self.lines)

    def too_long(self, length: int) -> Never:
        """Refuse the text with the limit and how far it is from it."""
        raise serializers.ValidationError(TOO_LONG % {"limit": f"{self.limit:,}", "length": f"{length:,}"}, code="too_long")


class CleanTextField(CleanCharField):
    """Text of several lines, by default up to 20,000 characters."""

    lines = True

    def __init__(self, *, max_length: int = TEXT_LIMIT, **kwargs: Any) -> None:
        kwargs.setdefault("style", {"base_template": "textarea.html"})
        super().__init__(max_length=max_length, **kwargs)


class KanaField(CleanCharField):
    """A reading: hiragana and half-width kana become full-width katakana, kanji are refused."""

    default_error_messages: ClassVar[dict[str, Words]] = {"not_kana": NOT_KANA}

    def clean(self, text: str) -> str:
        """Return the reading in full-width katakana."""
        kana = to_kana(super().clean(text))
        if len(kana) > self.limit:
            self.too_long(len(kana))
        if not is_kana(kana):
            self.fail("not_kana")
        return kana


class DateField(serializers.DateField):
    """A day as ISO 8601, from 1868 to 2100 as on pages."""

    default_error_messages: ClassVar[dict[str, Words]] = {"out_of_range": DATE_FAULTS[DateFault.OUT_OF_RANGE]}

    def to_internal_value(self, value: Any) -> date:
        """Return the day."""
        day: date = super().to_internal_value(value)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            self.fail("out_of_range")
        return day


class DateTimeField(serializers.DateTimeField):
    """A moment as ISO 8601, from 1868 to 2100: near the year 1 or 9999 a change of zone leaves the calendar."""

    default_error_messages: ClassVar[dict[str, Words]] = {"out_of_range": DATE_FAULTS[DateFault.OUT_OF_RANGE]}

    def enforce_timezone(self, value: datetime) -> datetime:
        """Return the moment in the caller's zone; the year is looked at first."""
        if not FIRST_YEAR <= value.year <= LAST_YEAR:
            self.fail("out_of_range")
        return super().enforce_timezone(value)
