"""What a new installation starts with."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command
from django.utils import timezone

from contacts.models import Phrase
from crm.demo.choices import LISTS, REPLIES
from crm.models import Choice, ChoiceList

pytestmark = pytest.mark.django_db


def fill() -> str:
    said = io.StringIO()
    call_command("first_lists", stdout=said)
    return said.getvalue()


def test_an_empty_installation_gets_every_list_and_the_canned_replies():
    said = fill()

    assert f"{len(LISTS)} lists and {len(REPLIES)} canned replies" in said
    assert ChoiceList.objects.count() == len(LISTS)
    assert set(Choice.objects.of("method").values_list("semantic", flat=True)) >= {"visit", "call", "mail", "web_meeting", "letter", "sms"}
    assert Phrase.objects.for_the_house("test").filter(text_ja="確認しました。").exists()


def test_the_second_level_stands_below_the_first():
    fill()

    below = Choice.objects.get(list__code="category", code="sales-new")
    assert below.parent.code == "sales"


def test_a_company_keeps_its_own_words():
    fill()
    Choice.objects.of("method").filter(code="visit").update(name_ja="ご訪問")
    Choice.objects.of("result").exclude(code="handled").update(retired_at=timezone.now())
    Phrase.objects.for_the_house("test").exclude(text_ja="確認しました。").delete()

    said = fill()

    assert "0 lists and 0 canned replies" in said
    assert Choice.objects.of("result").offered().count() == 1
    assert Choice.objects.get(list__code="method", code="visit").name_ja == "ご訪問"
