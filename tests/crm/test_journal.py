"""The journal: who changed what from what to what, and who looked at what."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from crm import journal
from crm.models import AccessEntry, AuditEntry, Customer, User

pytestmark = pytest.mark.django_db

FIRM = UUID("01900000-0000-7000-8000-000000000001")


def test_only_what_differs_is_written_down(seller: User, boss: User) -> None:
    before = journal.picture(seller)
    seller.phone, seller.kana = "090-1234-5678", "カワタ マコト"

    journal.record(boss, "rewrite", seller, before, journal.picture(seller))

    entry = AuditEntry.objects.get(user=boss, object_id=str(seller.pk), verb="rewrite")
    assert entry.model == "crm.User"
    assert entry.before == {"phone": "", "kana": "テスト"}
    assert entry.after == {"phone": "090-1234-5678", "kana": "カワタ マコト"}


def test_nothing_changed_is_nothing_written(seller: User, boss: User) -> None:
    written = AuditEntry.objects.count()

    journal.record(boss, "change", seller, journal.picture(seller), journal.picture(seller))

    assert AuditEntry.objects.count() == written


def test_the_first_entry_has_no_before_and_the_last_no_after(seller: User) -> None:
    firm = Customer(pk=FIRM, name="青木建材")

    journal.record(seller, "add", firm, {}, {"name": "青木建材"})
    journal.record(seller, "remove", firm, {"name": "青木建材"}, {})

    first, last = AuditEntry.objects.filter(object_id=str(FIRM)).order_by("pk")
    assert (first.before, first.after) == ({}, {"name": "青木建材"})
    assert (last.before, last.after) == ({"name": "青木建材"}, {})


def test_secrets_and_what_is_derived_stay_out_of_the_picture(seller: User) -> None:
    seller.set_password("correct horse battery staple")

    shown = journal.picture(seller)

    assert not {"password", "search_text", "sort_key", "last_login"} & set(shown)


def test_a_picture_is_plain_json_with_the_parts_named(seller: User, boss: User) -> None:
    firm = Customer(pk=FIRM, name="青木建材", born_or_founded_on=date(1999, 4, 1), retired_at=datetime(2026, 11, 20, tzinfo=UTC))

    shown = journal.picture(firm, staff=[seller, boss.pk])

    assert shown["id"] == str(FIRM)
    assert shown["born_or_founded_on"] == "1999-04-01"
    assert shown["staff"] == [seller.pk, boss.pk]


def test_a_look_says_how_many_rows_were_shown_and_nothing_of_their_text(seller: User) -> None:
    journal.seen(seller, "search", Customer, rows=12, words=2)

    look = AccessEntry.objects.get()
    assert (look.user, look.verb, look.model, look.rows, look.detail) == (seller, "search", "crm.Customer", 12, {"words": 2})
