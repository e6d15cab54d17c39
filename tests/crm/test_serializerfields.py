"""What the API takes: clean text, ISO 8601 within years that can be stored."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation
from rest_framework import serializers

from crm.serializerfields import CleanCharField, CleanTextField, DateField, DateTimeField, KanaField


class VisitSerializer(serializers.Serializer):
    visited_on = DateField(required=False)
    started_at = DateTimeField(required=False)
    subject = CleanCharField(required=False, max_length=20)
    content = CleanTextField(required=False, allow_blank=True)
    kana = KanaField(required=False, max_length=10)


def test_text_is_cleaned_on_its_way_in():
    sent = VisitSerializer(data={"subject": " 見積の\u202e件\r\n", "content": "一\r\n二\x07", "kana": "ｱｵｷ", "visited_on": "2026-11-20"})

    assert sent.is_valid(), sent.errors
    assert sent.validated_data == {"subject": "見積の件", "content": "一\n二", "kana": "アオキ", "visited_on": date(2026, 11, 20)}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"subject": "青\0木"}, "This text contains a NUL character."),
        ({"subject": "青\ud800木"}, "This text contains broken characters. Enter it again."),
        ({"subject": "あ" * 21}, "Up to 20 characters can be entered (now 21)."),
        ({"content": "あ" * 1_048_576}, "Up to 20,000 characters can be entered (now 1,048,576)."),
        ({"subject": "\u200b\u202e"}, "This field may not be blank."),
        ({"subject": ["青木"]}, "Not a valid string."),
        ({"subject": True}, "Not a valid string."),
        ({"kana": "青木"}, "Enter the reading in kana."),
        ({"kana": "㌔" * 6}, "Up to 10 characters can be entered (now 12)."),
        ({"visited_on": "0001-01-01"}, "Enter a year from 1868 to 2100."),
        ({"started_at": "0001-01-01T00:00:00+14:00"}, "Enter a year from 1868 to 2100."),
        ({"started_at": "9999-12-31T23:59:59-12:00"}, "Enter a year from 1868 to 2100."),
    ],
)
def test_what_cannot_be_stored_is_refused_with_a_clear_word(data, words):
    sent = VisitSerializer(data=data)

    with translation.override("en"):
        assert not sent.is_valid()
        assert [str(error) for errors in sent.errors.values() for error in errors] == [words]


@pytest.mark.parametrize("typed", ["2026/11/20", "R8.11.20", "今日", "", "2026-02-30", 20261120, None, ["2026-11-20"]])
def test_a_program_writes_days_as_iso_8601_only(typed):
    assert not VisitSerializer(data={"visited_on": typed}).is_valid()


def test_a_moment_keeps_its_zone():
    sent = VisitSerializer(data={"started_at": "2026-11-20T09:05:00+09:00"})

    assert sent.is_valid()
    assert sent.validated_data["started_at"] == datetime(2026, 11, 20, 0, 5, tzinfo=UTC)
    assert VisitSerializer({"started_at": datetime(2026, 11, 20, 0, 5, tzinfo=UTC)}).data == {"started_at": "2026-11-20T09:05:00+09:00"}
