"""What is typed is kept: by one person, on several devices, until it is saved or thrown away."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from contacts.actions import StaleVersion
from contacts.actions import unsaved as act
from contacts.models import ContactPoint, Unsaved
from crm.models import User
from tests.conftest import Cast
from tests.contacts.given import a_contact, a_form
from tests.make import a_choice, a_customer, an_audience

pytestmark = pytest.mark.django_db
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1"


def kept(user: User, record: UUID, now: datetime, *, known: int = 0, is_new: bool = True, **said: str) -> Unsaved:
    typed = list(said.items())
    return act.keep_unsaved(user=user, record=record, typed=typed, is_new=is_new, known=known, device="Windows (Edge)", now=now)


def send(client: Client, record: UUID, typed: Any, *, known: Any = 0, user: User, **more: Any) -> Any:
    body = {"typed": typed, "known": known, "is_new": True, "user": str(user.pk), **more}
    return client.post(
        reverse("contacts:unsaved", args=[record]), json.dumps(body), content_type="application/json", headers={"User-Agent": PHONE}
    )


def rows(user: User) -> list[Unsaved]:
    return list(Unsaved.objects.visible_to(user).newest_first())


def test_what_is_typed_is_kept_as_it_is_right_or_wrong(client: Client, seller: User) -> None:
    client.force_login(seller)
    record = uuid4()

    answer = send(
        client, record, [["content", "見積の"], ["date", "昨日のどこか"], ["participants", "1"], ["participants", "2"]], user=seller
    )

    assert answer.status_code == 200
    assert answer.json()["version"] == 1
    row = rows(seller)[0]
    assert row.typed == [["content", "見積の"], ["date", "昨日のどこか"], ["participants", "1"], ["participants", "2"]]
    assert row.device == "iPhone (Safari)"


def test_every_pause_makes_a_version(client: Client, seller: User) -> None:
    client.force_login(seller)
    record = uuid4()
    send(client, record, [["content", "一"]], user=seller)

    again = send(client, record, [["content", "一二"]], known=1, user=seller)
    repeated = send(client, record, [["content", "一二"]], known=1, user=seller)

    assert (again.json()["version"], repeated.json()["version"]) == (2, 2)
    assert rows(seller)[0].said("content") == "一二"


def test_a_second_device_hears_of_the_first_and_takes_nothing_from_it(client: Client, seller: User) -> None:
    client.force_login(seller)
    record = uuid4()
    send(client, record, [["content", "電話から"]], user=seller)

    other = send(client, record, [["content", "机から"]], user=seller)

    assert other.status_code == 409
    assert other.json()["device"] == "iPhone (Safari)"
    assert rows(seller)[0].said("content") == "電話から"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"typed": 1, "known": 0, "is_new": true, "user": "1"}',
        b'{"typed": [["a"]], "known": 0, "is_new": true, "user": "1"}',
        b'{"typed": [["a", 1]], "known": 0, "is_new": true, "user": "1"}',
        b'{"typed": [], "known": true, "is_new": true, "user": "1"}',
        b'{"typed": [], "known": -1, "is_new": true, "user": "1"}',
        b'{"typed": [], "known": 99999999999, "is_new": true, "user": "1"}',
        b'{"typed": [], "known": 0, "is_new": 1, "user": "1"}',
        b"[" * 5000,
    ],
)
def test_what_no_page_sends_is_refused(client: Client, seller: User, body: bytes) -> None:
    client.force_login(seller)

    answer = client.post(reverse("contacts:unsaved", args=[uuid4()]), body, content_type="application/json")

    assert answer.status_code == 400
    assert not rows(seller)


def test_a_nul_and_half_a_character_are_left_out(client: Client, seller: User) -> None:
    client.force_login(seller)

    answer = send(client, uuid4(), [["content", "前\0後\ud800"]], user=seller)

    assert answer.status_code == 200
    assert rows(seller)[0].said("content") == "前後"


def test_what_is_far_too_long_stays_on_the_device(client: Client, seller: User) -> None:
    client.force_login(seller)

    answer = send(client, uuid4(), [["content", "長" * act.MOST_BYTES]], user=seller)

    assert answer.status_code == 413
    assert not rows(seller)


def test_nobody_begins_forms_without_end(client: Client, seller: User, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(act, "MOST_FORMS", 2)
    for _ in range(2):
        kept(seller, uuid4(), now, content="x")
    client.force_login(seller)

    assert send(client, uuid4(), [["content", "三つ目"]], user=seller).status_code == 422


def test_what_was_forgotten_for_a_season_goes(seller: User, now: datetime) -> None:
    kept(seller, uuid4(), now - act.KEPT_FOR - timedelta(days=1), content="春の")

    kept(seller, uuid4(), now, content="夏の")

    assert [row.said("content") for row in rows(seller)] == ["夏の"]


def test_the_text_of_one_never_goes_to_another_who_logged_in_since(client: Client, cast: Cast) -> None:
    client.force_login(cast.colleague)

    answer = send(client, uuid4(), [["content", "営業の本音"]], user=cast.seller)

    assert answer.status_code == 401
    assert not rows(cast.colleague)


def test_an_ended_session_is_answered_with_the_log_in_page(client: Client, seller: User) -> None:
    answer = send(client, uuid4(), [["content", "x"]], user=seller)

    assert answer.status_code == 302
    assert reverse("account_login") in answer.url


def test_a_form_that_comes_late_does_not_rise_again(client: Client, seller: User) -> None:
    client.force_login(seller)
    form = a_form(content="登録した")
    client.post(reverse("contacts:new"), form)

    late = send(client, UUID(form["contact_id"]), [["content", "登録し"]], user=seller)

    assert late.status_code == 410
    assert not rows(seller)


def test_registering_forgets_what_was_typed(client: Client, seller: User, now: datetime) -> None:
    client.force_login(seller)
    form = a_form(content="登録する")
    kept(seller, UUID(form["contact_id"]), now, content="登録す")

    client.post(reverse("contacts:new"), form | {"unsaved_version": "1"})

    assert not rows(seller)


def test_saving_a_change_forgets_what_was_typed(client: Client, seller: User, now: datetime) -> None:
    client.force_login(seller)
    contact = a_contact(seller, now)
    kept(seller, contact.pk, now, is_new=False, content="直す")

    form = a_form(contact_id=str(contact.pk), version="1", content="直した", unsaved_version="1")
    client.post(reverse("contacts:edit", args=[contact.pk]), form)

    assert not rows(seller)


def test_what_came_back_with_errors_stays_kept(client: Client, seller: User, now: datetime) -> None:
    client.force_login(seller)
    form = a_form(date="いつか", content="残る")
    kept(seller, UUID(form["contact_id"]), now, content="残る")

    page = client.post(reverse("contacts:new"), form | {"unsaved_version": "1"})

    assert page.status_code == 422
    assert 'data-known="1"' in page.content.decode()
    assert len(rows(seller)) == 1


def test_one_goes_on_where_one_stopped_and_nothing_is_judged_yet(client: Client, seller: User, now: datetime) -> None:
    client.force_login(seller)
    customer = a_customer("青木建材", recorder=seller)
    record = uuid4()
    kept(seller, record, now, contact_id=str(record), customer=str(customer.pk), date="昨日あたり", content="途中まで")

    page = client.get(reverse("contacts:new"), {"resume": str(record)})

    text = page.content.decode()
    assert "昨日あたり" in text
    assert "途中まで" in text
    assert "青木建材" in text
    assert 'aria-invalid="true"' not in text
    assert f'data-record="{record}"' in text


def test_what_was_typed_into_a_record_is_offered_and_taken_up(client: Client, seller: User, now: datetime) -> None:
    client.force_login(seller)
    contact = a_contact(seller, now)
    kept(seller, contact.pk, now, is_new=False, contact_id=str(contact.pk), version="1", date="2026/11/20", content="直しかけ")

    plain = client.get(reverse("contacts:edit", args=[contact.pk])).content.decode()
    resumed = client.get(reverse("contacts:new"), {"resume": str(contact.pk)}, follow=True)

    assert "直しかけ" in plain  # the banner
    assert 'data-known="0"' in plain
    assert resumed.redirect_chain[-1][0] == reverse("contacts:edit", args=[contact.pk]) + "?resume=1"
    assert resumed.context["form"]["content"].value() == "直しかけ"
    assert 'data-known="1"' in resumed.content.decode()


def test_the_blank_form_tells_of_what_was_begun(client: Client, seller: User, now: datetime) -> None:
    client.force_login(seller)
    record = uuid4()
    kept(seller, record, now, content="三菱の件で")

    text = client.get(reverse("contacts:new")).content.decode()

    assert "三菱の件で" in text
    assert f"resume={record}" in text


def test_nobody_else_gets_at_what_one_typed(client: Client, cast: Cast, now: datetime) -> None:
    record = uuid4()
    kept(cast.seller, record, now, contact_id=str(record), content="本音のメモ")
    client.force_login(cast.boss)

    pages = [
        client.get(reverse("contacts:new"), {"resume": str(record)}),
        client.get(reverse("contacts:quick"), {"resume": str(record)}),
        client.get(reverse("contacts:drafts")),
        client.get(reverse("contacts:drafts"), {"q": "本音"}),
        client.get(reverse("home")),
        client.post(reverse("contacts:unsaved_compare", args=[record]), a_form(contact_id=str(record))),
        client.post(reverse("contacts:unsaved_discard", args=[record])),
    ]

    assert not [page for page in pages if "本音のメモ" in page.content.decode()]
    assert len(rows(cast.seller)) == 1


def test_a_customer_one_may_no_longer_see_is_not_named(client: Client, cast: Cast, now: datetime) -> None:
    hidden = a_customer("秘密商会", recorder=cast.boss, audience=an_audience(cast.office))
    record = uuid4()
    kept(cast.seller, record, now, contact_id=str(record), customer=str(hidden.pk), content="打合せ")
    client.force_login(cast.seller)

    for page in (
        client.get(reverse("contacts:drafts")),
        client.get(reverse("contacts:new"), {"resume": str(record)}),
        client.get(reverse("home")),
    ):
        assert "秘密商会" not in page.content.decode()


def test_what_waits_is_listed_sought_and_discarded(client: Client, seller: User, now: datetime) -> None:
    client.force_login(seller)
    kept(seller, first := uuid4(), now, content="青木さんの見積")
    kept(seller, uuid4(), now, content="山田さんの納期")
    a_contact(seller, now, draft=True, content="青木さんの下書き")

    every = client.get(reverse("contacts:drafts")).content.decode()
    found = client.get(reverse("contacts:drafts"), {"q": "青木"}).content.decode()

    assert all(text in every for text in ("青木さんの見積", "山田さんの納期", "青木さんの下書き"))
    assert "青木さんの見積" in found
    assert "青木さんの下書き" in found
    assert "山田さんの納期" not in found
    client.post(reverse("contacts:unsaved_discard", args=[first]))
    assert [row.said("content") for row in rows(seller)] == ["山田さんの納期"]


def test_the_list_has_pages(client: Client, seller: User, now: datetime) -> None:
    client.force_login(seller)
    for minute in range(25):
        kept(seller, uuid4(), now + timedelta(minutes=minute), content=f"文{minute:02}番")

    first = client.get(reverse("contacts:drafts"))
    rest = client.get(reverse("contacts:drafts"), {"typed": first.context["begun_page"].older})

    assert "文24番" in first.content.decode()
    assert "文00番" in rest.content.decode()
    assert client.get(reverse("contacts:drafts"), {"typed": "unsinn"}).status_code == 200


def test_both_texts_are_shown_and_one_takes_what_one_wants(client: Client, seller: User, now: datetime) -> None:
    client.force_login(seller)
    visit, call = a_choice("method", "訪問"), a_choice("method", "電話")
    record = uuid4()
    kept(seller, record, now, contact_id=str(record), content="電話で書いた", method=str(call.pk), date="2026/11/20")
    mine = a_form(contact_id=str(record), content="机で書いた", method=str(visit.pk))
    address = reverse("contacts:unsaved_compare", args=[record])

    both = client.post(address, mine)
    taken = client.post(address, mine | {"take": "content"})
    whole = client.post(address, mine | {"take": "*"})

    assert both.status_code == 409
    assert {one.name: (one.mine, one.theirs) for one in both.context["differences"]}["content"] == ("机で書いた", "電話で書いた")
    assert {one.name for one in both.context["differences"]} >= {"content", "method"}
    assert taken.context["form"]["content"].value() == "電話で書いた"
    assert taken.context["form"]["method"].value() == str(visit.pk)
    assert whole.context["form"]["method"].value() == str(call.pk)
    assert 'data-known="1"' in both.content.decode()


def test_a_version_that_moved_on_is_told_by_the_action(seller: User, now: datetime) -> None:
    record = uuid4()
    kept(seller, record, now, content="一")

    with pytest.raises(StaleVersion):
        kept(seller, record, now, content="二")


def test_a_record_kept_for_later_is_made_once(client: Client, seller: User) -> None:
    client.force_login(seller)
    form = a_form(content="圏外で書いた")
    json_only = {"Accept": "application/json"}

    first = client.post(reverse("contacts:new"), form, headers=json_only)
    again = client.post(reverse("contacts:new"), form, headers=json_only)
    wrong = client.post(reverse("contacts:new"), a_form(date="いつか"), headers=json_only)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert ContactPoint.objects.visible_to(seller).count() == 1
    assert wrong.status_code == 422
    assert wrong.json()["message"]


def test_a_tapped_number_begins_a_record(client: Client, cast: Cast) -> None:
    seller = cast.seller
    client.force_login(seller)
    call = a_choice("method", "電話", semantic="call")
    customer = a_customer("青木建材", recorder=seller)

    answer = client.post(reverse("contacts:call_begin"), {"kind": "call", "customer": str(customer.pk)})

    assert answer.status_code == 201
    row = rows(seller)[0]
    assert (row.said("customer"), row.said("method")) == (str(customer.pk), str(call.pk))
    assert "青木建材" in client.get(answer.json()["url"]).content.decode()
    assert client.post(answer.json()["discard"], {"quiet": "1"}).json() == {}
    assert not rows(seller)


def test_a_tapped_number_of_a_hidden_customer_names_nobody(client: Client, cast: Cast) -> None:
    hidden = a_customer("秘密商会", recorder=cast.boss, audience=an_audience(cast.office))
    client.force_login(cast.seller)

    client.post(reverse("contacts:call_begin"), {"kind": "call", "customer": str(hidden.pk), "person": "x"})

    assert rows(cast.seller)[0].said("customer") == ""
