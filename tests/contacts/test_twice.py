"""One record sent twice: the same words are said once, other words are kept and laid beside the record."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from contacts.actions.requests import finish
from contacts.actions.unsaved import keep_unsaved
from contacts.models import ContactPoint, Unsaved
from crm.models import User
from tests.conftest import Cast
from tests.contacts.given import a_form
from tests.make import a_choice, a_customer

pytestmark = pytest.mark.django_db
JSON_ONLY = {"Accept": "application/json"}


def rows(user: User) -> list[Unsaved]:
    return list(Unsaved.objects.visible_to(user).newest_first())


def typed_late(client: Client, user: User, form: dict[str, Any]) -> Any:
    """What the page of another device says after the record was saved."""
    typed = [[name, one] for name, value in form.items() for one in (value if isinstance(value, list) else [value])]
    body = {"typed": typed, "known": 0, "is_new": True, "user": str(user.pk)}
    return client.post(reverse("contacts:unsaved", args=[form["contact_id"]]), json.dumps(body), content_type="application/json")


@pytest.fixture
def full(cast: Cast) -> dict[str, Any]:
    """A form with nearly everything in it, as a browser sends it."""
    customer = a_customer("青木建材", recorder=cast.seller)
    told = [str(cast.boss.pk), str(cast.colleague.pk)]
    line = {"requests-0-title": "見積を送る", "requests-0-to": str(cast.colleague.pk), "requests-0-due_on": "2026/12/01"}
    cost = {"expenses-0-origin": "東京", "expenses-0-destination": "横浜", "expenses-0-amount_yen": "１,２００"}
    return a_form(
        content="一行目\r\n二行目　",
        customer=str(customer.pk),
        method=str(a_choice("method", "訪問").pk),
        starts="9:00",
        report_to=told,
        notice_to=[str(cast.boss.pk)],
        next_on="2026/12/10",
        next_starts="10:00",
        next_note="見積の説明",
        **{"expenses-TOTAL_FORMS": "1", "requests-TOTAL_FORMS": "1", "requests-INITIAL_FORMS": "0", **line, **cost},
    )


@pytest.mark.parametrize("draft", [{}, {"draft": "1"}])
def test_the_same_form_sent_twice_is_saved_once_and_nothing_is_asked(
    client: Client, cast: Cast, full: dict[str, Any], draft: dict[str, str]
) -> None:
    client.force_login(cast.seller)
    client.post(reverse("contacts:new"), full | draft, follow=True)

    again = client.post(reverse("contacts:new"), full | draft, follow=True)
    late = typed_late(client, cast.seller, full)

    assert again.redirect_chain[-1][0] == reverse("contacts:detail", args=[full["contact_id"]])
    assert [str(one) for one in again.context["messages"]] == ["この記録はすでに保存されています。二重には送信していません。"]
    assert (late.status_code, late.json()["differs"]) == (410, False)
    assert not rows(cast.seller)


@pytest.mark.parametrize("address", ["contacts:new", "contacts:quick"])
def test_other_words_sent_second_are_shown_beside_the_record_and_kept(
    client: Client, cast: Cast, full: dict[str, Any], address: str
) -> None:
    client.force_login(cast.seller)
    client.post(reverse("contacts:new"), full)

    page = client.post(reverse(address), full | {"content": "机で続きまで書いた"})

    assert page.status_code == 409
    found = {one.name: one.mine for one in page.context["differences"]}
    assert found == {"content": "机で続きまで書いた"}
    row = rows(cast.seller)[0]
    assert (row.said("content"), row.is_new, str(row.record)) == ("机で続きまで書いた", False, full["contact_id"])
    text = page.content.decode()
    assert "この記録は、別の内容ですでに保存されています。" in text
    assert "一行目" in text
    assert f'data-known="{row.version}"' in text
    assert reverse("contacts:edit", args=[full["contact_id"]]) in text


def test_what_was_sent_second_can_be_saved_on_top_and_asks_nobody_twice(client: Client, cast: Cast, full: dict[str, Any]) -> None:
    client.force_login(cast.seller)
    client.post(reverse("contacts:new"), full)
    record = ContactPoint.objects.visible_to(cast.seller).get()
    before = (list(record.requests.values_list("pk", "state")), record.next_appointment_id)
    page = client.post(reverse("contacts:new"), full | {"content": "机で続きまで書いた"})
    sent = page.context["form"].data | {"unsaved_version": str(page.context["known"])}

    saved = client.post(reverse("contacts:edit", args=[record.pk]), sent)

    assert saved.status_code == 302
    record.refresh_from_db()
    assert record.content == "机で続きまで書いた"
    assert (list(record.requests.values_list("pk", "state")), record.next_appointment_id) == before
    assert not rows(cast.seller)


def test_whoever_takes_it_up_later_sees_both_before_the_record_changes(client: Client, cast: Cast) -> None:
    client.force_login(cast.seller)
    form = a_form(content="電話で登録した")
    client.post(reverse("contacts:new"), form)
    answer = client.post(reverse("contacts:new"), form | {"content": "圏外で続きを書いた"}, headers=JSON_ONLY)

    page = client.get(answer.json()["url"])

    assert answer.status_code == 409
    assert page.context["form"]["content"].value() == "圏外で続きを書いた"
    assert [(one.mine, one.theirs) for one in page.context["differences"]] == [("圏外で続きを書いた", "電話で登録した")]
    client.post(reverse("contacts:edit", args=[form["contact_id"]]), page.context["form"].data)
    assert ContactPoint.objects.visible_to(cast.seller).get().content == "圏外で続きを書いた"


def test_a_request_that_was_settled_between_two_equal_sends_is_no_difference(
    client: Client, cast: Cast, full: dict[str, Any], now: datetime
) -> None:
    client.force_login(cast.seller)
    client.post(reverse("contacts:new"), full)
    record = ContactPoint.objects.visible_to(cast.seller).get()
    finish(by=cast.colleague, request=record.requests.get(), now=now)

    again = client.post(reverse("contacts:new"), full)
    late = typed_late(client, cast.seller, full)
    page = client.post(reverse("contacts:new"), full | {"content": "机で続きまで書いた"})

    assert again.status_code == 302
    assert late.json()["differs"] is False
    assert [one.name for one in page.context["differences"]] == ["content"]
    client.post(reverse("contacts:edit", args=[record.pk]), page.context["form"].data)
    record.refresh_from_db()
    assert record.content == "机で続きまで書いた"
    assert list(record.requests.values_list("state", flat=True)) == ["done"]


def test_the_same_request_asked_again_in_a_change_that_came_late_is_a_new_one(
    client: Client, cast: Cast, full: dict[str, Any], now: datetime
) -> None:
    client.force_login(cast.seller)
    client.post(reverse("contacts:new"), full)
    record = ContactPoint.objects.visible_to(cast.seller).get()
    finish(by=cast.colleague, request=record.requests.get(), now=now)
    edit, told = reverse("contacts:edit", args=[record.pk]), {"next_on": "", "next_starts": "", "next_note": ""}
    client.post(edit, full | told | {"version": "1", "content": "先の変更", "requests-TOTAL_FORMS": "0"})

    page = client.post(edit, full | told | {"version": "1"})

    assert {one.name for one in page.context["differences"]} >= {"content", "requests"}


def test_a_change_sent_twice_is_said_to_be_saved(client: Client, cast: Cast) -> None:
    client.force_login(cast.seller)
    form = a_form(content="電話で登録した")
    client.post(reverse("contacts:new"), form)
    edit = reverse("contacts:edit", args=[form["contact_id"]])
    client.post(edit, form | {"version": "1", "content": "直した"})

    again = client.post(edit, form | {"version": "1", "content": "直した"}, follow=True)

    assert again.redirect_chain[-1][0] == reverse("contacts:detail", args=[form["contact_id"]])
    assert [str(one) for one in again.context["messages"]][-1] == "この記録はすでに保存されています。二重には送信していません。"
    assert ContactPoint.objects.visible_to(cast.seller).get().version == 2


def test_what_a_third_device_has_typed_into_the_record_is_not_written_over(client: Client, cast: Cast, now: datetime) -> None:
    client.force_login(cast.seller)
    form = a_form(content="電話で登録した")
    client.post(reverse("contacts:new"), form)
    typed = [("content", "直しかけ")]
    keep_unsaved(user=cast.seller, record=UUID(form["contact_id"]), typed=typed, is_new=False, known=0, device="x", now=now)

    page = client.post(reverse("contacts:new"), form | {"content": "机で続きまで書いた"})
    answer = client.post(reverse("contacts:new"), form | {"content": "机で続きまで書いた"}, headers=JSON_ONLY)

    assert page.context["form"]["content"].value() == "机で続きまで書いた"
    assert rows(cast.seller)[0].said("content") == "直しかけ"
    assert answer.status_code == 409
    assert "url" not in answer.json()  # the device goes on keeping it


def test_a_page_that_comes_late_hears_whether_it_says_something_else(client: Client, cast: Cast) -> None:
    client.force_login(cast.seller)
    form = a_form(content="電話で登録した")
    client.post(reverse("contacts:new"), form)

    same = typed_late(client, cast.seller, form)
    more = typed_late(client, cast.seller, form | {"content": "電話で登録した、机で足した"})
    wrong = typed_late(client, cast.seller, form | {"date": "いつか"})

    assert [(one.status_code, one.json()["differs"]) for one in (same, more, wrong)] == [(410, False), (410, True), (410, True)]
    assert more.json()["url"] == reverse("contacts:detail", args=[form["contact_id"]])
    assert not rows(cast.seller)


def test_what_comes_after_its_record_was_deleted_can_become_another_one(client: Client, cast: Cast, now: datetime) -> None:
    client.force_login(cast.seller)
    form = a_form(content="電話で登録した")
    client.post(reverse("contacts:new"), form)
    ContactPoint.objects.visible_to(cast.seller).update(deleted_at=now)

    page = client.post(reverse("contacts:new"), form | {"content": "机で続きまで書いた"})

    assert page.status_code == 422
    assert "もう変更できません" in page.content.decode()
    assert page.context["form"]["content"].value() == "机で続きまで書いた"
    assert str(page.context["record"]) != form["contact_id"]
    client.post(reverse("contacts:new"), page.context["form"].data)
    assert [one.content for one in ContactPoint.objects.visible_to(cast.seller)] == ["机で続きまで書いた"]
