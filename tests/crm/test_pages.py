from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.actions import customers
from crm.actions.customers import AddressLine, DepartmentLine, PhoneLine, StaffLine
from crm.audience import Audience
from crm.models import AccessEntry, Customer, Deal, Person
from tests.make import a_choice, a_customer, a_person, an_audience


def lines(**given: list[dict[str, str]]) -> dict[str, str]:
    """The fields of a customer's lines as a browser sends them."""
    data = {}
    for name in ("phones", "addresses", "departments", "staff"):
        rows = given.get(name, [])
        data |= {f"{name}-TOTAL_FORMS": str(len(rows)), f"{name}-INITIAL_FORMS": "0"}
        data |= {f"{name}-{place}-{field}": value for place, row in enumerate(rows) for field, value in row.items()}
    return data


def a_form(**fields: str) -> dict[str, str]:
    return {"type": "corporate", "kind": "customer", "name": "株式会社青木建材", "audience": "company", **lines(), **fields}


def test_a_pasted_name_is_split_into_legal_form_and_name(client, seller):
    client.force_login(seller)
    phones = [{"number": "０３（１２３４）５６７８", "label": "代表"}]

    answer = client.post("/customers/new", a_form(name="青木建材㈱", kana="あおきけんざい") | lines(phones=phones))

    customer = Customer.objects.visible_to(seller).get()
    assert answer.headers["Location"] == f"/customers/{customer.pk}/"
    assert (customer.name, customer.legal_form, customer.legal_position) == ("青木建材", "株式会社", "after")
    assert (customer.kana, str(customer)) == ("アオキケンザイ", "青木建材株式会社")
    assert customer.phones.get().number == "03-1234-5678"


def test_a_private_persons_name_is_left_as_it_is(client, seller):
    client.force_login(seller)

    client.post("/customers/new", a_form(type="individual", name="株式 会社太郎"))

    assert Customer.objects.visible_to(seller).get().legal_form == ""


def test_what_was_typed_is_kept_when_something_is_wrong(client, seller):
    client.force_login(seller)
    wrong = a_form(kana="漢字", born_or_founded_on="R99.13.45", email="だれか", audience="chosen")
    wrong |= lines(phones=[{"number": "でんわ"}])

    answer = client.post("/customers/new", wrong)

    assert answer.status_code == 422
    page = answer.content.decode()
    for typed in ("株式会社青木建材", "漢字", "R99.13.45", "だれか", "でんわ"):
        assert f'value="{typed}"' in page
    assert not Customer.objects.visible_to(seller).exists()


def test_a_code_taken_by_a_hidden_customer_reads_like_one_taken_by_a_visible_one(client, seller, outsider):
    a_customer("石川商事", recorder=seller, code="10020", audience=an_audience())
    a_customer("上田工業", recorder=seller, code="10021")
    client.force_login(outsider)

    said = [client.post("/customers/new", a_form(code=code)) for code in ("10020", "10021")]

    assert [answer.status_code for answer in said] == [422, 422]
    bodies = [answer.content.decode() for answer in said]
    assert all("この顧客コードは使えません" in body or "cannot be used" in body for body in bodies)
    assert "石川" not in bodies[0]


def test_two_people_editing_see_both_texts(client, seller, colleague):
    customer = a_customer("青木建材", recorder=seller, note="はじめ")
    customers.change_customer(by=colleague, customer=customer, version=1, note="同僚の文")
    client.force_login(seller)

    answer = client.post(f"/customers/{customer.pk}/edit", a_form(name="青木建材", note="私の文", version="1"))

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "同僚の文" in page
    assert "私の文" in page
    again = client.post(f"/customers/{customer.pk}/edit", a_form(name="青木建材", note="私の文", version="2"))
    assert again.status_code == 302
    assert Customer.objects.visible_to(seller).get().note == "私の文"


def test_a_page_opened_by_a_colleague_loses_the_customer_when_it_is_narrowed_meanwhile(client, seller, colleague):
    customer = a_customer("青木建材", recorder=seller)
    customers.change_customer(by=seller, customer=customer, version=1, audience=an_audience())
    client.force_login(colleague)

    assert client.post(f"/customers/{customer.pk}/edit", a_form(version="1")).status_code == 404


def test_everybody_corrects_a_customer_and_only_its_people_say_who_sees_it(client, seller, outsider):
    hidden = a_customer("秘密商事", recorder=seller, audience=an_audience())
    customer = a_customer("青木建材", recorder=seller, parent=hidden)
    path = f"/customers/{customer.pk}/edit"
    client.force_login(outsider)

    assert 'name="audience"' not in client.get(path).content.decode()
    client.post(path, a_form(name="青木建材工業", version="1", audience="named"))
    client.force_login(seller)
    assert 'name="audience"' in client.get(path).content.decode()

    changed = Customer.objects.visible_to(outsider).select_related("scope").get()
    assert (changed.name, changed.parent_id, Audience.of(changed.scope).company) == ("青木建材工業", hidden.pk, True)


def test_everybody_corrects_a_deal_and_only_its_people_say_who_sees_it(client, seller, outsider):
    hidden, stage = a_customer("秘密商事", recorder=seller, audience=an_audience()), a_choice("deal_stage")
    company = Audience.whole_company()
    deal = customers.add_deal(by=seller, name="倉庫", stage=stage, audience=company, owner=seller, customer=hidden)
    path = f"/deals/{deal.pk}/edit"
    client.force_login(outsider)

    assert 'name="audience"' not in client.get(path).content.decode()
    client.post(path, {"version": 1, "name": "倉庫の更新", "owner": seller.pk, "stage": stage.pk, "audience": "named"})
    client.force_login(seller)
    assert 'name="audience"' in client.get(path).content.decode()

    changed = Deal.objects.visible_to(outsider).select_related("scope").get()
    assert (changed.name, changed.customer_id, Audience.of(changed.scope).company) == ("倉庫の更新", hidden.pk, True)


@pytest.mark.parametrize("path", ["", "edit", "readers", "retire"])
def test_a_hidden_customer_is_a_missing_one_byte_for_byte(client, seller, outsider, path):
    hidden = a_customer("秘密商事", recorder=seller, audience=an_audience())
    client.force_login(outsider)

    answers = [client.get(f"/customers/{key}/{path}") for key in (hidden.pk, "01890000-0000-7000-8000-000000000000")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


def test_the_index_marks_the_row_one_is_in(client, seller):
    a_customer("青木建材", recorder=seller, kana="アオキ")
    a_customer("加藤商事", recorder=seller, kana="カトウ")
    client.force_login(seller)

    page = client.get("/customers/", {"kana": "か"}).content.decode()

    assert "加藤商事" in page
    assert "青木建材" not in page
    assert '?kana=%E3%81%8B" aria-current="true">か' in page


def test_a_list_can_be_paged_in_both_directions(client, seller):
    for number in range(120):
        a_customer(f"会社{number:03}", recorder=seller, kana=f"カイシャ{number:03}")
    client.force_login(seller)

    first = client.get("/customers/").context["page"]
    second = client.get("/customers/", {"after": first.older}).context["page"]
    back = client.get("/customers/", {"after": second.newer}).context["page"]

    assert [len(first), len(second), first.newer] == [50, 50, ""]
    assert [row.pk for row in back] == [row.pk for row in first]


def test_filters_narrow_the_list_and_hidden_staff_lines_do_not_help(client, seller, colleague, outsider, cast):
    rank = a_choice("rank", "A")
    a_customer("青木建材", recorder=seller, rank=rank, owner_unit=cast.sales, staff=[StaffLine(user=colleague)], type="corporate")
    a_customer("秘密商事", recorder=seller, rank=rank, audience=an_audience(), staff=[StaffLine(user=colleague)])
    a_customer("個人 太郎", recorder=seller, type="individual", kind="partner")
    client.force_login(outsider)

    def names(**asked: object) -> list[str]:
        return [row.name for row in client.get("/customers/", asked).context["page"]]

    assert names(rank=rank.pk) == names(staff=colleague.pk) == names(unit=cast.branch.pk) == ["青木建材"]
    assert names(type="individual") == names(kind="partner") == ["個人 太郎"]
    assert names(q="秘密") == []
    assert names(sort="nonsense") == []


def test_looking_is_written_into_the_access_log(client, seller):
    customer = a_customer(recorder=seller)
    client.force_login(seller)

    client.get(f"/customers/{customer.pk}/")
    client.get("/customers/", {"q": "青木 建材"})

    looked = AccessEntry.objects.order_by("pk").values_list("verb", "object_id", "detail")
    assert list(looked) == [("view", str(customer.pk), {}), ("search", "", {"words": 2})]


def test_a_twin_is_hinted_at_only_among_visible_customers(client, seller, outsider):
    a_customer(
        "青木建材",
        recorder=seller,
        legal_form="株式会社",
        legal_position="before",
        audience=an_audience(),
        phones=[PhoneLine(number="03-1234-5678")],
    )
    asked = {"name": "青木建材（株）", "phones-0-number": "03 1234 5678"}

    client.force_login(seller)
    assert "株式会社青木建材" in client.get("/customers/twins", asked).content.decode()
    client.force_login(outsider)
    assert client.get("/customers/twins", asked).content.decode().strip() == ""


def test_retiring_says_what_will_happen_and_can_be_undone(client, seller):
    customer = a_customer(recorder=seller)
    a_person(customer, recorder=seller)
    client.force_login(seller)

    assert "1" in client.get(f"/customers/{customer.pk}/retire").content.decode()
    client.post(f"/customers/{customer.pk}/retire")
    assert client.get("/customers/").context["page"].rows == []
    client.post(f"/customers/{customer.pk}/restore")
    assert len(client.get("/customers/").context["page"]) == 1


def test_who_can_see_this_and_why(client, seller, colleague, cast):
    customer = a_customer(recorder=seller, audience=an_audience(cast.sales), staff=[StaffLine(user=colleague)])
    client.force_login(seller)

    said = [(reader.who, reader.why) for reader in client.get(f"/customers/{customer.pk}/readers").context["readers"]]

    assert [who for who, _why in said] == [str(cast.sales), "河田 誠", "坂田 純"]


def test_a_person_is_entered_with_a_department_of_the_chosen_customer(client, seller):
    customer = a_customer(recorder=seller, departments=[DepartmentLine(name="購買部")])
    other = a_customer("石川商事", recorder=seller, departments=[DepartmentLine(name="総務部")])
    client.force_login(seller)
    data = {"customer": str(customer.pk), "family_name": "鈴木", "given_name": "一郎", "mobile": "090-1111-2222"}

    refused = client.post("/people/new", data | {"department": str(other.departments.get().pk)})
    saved = client.post("/people/new", data | {"department": str(customer.departments.get().pk)})

    assert (refused.status_code, saved.status_code) == (422, 302)
    assert Person.objects.visible_to(seller).get().mobile == "090-1111-2222"
    assert "購買部" in client.get("/people/departments", {"customer": str(customer.pk)}).content.decode()


def test_a_hidden_customer_cannot_be_named_on_a_person_or_a_deal(client, seller, outsider):
    hidden = a_customer("秘密商事", recorder=seller, audience=an_audience())
    stage = a_choice("deal_stage")
    client.force_login(outsider)
    unknown = "01890000-0000-7000-8000-000000000000"

    for path, data in (("/people/new", {"family_name": "鈴木"}), ("/deals/new", {"name": "倉庫", "stage": stage.pk, "owner": outsider.pk})):
        told = [client.post(path, data | {"customer": str(key)}) for key in (hidden.pk, unknown)]
        assert [answer.status_code for answer in told] == [422, 422]
        assert told[0].context["form"].errors == told[1].context["form"].errors


def a_deal(seller, **fields: object) -> Deal:
    said = {
        "name": "倉庫の更新",
        "stage": a_choice("deal_stage", "提案", semantic="open"),
        "audience": Audience.whole_company(),
        "owner": seller,
    }
    return customers.add_deal(by=seller, **(said | fields))


def test_a_deal_moves_to_another_stage_with_one_tap(client, seller):
    deal = a_deal(seller)
    won = a_choice("deal_stage", "受注", semantic="won")
    client.force_login(seller)

    client.post(f"/deals/{deal.pk}/stage", {"stage": won.pk, "version": 1})
    client.post(f"/deals/{deal.pk}/stage", {"stage": deal.stage_id, "version": 1})

    assert Deal.objects.visible_to(seller).get().stage == won


def test_the_sum_of_deals_counts_visible_ones_only(client, seller, outsider):
    a_deal(seller, amount_yen=1_000_000)
    a_deal(seller, amount_yen=500_000, audience=an_audience())

    totals = []
    for viewer in (seller, outsider):
        client.force_login(viewer)
        totals.append(client.get("/deals/").context["total"])

    assert totals == [1_500_000, 1_000_000]


def test_a_deal_is_entered_and_changed_by_form(client, seller):
    stage = a_choice("deal_stage")
    customer = a_customer(recorder=seller)
    client.force_login(seller)
    data = {
        "name": "倉庫の更新",
        "stage": stage.pk,
        "owner": seller.pk,
        "customer": str(customer.pk),
        "amount_yen": "１，２００，０００円",
        "audience": "named",
    }

    client.post("/deals/new", data)
    deal = Deal.objects.visible_to(seller).get()
    assert deal.amount_yen == 1_200_000
    client.post(f"/deals/{deal.pk}/edit", data | {"version": "1", "name": "倉庫の新築"})
    stale = client.post(f"/deals/{deal.pk}/edit", data | {"version": "1", "name": "別の名"})

    assert stale.status_code == 409
    assert "倉庫の新築" in stale.content.decode()


@pytest.mark.parametrize("path", ["/customers/", "/people/", "/deals/", "/staff/", "/staff/units/"])
def test_a_list_costs_the_same_with_few_and_many_rows(client, seller, path):
    client.force_login(seller)

    def cost() -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    def fill(number: int) -> None:
        for one in range(number):
            customer = a_customer(f"会社{one}", recorder=seller, phones=[PhoneLine(number="03-1234-5678")], staff=[StaffLine(user=seller)])
            a_person(customer, recorder=seller)
            a_deal(seller, customer=customer)

    fill(2)
    few = cost()
    fill(20)
    assert cost() == few <= 12


def test_a_customers_page_costs_the_same_with_few_and_many_lines(client, seller):
    client.force_login(seller)

    def cost(number: int) -> int:
        customer = a_customer(
            recorder=seller,
            phones=[PhoneLine(number="03-1234-5678")] * number,
            addresses=[AddressLine(city="長崎市")] * number,
            departments=[DepartmentLine(name="購買部")] * number,
        )
        for _one in range(number):
            a_person(customer, recorder=seller)
            a_deal(seller, customer=customer)
        client.get(f"/customers/{customer.pk}/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/customers/{customer.pk}/").status_code == 200
        return len([one for one in queries.captured_queries if one["sql"].startswith("SELECT")])

    assert cost(1) == cost(8) <= 12
