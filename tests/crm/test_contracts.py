"""Contracts: actions, pages, API."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.actions import StaleVersion, assets, staff
from crm.actions.assets import EndsBeforeStart
from crm.models import AuditEntry, Contract
from tests.crm.test_api import HERE, headers
from tests.make import TODAY, a_choice, a_customer, an_audience

NOBODYS = UUID("01890000-0000-7000-8000-000000000000")


def a_contract(by: Any, customer: Any, name: str = "保守契約", **fields: Any) -> Contract:
    return assets.add_contract(by=by, customer=customer, name=name, **fields)


@pytest.fixture
def customer(seller):
    return a_customer("青木建材", recorder=seller)


@pytest.fixture
def hidden(seller):
    return a_customer("秘密商事", recorder=seller, audience=an_audience())


def a_form(customer: Any, **fields: Any) -> dict[str, Any]:
    return {"customer": customer.pk, "name": "保守契約", **fields}


def names_on(page: str, *names: str) -> list[str]:
    return [name for name in names if name in page]


def test_a_contract_is_registered_with_dates_amount_and_who_is_in_charge(client, seller, cast, customer):
    kind = a_choice("contract_type", "保守契約")
    client.force_login(seller)

    typed = {
        "type": kind.pk,
        "number": "Ｋ-２０２６-１",
        "starts_on": "R8.4.1",
        "ends_on": "２０２７/３/３１",
        "amount_yen": "¥１,２００,０００",
    }
    answer = client.post("/contracts/new", a_form(customer, **typed, user=cast.colleague.pk, unit=cast.sales.pk, auto_renews="on"))

    contract = Contract.objects.visible_to(seller).get()
    assert answer.headers["Location"] == f"/contracts/{contract.pk}/"
    assert (contract.starts_on, contract.ends_on, contract.amount_yen) == (date(2026, 4, 1), date(2027, 3, 31), 1_200_000)
    assert (contract.user, contract.unit, contract.auto_renews) == (cast.colleague, cast.sales, True)
    page = client.get(f"/contracts/{contract.pk}/").content.decode()
    assert names_on(page, "坂田 純", "¥1,200,000", "青木建材") == ["坂田 純", "¥1,200,000", "青木建材"]


def test_what_was_typed_is_kept_when_something_is_wrong(client, seller, customer):
    client.force_login(seller)

    wrong = {"number": "あ" * 41, "amount_yen": "-1", "starts_on": "2026/4/1", "ends_on": "2026/3/31", "user": "abc", "unit": "９９９９"}
    answer = client.post("/contracts/new", a_form(customer, **wrong))

    page = answer.content.decode()
    assert answer.status_code == 422
    for typed in ("あ" * 41, "-1", "2026/4/1", "2026/3/31"):
        assert f'value="{typed}"' in page
    assert "契約終了日が開始日より前です" in page or "ends before it starts" in page
    assert not Contract.objects.visible_to(seller).exists()


def test_a_leaver_stays_on_a_contract_and_is_given_no_new_one(client, seller, colleague, customer):
    contract = a_contract(seller, customer, user=colleague)
    staff.leave(by=seller, user=colleague, left_on=TODAY, today=TODAY)
    client.force_login(seller)

    kept = client.post(f"/contracts/{contract.pk}/edit", a_form(customer, user=colleague.pk, version="1", note="更新"))
    new = client.post("/contracts/new", a_form(customer, user=colleague.pk))

    assert (kept.status_code, new.status_code) == (302, 422)


def test_a_contract_does_not_end_before_it_starts(seller, customer):
    with pytest.raises(EndsBeforeStart):
        a_contract(seller, customer, starts_on=TODAY, ends_on=TODAY - timedelta(days=1))
    contract = a_contract(seller, customer, starts_on=TODAY, ends_on=TODAY)
    with pytest.raises(EndsBeforeStart):
        assets.change_contract(by=seller, contract=contract, version=1, starts_on=TODAY + timedelta(days=1))
    with pytest.raises(StaleVersion):
        assets.change_contract(by=seller, contract=contract, version=7)


@pytest.mark.parametrize("path", ["", "edit", "retire"])
def test_a_contract_of_a_hidden_customer_is_a_missing_one(client, seller, outsider, hidden, path):
    contract = a_contract(seller, hidden)
    client.force_login(outsider)

    answers = [client.get(f"/contracts/{key}/{path}") for key in (contract.pk, NOBODYS)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert client.post(f"/contracts/{contract.pk}/restore").status_code == 404
    assert client.get(f"/customers/{hidden.pk}/contracts").status_code == 404


def test_a_hidden_customer_is_refused_like_an_unknown_one(client, outsider, hidden):
    client.force_login(outsider)

    answers = [client.post("/contracts/new", a_form(hidden) | {"customer": key}) for key in (hidden.pk, NOBODYS)]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert not any("秘密" in answer.content.decode() for answer in answers)


def test_what_ends_within_some_days_is_listed_without_what_has_ended(client, seller, colleague, customer, now):
    today = timezone.localdate()
    for name, days in (("終わった契約", -3), ("来月の契約", 20), ("来年の契約", 365)):
        a_contract(seller, customer, name, ends_on=today + timedelta(days=days), number=f"K-{days:03}")
    open_end = a_contract(seller, customer, "期限なし", user=colleague)
    client.force_login(seller)

    def listed(**asked: Any) -> list[str]:
        page = client.get("/contracts/", asked, headers={"HX-Request": "true"}).content.decode()
        return sorted(names_on(page, "終わった契約", "来月の契約", "来年の契約", "期限なし"), key=page.index)

    assert listed(due="３０") == ["来月の契約"]
    assert listed(sort="due") == ["終わった契約", "来月の契約", "来年の契約"]
    assert listed(q="ｋ-０２０") == ["来月の契約"]
    assert listed(user=colleague.pk) == ["期限なし"]
    assets.retire_contract(by=seller, contract=open_end, now=now)
    assert listed(retired="on") == ["期限なし"]
    assert len(listed()) == 3
    assert listed(due="-1") == listed(customer=NOBODYS) == []


def test_a_retired_contract_leaves_the_customers_page_and_comes_back(client, seller, customer):
    contract = a_contract(seller, customer)
    client.force_login(seller)
    card = f"/customers/{customer.pk}/contracts"

    client.post(f"/contracts/{contract.pk}/retire")

    assert "保守契約" not in client.get(card).content.decode()
    client.post(f"/contracts/{contract.pk}/restore")
    assert "保守契約" in client.get(card).content.decode()
    verbs = AuditEntry.objects.filter(model="crm.Contract").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["create", "retire", "restore"]


def test_two_people_editing_see_both_texts(client, seller, colleague, customer):
    contract = a_contract(seller, customer)
    assets.change_contract(by=colleague, contract=contract, version=1, note="同僚の文")
    client.force_login(seller)

    answer = client.post(f"/contracts/{contract.pk}/edit", a_form(customer, note="私の文", version="1"))

    page = answer.content.decode()
    assert answer.status_code == 409
    assert names_on(page, "同僚の文", "私の文") == ["同僚の文", "私の文"]


def test_lists_pages_and_cards_cost_the_same_for_few_and_many(client, seller, cast, customer):
    contract = a_contract(seller, customer, type=a_choice("contract_type"), user=seller, unit=cast.sales)
    paths = [
        "/contracts/",
        f"/contracts/{contract.pk}/",
        f"/contracts/{contract.pk}/edit",
        f"/customers/{customer.pk}/contracts",
        f"{HERE}/contracts/",
    ]
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
        for of in (firm, customer):
            a_contract(seller, of, f"契約{number}", type=a_choice("contract_type"), user=cast.boss, unit=cast.office)

    assert cost() == few
    assert max(few) <= 12


def test_a_program_adds_reads_and_changes_a_contract(client, seller, customer):
    key, send = str(uuid4()), {"content_type": "application/json", "headers": headers(seller)}
    said = {"id": key, "customer": str(customer.pk), "name": "保守契約", "starts_on": "2026-04-01", "amount_yen": 1_200_000}

    added = client.post(f"{HERE}/contracts/", said, **send)
    again = client.post(f"{HERE}/contracts/", said | {"name": "別名"}, **send)
    wrong = client.patch(f"{HERE}/contracts/{key}/", {"version": 1, "ends_on": "2026-03-31"}, **send)
    stale = client.patch(f"{HERE}/contracts/{key}/", {"version": 9, "ends_on": "2027-03-31"}, **send)
    changed = client.patch(f"{HERE}/contracts/{key}/", {"version": 1, "ends_on": "2027-03-31"}, **send)

    assert (added.status_code, again.status_code, again.json()["name"]) == (201, 200, "保守契約")
    assert (wrong.status_code, list(wrong.json()["error"]["fields"])) == (400, ["ends_on"])
    assert stale.status_code == 409
    assert changed.json()["ends_on"] == "2027-03-31"


def test_a_program_asks_the_same_questions_as_the_page(client, seller, outsider, customer, hidden):
    soon = a_contract(seller, customer, "来月の契約", ends_on=timezone.localdate() + timedelta(days=20), user=seller)
    a_contract(seller, customer, "期限なし")
    a_contract(seller, hidden, "秘密の契約", ends_on=timezone.localdate())
    client.force_login(outsider)

    def listed(query: str) -> list[str]:
        return [row["id"] for row in client.get(f"{HERE}/contracts/?{query}").json()["results"]]

    assert listed("ends_within=30") == listed("sort=end") == listed(f"user={seller.pk}") == [str(soon.pk)]
    assert listed(f"customer={hidden.pk}") == listed(f"customer={NOBODYS}") == []
    assert client.get(f"{HERE}/contracts/?ends_within=-1").status_code == 400


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"number": "あ" * 41},
        {"amount_yen": -1},
        {"amount_yen": 10**30},
        {"auto_renews": "たぶん"},
        {"starts_on": "2026-13-01"},
        {"user": 10**30},
        {"unit": "x"},
        {"type": "x"},
        {"customer": None},
    ],
)
def test_a_program_hears_what_is_wrong(client, seller, customer, wrong):
    said = {"customer": str(customer.pk), "name": "保守契約"} | wrong

    answer = client.post(f"{HERE}/contracts/", said, content_type="application/json", headers=headers(seller))

    assert answer.status_code == 400
    assert set(answer.json()["error"]["fields"]) == set(wrong)
