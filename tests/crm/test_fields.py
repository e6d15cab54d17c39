"""What a form makes of typed Japanese, and what it says when it cannot."""

from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.fields import (
    CleanCharField,
    CleanTextField,
    JapaneseDateField,
    JapaneseDecimalField,
    JapaneseIntegerField,
    JapaneseTimeField,
    KanaField,
    PhoneField,
)
from crm.japanese import date_style_of

TODAY = date(2026, 11, 20)
DAY = date(2026, 11, 20)


class VisitForm(forms.Form):
    visited_on = JapaneseDateField(today=lambda: TODAY)
    started = JapaneseTimeField(required=False)
    cost_yen = JapaneseIntegerField(required=False, at_least=0, at_most=1_000_000)
    rate = JapaneseDecimalField(required=False, places=1)
    subject = CleanCharField(required=False, max_length=20)
    content = CleanTextField(required=False)
    phone = PhoneField(required=False)
    kana = KanaField(required=False, max_length=10)


def a_form(**typed: str) -> VisitForm:
    return VisitForm({"visited_on": "今日"} | typed)


def the_error(**typed: str) -> str:
    form = a_form(**typed)
    assert not form.is_valid()
    return form.errors[next(iter(typed))][0]


def test_a_form_reads_what_a_japanese_hand_types():
    form = a_form(
        visited_on="R8.11.20(金)", started="９時５分", cost_yen="１，２００円", rate="▲０．５", subject=" 見積\0の\u202e件 ", content="一\r\n二",
        phone="０３ー１２３４ー５６７８（内線９）", kana="あおき ﾊﾟｰｸ",
    )  # fmt: skip

    assert form.is_valid(), form.errors
    assert form.cleaned_data == {
        "visited_on": DAY, "started": time(9, 5), "cost_yen": 1200, "rate": Decimal("-0.5"), "subject": "見積の件", "content": "一\n二",
        "phone": ("+81312345678", "03-1234-5678", "0312345678", "9"), "kana": "アオキ パーク",
    }  # fmt: skip


def test_empty_boxes_are_nothing():
    form = a_form(started=" ", cost_yen="\u3000", rate="", subject="\u200b \n", content="\n\n", phone=" ", kana="")

    assert form.is_valid(), form.errors
    assert form.cleaned_data == {
        "visited_on": DAY, "started": None, "cost_yen": None, "rate": None, "subject": "", "content": "", "phone": None, "kana": "",
    }  # fmt: skip


def test_a_box_of_invisible_characters_does_not_fill_a_required_field():
    field = CleanCharField(max_length=20)

    with pytest.raises(forms.ValidationError) as refused:
        field.clean("\u200b\u202e\0")
    assert refused.value.code == "required"


@pytest.mark.parametrize(
    ("typed", "english"),
    [
        ({"visited_on": "2026/02/30"}, "This day does not exist in the calendar."),
        ({"visited_on": "26/11/20"}, "Enter the year with four digits or with its era, such as 2026/11/20 or R8.11.20."),
        ({"visited_on": "来週"}, "Enter a date such as 2026/11/20, 20261120 or R8.11.20."),
        ({"started": "25:00"}, "Enter an hour from 0 to 23."),
        ({"cost_yen": "1.5"}, "Enter a whole number."),
        ({"cost_yen": "-1"}, "Enter 0 or more."),
        ({"cost_yen": "２，０００，０００"}, "Enter 1,000,000 or less."),
        ({"rate": "0.55"}, "Enter at most 1 decimal places."),
        ({"phone": "不明"}, "Enter a phone number such as 03-1234-5678."),
        ({"kana": "青木"}, "Enter the reading in kana."),
        ({"kana": "㌔" * 6}, "Up to 10 characters can be entered (now 12)."),
        ({"subject": "あ" * 21}, "Up to 20 characters can be entered (now 21)."),
        ({"content": "あ" * 1_048_576}, "Up to 20,000 characters can be entered (now 1,048,576)."),
        ({"content": "青\ud800木"}, "This text contains broken characters. Enter it again."),
    ],
)
def test_an_error_says_what_to_do(typed, english):
    with translation.override("en"):
        assert the_error(**typed) == english


def test_what_was_typed_stays_in_its_box():
    form = a_form(visited_on="2026/02/30", started="２５：００", cost_yen="1.5", phone="不明", kana="青木")

    assert not form.is_valid()
    for name, typed in form.data.items():
        assert form[name].value() == typed


def test_a_date_outside_its_era_is_taken_with_a_word_about_it():
    form = a_form(visited_on="平成35年4月1日")

    assert form.is_valid()
    assert form.cleaned_data["visited_on"] == date(2023, 4, 1)
    with translation.override("en"):
        form.full_clean()
        assert form.fields["visited_on"].doubt == "The date lies outside that era and was taken as 2023-04-01 (R5) (Sat)."
    assert a_form().fields["visited_on"].doubt == ""


@pytest.mark.parametrize(
    ("style", "lang", "shown"),
    [("western", "ja", "2026/11/20"), ("era", "ja", "R8.11.20"), ("both", "ja", "2026/11/20"), ("western", "en", "2026-11-20")],
)
def test_a_stored_day_is_shown_as_its_reader_writes_it(style, lang, shown):
    form = VisitForm(initial={"visited_on": DAY})

    with date_style_of(style), translation.override(lang):
        assert form["visited_on"].value() == shown


def test_a_stored_value_is_shown_ready_to_be_sent_again():
    at = datetime(2026, 11, 20, 0, 5, tzinfo=ZoneInfo("UTC"))
    form = VisitForm(initial={"visited_on": at, "started": at, "cost_yen": 1200, "rate": Decimal("-1234.5")})
    shown = {name: form[name].value() for name in ("visited_on", "started", "cost_yen", "rate")}

    with translation.override("ja"):
        assert shown == {"visited_on": form["visited_on"].value(), "started": "09:05", "cost_yen": "1,200", "rate": "-1,234.5"}
    assert VisitForm(shown | {"phone": "0312345678"}).is_valid()


def test_an_unchanged_form_is_seen_as_unchanged():
    initial = {"visited_on": DAY, "started": time(9, 5), "cost_yen": 1200}

    form = VisitForm({"visited_on": "R8.11.20", "started": "905", "cost_yen": "1,200"}, initial=initial)

    assert form.changed_data == []


def test_the_boxes_bring_the_right_keyboard_and_never_cut_a_pasted_text():
    page = VisitForm({"visited_on": "R8.11.20"}).as_p()

    assert 'data-date="2026-11-20"' in page
    assert page.count('inputmode="numeric"') == 3  # date, time, yen
    assert 'type="tel"' in page
    assert 'data-limit="20000"' in page
    assert "maxlength" not in page
    with date_style_of("era"):
        assert 'inputmode="numeric"' not in str(VisitForm()["visited_on"])


def test_a_date_box_with_nonsense_has_no_day_for_the_picker():
    assert 'data-date=""' in str(VisitForm({"visited_on": "来週"})["visited_on"])
    assert 'data-date=""' in str(VisitForm()["visited_on"])


@settings(max_examples=200, deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(VisitForm.base_fields, st.text(st.characters(), max_size=40))))
def test_no_text_breaks_a_form(typed):
    form = VisitForm(typed)

    form.is_valid()

    assert set(form.cleaned_data) | set(form.errors) == set(form.fields)
