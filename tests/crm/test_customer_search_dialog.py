"""詳細検索: the dialog that finds a customer for a field of a form."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.lines import AddressLine, PhoneLine, StaffLine
from crm.models import AccessEntry
from tests.crm.test_api import HERE
from tests.make import a_customer, an_audience

PATH = "/customers/search"
NAMES = ("青木建材", "上田工業", "鈴木一郎", "販売店ミナト", "秘密商事")


@pytest.fixture
def firms(seller):
    addresses = [AddressLine(postal_code="850-0853", prefecture="長崎県", city="長崎市", street="浜町1-2")]
    phones = [PhoneLine(number="095-820-1234", label="代表")]
    a_customer("青木建材", recorder=seller, kana="アオキケンザイ", code="10020", phones=phones, addresses=addresses, legal_form="株式会社")
    a_customer("上田工業", recorder=seller, kana="ウエダコウギョウ", code="10021", kind="partner", staff=[StaffLine(user=seller)])
    a_customer("鈴木一郎", recorder=seller, kana="スズキイチロウ", code="10022", type="individual")
    a_customer("販売店ミナト", recorder=seller, kana="ハンバイテンミナト", code="10023", kind="dealer")
    hidden = {"phones": phones, "addresses": addresses, "audience": an_audience()}
    return a_customer("秘密商事", recorder=seller, kana="ヒミツショウジ", code="19999", **hidden)


def found(client: Any, **asked: str) -> list[str]:
    answer = client.get(PATH, {"rows": "1", **asked}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    page = answer.content.decode()
    return [name for name in NAMES if f'data-text="{name}"' in page or f'data-text="株式会社{name}"' in page]


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({"name": "株式会社 青木"}, ["青木建材"]),
        ({"name": "あおき"}, ["青木建材"]),
        ({"kana": "うえだ"}, ["上田工業"]),
        ({"kana": "ｽｽﾞｷ"}, ["鈴木一郎"]),
        ({"phone": "095-820-1234"}, ["青木建材"]),
        ({"phone": "（０９５）８２０"}, ["青木建材"]),
        ({"address": "長崎市浜町"}, ["青木建材"]),
        ({"address": "長崎　浜町"}, ["青木建材"]),
        ({"address": "８５００８５３"}, ["青木建材"]),
        ({"code": "１００２"}, ["青木建材", "上田工業", "鈴木一郎", "販売店ミナト"]),
        ({"type": "individual"}, ["鈴木一郎"]),
        ({"kind": "partner"}, ["上田工業"]),
        ({"kind": "dealer"}, ["販売店ミナト"]),
        ({"kind": "customer", "type": "corporate"}, ["青木建材"]),
        ({"name": "青木", "kind": "dealer"}, []),
        ({"address": "佐世保"}, []),
    ],
)
def test_each_field_narrows_further(client, outsider, firms, asked, wanted):
    client.force_login(outsider)

    assert found(client, **asked) == wanted


@pytest.mark.parametrize("asked", [{"name": "秘密"}, {"kana": "ヒミツ"}, {"phone": "0958201234"}, {"address": "浜町"}, {"code": "19999"}])
def test_a_hidden_customer_is_found_by_no_field(client, seller, outsider, firms, asked):
    client.force_login(outsider)
    assert "秘密商事" not in found(client, **asked)

    client.force_login(seller)
    assert "秘密商事" in found(client, **asked)


def test_the_dialog_opens_with_what_was_typed_and_ones_own_customers(client, seller, firms):
    client.force_login(seller)

    page = client.get(PATH, {"name": "青木"}, headers={"HX-Request": "true"}).content.decode()

    assert 'value="青木"' in page
    assert "法人" in page or "Corporate" in page
    assert 'data-text="株式会社青木建材"' in page
    assert found(client) == ["上田工業"]


@pytest.mark.parametrize(
    "wrong",
    [{"name": "あ" * 121}, {"phone": "でんわ"}, {"type": "alien"}, {"kind": "x"}, {"code": "1" * 21}, {"address": "あ" * 201}],
)
def test_what_cannot_be_searched_for_is_told_and_finds_nothing(client, seller, firms, wrong):
    client.force_login(seller)

    answer = client.get(PATH, {"rows": "1", **wrong})

    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert found(client, **wrong) == []


def test_a_cursor_that_is_none_begins_anew(client, seller, firms):
    client.force_login(seller)

    assert found(client, kind="dealer", after="nonsense") == ["販売店ミナト"]


def test_many_are_shown_twenty_at_a_time_and_cost_no_more(client, seller, firms):
    client.force_login(seller)
    client.get(PATH, {"kind": "customer"})

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(PATH, {"kind": "customer"})
        return len(queries)

    few = cost()
    for number in range(25):
        a_customer(f"会社{number:02}", recorder=seller, phones=[PhoneLine(number=f"095-820-00{number:02}")], kana="カイシャ")

    assert cost() == few
    page = client.get(PATH, {"kind": "customer", "rows": "1"}).content.decode()
    assert page.count("data-advanced-choose") == 20
    assert "after=" in page


def test_a_search_is_written_down_without_its_words(client, seller, firms):
    client.force_login(seller)

    found(client, name="青木", kind="customer")

    entry = AccessEntry.objects.get(verb="search")
    assert (entry.model, entry.rows, entry.detail) == ("crm.Customer", 1, {"words": 2})


@pytest.mark.parametrize("path", ["/contacts/new", "/assets/new", "/deals/new", "/schedule/new"])
def test_every_customers_type_ahead_leads_to_the_dialog(client, seller, path):
    client.force_login(seller)

    assert f'data-advanced-search="{PATH}"' in client.get(path).content.decode()


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("phone=095-820", ["青木建材"]),
        ("phone=x", []),
        ("kana=うえだ", ["上田工業"]),
        ("address=長崎市浜町", ["青木建材"]),
        ("kind=dealer", ["販売店ミナト"]),
        ("type=individual", ["鈴木一郎"]),
        (f"address={'あ' * 500}", []),
    ],
)
def test_a_program_finds_customers_in_the_same_ways(client, outsider, firms, query, wanted):
    client.force_login(outsider)

    rows = client.get(f"{HERE}/customers/?{query}").json()["results"]

    assert [row["name"] for row in rows] == wanted


@pytest.mark.parametrize(
    ("asked", "wanted"), [({"kind": "partner"}, ["上田工業"]), ({"type": "individual"}, ["鈴木一郎"]), ({"kind": "x"}, [])]
)
def test_the_list_of_customers_narrows_by_class_and_type(client, outsider, firms, asked, wanted):
    client.force_login(outsider)

    page = client.get("/customers/", asked, headers={"HX-Request": "true"}).content.decode()

    assert [name for name in NAMES if name in page] == wanted
