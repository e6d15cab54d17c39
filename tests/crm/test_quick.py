"""Creating from within another form what one of its fields lacks."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from crm.audience import Audience
from crm.models import AccountPlan, Asset, CollectedInfo, Customer, Deal, Person
from tests.crm.test_items import an_item
from tests.make import a_choice, a_customer, a_person, an_audience


@pytest.fixture
def stage(db):
    return a_choice("deal_stage", "商談中", semantic="open")


def made(answer):
    """What the dialog answers with: the option that the form chooses."""
    return dict(re.findall(r'data-([\w-]+)="([^"]*)"', answer.content.decode()))


def test_the_dialog_of_each_kind_begins_with_what_was_typed(client, seller, stage):
    client.force_login(seller)

    for kind in ("customer", "person", "deal", "info", "voice", "asset", "plan"):
        page = client.get(f"/quick/{kind}?for=id_x&q=青木　太郎").content.decode()
        assert "data-quick-form" in page, kind
        assert "青木" in page, kind
        assert 'hx-post="/quick/' in page, kind
    assert 'value="太郎"' in client.get("/quick/person?q=青木　太郎").content.decode()
    assert client.get("/quick/nothing").status_code == 404


def test_a_customer_is_made_and_chosen(client, seller):
    client.force_login(seller)
    said = {"type": "corporate", "name": "青木建材㈱", "kana": "あおきけんざい", "phone": "０９５－８２０－１２３４", "audience": "company"}

    answer = client.post("/quick/customer?for=id_customer", said)

    customer = Customer.objects.visible_to(seller).get()
    assert answer.status_code == 201
    assert (customer.name, customer.legal_form, customer.kana) == ("青木建材", "株式会社", "アオキケンザイ")
    assert customer.phones.get().digits == "0958201234"
    assert (made(answer)["for"], made(answer)["value"], made(answer)["text"]) == ("id_customer", str(customer.pk), "青木建材株式会社")


def test_a_person_is_made_at_the_forms_customer(client, seller):
    customer = a_customer(recorder=seller)
    client.force_login(seller)
    said = {"customer": str(customer.pk), "family_name": "鈴木", "given_name": "一郎", "phone": "090-1234-5678", "email": "s@example.jp"}

    dialog = client.get(f"/quick/person?for=id_people&customer={customer.pk}").content.decode()
    answer = client.post(f"/quick/person?for=id_people&customer={customer.pk}", said)

    person = Person.objects.visible_to(seller).get()
    assert f'name="customer" id="quick_customer" value="{customer.pk}"' in dialog
    assert (answer.status_code, person.customer_id, person.name) == (201, customer.pk, "鈴木 一郎")
    assert made(answer)["value"] == str(person.pk)
    assert made(answer)["customer"] == str(customer.pk)
    guest = client.post("/quick/person?for=id_guests&as=guest", said | {"family_name": "田中"})
    assert made(guest)["value"].startswith("p:")


def test_a_firm_that_took_part_is_made_too(client, seller):
    client.force_login(seller)

    form = client.get("/contacts/new").content.decode()
    answer = client.post("/quick/customer?for=id_guests&as=guest", {"type": "corporate", "name": "長崎リース", "audience": "company"})

    firm = Customer.objects.visible_to(seller).get()
    assert 'data-quick="/quick/customer?for=id_guests&amp;as=guest"' in form
    assert (made(answer)["for"], made(answer)["value"], made(answer)["text"]) == ("id_guests", f"c:{firm.pk}", "長崎リース")


def test_a_deal_takes_the_forms_visibility(client, cast, stage):
    client.force_login(cast.seller)
    customer = a_customer(recorder=cast.seller)
    asked = f"customer={customer.pk}&audience=chosen&audience_parts=u{cast.sales.pk}"

    dialog = client.get(f"/quick/deal?for=id_deal&{asked}").content.decode()
    said = {
        "customer": str(customer.pk),
        "name": "更新工事",
        "stage": str(stage.pk),
        "amount_yen": "１，２００，０００",
        "expected_on": "R9.1.31",
    }
    client.post("/quick/deal?for=id_deal", said | {"audience": "chosen", "audience_parts": f"u{cast.sales.pk}"})

    deal = Deal.objects.visible_to(cast.seller).get()
    assert re.search(r'value="chosen" checked', dialog)
    assert f'value="u{cast.sales.pk}" selected' in dialog
    assert (deal.amount_yen, deal.owner, deal.customer_id, str(deal.expected_on)) == (1_200_000, cast.seller, customer.pk, "2027-01-31")
    assert Audience.of(deal.scope) == an_audience(cast.sales)


def test_information_a_voice_an_asset_and_a_plan_are_made(client, seller):
    customer, kind = a_customer(recorder=seller), a_choice("asset_type", "車両", semantic="vehicle")
    client.force_login(seller)
    whose = {"customer": str(customer.pk), "audience": "named"}

    for name, said in {
        "info": {"title": "競合の値下げ", "text": "一割"},
        "voice": {"title": "助かった"},
        "asset": {"name": "営業車", "type": str(kind.pk), "plate": "長崎 300 あ 12-34"},
        "plan": {"name": "下期戦略", "starts_on": "R8.10.1", "ends_on": "2027/3/31"},
    }.items():
        answer = client.post(f"/quick/{name}?for=id_x", whose | said)
        assert answer.status_code == 201, answer.content.decode()

    infos = CollectedInfo.objects.visible_to(seller)
    assert {(info.title, info.voice, info.customer_id) for info in infos} == {
        ("競合の値下げ", False, customer.pk),
        ("助かった", True, customer.pk),
    }
    assert {Audience.of(info.scope) for info in infos.select_related("scope")} == {Audience()}
    assert Asset.objects.visible_to(seller).get().plate == "長崎 300 あ 12-34"
    plan = AccountPlan.objects.visible_to(seller).for_page(seller).get()
    assert [(one.customer_id, one.planned) for one in plan.targets.all()] == [(customer.pk, 1)]


def test_what_was_typed_is_kept_when_something_is_wrong(client, seller, stage):
    client.force_login(seller)
    wrong = {
        "customer": {"type": "corporate", "name": "", "kana": "漢字", "phone": "でんわ"},
        "person": {"family_name": "姓" * 41, "email": "だれか"},
        "deal": {"name": "", "stage": "９", "amount_yen": "たくさん", "expected_on": "いつか"},
        "info": {"title": "", "text": "残る文"},
        "plan": {"name": "残る名", "starts_on": "R99.9.9", "ends_on": "2027/3/31"},
    }

    for kind, said in wrong.items():
        answer = client.post(f"/quick/{kind}?for=id_x", said)
        assert answer.status_code == 422, kind
        page = answer.content.decode()
        assert "data-errors" in page
        for typed in said.values():
            assert typed in page or typed == "９", (kind, typed)
    assert client.post("/quick/plan", {"name": "x", "starts_on": "2027/3/31", "ends_on": "2026/3/31"}).status_code == 422
    assert client.get("/quick/customer?q=a%00b").status_code == 400
    for odd in ("customer=x", "audience=x", "audience=chosen&audience_parts=u9&audience_parts=x", "for=%22%3E%3Cb%3E", f"q={'あ' * 500}"):
        assert client.get(f"/quick/deal?{odd}").status_code == 200, odd
        assert "<b>" not in client.get(f"/quick/deal?{odd}").content.decode()


def test_a_hidden_customer_is_like_an_unknown_one(client, seller, outsider, stage):
    hidden = a_customer("秘密商事", recorder=seller, audience=an_audience())
    person = a_person(hidden, recorder=seller)
    client.force_login(outsider)

    for kind in ("person", "deal", "info", "asset", "plan"):
        dialogs = [client.get(f"/quick/{kind}?for=id_x&customer={key}").content.decode() for key in (hidden.pk, uuid4())]
        assert "秘密" not in dialogs[0]
        assert dialogs[0].count('type="hidden"') == dialogs[1].count('type="hidden"')
        said = {"customer": str(hidden.pk), "family_name": "x", "name": "x", "title": "x", "stage": str(stage.pk)}
        said |= {"starts_on": "2026/1/1", "ends_on": "2026/2/1"}
        answer = client.post(f"/quick/{kind}", said)
        assert answer.status_code == 422, kind
        assert "秘密" not in answer.content.decode()
    # An id that is somebody else's makes nothing and tells nothing.
    mine = a_customer("石川商事", recorder=outsider)
    answer = client.post("/quick/person", {"customer": str(mine.pk), "family_name": "別人", "row_id": str(person.pk)})
    assert answer.status_code == 422
    assert "鈴木" not in answer.content.decode()


def test_a_department_of_another_customer_is_refused(client, seller):
    from crm.lines import DepartmentLine

    aoki = a_customer("青木建材", recorder=seller, departments=[DepartmentLine(name="工務部")])
    ueda = a_customer("上田工業", recorder=seller, departments=[DepartmentLine(name="総務部")])
    client.force_login(seller)
    said = {"customer": str(aoki.pk), "family_name": "鈴木"}

    assert client.post("/quick/person", said | {"department": str(ueda.departments.get().pk)}).status_code == 422
    assert client.post("/quick/person", said | {"department": str(aoki.departments.get().pk)}).status_code == 201


def test_a_second_send_makes_nothing_new(client, seller):
    client.force_login(seller)
    dialog = client.get("/quick/customer?for=id_customer").content.decode()
    key = re.search(r'name="row_id" value="([^"]+)"', dialog)
    said = {"type": "individual", "name": "鈴木一郎", "audience": "company", "row_id": key[1] if key else ""}

    answers = [client.post("/quick/customer?for=id_customer", said) for _time in range(2)]

    assert [made(answer)["value"] for answer in answers] == [key[1] if key else ""] * 2
    assert Customer.objects.visible_to(seller).count() == 1


def test_customers_that_may_be_the_same_can_be_chosen_instead(client, seller, outsider):
    a_customer("秘密商事", recorder=outsider, audience=an_audience())
    known = a_customer("青木建材", recorder=seller)
    client.force_login(seller)

    page = client.get("/customers/twins?pick=1&name=青木建材").content.decode()

    assert f'data-quick-pick data-value="{known.pk}"' in page
    assert "data-quick-pick" not in client.get("/customers/twins?name=青木建材").content.decode()
    assert "秘密" not in client.get("/customers/twins?pick=1&name=秘密商事").content.decode()


def test_the_forms_have_the_buttons(client, seller):
    client.force_login(seller)

    for address in ("/contacts/new", "/schedule/new"):
        page = client.get(address).content.decode()
        for kind in ("customer", "person", "deal", "info", "voice", "asset", "plan"):
            assert f'data-quick="/quick/{kind}?for=id_' in page, (address, kind)


def test_items_that_must_be_filled_in_stand_in_the_dialog(client, seller, admin, stage):
    an_item(admin, code="source", label_ja="きっかけ", required=True)
    an_item(admin, code="extra", label_ja="ついで")
    client.force_login(seller)
    said = {"name": "更新工事", "stage": str(stage.pk), "audience": "company"}

    dialog = client.get("/quick/deal?for=id_deal").content.decode()

    assert "きっかけ" in dialog
    assert "ついで" not in dialog
    assert client.post("/quick/deal", said).status_code == 422
    assert client.post("/quick/deal", said | {"x_source": "紹介"}).status_code == 201
    assert Deal.objects.visible_to(seller).get().custom["source"] == "紹介"
