from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.actions import phrases as act
from contacts.models import Phrase
from crm.actions import StaleVersion
from crm.models import AuditEntry, User
from tests.contacts.given import a_contact


@pytest.fixture
def as_seller(client, seller):
    client.force_login(seller)
    return client


def a_phrase(by: User, text: str = "お世話になっております。", **fields: Any) -> Phrase:
    return act.add_phrase(by=by, **{"use": "content", "text_ja": text, "user": by, **fields})


def offered(user: User, use: str = "content") -> list[str]:
    return [str(row) for row in Phrase.objects.offered_to(user, use)]


def test_ones_own_come_first_then_the_units_then_the_companys(seller, outsider, admin, cast):
    a_phrase(admin, "全社", user=None)
    a_phrase(admin, "支店", user=None, unit=cast.branch)
    a_phrase(admin, "一課", user=None, unit=cast.sales)
    a_phrase(seller, "自分")
    a_phrase(seller, "件名", use="title")

    with CaptureQueriesContext(connection) as queries:
        assert offered(seller) == ["自分", "支店", "一課", "全社"]
    assert len(queries) == 1
    assert offered(outsider) == ["全社"]
    assert offered(seller, "title") == ["件名"]


def test_somebody_elses_phrase_is_as_if_it_were_not_there(as_seller, colleague):
    secret = a_phrase(colleague, "秘密の文句")

    assert as_seller.get(f"/settings/phrases/{secret.pk}/").status_code == 404
    for deed in ("retire", "restore", "up"):
        assert as_seller.post(f"/settings/phrases/{secret.pk}/{deed}").status_code == 404
    assert "秘密" not in as_seller.get("/settings/phrases/?use=content").content.decode()
    assert "秘密" not in as_seller.get("/contacts/phrases?use=content").content.decode()
    assert as_seller.get(f"/api/v1/phrases/{secret.pk}/").status_code == 404
    assert as_seller.get("/api/v1/phrases/").json()["results"] == []


def test_an_administrator_does_not_read_what_people_keep_for_themselves(client, admin, seller):
    own = a_phrase(seller, "内緒")
    client.force_login(admin)

    assert client.get(f"/settings/phrases/{own.pk}/").status_code == 404
    assert client.get("/api/v1/phrases/").json()["results"] == []


def test_a_phrase_is_added_changed_and_retired(as_seller, seller):
    as_seller.post("/settings/phrases/?use=title", {"text_ja": "定例訪問", "text_en": "Regular visit", "shortcut": "tei"})
    row = Phrase.objects.visible_to(seller).get()
    assert (row.use, row.user, row.shortcut) == ("title", seller, "tei")

    as_seller.post(f"/settings/phrases/{row.pk}/", {"text_ja": "定期訪問", "text_en": "", "shortcut": "", "version": "1"})
    assert offered(seller, "title") == ["定期訪問"]
    as_seller.post(f"/settings/phrases/{row.pk}/retire")
    assert offered(seller, "title") == []
    as_seller.post(f"/settings/phrases/{row.pk}/restore")
    assert offered(seller, "title") == ["定期訪問"]
    assert list(AuditEntry.objects.filter(model="contacts.Phrase").order_by("pk").values_list("verb", flat=True)) == [
        "create",
        "change",
        "retire",
        "restore",
    ]


def test_administrators_write_for_the_company_and_for_units(client, admin, seller, cast):
    client.force_login(admin)

    client.post("/settings/phrases/?use=comment&of=company", {"text_ja": "確認しました。"})
    client.post(f"/settings/phrases/?use=comment&of=unit&unit={cast.branch.pk}", {"text_ja": "支店で共有します。"})

    assert offered(seller, "comment") == ["支店で共有します。", "確認しました。"]
    assert client.get("/settings/phrases/?of=unit").context["phrases"] == []


def test_others_may_not(as_seller, seller, cast):
    assert as_seller.get("/settings/phrases/?of=company").status_code == 403
    assert as_seller.post(f"/settings/phrases/?of=unit&unit={cast.sales.pk}", {"text_ja": "x"}).status_code == 403
    with pytest.raises(act.OnlyAdministrators):
        a_phrase(seller, user=None)


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"text_ja": ""}, "text_ja"),
        ({"text_ja": "x" * 2_001}, "text_ja"),
        ({"text_ja": "x", "text_en": "x" * 2_001}, "text_en"),
        ({"text_ja": "x", "shortcut": "a b"}, "shortcut"),
        ({"text_ja": "x", "shortcut": "；a"}, "shortcut"),
        ({"text_ja": "x", "shortcut": "a" * 21}, "shortcut"),
        ({"text_ja": "x", "shortcut": "TAKEN"}, "shortcut"),
        ({"text_ja": "x\0", "shortcut": "\0"}, "shortcut"),
    ],
)
def test_what_is_wrong_is_told_and_stays_typed(as_seller, seller, sent, wrong):
    a_phrase(seller, shortcut="taken")

    answer = as_seller.post("/settings/phrases/?use=content", sent)

    if answer.status_code == 302:  # a NUL is taken out of what people type
        assert "\0" in sent["shortcut"]
        return
    assert answer.status_code == 422
    assert wrong in answer.context["form"].errors
    assert answer.context["form"]["text_ja"].value() == sent["text_ja"]


def test_a_title_has_one_short_line(as_seller):
    assert "text_ja" in as_seller.post("/settings/phrases/?use=title", {"text_ja": "一\n二"}).context["form"].errors
    assert "text_ja" in as_seller.post("/settings/phrases/?use=title", {"text_ja": "一" * 101}).context["form"].errors


def test_a_reply_by_one_tap_has_no_blanks(as_seller):
    answer = as_seller.post("/settings/phrases/?use=reply", {"text_ja": "{customer} 了解です。"})

    assert "text_ja" in answer.context["form"].errors


def test_two_windows_do_not_overwrite_each_other(as_seller, seller):
    row = a_phrase(seller, "最初")
    act.change_phrase(by=seller, phrase=row, version=1, text_ja="二番目", text_en="", shortcut="")

    answer = as_seller.post(f"/settings/phrases/{row.pk}/", {"text_ja": "三番目", "text_en": "", "shortcut": "", "version": "1"})

    assert answer.status_code == 409
    assert "二番目" in answer.content.decode()
    assert answer.context["form"]["text_ja"].value() == "三番目"
    assert answer.context["form"]["version"].value() == "2"
    with pytest.raises(StaleVersion):
        act.change_phrase(by=seller, phrase=row, version=1, text_ja="x", text_en="", shortcut="")


def test_phrases_are_put_in_order_by_drag_and_keyboard(as_seller, seller, colleague):
    one, two, three = (a_phrase(seller, text) for text in "一二三")
    other = a_phrase(colleague, "他人")

    order = f"{three.pk},{other.pk},{one.pk},{two.pk}"
    assert as_seller.post("/settings/phrases/order", {"order": order}, headers={"HX-Request": "true"}).status_code == 204
    assert offered(seller) == ["三", "一", "二"]
    as_seller.post(f"/settings/phrases/{two.pk}/first")
    assert offered(seller) == ["二", "三", "一"]
    assert Phrase.objects.visible_to(colleague).get(pk=other.pk).place == other.place


def test_the_door_of_the_forms_speaks_ones_language(as_seller, seller):
    a_phrase(seller, "了解", text_en="OK", shortcut="ok")

    assert as_seller.get("/contacts/phrases?use=content").json()["phrases"] == [{"text": "了解", "shortcut": "ok", "of": "自分"}]
    User.objects.filter(pk=seller.pk).update(language="en")
    assert as_seller.get("/contacts/phrases?use=content").json()["phrases"][0]["text"] == "OK"
    assert as_seller.get("/contacts/phrases?use=nonsense").status_code == 404


def test_the_record_form_offers_phrases_for_title_and_details(as_seller):
    page = as_seller.get("/contacts/new").content.decode()

    assert 'data-phrases="title"' in page
    assert 'data-phrases="content"' in page


def test_a_unit_phrase_is_a_reply_by_one_tap(client, seller, boss, admin, now, cast):
    phrase = a_phrase(admin, "支店の返事", use="reply", user=None, unit=cast.branch)
    contact = a_contact(seller, now, report_to=[boss])
    client.force_login(boss)

    assert "支店の返事" in client.get(f"/reports/{contact.pk}/").content.decode()
    client.post(f"/reports/{contact.pk}/reply", {"phrase": phrase.pk})

    assert [row.body for row in contact.replies.all()] == ["支店の返事"]


class TestApi:
    def test_ones_own_is_written_and_what_is_offered_is_read(self, as_seller, seller, admin):
        a_phrase(admin, "全社", user=None)
        made = as_seller.post("/api/v1/phrases/", {"use": "content", "text_ja": "自分", "shortcut": "j"}, "application/json")
        assert made.status_code == 201
        row = made.json()
        assert (row["own"], row["version"]) == (True, 1)

        changed = as_seller.patch(f"/api/v1/phrases/{row['id']}/", {"version": 1, "text_ja": "私"}, "application/json").json()
        assert (changed["text_ja"], changed["shortcut"], changed["version"]) == ("私", "j", 2)
        assert as_seller.patch(f"/api/v1/phrases/{row['id']}/", {"version": 1, "text_ja": "x"}, "application/json").status_code == 409
        assert {one["text_ja"] for one in as_seller.get("/api/v1/phrases/?use=content").json()["results"]} == {"全社", "私"}
        assert as_seller.post(f"/api/v1/phrases/{row['id']}/retire/").json()["retired_at"]
        assert as_seller.post(f"/api/v1/phrases/{row['id']}/restore/").json()["retired_at"] is None

    def test_the_companys_are_the_administrators(self, as_seller, admin, cast):
        company = a_phrase(admin, "全社", user=None)

        for body in ({"own": False}, {"unit": cast.sales.pk}):
            answer = as_seller.post("/api/v1/phrases/", {"use": "content", "text_ja": "x", **body}, "application/json")
            assert answer.status_code == 403
        assert as_seller.patch(f"/api/v1/phrases/{company.pk}/", {"version": 1, "text_ja": "x"}, "application/json").status_code == 404

    @pytest.mark.parametrize(
        "body",
        [
            {"use": "nonsense", "text_ja": "x"},
            {"text_ja": "x"},
            {"use": "content"},
            {"use": "content", "text_ja": "x\0"},
            {"use": "content", "text_ja": ["x"]},
            {"use": "content", "text_ja": "x", "unit": 2**70},
            {"use": "content", "text_ja": "x", "unit": "１"},
            {"use": "content", "text_ja": "x", "shortcut": "a;b"},
            {"use": "title", "text_ja": "一\n二"},
            {"use": "reply", "text_ja": "{person} さん"},
        ],
    )
    def test_nonsense_is_told(self, as_seller, body):
        assert as_seller.post("/api/v1/phrases/", body, "application/json").status_code == 400
