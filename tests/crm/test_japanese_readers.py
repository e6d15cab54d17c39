"""Dates, times, numbers and phones as people type them."""

from contextlib import suppress
from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.japanese import (
    DateDoubt,
    DateFault,
    DateStyle,
    NumberFault,
    TimeFault,
    UnreadableDate,
    UnreadableNumber,
    UnreadableTime,
    clean_phone,
    date_style_of,
    format_date,
    format_time,
    parse_date,
    parse_decimal,
    parse_int,
    parse_time,
)
from crm.japanese.style import activate_date_style, current_date_style

TODAY = date(2026, 11, 20)  # a Friday
DAY = date(2026, 11, 20)
MEGABYTES = [piece * (1_000_000 // len(piece)) for piece in ("1", "あ", "\ufdfa", "1/", "R8.", "(金)", " ", "-", "\0", "午後", "内線1")]
TYPED = st.text(max_size=40) | st.text(
    "0123456789０９/-.:：年月日時分半RHSTM令和平成昭大正明治元()（）金祝,，¥￥▲△円午前後ー−+内線ext \0", max_size=25
)


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "2026/11/20",
            "2026-11-20",
            "2026.11.20",
            "2026年11月20日",
            "２０２６／１１／２０",
            "20261120",
            "２０２６ー１１ー２０",
            " 2026 / 11 / 20 ",
        ),
        *(
            "11/20",
            "11月20日",
            "11-20",
            "R8.11.20",
            "R8/11/20",
            "Ｒ８．１１．２０",
            "r08-11-20",
            "R081120",
            "令和8年11月20日",
            "令和０８年１１月２０日",
            "㋿8年11月20日",
        ),
        *(
            "令8.11.20",
            "2026/11/20(金)",
            "2026年11月20日（金曜日）",
            "11/20（金・祝）",
            "令和8年11月20日 金曜",
            "2026-11-20 (Fri)",
            "2026-11-20 Friday",
        ),
        *("2026年(令和8年)11月20日(金)", "2026(R8)/11/20", "今日", "本日", "today", "Today"),
    ],
)
def test_a_day_is_read_however_it_is_typed(typed):
    assert parse_date(typed, today=TODAY) == (DAY, None)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("H29/02/07", date(2017, 2, 7)),
        ("H. 29年03月10日", date(2017, 3, 10)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("S63.1.7", date(1988, 1, 7)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("昭和元年12月25日", date(1926, 12, 25)),
        ("大正15年12月25日", date(1926, 12, 25)),
        ("T1.7.30", date(1912, 7, 30)),
        ("明治45年7月30日", date(1912, 7, 30)),
        ("2024/2/29", date(2024, 2, 29)),
        ("明日", date(2026, 11, 21)),
        ("昨日", date(2026, 11, 19)),
        ("明後日", date(2026, 11, 22)),
        ("tomorrow", date(2026, 11, 21)),
        ("2/28", date(2026, 2, 28)),
    ],
)
def test_eras_and_words_name_their_day(typed, day):
    assert parse_date(typed, today=TODAY) == (day, None)


@pytest.mark.parametrize(
    ("typed", "day", "doubt"),
    [
        ("平成35年4月1日", date(2023, 4, 1), DateDoubt.OUTSIDE_ERA),
        ("平成31年5月1日", date(2019, 5, 1), DateDoubt.OUTSIDE_ERA),
        ("R1.4.30", date(2019, 4, 30), DateDoubt.OUTSIDE_ERA),
        ("2026/11/20(木)", DAY, DateDoubt.OTHER_WEEKDAY),
    ],
)
def test_an_odd_day_is_read_with_a_doubt(typed, day, doubt):
    assert parse_date(typed, today=TODAY) == (day, doubt)


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        *(
            ("2026/02/30", DateFault.NO_SUCH_DAY),
            ("R8.13.1", DateFault.NO_SUCH_DAY),
            ("2/29", DateFault.NO_SUCH_DAY),
            ("20260001", DateFault.NO_SUCH_DAY),
        ),
        *(
            ("R0.1.1", DateFault.NO_SUCH_ERA_YEAR),
            ("1867/12/31", DateFault.OUT_OF_RANGE),
            ("2101/1/1", DateFault.OUT_OF_RANGE),
            ("R99.1.1", DateFault.OUT_OF_RANGE),
        ),
        *(("26/11/20", DateFault.SHORT_YEAR), ("26年11月20日", DateFault.SHORT_YEAR), ("2026年(令和7年)11月20日", DateFault.CONTRADICTION)),
        *(
            ("", DateFault.FORMAT),
            ("来週", DateFault.FORMAT),
            ("2026/11", DateFault.FORMAT),
            ("11/20/2026", DateFault.FORMAT),
            ("(金)", DateFault.FORMAT),
        ),
        *(("2026/11/20 09:05", DateFault.FORMAT), ("R8.11.20\ud800", DateFault.FORMAT)),
    ],
)
def test_nonsense_is_refused_with_its_reason(typed, fault):
    with pytest.raises(UnreadableDate) as refused:
        parse_date(typed, today=TODAY)

    assert refused.value.fault == fault


@pytest.mark.parametrize(
    ("style", "lang", "long", "short"),
    [
        ("western", "ja", "2026/11/20(金)", "2026/11/20"),
        ("era", "ja", "令和8年11月20日(金)", "R8.11.20"),
        ("both", "ja", "2026年(令和8年)11月20日(金)", "2026(R8)/11/20"),
        ("western", "en", "2026-11-20 (Fri)", "2026-11-20"),
        ("era", "en", "R8.11.20 (Fri)", "R8.11.20"),
        ("both", "en", "2026-11-20 (R8) (Fri)", "2026-11-20 (R8)"),
    ],
)
def test_a_day_is_printed_in_the_readers_style(style, lang, long, short):
    assert format_date(DAY, style, weekday=True, lang=lang) == long
    assert format_date(DAY, style, lang=lang, short=True) == short


def test_the_first_year_of_an_era_is_called_gannen():
    assert format_date(date(2019, 5, 1), "era") == "令和元年5月1日"
    assert format_date(date(2019, 4, 30), "era") == "平成31年4月30日"
    assert format_date(date(1868, 1, 24), "era") == "1868/01/24"


@pytest.mark.parametrize("style", DateStyle)
@pytest.mark.parametrize("short", [False, True])
def test_every_day_from_1868_to_2059_can_be_printed_and_read_again(style, short):
    first = date(1868, 1, 1)
    for passed in range((date(2060, 1, 1) - first).days):
        day = first + timedelta(passed)
        assert parse_date(format_date(day, style, short=short), today=TODAY) == (day, None)


@settings(deadline=None)
@given(st.dates(date(1868, 1, 1), date(2100, 12, 31)), st.sampled_from(DateStyle), st.sampled_from(["ja", "en"]), st.booleans())
def test_weekdays_and_english_are_read_again_too(day, style, lang, short):
    assert parse_date(format_date(day, style, weekday=True, lang=lang, short=short), today=TODAY) == (day, None)


def test_the_date_style_belongs_to_one_block():
    activate_date_style("western")
    with date_style_of("era"):
        assert current_date_style.get() == DateStyle.ERA
        with date_style_of("unknown"):
            assert current_date_style.get() == DateStyle.WESTERN
    assert current_date_style.get() == DateStyle.WESTERN


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        *(
            (typed, time(9, 5))
            for typed in ("9:05", "09:05", "９：０５", "９時５分", "9時05", "0905", "905", "午前9時5分", "am 9:05", "9:05am", "09:05:00")
        ),
        *((typed, time(15)) for typed in ("15:00", "15", "15時", "1500", "午後3時", "3pm", "3 PM", "午後 3:00")),
        *(
            ("9時半", time(9, 30)),
            ("午後3時半", time(15, 30)),
            ("正午", time(12)),
            ("12pm", time(12)),
            ("午後0時15分", time(12, 15)),
            ("12am", time(0)),
            ("0:00", time(0)),
        ),
        ("23:59", time(23, 59)),
    ],
)
def test_a_time_is_read_however_it_is_typed(typed, at):
    assert parse_time(typed) == at


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        *(
            ("25:00", TimeFault.NO_SUCH_HOUR),
            ("24:00", TimeFault.NO_SUCH_HOUR),
            ("99", TimeFault.NO_SUCH_HOUR),
            ("午後13時", TimeFault.NO_SUCH_HOUR),
        ),
        *(("9:60", TimeFault.NO_SUCH_MINUTE), ("0975", TimeFault.NO_SUCH_MINUTE), ("9:05:61", TimeFault.NO_SUCH_MINUTE)),
        *(
            ("", TimeFault.FORMAT),
            ("あとで", TimeFault.FORMAT),
            ("9:5", TimeFault.FORMAT),
            ("午前9時pm", TimeFault.FORMAT),
            ("10～11", TimeFault.FORMAT),
        ),
    ],
)
def test_an_impossible_time_is_refused_with_its_reason(typed, fault):
    with pytest.raises(UnreadableTime) as refused:
        parse_time(typed)

    assert refused.value.fault == fault


@settings(deadline=None)
@given(st.times())
def test_a_printed_time_is_read_again(at):
    assert parse_time(format_time(at)) == at.replace(second=0, microsecond=0)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        *(
            (typed, 1200)
            for typed in ("1200", "1,200", "１，２００円", "¥1,200", "￥１２００", "\\1,200", " 1 200 ", "1,200.00", "+1200", "001200")
        ),
        *((typed, -1200) for typed in ("-1,200", "▲1,200", "△１，２００", "−1200", "ー1200", "-¥1,200", "¥-1,200")),
        *(("0", 0), ("-0", 0), ("1,234,567", 1_234_567), ("999999999999999999", 999_999_999_999_999_999)),
    ],
)
def test_an_amount_is_read_however_it_is_typed(typed, amount):
    assert parse_int(typed) == amount


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        *(
            ("", NumberFault.FORMAT),
            ("1,20", NumberFault.FORMAT),
            ("千円", NumberFault.FORMAT),
            ("1e400", NumberFault.FORMAT),
            ("NaN", NumberFault.FORMAT),
        ),
        *(("--1", NumberFault.FORMAT), ("-¥-1", NumberFault.FORMAT), ("1.5", NumberFault.NOT_WHOLE), ("9" * 19, NumberFault.TOO_LARGE)),
        *(("-1", NumberFault.TOO_SMALL), ("1001", NumberFault.TOO_LARGE)),
    ],
)
def test_an_impossible_amount_is_refused_with_its_reason(typed, fault):
    with pytest.raises(UnreadableNumber) as refused:
        parse_int(typed, at_least=0, at_most=1000)

    assert refused.value.fault == fault


def test_a_decimal_keeps_its_places():
    assert parse_decimal("１２．５０") == Decimal("12.50")
    assert parse_decimal("▲0.5", places=1, at_least=-1) == Decimal("-0.5")
    with pytest.raises(UnreadableNumber) as refused:
        parse_decimal("1.005")
    assert (refused.value.fault, refused.value.bound) == (NumberFault.TOO_MANY_PLACES, 2)


@settings(deadline=None)
@given(st.integers(-(10**18) + 1, 10**18 - 1))
def test_a_printed_amount_is_read_again(amount):
    assert parse_int(f"{amount:,}円") == amount


@pytest.mark.parametrize(
    ("typed", "phone"),
    [
        *(
            (typed, ("+81312345678", "03-1234-5678", "0312345678", ""))
            for typed in ("03-1234-5678", "0312345678", "(03)1234-5678", "０３ー１２３４−５６７８")
        ),
        *(
            (typed, ("+81312345678", "03-1234-5678", "0312345678", ""))
            for typed in ("+81-3-1234-5678", "TEL:03-1234-5678", "電話 03.1234.5678")
        ),
        *(
            (typed, ("+81312345678", "03-1234-5678", "0312345678", "123"))
            for typed in ("03-1234-5678 内線123", "03-1234-5678(内)123", "03-1234-5678（内線 123）")
        ),
        *(
            (typed, ("+81312345678", "03-1234-5678", "0312345678", "123"))
            for typed in ("03-1234-5678 ext. 123", "03-1234-5678 x123", "0312345678#123")
        ),
        ("09041691658", ("+819041691658", "090-4169-1658", "09041691658", "")),
        ("0120123456", ("+81120123456", "0120-123-456", "0120123456", "")),
        ("05012345678", ("+815012345678", "050-1234-5678", "05012345678", "")),
        ("08001234567", ("+818001234567", "0800-123-4567", "08001234567", "")),
        ("0570000111", ("+81570000111", "0570-000-111", "0570000111", "")),
        ("+1 650 253 0000", ("+16502530000", "+1 650-253-0000", "16502530000", "")),
        ("110", (None, "110", "110", "")),
        ("内線 45", (None, "", "", "45")),
        ("不明", (None, "不明", "", "")),
    ],
)
def test_a_phone_number_is_read_however_it_is_typed(typed, phone):
    assert clean_phone(typed) == phone


def test_the_number_of_unknown_callers_matches_nobody():
    assert clean_phone("001AAA-AAAA") == clean_phone("００１ａａａ－ａａａａ") == (None, "001AAA-AAAA", "", "")
    assert clean_phone("001AAA-AAAA").is_anonymous
    assert not clean_phone("03-1234-5678").is_anonymous


def test_a_megabyte_in_a_small_box_is_refused_at_once():
    for text in MEGABYTES:
        with pytest.raises(UnreadableDate):
            parse_date(text, today=TODAY)
        with pytest.raises(UnreadableTime):
            parse_time(text)
        with pytest.raises(UnreadableNumber):
            parse_int(text)
        assert len(clean_phone(text).display) <= 40


@settings(max_examples=500, deadline=None)
@given(TYPED)
def test_readers_end_in_a_value_or_in_their_own_refusal(typed):
    phone = clean_phone(typed)

    for read in (parse_time, parse_int, parse_decimal):
        with suppress(UnreadableTime, UnreadableNumber):
            assert read(typed) is not None
    with suppress(UnreadableDate):
        assert 1868 <= parse_date(typed, today=TODAY)[0].year <= 2100
    assert phone.digits == "" or phone.digits.isdigit()
