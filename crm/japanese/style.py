"""The date style of whoever is being served, for templates and mails that have no request at hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum


class DateStyle(StrEnum):
    """How a reader wants dates: 2026/11/20, 令和8年11月20日, or both."""

    WESTERN = "western"
    ERA = "era"
    BOTH = "both"


current_date_style: ContextVar[DateStyle] = ContextVar("current_date_style", default=DateStyle.WESTERN)


def activate_date_style(style: str) -> None:
    """Set the style for the rest of this request, task or thread; an unknown style counts as western."""
    current_date_style.set(DateStyle(style) if style in set(DateStyle) else DateStyle.WESTERN)


@contextmanager
def date_style_of(style: str) -> Iterator[None]:
    """Use a style for one block, such as one recipient's mail, and put the former one back."""
    before = current_date_style.get()
    activate_date_style(style)
    try:
        yield
    finally:
        current_date_style.set(before)
