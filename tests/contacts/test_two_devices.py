"""One form begun on two devices: whatever one of them typed beyond what the other one saved is kept, offered and laid beside the record."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from contacts.models import ContactPoint, Unsaved
from crm.models import User
from tests.conftest import Cast
from tests.contacts.given import a_contact, a_form

pytestmark = pytest.mark.django_db
DESK, PHONE, API = "desk-page", "phone-page", "application/json"


def rows(user: User) -> list[Unsaved]:
    return list(Unsaved.objects.visible_to(user).newest_first())


def types(client: Client, user: User, form: dict[str, Any], *, known: int = 0, page: str = DESK, is_new: bool = True) -> Any:
    """What a page sends while one types."""
    typed = [[name, one] for name, value in form.items() for one in (value if isinstance(value, list) else [value])]
    body = {"typed": typed, "known": known, "is_new": is_new, "user": str(user.pk), "pages": page}
    return client.post(reverse("contacts:unsaved", args=[form["contact_id"]]), json.dumps(body), content_type=API)


def registers(client: Client, form: dict[str, Any], *, known: int, page: str = DESK, **more: Any) -> Any:
    return client.post(reverse("contacts:new"), form | {"unsaved_version": str(known), "unsaved_pages": page}, **more)


def stands(user: User) -> ContactPoint:
    return ContactPoint.objects.visible_to(user).get()


@pytest.fixture
def both(client: Client, cast: Cast) -> dict[str, Any]:
    """The desk began, the phone went on; the desk does not know of it and registers."""
    client.force_login(cast.seller)
    form = a_form(content="机で書いた", **{"requests-TOTAL_FORMS": "1", "requests-INITIAL_FORMS": "0"})
    form |= {"requests-0-title": "見積を送る", "requests-0-to": str(cast.colleague.pk), "next_on": "2026/12/10", "next_starts": "10:00"}
    types(client, cast.seller, form)
    types(client, cast.seller, form | {"content": "机で書いた。電話で足した"}, known=1, page=PHONE)
    return form


def test_registering_keeps_what_another_device_typed_beyond_it(client: Client, cast: Cast, both: dict[str, Any]) -> None:
    answer = registers(client, both, known=1)

    (row,) = rows(cast.seller)
    assert (row.said("content"), row.is_new, row.version) == ("机で書いた。電話で足した", False, 2)
    record = client.get(answer.url).content.decode()
    form = client.get(reverse("contacts:edit", args=[both["contact_id"]])).content.decode()
    waiting = client.get(reverse("contacts:drafts")).content.decode()
    for page in (record, form):
        assert "保存済みの記録に入っていない入力があります。" in page
        assert "電話で足した" in page
        assert f"resume={both['contact_id']}" in page
    assert "記録に未反映" in waiting
    assert "電話で足した" in waiting


def test_both_texts_are_laid_side_by_side_and_taken_nothing_is_doubled(client: Client, cast: Cast, both: dict[str, Any]) -> None:
    registers(client, both, known=1)
    record = stands(cast.seller)
    before = (list(record.requests.values_list("pk", flat=True)), record.next_appointment_id)

    page = client.get(reverse("contacts:new"), {"resume": both["contact_id"]}, follow=True)
    client.post(reverse("contacts:edit", args=[record.pk]), page.context["form"].data | {"unsaved_version": "2"})

    assert [(one.name, one.mine, one.theirs) for one in page.context["differences"]] == [
        ("content", "机で書いた。電話で足した", "机で書いた")
    ]
    assert page.context["known"] == 2
    record = stands(cast.seller)
    assert record.content == "机で書いた。電話で足した"
    assert (list(record.requests.values_list("pk", flat=True)), record.next_appointment_id) == before
    assert not rows(cast.seller)


def test_what_is_dropped_leaves_the_record_as_it_is(client: Client, cast: Cast, both: dict[str, Any]) -> None:
    registers(client, both, known=1)
    page = client.get(reverse("contacts:edit", args=[both["contact_id"]]), {"resume": "1"})
    assert 'form="drop-typed"' in page.content.decode()

    answer = client.post(reverse("contacts:unsaved_discard", args=[both["contact_id"]]), {"stay": "record", "version": "2"})

    assert answer.url == reverse("contacts:detail", args=[both["contact_id"]])
    assert not rows(cast.seller)
    assert stands(cast.seller).content == "机で書いた"


def test_what_another_device_typed_and_the_record_says_too_is_forgotten(client: Client, cast: Cast, both: dict[str, Any]) -> None:
    registers(client, both | {"content": "机で書いた。電話で足した"}, known=1)

    assert not rows(cast.seller)


def test_the_phone_may_go_on_typing_and_hears_that_the_record_stands(client: Client, cast: Cast, both: dict[str, Any]) -> None:
    registers(client, both, known=1)

    answer = types(client, cast.seller, both | {"content": "さらに足した"}, known=2, page=PHONE)
    page = registers(client, both | {"content": "さらに足した"}, known=3, page=PHONE)

    assert answer.json()["url"] == reverse("contacts:detail", args=[both["contact_id"]])
    assert [one.name for one in page.context["differences"]] == ["content"]
    assert rows(cast.seller)[0].said("content") == "さらに足した"
    assert stands(cast.seller).content == "机で書いた"


def test_an_answer_that_was_lost_makes_no_second_device_of_the_first(client: Client, cast: Cast) -> None:
    client.force_login(cast.seller)
    form = a_form(content="一")
    types(client, cast.seller, form)

    stale = types(client, cast.seller, form | {"content": "一二"})
    registers(client, form | {"content": "一二三"}, known=0)

    assert (stale.status_code, stale.json()["own"], stale.json()["version"]) == (409, True, 1)
    assert not rows(cast.seller)


def test_another_page_is_told_apart(client: Client, cast: Cast) -> None:
    client.force_login(cast.seller)
    form = a_form(content="一")
    types(client, cast.seller, form)

    for page in (PHONE, ""):
        assert types(client, cast.seller, form | {"content": "二"}, page=page).json()["own"] is False


def test_saving_a_change_keeps_what_another_device_typed_beyond_it(client: Client, cast: Cast, now: datetime) -> None:
    client.force_login(cast.seller)
    contact = a_contact(cast.seller, now)
    form = a_form(contact_id=str(contact.pk), version="1", content="机で直した")
    types(client, cast.seller, form | {"content": "電話で直した"}, page=PHONE, is_new=False)

    client.post(reverse("contacts:edit", args=[contact.pk]), form | {"unsaved_version": "0", "unsaved_pages": DESK})
    page = client.get(reverse("contacts:edit", args=[contact.pk]), {"resume": "1"})

    assert stands(cast.seller).content == "机で直した"
    assert [(one.mine, one.theirs) for one in page.context["differences"] if one.name == "content"] == [("電話で直した", "机で直した")]


def test_a_second_equal_send_forgets_nothing_that_another_device_typed(client: Client, cast: Cast, both: dict[str, Any]) -> None:
    registers(client, both, known=1)

    registers(client, both, known=1)

    assert rows(cast.seller)[0].said("content") == "机で書いた。電話で足した"


def test_what_is_saved_through_the_api_forgets_no_words(client: Client, cast: Cast, now: datetime) -> None:
    client.force_login(cast.seller)
    contact = a_contact(cast.seller, now)
    form = a_form(contact_id=str(contact.pk), version="1", content="書きかけ")
    types(client, cast.seller, form, is_new=False)
    types(client, cast.seller, begun := a_form(content="新しい書きかけ"))

    client.patch(f"/api/v1/contacts/{contact.pk}/", {"version": 1, "content": "外から"}, API)
    client.post("/api/v1/contacts/", {"id": begun["contact_id"], "started_at": now.isoformat(), "content": "外から"}, API)

    assert {(row.said("content"), row.is_new) for row in rows(cast.seller)} == {("書きかけ", False), ("新しい書きかけ", False)}
    page = client.get(reverse("contacts:edit", args=[contact.pk]), {"resume": "1"})
    assert [(one.mine, one.theirs) for one in page.context["differences"] if one.name == "content"] == [("書きかけ", "外から")]


def test_what_was_kept_on_the_device_and_goes_out_later_keeps_the_others_words(client: Client, cast: Cast, both: dict[str, Any]) -> None:
    answer = registers(client, both, known=1, headers={"Accept": API})

    assert answer.status_code == 201
    assert rows(cast.seller)[0].said("content") == "机で書いた。電話で足した"


def test_discarding_spares_what_another_device_typed_since(client: Client, cast: Cast, both: dict[str, Any]) -> None:
    seen = {"version": "1"}

    page = client.post(reverse("contacts:unsaved_discard", args=[both["contact_id"]]), seen, follow=True)

    assert "破棄しませんでした" in page.content.decode()
    assert "電話で足した" in page.content.decode()
    client.post(reverse("contacts:unsaved_discard", args=[both["contact_id"]]), {"version": "2"})
    assert not rows(cast.seller)


def test_what_was_begun_in_the_short_form_is_found_after_its_record_was_saved(client: Client, cast: Cast, both: dict[str, Any]) -> None:
    registers(client, both, known=1)

    page = client.get(reverse("contacts:quick"), {"resume": both["contact_id"]}, follow=True)

    assert page.context["form"]["content"].value() == "机で書いた。電話で足した"
    assert page.context["differences"]


def test_the_record_offers_its_words_to_nobody_else(client: Client, cast: Cast, both: dict[str, Any]) -> None:
    registers(client, both, known=1)
    client.force_login(cast.boss)

    for name in ("detail", "edit"):
        assert "電話で足した" not in client.get(reverse(f"contacts:{name}", args=[both["contact_id"]])).content.decode()


def test_what_was_typed_into_a_record_that_is_gone_becomes_a_new_one(client: Client, cast: Cast, now: datetime) -> None:
    client.force_login(cast.seller)
    contact = a_contact(cast.seller, now, draft=True)
    form = a_form(contact_id=str(contact.pk), version="1", content="電話で続けた")
    types(client, cast.seller, form, page=PHONE, is_new=False)
    client.post(reverse("contacts:delete", args=[contact.pk]))

    page = client.post(reverse("contacts:edit", args=[contact.pk]), form | {"unsaved_version": "1"})
    unknown = client.post(reverse("contacts:edit", args=[uuid4()]), form)

    assert page.status_code == unknown.status_code == 404
    assert page.context["form"]["content"].value() == "電話で続けた"
    assert unknown.context["form"]["content"].value() == "電話で続けた"
    assert [(row.record, row.is_new) for row in rows(cast.seller)] == [(page.context["record"], True)]
    client.post(reverse("contacts:new"), page.context["form"].data | {"unsaved_version": str(page.context["known"])})
    made = stands(cast.seller)
    assert not rows(cast.seller)
    assert (made.content, made.state) == ("電話で続けた", "registered")
