"""Installed products and vehicles: actions, pages, API."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.actions import IdTaken, StaleVersion, assets, customers
from crm.audience import Audience
from crm.models import Asset, AuditEntry
from tests.contacts.given import a_contact
from tests.crm.test_api import HERE, headers
from tests.make import TODAY, a_choice, a_customer, an_audience

NOBODYS = UUID("01890000-0000-7000-8000-000000000000")


def an_asset(by: Any, customer: Any, name: str = "プリウス", **fields: Any) -> Asset:
    return assets.add_asset(by=by, customer=customer, name=name, **fields)


@pytest.fixture
def customer(seller):
    return a_customer("青木建材", recorder=seller)


@pytest.fixture
def hidden(seller):
    return a_customer("秘密商事", recorder=seller, audience=an_audience())


def a_form(customer: Any, **fields: Any) -> dict[str, Any]:
    return {"customer": customer.pk, "name": "プリウス", **fields}


def names_on(page: str, *names: str) -> list[str]:
    return [name for name in names if name in page]


def test_a_vehicle_is_registered_from_its_customers_page(client, seller, customer):
    vehicle = a_choice("asset_type", "乗用車", semantic="vehicle")
    client.force_login(seller)

    form = client.get(f"/assets/new?customer={customer.pk}").content.decode()
    typed = {"type": vehicle.pk, "plate": "長崎 300 あ 12-34", "inspection_due_on": "Ｒ９．３．３１", "quantity": "１"}
    answer = client.post("/assets/new", a_form(customer, **typed))

    asset = Asset.objects.visible_to(seller).get()
    assert f'<option value="{customer.pk}" selected>青木建材</option>' in form
    assert 'data-meaning="vehicle"' in form
    assert answer.headers["Location"] == f"/assets/{asset.pk}/"
    assert (asset.plate, asset.inspection_due_on, asset.quantity, asset.recorder) == ("長崎 300 あ 12-34", date(2027, 3, 31), 1, seller)
    assert AuditEntry.objects.get(model="crm.Asset").verb == "create"


def test_what_was_typed_is_kept_when_something_is_wrong(client, seller, customer):
    client.force_login(seller)

    wrong = {"name": "", "plate": "あ" * 31, "quantity": "たくさん", "inspection_due_on": "R99.13.45", "serial": "SN\x00-1"}
    answer = client.post("/assets/new", a_form(customer, **wrong))

    page = answer.content.decode()
    assert answer.status_code == 422
    for typed in ("あ" * 31, "たくさん", "R99.13.45"):
        assert f'value="{typed}"' in page
    assert not Asset.objects.visible_to(seller).exists()


@pytest.mark.parametrize("field", ["customer", "type"])
def test_a_hidden_customer_and_a_choice_of_another_list_are_refused_like_unknown_ones(client, seller, outsider, hidden, field):
    mine = a_customer("外山商店", recorder=outsider)
    keys = [hidden.pk, NOBODYS] if field == "customer" else [a_choice("rank").pk, 10**9]
    client.force_login(outsider)

    answers = [client.post("/assets/new", a_form(mine) | {field: key}) for key in keys]

    assert [answer.status_code for answer in answers] == [422, 422]
    told = [answer.content.decode().replace(str(key), "") for answer, key in zip(answers, keys, strict=True)]
    assert [("秘密" in page, page.count("見つかりません")) for page in told] == [(False, told[0].count("見つかりません"))] * 2


@pytest.mark.parametrize("path", ["", "edit", "retire"])
def test_an_asset_of_a_hidden_customer_is_a_missing_one(client, seller, outsider, hidden, path):
    asset = an_asset(seller, hidden)
    client.force_login(outsider)

    answers = [client.get(f"/assets/{key}/{path}") for key in (asset.pk, NOBODYS)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert client.post(f"/assets/{asset.pk}/restore").status_code == 404
    assert client.get(f"/customers/{hidden.pk}/assets").status_code == 404


def test_an_asset_goes_out_of_sight_with_its_customer(client, seller, colleague, customer):
    an_asset(seller, customer)
    client.force_login(colleague)
    assert "プリウス" in client.get("/assets/").content.decode()

    customers.change_customer(by=seller, customer=customer, version=1, audience=an_audience())

    assert "プリウス" not in client.get("/assets/").content.decode()


@pytest.mark.parametrize("asked", ["長崎300あ1234", "長崎 ３００", "１２－３４", "12-34", "あ12-34", "ﾌﾟﾘｳｽ", "ぷりうす", "zvw50"])
def test_a_plate_is_found_in_any_writing(client, seller, customer, asked):
    an_asset(seller, customer, plate="長崎 300 あ 12-34", model_name="ZVW50")
    an_asset(seller, customer, "アクア", plate="福岡 500 い 56-78")
    client.force_login(seller)

    page = client.get("/assets/", {"q": asked}, headers={"HX-Request": "true"}).content.decode()

    assert names_on(page, "プリウス", "アクア") == ["プリウス"]


def test_what_is_due_within_some_days_is_listed_with_what_is_overdue(client, seller, customer):
    today = timezone.localdate()
    for name, days in (("過ぎた車", -3), ("来週の車", 7), ("来年の車", 365)):
        an_asset(seller, customer, name, inspection_due_on=today + timedelta(days=days))
    an_asset(seller, customer, "期限なし")
    client.force_login(seller)

    def listed(**asked: Any) -> list[str]:
        page = client.get("/assets/", asked, headers={"HX-Request": "true"}).content.decode()
        return sorted(names_on(page, "過ぎた車", "来週の車", "来年の車", "期限なし"), key=page.index)

    assert set(listed(due="３０")) == {"過ぎた車", "来週の車"}
    assert listed(due="0") == ["過ぎた車"]
    assert listed(sort="due") == ["過ぎた車", "来週の車", "来年の車"]
    assert len(listed()) == 4
    assert listed(due="abc") == []
    assert listed(due="99999999999999") == []


def test_a_list_narrows_by_customer_type_and_retired(client, seller, outsider, customer, hidden, now):
    vehicle = a_choice("asset_type", "乗用車", semantic="vehicle")
    other = a_customer("上田工業", recorder=seller)
    an_asset(seller, customer, "青木の車", type=vehicle)
    an_asset(seller, other, "上田の機械")
    gone = an_asset(seller, customer, "古い車", type=vehicle)
    an_asset(seller, hidden, "秘密の車")
    assets.retire_asset(by=seller, asset=gone, now=now)
    client.force_login(outsider)

    def listed(**asked: Any) -> list[str]:
        page = client.get("/assets/", asked, headers={"HX-Request": "true"}).content.decode()
        return names_on(page, "青木の車", "上田の機械", "古い車", "秘密の車")

    assert listed(customer=customer.pk) == ["青木の車"]
    assert listed(type=vehicle.pk) == ["青木の車"]
    assert listed(retired="on") == ["古い車"]
    assert listed(customer=hidden.pk) == listed(customer=NOBODYS) == []
    assert listed(after="nonsense") == ["青木の車", "上田の機械"]


def test_a_retired_asset_leaves_the_lists_and_comes_back(client, seller, customer):
    asset = an_asset(seller, customer)
    client.force_login(seller)
    assert "プリウス" in client.get(f"/assets/{asset.pk}/retire").content.decode()

    client.post(f"/assets/{asset.pk}/retire")
    client.post(f"/assets/{asset.pk}/retire")

    assert "プリウス" not in client.get("/assets/", headers={"HX-Request": "true"}).content.decode()
    assert "プリウス" not in client.get(f"/customers/{customer.pk}/assets").content.decode()
    client.post(f"/assets/{asset.pk}/restore")
    assert "プリウス" in client.get(f"/customers/{customer.pk}/assets").content.decode()
    verbs = AuditEntry.objects.filter(model="crm.Asset").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["create", "retire", "restore"]


def test_two_people_editing_see_both_texts(client, seller, colleague, customer):
    asset = an_asset(seller, customer)
    assets.change_asset(by=colleague, asset=asset, version=1, note="同僚の文")
    client.force_login(seller)

    answer = client.post(f"/assets/{asset.pk}/edit", a_form(customer, note="私の文", version="1"))

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "同僚の文" in page
    assert "私の文" in page
    assert client.post(f"/assets/{asset.pk}/edit", a_form(customer, note="私の文", version="2")).status_code == 302


def test_an_action_refuses_a_stale_version_and_a_taken_id(seller, colleague, customer):
    asset = an_asset(seller, customer)

    assert an_asset(seller, customer, "別名", asset_id=asset.pk).name == "プリウス"
    with pytest.raises(IdTaken):
        an_asset(colleague, customer, asset_id=asset.pk)
    assets.change_asset(by=colleague, asset=asset, version=1, name="アクア")
    with pytest.raises(StaleVersion):
        assets.change_asset(by=seller, asset=asset, version=1, name="カローラ")


def test_the_detail_offers_a_record_and_an_appointment_for_the_asset(client, seller, customer):
    asset = an_asset(seller, customer, plate="長崎 300 あ 12-34", inspection_due_on=TODAY)
    client.force_login(seller)

    page = client.get(f"/assets/{asset.pk}/").content.decode()

    assert f"/contacts/new?asset={asset.pk}" in page
    assert f"asset={asset.pk}&amp;view=timeline" in page
    assert "長崎 300 あ 12-34" in page


def test_a_record_and_an_appointment_made_for_an_asset_know_it_and_its_customer(client, seller, outsider, customer, hidden):
    asset, secret = an_asset(seller, customer), an_asset(seller, hidden, "秘密の車")

    for path in ("/contacts/new", "/schedule/new"):
        client.force_login(seller)
        page = client.get(f"{path}?asset={asset.pk}").content.decode()
        assert f'<option value="{asset.pk}" selected>プリウス</option>' in page
        assert f'<option value="{customer.pk}" selected>青木建材</option>' in page
        client.force_login(outsider)
        assert "秘密" not in client.get(f"{path}?asset={secret.pk}").content.decode()


def test_the_timeline_of_an_asset_shows_its_records(client, seller, now, customer):
    asset, other = an_asset(seller, customer), an_asset(seller, customer, "アクア")
    a_contact(seller, now, customer=customer, asset=asset, content="車検の案内をした。")
    a_contact(seller, now, customer=customer, asset=other, content="タイヤの見積を渡した。")
    client.force_login(seller)

    page = client.get("/contacts/", {"asset": asset.pk, "view": "timeline"}, headers={"HX-Request": "true"}).content.decode()

    assert names_on(page, "車検の案内", "タイヤの見積") == ["車検の案内"]


def test_the_type_ahead_offers_assets_of_the_chosen_customer(client, seller, customer):
    asset = an_asset(seller, customer, plate="長崎 300 あ 12-34")
    client.force_login(seller)

    found = client.get("/assets/suggest", {"customer": customer.pk, "q": "１２３４"}).json()["results"]

    assert [line["value"] for line in found] == [str(asset.pk)]


def test_lists_pages_and_cards_cost_the_same_for_few_and_many(client, seller, customer):
    asset = an_asset(seller, customer, type=a_choice("asset_type", semantic="vehicle"))
    paths = ["/assets/", f"/assets/{asset.pk}/", f"/assets/{asset.pk}/edit", f"/customers/{customer.pk}/assets", f"{HERE}/assets/"]
    client.force_login(seller)

    def cost() -> list[int]:
        counted = []
        for path in paths:
            client.get(path)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200
            counted.append(len(queries))
        return counted

    few = cost()
    for number in range(8):
        firm = a_customer(f"会社{number}", recorder=seller)
        an_asset(seller, firm, f"車{number}", type=a_choice("asset_type"))
        an_asset(seller, customer, f"機械{number}", type=a_choice("asset_type"))

    assert cost() == few
    assert max(few) <= 12


def test_a_program_adds_reads_changes_and_retires_an_asset(client, seller, customer):
    vehicle = a_choice("asset_type", "乗用車", semantic="vehicle")
    key, said = str(uuid4()), {"customer": str(customer.pk), "name": "プリウス", "type": vehicle.pk, "plate": "長崎 300 あ 12-34"}
    send = {"content_type": "application/json", "headers": headers(seller)}

    added = client.post(f"{HERE}/assets/", said | {"id": key}, **send)
    again = client.post(f"{HERE}/assets/", said | {"id": key, "name": "別名"}, **send)
    changed = client.patch(f"{HERE}/assets/{key}/", {"version": 1, "inspection_due_on": "2027-03-31"}, **send)
    stale = client.patch(f"{HERE}/assets/{key}/", {"version": 1, "name": "別名"}, **send)
    retired = client.post(f"{HERE}/assets/{key}/retire/", **send)

    assert (added.status_code, again.status_code, again.json()["name"]) == (201, 200, "プリウス")
    assert changed.json()["inspection_due_on"] == "2027-03-31"
    assert (stale.status_code, stale.json()["error"]["current_version"]) == (409, 2)
    assert retired.json()["retired_at"]
    assert client.get(f"{HERE}/assets/?retired=true", headers=headers(seller)).json()["results"][0]["id"] == key


def test_a_program_asks_the_same_questions_as_the_page(client, seller, outsider, customer, hidden):
    soon = an_asset(seller, customer, "来週の車", inspection_due_on=timezone.localdate() + timedelta(days=7), plate="長崎 300 あ 12-34")
    an_asset(seller, customer, "期限なし")
    an_asset(seller, hidden, "秘密の車", inspection_due_on=timezone.localdate())
    client.force_login(outsider)

    def listed(query: str) -> list[str]:
        return [row["id"] for row in client.get(f"{HERE}/assets/?{query}").json()["results"]]

    assert listed("due_within=30") == listed("sort=inspection_due") == listed("q=３００あ１２") == [str(soon.pk)]
    assert listed(f"customer={hidden.pk}") == listed(f"customer={NOBODYS}") == []
    assert len(listed(f"customer={customer.pk}&sort=name")) == 2
    for wrong in ("due_within=x", "due_within=３０", "due_within=99999", "due=3"):
        assert client.get(f"{HERE}/assets/?{wrong}").status_code == 400


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "あ" * 121},
        {"name": None},
        {"plate": ["x"]},
        {"plate": "あ" * 31},
        {"quantity": 0},
        {"quantity": 10**30},
        {"inspection_due_on": "2027-02-30"},
        {"inspection_due_on": "0001-01-01"},
        {"type": 10**30},
        {"type": True},
        {"customer": "x"},
        {"id": "x"},
    ],
)
def test_a_program_hears_what_is_wrong(client, seller, customer, wrong):
    said = {"customer": str(customer.pk), "name": "プリウス"} | wrong

    answer = client.post(f"{HERE}/assets/", said, content_type="application/json", headers=headers(seller))

    assert answer.status_code == 400
    assert set(answer.json()["error"]["fields"]) == set(wrong)


def test_a_program_cannot_hang_an_asset_on_a_hidden_customer(client, seller, outsider, hidden):
    mine = an_asset(outsider, a_customer("外山商店", recorder=outsider, audience=Audience.whole_company()))
    send = {"content_type": "application/json", "headers": headers(outsider)}

    posts = [client.post(f"{HERE}/assets/", {"customer": str(key), "name": "x"}, **send) for key in (hidden.pk, NOBODYS)]
    moves = [client.patch(f"{HERE}/assets/{mine.pk}/", {"customer": str(key), "version": 1}, **send) for key in (hidden.pk, NOBODYS)]

    assert [answer.status_code for answer in (*posts, *moves)] == [400] * 4
    assert posts[0].json() == posts[1].json()
    assert moves[0].json() == moves[1].json()
