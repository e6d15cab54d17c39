from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.actions import customers, settings, staff
from crm.actions.customers import PhoneLine
from crm.audience import Audience
from crm.models import ApiToken, Customer, Deal, uuid7
from tests.make import TODAY, a_choice, a_customer, a_person, an_audience

HERE = "/api/v1"


def headers(user, scope: str = "write") -> dict[str, str]:
    expires = timezone.now() + timedelta(days=1)
    return {"Authorization": f"Bearer {settings.issue_token(user=user, name='x', scope=scope, expires_at=expires)[1]}"}


@pytest.fixture
def api(seller):
    """A program of the seller's."""
    key = headers(seller)

    class Program:
        def __getattr__(self, verb):
            def send(path, data=None, **more):
                body = {"data": data, "content_type": "application/json"} if verb in ("post", "patch", "put") else {"data": data}
                return getattr(Client(), verb)(f"{HERE}{path}", headers=key | more.pop("headers", {}), **body, **more)

            return send

    return Program()


def test_a_program_adds_reads_and_changes_a_customer(api, seller):
    added = api.post(
        "/customers/",
        {"name": "青木建材㈱", "kana": "あおき", "phones": [{"number": "０３-1234-5678"}], "audience": {"people": [seller.pk]}},
    )
    assert added.status_code == 201
    row = added.json()
    assert (row["name"], row["legal_form"], row["legal_position"], row["kana"]) == ("青木建材", "株式会社", "after", "アオキ")
    assert row["phones"][0]["number"] == "03-1234-5678"
    assert row["audience"] == {"company": False, "units": [], "groups": [], "people": [seller.pk]}

    changed = api.patch(f"/customers/{row['id']}/", {"version": row["version"], "note": "新しい"})

    assert changed.status_code == 200
    assert changed.json()["version"] == row["version"] + 1
    assert changed.json()["phones"] == row["phones"]
    assert api.get(f"/customers/{row['id']}/").json()["note"] == "新しい"


def test_a_repeated_send_is_answered_with_the_first(api, seller, outsider):
    key = str(uuid7())
    first = api.post("/customers/", {"id": key, "name": "青木建材"})
    again = api.post("/customers/", {"id": key, "name": "別の名"})

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json() == first.json()
    foreign = a_customer("秘密商事", recorder=outsider, audience=an_audience())
    refused = api.post("/customers/", {"id": str(foreign.pk), "name": "横取り"})
    assert refused.status_code == 409
    assert refused.json() == {"error": {"code": "id_taken", "message": "この ID は使えません。", "fields": {}}}


def test_a_stale_change_is_refused_and_told_the_version_that_stands(api, seller, colleague):
    customer = a_customer(recorder=seller)
    customers.change_customer(by=colleague, customer=customer, version=1, note="先")

    refused = api.patch(f"/customers/{customer.pk}/", {"version": 1, "note": "後"})
    without = api.patch(f"/customers/{customer.pk}/", {"note": "後"})

    assert (refused.status_code, refused.json()["error"]["code"], refused.json()["error"]["current_version"]) == (409, "stale_version", 2)
    assert (without.status_code, list(without.json()["error"]["fields"])) == (400, ["version"])


def test_a_reader_changes_a_deal_but_not_who_sees_it_nor_what_is_hidden_in_it(api, outsider):
    hidden = a_customer("秘密商事", recorder=outsider, audience=an_audience())
    person = a_person(hidden, recorder=outsider)
    stage, company = a_choice("deal_stage"), Audience.whole_company()
    deal = customers.add_deal(by=outsider, audience=company, owner=outsider, customer=hidden, person=person, name="倉庫", stage=stage)
    path = f"/deals/{deal.pk}/"

    changed = api.patch(path, {"version": 1, "name": "倉庫の更新", "customer": None, "person": None})
    refused = api.patch(path, {"version": 2, "audience": {"people": [outsider.pk]}})
    kept = Deal.objects.visible_to(outsider).get()
    moved = api.patch(path, {"version": 2, "customer": str(a_customer("石川商事", recorder=outsider).pk)})

    assert (changed.status_code, kept.name, kept.customer_id, kept.person_id) == (200, "倉庫の更新", hidden.pk, person.pk)
    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (400, ["audience"])
    assert (moved.status_code, moved.json()["person"]) == (200, None)


@pytest.mark.parametrize("path", ["/customers/{}/", "/customers/{}/retire/"])
def test_hidden_and_missing_answer_alike(api, outsider, path):
    hidden = a_customer("秘密商事", recorder=outsider, audience=an_audience())
    verb = api.get if path.count("/") == 3 else api.post

    told = [verb(path.format(key)) for key in (hidden.pk, "01890000-0000-7000-8000-000000000000")]

    assert [answer.status_code for answer in told] == [404, 404]
    assert told[0].content == told[1].content
    assert told[0].json()["error"]["code"] == "not_found"


def test_hidden_rows_cannot_be_named_in_a_body_nor_asked_for_in_a_filter(api, seller, outsider):
    hidden = a_customer("秘密商事", recorder=outsider, audience=an_audience())
    stage = a_choice("deal_stage")
    deal = {"name": "倉庫", "stage": stage.pk}
    open_deal = customers.add_deal(
        by=outsider, audience=Audience.whole_company(), owner=outsider, customer=hidden, name="倉庫", stage=stage
    )

    for field, body, path in (
        ("customer", {"family_name": "鈴木"}, "/people/"),
        ("customer", deal, "/deals/"),
        ("parent", {"name": "x"}, "/customers/"),
    ):
        told = [api.post(path, body | {field: str(key)}).json() for key in (hidden.pk, "01890000-0000-7000-8000-000000000000")]
        assert told[0] == told[1]
        assert field in told[0]["error"]["fields"]
    assert api.get("/deals/", {"customer": str(hidden.pk)}).json()["results"] == []
    shown = api.get(f"/deals/{open_deal.pk}/").json()
    assert (shown["name"], shown["customer"]) == ("倉庫", None)


def test_a_key_that_may_only_read_reads_and_no_more(seller):
    client, key = Client(), headers(seller, scope="read")
    customer = a_customer(recorder=seller)

    assert client.get(f"{HERE}/customers/{customer.pk}/", headers=key).status_code == 200
    refused = client.post(f"{HERE}/customers/", {"name": "x"}, content_type="application/json", headers=key)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "permission_denied")
    assert ApiToken.objects.visible_to(seller).get().last_used_at is not None


@pytest.mark.parametrize(
    "key", ["", "Bearer", "Bearer ", "Bearer x", "Bearer st_00000000.abc", "Bearer " + "x" * 5000, "Basic Zm9vOmJhcg==", "Bearer あ"]
)
@pytest.mark.django_db
def test_without_a_key_that_works_nothing_is_told(key):
    answer = Client().get(f"{HERE}/customers/", headers={"Authorization": key.encode().decode("latin-1")} if key else {})

    assert answer.status_code == 401
    assert set(answer.json()["error"]) == {"code", "message", "fields"}
    assert "Bearer" in answer.headers["WWW-Authenticate"]


def test_a_leavers_key_closes_at_once(seller, colleague):
    key = headers(seller)
    staff.leave(by=colleague, user=seller, left_on=TODAY, today=TODAY)

    assert Client().get(f"{HERE}/customers/", headers=key).status_code == 401


def test_a_browser_session_may_use_the_api_but_not_without_its_token(seller):
    client = Client(enforce_csrf_checks=True)
    client.force_login(seller)

    assert client.get(f"{HERE}/me/").json()["name"] == "河田 誠"
    assert client.post(f"{HERE}/customers/", {"name": "x"}, content_type="application/json").status_code == 403


def test_errors_have_one_shape_in_the_callers_language(api, seller):
    customer = a_customer(recorder=seller)
    seller.language = "en"
    seller.save()
    told = {
        404: api.get("/customers/01890000-0000-7000-8000-000000000000/"),
        405: api.put(f"/customers/{customer.pk}/", {}),
        400: api.post("/customers/", {"name": ""}),
        415: Client().post(f"{HERE}/customers/", {"name": "x"}, headers=headers(seller)),
    }

    for status, answer in told.items():
        assert answer.status_code == status
        assert set(answer.json()["error"]) == {"code", "message", "fields"}
        assert answer.json()["error"]["message"].isascii()
    assert told[400].json()["error"]["fields"].keys() == {"name"}
    nowhere = api.get("/nowhere/")
    assert (nowhere.status_code, set(nowhere.json()["error"])) == (404, {"code", "message", "fields"})


def test_an_unknown_parameter_is_refused(api):
    for path in ("/customers/?custmer=1", "/customers/?search=x", "/me/?x=1", "/users/?ordering=name", "/choices/?format=xml"):
        answer = api.get(path)
        assert answer.status_code == 400, path
        assert answer.json()["error"]["fields"]


def test_pages_follow_each_other_without_gap(api, seller):
    for number in range(25):
        a_customer(f"会社{number:02}", recorder=seller, kana=f"カイシャ{number:02}")

    names, path = [], "/customers/?page_size=10"
    while path:
        page = api.get(path).json()
        names += [row["name"] for row in page["results"]]
        path = page["next"] and page["next"].split("/api/v1")[1]

    assert names == [f"会社{number:02}" for number in range(25)]


@pytest.mark.parametrize(
    "asked", ["cursor=x", "cursor=bnVsbA", "cursor=WzAsMSwyLDNd", "page_size=0", "page_size=201", "page_size=１", "page_size=x", "sort=x"]
)
def test_a_page_that_does_not_exist_is_refused(api, asked):
    assert api.get(f"/customers/?{asked}").status_code == 400


def test_filters_of_the_lists(api, seller, cast):
    rank = a_choice("rank")
    a_customer("青木建材", recorder=seller, rank=rank, owner_unit=cast.sales, code="A1", phones=[PhoneLine(number="03-1234-5678")])
    gone = a_customer("石川商事", recorder=seller, type="individual")
    customers.retire_customer(by=seller, customer=gone, now=timezone.now())

    def names(**asked: object) -> list[str]:
        return [row["name"] for row in api.get("/customers/", asked).json()["results"]]

    assert names(q="あおき 03-1234-5678") == []
    assert names(q="青木 03-1234-5678") == names(rank=rank.pk) == names(owner_unit=cast.sales.pk) == names(code="A1") == ["青木建材"]
    assert names(retired="true") == names(type="individual") == ["石川商事"]
    assert names(retired="false") == ["青木建材"]
    assert names(changed_since="2099-01-01T00:00:00Z") == []
    assert names(rank="9" * 30) == names(rank="１") == []


def test_who_works_here_and_the_words_are_read_only(api, cast, seller):
    choice = a_choice("method", "訪問")

    assert api.get("/me/").json()["posts"] == [{"unit": cast.sales.pk, "title": "", "is_primary": True}]
    assert [row["name"] for row in api.get("/users/", {"q": "坂田"}).json()["results"]] == ["坂田 純"]
    assert [row["id"] for row in api.get("/units/", {"parent": cast.branch.pk}).json()["results"]] == [cast.sales.pk]
    assert api.get(f"/choices/{choice.pk}/").json()["name_ja"] == "訪問"
    assert {api.post(path, {}).status_code for path in ("/users/", "/units/", "/choice-lists/")} == {405}
    assert api.post("/choices/", {}).status_code == 403
    assert not {"password", "is_superuser", "search_text"} & set(api.get(f"/users/{seller.pk}/").json())


def test_fields_that_are_not_ours_to_write_stay_as_they_are(api, seller, outsider):
    row = api.post(
        "/customers/", {"name": "青木建材", "recorder": outsider.pk, "sort_key": "x", "retired_at": "2026-01-01T00:00:00Z", "scope": 1}
    ).json()

    customer = Customer.objects.visible_to(seller).get(pk=row["id"])
    assert (customer.recorder, customer.retired_at) == (seller, None)


def test_deals_and_people_are_written_by_the_same_actions(api, seller):
    customer = a_customer(recorder=seller)
    stage = a_choice("deal_stage")
    person = api.post("/people/", {"customer": str(customer.pk), "family_name": "鈴木"}).json()
    elsewhere = a_person(a_customer("石川商事", recorder=seller), recorder=seller)

    refused = api.post("/deals/", {"name": "倉庫", "customer": str(customer.pk), "person": str(elsewhere.pk), "stage": stage.pk})
    deal = api.post(
        "/deals/", {"name": "倉庫", "customer": str(customer.pk), "person": person["id"], "stage": stage.pk, "amount_yen": 100}
    ).json()

    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (400, ["person"])
    assert (deal["owner"], deal["person"]) == (seller.pk, person["id"])
    assert api.post(f"/deals/{deal['id']}/retire/").json()["retired_at"]
    assert api.post(f"/deals/{deal['id']}/restore/").json()["retired_at"] is None
    assert Deal.objects.visible_to(seller).count() == 1


@pytest.mark.parametrize("path", ["/customers/", "/people/", "/deals/", "/users/", "/units/", "/choices/"])
def test_a_collection_costs_the_same_with_few_and_many_rows(api, seller, path):
    stage = a_choice("deal_stage")

    def cost() -> int:
        api.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert api.get(path).status_code == 200
        return len(queries)

    def fill(number: int) -> None:
        for one in range(number):
            customer = a_customer(f"会社{one}", recorder=seller, phones=[PhoneLine(number="03-1234-5678")])
            person = a_person(customer, recorder=seller)
            kept = {"customer": customer, "person": person, "stage": stage, "audience": Audience.whole_company(), "owner": seller}
            customers.add_deal(by=seller, name="倉庫", **kept)
            a_choice("method")

    fill(2)
    few = cost()
    fill(20)
    assert cost() == few <= 12
