"""Dates, times and amounts as pages show them."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Engine
from django.utils import timezone, translation

from crm.japanese import date_style_of

DAY = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 0, 5, tzinfo=UTC)  # 09:05 in Tokyo
ENGINE = Engine(libraries={"japanese": "crm.templatetags.japanese"}, builtins=["crm.templatetags.japanese"])


def shown(expression: str, *, lang: str = "ja", style: str = "western", zone: str = "Asia/Tokyo", **values: object) -> str:
    with translation.override(lang), date_style_of(style), timezone.override(ZoneInfo(zone)):
        return ENGINE.from_string(f"{{{{ {expression} }}}}").render(Context(values, autoescape=False))


@pytest.mark.parametrize(
    ("style", "lang", "day", "day_short", "moment"),
    [
        ("western", "ja", "2026/11/20(金)", "2026/11/20", "2026/11/20(金) 09:05"),
        ("era", "ja", "令和8年11月20日(金)", "R8.11.20", "令和8年11月20日(金) 09:05"),
        ("both", "ja", "2026年(令和8年)11月20日(金)", "2026(R8)/11/20", "2026年(令和8年)11月20日(金) 09:05"),
        ("western", "en", "2026-11-20 (Fri)", "2026-11-20", "2026-11-20 (Fri) 09:05"),
        ("era", "en", "R8.11.20 (Fri)", "R8.11.20", "R8.11.20 (Fri) 09:05"),
    ],
)
def test_a_day_is_shown_in_the_readers_style_and_language(style, lang, day, day_short, moment):
    assert shown("at|day", style=style, lang=lang, at=AT) == shown("at|day", style=style, lang=lang, at=DAY) == day
    assert shown("at|day_short", style=style, lang=lang, at=AT) == day_short
    assert shown("at|moment", style=style, lang=lang, at=AT) == moment


def test_a_moment_is_shown_in_the_readers_zone():
    late = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)

    assert shown("at|moment", at=late) == "2026/11/21(土) 05:00"
    assert shown("at|moment", at=late, zone="America/New_York") == "2026/11/20(金) 15:00"
    assert shown("at|clock", at=late) == "05:00"
    assert shown("at|clock", at=time(9, 5)) == "09:05"


@pytest.mark.parametrize(
    ("start", "end", "japanese", "english"),
    [
        (AT, AT.replace(hour=1), "2026/11/20(金) 09:05～10:05", "2026-11-20 (Fri) 09:05–10:05"),
        (AT, AT.replace(day=21), "2026/11/20(金) 09:05～2026/11/21(土) 09:05", "2026-11-20 (Fri) 09:05–2026-11-21 (Sat) 09:05"),
        (AT, None, "2026/11/20(金) 09:05～", "2026-11-20 (Fri) 09:05–"),
        (DAY, date(2026, 11, 22), "2026/11/20(金)～2026/11/22(日)", "2026-11-20 (Fri)–2026-11-22 (Sun)"),
        (DAY, DAY, "2026/11/20(金)", "2026-11-20 (Fri)"),
        (time(9, 5), time(10, 0), "09:05～10:00", "09:05–10:00"),
        (time(0), None, "00:00～", "00:00–"),
        (None, AT, "", ""),
    ],
)
def test_a_period_says_its_day_once(start, end, japanese, english):
    assert shown("start|period:end", start=start, end=end) == japanese
    assert shown("start|period:end", start=start, end=end, lang="en") == english


def test_an_amount_has_commas_and_its_sign_in_front():
    assert [shown("amount|yen", amount=amount) for amount in (1200, 0, -1_234_567, None)] == ["¥1,200", "¥0", "-¥1,234,567", ""]


@pytest.mark.parametrize("name", ["day", "day_short", "clock", "moment", "yen", "period:nothing"])
def test_nothing_is_shown_as_nothing(name):
    assert shown(f"value|{name}", value=None, nothing=None) == ""
    assert shown(f"value|{name}", value="", nothing=None) == ""
