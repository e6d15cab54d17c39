from __future__ import annotations

from datetime import date, datetime
from uuid import uuid4

import pytest

from crm import company
from crm.actions import DealElsewhere, StaleVersion, customers, infos
from crm.audience import Audience
from crm.models import AuditEntry, CollectedInfo, Company
from tests.contacts.given import a_contact
from tests.make import a_choice, a_customer, an_audience

HEARD = date(2026, 11, 19)


def an_info(by, title="競合が値下げした", **fields):
    return infos.add_info(by=by, title=title, **{"collected_on": HEARD, "audience": Audience.whole_company(), "owner": by, **fields})


def a_deal(by, name="更新工事", **fields):
    stage = a_choice("deal_stage", "商談中", semantic="open")
    return customers.add_deal(by=by, name=name, stage=stage, owner=by, **{"audience": Audience.whole_company(), **fields})


def a_form(by, **fields):
    return {"sort": "info", "title": "競合が値下げした", "collected_on": "R8.11.19", "owner": str(by.pk), "audience": "company", **fields}


def test_information_is_entered_and_shown(client, seller):
    aoki, kind = a_customer("青木建材", recorder=seller), a_choice("info_kind", "競合の動き")
    client.force_login(seller)

    answer = client.post(
        "/infos/new", a_form(seller, customer=str(aoki.pk), kind=str(kind.pk), text="一割ほど。\n来月から。", importance="high")
    )

    info = CollectedInfo.objects.visible_to(seller).get()
    assert answer.headers["Location"] == f"/infos/{info.pk}/"
    assert (info.voice, info.collected_on, info.importance, info.customer_id, info.kind) == (False, HEARD, "high", aoki.pk, kind)
    page = client.get(f"/infos/{info.pk}/").content.decode()
    for said in ("競合が値下げした", "一割ほど。", "競合の動き", "青木建材"):
        assert said in page
    assert AuditEntry.objects.filter(verb="create", object_id=str(info.pk)).exists()


def test_a_voice_stands_in_the_same_list_and_has_its_own_tab(client, seller):
    an_info(seller, "市場の話")
    client.force_login(seller)

    client.post("/infos/new", a_form(seller, sort="voice", title="説明が丁寧で助かった"))

    def names(query):
        page = client.get(f"/infos/?{query}").content.decode()
        return [name for name in ("市場の話", "説明が丁寧で助かった") if name in page]

    assert names("voice=voice") == ["説明が丁寧で助かった"]
    assert names("voice=info") == ["市場の話"]
    assert names("") == ["市場の話", "説明が丁寧で助かった"]


def test_what_was_typed_is_kept_when_something_is_wrong(client, seller, outsider):
    hidden = a_customer("秘密商事", recorder=outsider, audience=an_audience())
    client.force_login(seller)
    wrong = a_form(seller, title="あ" * 121, collected_on="いつか", text="残る文", kind="９９９", customer=str(hidden.pk))

    answer = client.post("/infos/new", wrong)

    page = answer.content.decode()
    assert answer.status_code == 422
    for typed in ("あ" * 121, "いつか", "残る文"):
        assert typed in page
    assert "秘密" not in page
    assert client.post("/infos/new", a_form(seller, title="NUL\0の題")).status_code in (302, 422)
    assert client.post("/infos/new", a_form(seller, title="")).status_code == 422


def test_the_list_is_searched_filtered_sorted_and_paged(client, seller, colleague):
    aoki, kind = a_customer("青木建材", recorder=seller), a_choice("info_kind", "ご要望")
    an_info(seller, "古い話", collected_on=date(2026, 1, 5), customer=aoki)
    an_info(colleague, "新しい話", kind=kind, importance="high", text="溶接機")
    infos.retire_info(by=seller, info=an_info(seller, "やめた話"), now=datetime.now().astimezone())
    client.force_login(seller)

    def names(query):
        page = client.get(f"/infos/?{query}").content.decode()
        return sorted((name for name in ("古い話", "新しい話", "やめた話") if name in page), key=page.index)

    assert names("") == names("sort=changed") == ["新しい話", "古い話"]
    assert names("sort=oldest") == ["古い話", "新しい話"]
    assert names(f"customer={aoki.pk}") == ["古い話"]
    assert names(f"kind={kind.pk}") == names("importance=high") == names(f"owner={colleague.pk}") == ["新しい話"]
    assert names("q=溶接機") == names("since=R8.6.1") == ["新しい話"]
    assert names("until=2026/6/1") == ["古い話"]
    assert names("retired=on") == ["やめた話"]
    assert names("since=2026/6/1&until=2026/1/1") == names("importance=x") == names(f"customer={uuid4()}") == []
    for number in range(51):
        an_info(seller, f"話{number:02}")
    assert 'rel="next"' in client.get("/infos/").content.decode()


def test_the_page_shows_the_records_it_came_from_as_far_as_one_sees_them(client, seller, colleague, now):
    info = an_info(seller)
    a_contact(seller, now, infos=[info], content="見える訪問")
    a_contact(seller, now, infos=[info], content="隠れた訪問", audience=an_audience())
    a_contact(seller, now, content="別の訪問")
    client.force_login(colleague)

    shown = client.get(f"/contacts/?info={info.pk}&view=timeline", headers={"HX-Request": "true"}).content.decode()

    assert f"info={info.pk}" in client.get(f"/infos/{info.pk}/").content.decode()
    assert "見える訪問" in shown
    assert "隠れた訪問" not in shown
    assert "別の訪問" not in shown


def test_outsiders_find_no_information_anywhere(client, seller, outsider):
    aoki = a_customer("青木建材", recorder=seller)
    info = an_info(seller, "極秘の話", audience=an_audience(), customer=aoki)
    client.force_login(outsider)
    addresses = [f"/infos/{info.pk}/{tail}" for tail in ("", "edit", "readers", "retire")] + [f"/api/v1/infos/{info.pk}/"]

    assert {client.get(address).status_code for address in addresses} == {404}
    for address in ("/infos/", "/infos/?voice=info", f"/customers/{aoki.pk}/infos", "/api/v1/infos/", "/infos/suggest?q=極秘"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "極秘の話" not in answer.content.decode()
    said = [client.get(f"/contacts/?info={key}").content.decode().replace(str(key), "") for key in (info.pk, uuid4())]
    assert said[0].count("banner") == said[1].count("banner")


def test_a_hidden_customer_and_deal_stay_when_one_saves(client, seller, colleague):
    hidden = a_customer("秘密商事", recorder=seller, audience=an_audience())
    deal = a_deal(seller, customer=hidden, audience=an_audience())
    info = an_info(seller, customer=hidden, deal=deal)
    client.force_login(colleague)

    page = client.get(f"/infos/{info.pk}/edit").content.decode()
    answer = client.post(f"/infos/{info.pk}/edit", a_form(seller, version="1", title="直した題"))

    info.refresh_from_db()
    assert answer.status_code == 302
    assert "秘密" not in page
    assert (info.title, info.customer_id, info.deal_id) == ("直した題", hidden.pk, deal.pk)


def test_a_deal_of_another_customer_is_refused(seller):
    aoki, ueda = a_customer("青木建材", recorder=seller), a_customer("上田工業", recorder=seller)
    deal = a_deal(seller, customer=ueda)

    with pytest.raises(DealElsewhere):
        an_info(seller, customer=aoki, deal=deal)
    assert an_info(seller, customer=aoki, deal=a_deal(seller)).deal_id


def test_two_people_editing_see_both_texts(client, seller, colleague):
    info = an_info(seller, text="はじめ")
    infos.change_info(by=colleague, info=info, version=1, text="同僚の文")
    client.force_login(seller)

    answer = client.post(f"/infos/{info.pk}/edit", a_form(seller, version="1", text="私の文"))

    assert answer.status_code == 409
    assert "同僚の文" in answer.content.decode()
    assert "私の文" in answer.content.decode()
    with pytest.raises(StaleVersion):
        infos.change_info(by=seller, info=info, version=1, text="x")


def test_programs_keep_information_too(client, seller, outsider):
    hidden = a_customer("秘密商事", recorder=outsider, audience=an_audience())
    client.force_login(seller)

    made = client.post("/api/v1/infos/", {"title": "声", "voice": True}, content_type="application/json")
    info = made.json()
    changed = client.patch(f"/api/v1/infos/{info['id']}/", {"version": 1, "text": "詳しく"}, content_type="application/json")

    assert (made.status_code, info["voice"], info["importance"], info["audience"]["company"]) == (201, True, "normal", True)
    assert (changed.json()["text"], changed.json()["voice"]) == ("詳しく", True)
    for wrong in (
        {"title": "x\0"},
        {"title": ""},
        {"customer": str(hidden.pk)},
        {"kind": 10**30},
        {"voice": "x"},
        {"collected_on": "9999-01-01"},
    ):
        assert client.post("/api/v1/infos/", {"title": "題"} | wrong, content_type="application/json").status_code == 400, wrong
    assert client.get("/api/v1/infos/", {"voice": "true", "collected_from": "2020-01-01"}).json()["results"][0]["id"] == info["id"]
    assert client.get("/api/v1/infos/", {"voice": "false"}).json()["results"] == []
    assert client.get("/api/v1/infos/", {"collected_to": "２０２６"}).status_code == 400
    assert client.post(f"/api/v1/infos/{info['id']}/retire/").json()["retired_at"]


def test_a_company_may_use_one_sort_or_none(client, seller, monkeypatch):
    told, voice = an_info(seller, "市場の話"), an_info(seller, "声の話", voice=True)
    client.force_login(seller)

    monkeypatch.setattr(company, "_remembered", (float("inf"), Company(pk=1, modules_off=["infos"])))
    page = client.get("/infos/").content.decode()
    assert "声の話" in page
    assert "市場の話" not in page
    assert client.get(f"/infos/{told.pk}/").status_code == 404
    assert client.get(f"/infos/{voice.pk}/").status_code == 200
    assert client.post("/infos/new", a_form(seller)).status_code == 422
    assert client.post("/api/v1/infos/", {"title": "題"}, content_type="application/json").status_code == 400

    monkeypatch.setattr(company, "_remembered", (float("inf"), Company(pk=1, modules_off=["infos", "voices"])))
    assert {
        client.get(address).status_code for address in ("/infos/", "/infos/new", f"/infos/{voice.pk}/", "/quick/info", "/quick/voice")
    } == {404}
