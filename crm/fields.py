"""Form fields that take dates, times, amounts, phones and readings as they are typed in Japan.

Each keeps what was typed when it cannot be read, and says why. The reading itself is in crm.japanese.
"""

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crm.japanese import (
    DateDoubt,
    DateFault,
    DateStyle,
    NumberFault,
    Phone,
    TextTooLong,
    TimeFault,
    UncleanText,
    UnreadableDate,
    UnreadableNumber,
    UnreadableTime,
    clean_phone,
    clean_text,
    current_date_style,
    format_date,
    format_time,
    is_kana,
    parse_date,
    parse_decimal,
    parse_int,
    parse_time,
    to_kana,
)

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

TEXT_LIMIT = 20_000

Words: TypeAlias = "str | _StrPromise"
TOO_LONG = _("Up to %(limit)s characters can be entered (now %(length)s).")
UNCLEAN = _("This text contains broken characters. Enter it again.")
NOT_KANA = _("Enter the reading in kana.")
DATE_FAULTS: dict[DateFault, Words] = {
    DateFault.FORMAT: _("Enter a date such as 2026/11/20, 20261120 or R8.11.20."),
    DateFault.NO_SUCH_DAY: _("This day does not exist in the calendar."),
    DateFault.NO_SUCH_ERA_YEAR: _("Years of an era start with 1 (元年)."),
    DateFault.OUT_OF_RANGE: _("Enter a year from 1868 to 2100."),
    DateFault.SHORT_YEAR: _("Enter the year with four digits or with its era, such as 2026/11/20 or R8.11.20."),
    DateFault.CONTRADICTION: _("The western year and the era year do not match."),
}
DATE_DOUBTS: dict[DateDoubt, Words] = {
    DateDoubt.OUTSIDE_ERA: _("The date lies outside that era and was taken as %(day)s."),
    DateDoubt.OTHER_WEEKDAY: _("The weekday does not match; the date was taken as %(day)s."),
}
TIME_FAULTS: dict[TimeFault, Words] = {
    TimeFault.FORMAT: _("Enter a time such as 9:05, 0905 or 15:30."),
    TimeFault.NO_SUCH_HOUR: _("Enter an hour from 0 to 23."),
    TimeFault.NO_SUCH_MINUTE: _("Enter minutes from 0 to 59."),
}
NUMBER_FAULTS: dict[NumberFault, Words] = {
    NumberFault.FORMAT: _("Enter a number such as 1,200."),
    NumberFault.NOT_WHOLE: _("Enter a whole number."),
    NumberFault.TOO_MANY_PLACES: _("Enter at most %(bound)s decimal places."),
    NumberFault.TOO_SMALL: _("Enter %(bound)s or more."),
    NumberFault.TOO_LARGE: _("Enter %(bound)s or less."),
}
NO_PHONE = _("Enter a phone number such as 03-1234-5678.")


class CleanCharField(forms.CharField):
    """One line of text; control characters, line ends and reading-direction marks do not get in."""

    lines: ClassVar[bool] = False
    default_error_messages: ClassVar[dict[str, Words]] = {"too_long": TOO_LONG, "unclean": UNCLEAN}

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        self.limit = max_length
        super().__init__(strip=False, **kwargs)

    def to_python(self, value: Any) -> Any:
        """Return the cleaned text, or the empty value when nothing is left of it."""
        if value in self.empty_values:
            return self.empty_value
        try:
            return clean_text(str(value), limit=self.limit, lines=self.lines) or self.empty_value
        except TextTooLong as fault:
            raise self.too_long(fault.length) from None
        except UncleanText:
            raise ValidationError(self.error_messages["unclean"], code="unclean") from None

    def too_long(self, length: int) -> ValidationError:
        """Return the error that tells the limit and how far the text is from it."""
        return ValidationError(
            self.error_messages["too_long"], code="too_long", params={"limit": f"{self.limit:,}", "length": f"{length:,}"}
        )

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        # No maxlength: browsers cut a pasted text silently, and nothing may be lost. A script may count towards data-limit.
        return super().widget_attrs(widget) | {"data-limit": self.limit}


class CleanTextField(CleanCharField):
    """Text of several lines, by default up to 20,000 characters."""

    widget = forms.Textarea
    lines = True

    def __init__(self, *, max_length: int = TEXT_LIMIT, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)


class KanaField(CleanCharField):
    """A reading: hiragana and half-width kana become full-width katakana, kanji are refused."""

    default_error_messages: ClassVar[dict[str, Words]] = {"not_kana": NOT_KANA}

    def to_python(self, value: Any) -> Any:
        kana = to_kana(super().to_python(value) or "")
        if len(kana) > self.limit:  # ㌔ is one character and becomes two
            raise self.too_long(len(kana))
        if not is_kana(kana):
            raise ValidationError(self.error_messages["not_kana"], code="not_kana")
        return kana or self.empty_value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"data-kana": ""}


class DateInput(forms.TextInput):
    """A text box for dates; data-date holds the day as ISO for a script that adds the browser's own picker."""

    template_name = "django/forms/widgets/date.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        typed = context["widget"]["value"] or ""
        try:
            iso = parse_date(typed, today=timezone.localdate())[0].isoformat()
        except UnreadableDate:
            iso = ""
        # Era letters cannot be typed on a phone's number pad.
        pad = "text" if current_date_style.get() == DateStyle.ERA else "numeric"
        context["widget"]["attrs"] = {"inputmode": pad, "autocomplete": "off", "data-date": iso} | context["widget"]["attrs"]
        return context


class JapaneseDateField(forms.Field):
    """A day in any writing parse_date knows. After cleaning, `doubt` tells what was odd about it, or is empty."""

    widget = DateInput
    default_error_messages: ClassVar[dict[str, Words]] = {str(fault): words for fault, words in DATE_FAULTS.items()}
    doubt: Words = ""

    def __init__(self, *, today: Callable[[], date] = timezone.localdate, **kwargs: Any) -> None:
        self.today = today
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        """Return the day, None for an empty box."""
        self.doubt = ""
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        if value in self.empty_values or not str(value).strip():
            return None
        try:
            day, doubt = parse_date(str(value), today=self.today())
        except UnreadableDate as wrong:
            raise ValidationError(self.error_messages[wrong.fault], code=wrong.fault) from None
        if doubt:
            self.doubt = DATE_DOUBTS[doubt] % {"day": format_date(day, DateStyle.BOTH, weekday=True, lang=get_language() or "ja")}
        return day

    def prepare_value(self, value: Any) -> Any:
        """Print a day in the reader's style; leave typed text as it is."""
        if isinstance(value, datetime):
            value = timezone.localtime(value) if timezone.is_aware(value) else value
        if not isinstance(value, date):
            return value
        style = DateStyle.ERA if current_date_style.get() == DateStyle.ERA else DateStyle.WESTERN
        return format_date(value, style, lang=get_language() or "ja", short=True)


class JapaneseTimeField(forms.Field):
    """A time of day in any writing parse_time knows."""

    default_error_messages: ClassVar[dict[str, Words]] = {str(fault): words for fault, words in TIME_FAULTS.items()}

    def to_python(self, value: Any) -> time | None:
        """Return the time, None for an empty box."""
        if isinstance(value, time):
            return value
        if value in self.empty_values or not str(value).strip():
            return None
        try:
            return parse_time(str(value))
        except UnreadableTime as wrong:
            raise ValidationError(self.error_messages[wrong.fault], code=wrong.fault) from None

    def prepare_value(self, value: Any) -> Any:
        """Print a time as 09:05; leave typed text as it is."""
        if isinstance(value, datetime):
            value = (timezone.localtime(value) if timezone.is_aware(value) else value).time()
        return format_time(value) if isinstance(value, time) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Give phones a number pad: 905 and 0905 need no colon."""
        return {"inputmode": "numeric", "autocomplete": "off", "data-time": ""}


class JapaneseDecimalField(forms.Field):
    """A number with commas, full width, ¥, 円 or ▲; both bounds belong to the range."""

    default_error_messages: ClassVar[dict[str, Words]] = {str(fault): words for fault, words in NUMBER_FAULTS.items()}

    def __init__(
        self, *, places: int = 2, at_least: Decimal | int | None = None, at_most: Decimal | int | None = None, **kwargs: Any
    ) -> None:
        self.places = places
        self.at_least = at_least
        self.at_most = at_most
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Decimal | int | None:
        """Return the number, None for an empty box."""
        if value in self.empty_values or not str(value).strip():
            return None
        try:
            return self.read(str(value))
        except UnreadableNumber as wrong:
            bound = f"{wrong.bound:,}" if wrong.bound is not None else ""
            raise ValidationError(self.error_messages[wrong.fault], code=wrong.fault, params={"bound": bound}) from None

    def read(self, text: str) -> Decimal | int:
        """Read the number within the field's range; raises UnreadableNumber."""
        return parse_decimal(text, places=self.places, at_least=self.at_least, at_most=self.at_most)

    def prepare_value(self, value: Any) -> Any:
        """Print a number with commas; leave typed text as it is."""
        return f"{value:,}" if isinstance(value, int | Decimal) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Give phones a number pad, unless the number may be negative: the pads have no minus."""
        pad = "decimal" if self.places else "numeric"
        return {"inputmode": pad if self.at_least is not None and self.at_least >= 0 else "text", "autocomplete": "off"}


class JapaneseIntegerField(JapaneseDecimalField):
    """A whole number such as an amount in yen."""

    def __init__(self, *, at_least: int | None = None, at_most: int | None = None, **kwargs: Any) -> None:
        super().__init__(places=0, at_least=at_least, at_most=at_most, **kwargs)

    def read(self, text: str) -> int:
        """Read the whole number within the field's range; raises UnreadableNumber."""
        number = parse_int(text)
        return int(parse_decimal(str(number), places=0, at_least=self.at_least, at_most=self.at_most))


class PhoneField(CleanCharField):
    """A phone number in any writing, with its extension; cleans to a Phone, or None for an empty box.

    A number of an unknown kind is kept as typed, because a customer's number must never be lost; a text without one is refused.
    """

    widget = forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"})
    default_error_messages: ClassVar[dict[str, Words]] = {"no_phone": NO_PHONE}

    def __init__(self, *, max_length: int = 40, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, empty_value=None, **kwargs)

    def to_python(self, value: Any) -> Any:
        """Return the Phone read, None for an empty box."""
        if isinstance(value, Phone):
            return value
        text = super().to_python(value)
        if text is None:
            return None
        phone = clean_phone(text)
        if not phone.digits and not phone.is_anonymous:
            raise ValidationError(self.error_messages["no_phone"], code="no_phone")
        return phone

    def prepare_value(self, value: Any) -> Any:
        """Print a number with its extension; leave typed text as it is."""
        if not isinstance(value, Phone):
            return value
        return f"{value.display} 内線{value.ext}" if value.ext else value.display
