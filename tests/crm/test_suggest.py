from __future__ import annotations

import pytest
import time_machine
from django.http import QueryDict

from crm.actions import customers
from crm.actions.customers import PhoneLine, StaffLine
from crm.audience import Audience
from crm.forms import AudienceField, CustomerChoice
from tests.make import TODAY, a_choice, a_customer, a_person, an_audience


@pytest.fixture
def ask(client):
    def asked(user, path: str, **query: str) -> list[str]:
        client.force_login(user)
        answer = client.get(path, query)
        assert answer.status_code == 200
        return [line["text"] for line in answer.json()["results"]]

    return asked


@pytest.mark.parametrize("typed", ["青木", "アオキ", "あおき", "ｱｵｷ", "03-1234-5678", "０３１２３４５６７８", "株式会社青木", "t77"])
def test_a_customer_is_suggested_by_name_reading_phone_and_code(ask, seller, typed):
    a_customer(
        "青木建材",
        recorder=seller,
        legal_form="株式会社",
        legal_position="before",
        kana="アオキケンザイ",
        code="T7700001",
        phones=[PhoneLine(number="03-1234-5678")],
    )
    a_customer("石川商事", recorder=seller, kana="イシカワショウジ")

    assert ask(seller, "/customers/suggest", q=typed) == ["株式会社青木建材"]


def test_what_begins_like_the_word_stands_on_top(ask, seller):
    for name in ("中央青木", "東青木", "青木商店"):
        a_customer(name, recorder=seller)

    assert ask(seller, "/customers/suggest", q="青木")[0] == "青木商店"


def test_hidden_and_retired_customers_are_not_suggested(ask, seller, outsider, now):
    a_customer("青木建材", recorder=seller, audience=an_audience())
    retired = a_customer("青木商店", recorder=seller)
    customers.retire_customer(by=seller, customer=retired, now=now)

    assert ask(outsider, "/customers/suggest", q="青木") == []
    assert ask(seller, "/customers/suggest", q="青木") == ["青木建材"]


def test_at_most_twenty_are_suggested(ask, seller):
    for number in range(25):
        a_customer(f"青木{number}", recorder=seller)

    assert len(ask(seller, "/customers/suggest", q="青木")) == 20


def test_before_anything_is_typed_ones_own_customers_are_offered(ask, seller, colleague):
    a_customer("青木建材", recorder=colleague, staff=[StaffLine(user=seller)])
    a_customer("石川商事", recorder=seller)

    assert ask(seller, "/customers/suggest") == ["青木建材"]


def test_people_and_deals_of_the_chosen_customer_are_offered_before_anything_is_typed(ask, seller, outsider):
    customer = a_customer(recorder=seller, audience=an_audience())
    a_person(customer, "鈴木", recorder=seller)
    deal = {"name": "倉庫の更新", "stage": a_choice("deal_stage"), "audience": Audience.whole_company(), "owner": seller}
    customers.add_deal(by=seller, customer=customer, **deal)

    assert ask(seller, "/people/suggest", customer=str(customer.pk)) == ["鈴木"]
    assert ask(seller, "/deals/suggest", customer=str(customer.pk)) == ["倉庫の更新"]
    assert ask(outsider, "/people/suggest", customer=str(customer.pk)) == []
    assert ask(outsider, "/deals/suggest", customer=str(customer.pk)) == []
    assert ask(outsider, "/deals/suggest", q="倉庫") == ["倉庫の更新"]


def test_a_visible_deal_does_not_name_its_hidden_customer(client, seller, outsider):
    customer = a_customer("秘密商事", recorder=seller, audience=an_audience())
    stage = a_choice("deal_stage")
    customers.add_deal(by=seller, name="倉庫", stage=stage, audience=Audience.whole_company(), owner=seller, customer=customer)
    client.force_login(outsider)

    answer = client.get("/deals/suggest", {"q": "倉庫"})

    assert "秘密" not in answer.content.decode()


def test_audiences_are_put_together_from_units_groups_and_people(ask, cast, seller):
    from crm.actions import staff

    staff.keep_group(by=cast.admin, name="営業改革チーム", members=[seller], today=TODAY)

    found = ask(seller, "/staff/audience", q="営業")

    assert found == [str(cast.sales), "営業改革チーム"]
    assert ask(seller, "/staff/audience", q="河田") == ["河田 誠"]
    assert ask(seller, "/staff/units/suggest", q="長崎") == [str(cast.branch)]
    assert ask(seller, "/staff/suggest", q="河田") == ["河田 誠"]


def test_suggestions_slow_down_whoever_asks_like_a_machine(client, seller, now):
    client.force_login(seller)

    with time_machine.travel(now, tick=False):
        answers = [client.get("/staff/suggest", {"q": "河"}) for _ in range(121)]

    assert [answer.status_code for answer in answers] == [200] * 120 + [429]
    assert answers[-1].headers["Retry-After"] == "60"


def audience_of(typed: str, *parts: str) -> Audience:
    data = QueryDict(mutable=True)
    data["audience"] = typed
    data.setlist("audience_parts", list(parts))
    field = AudienceField()
    return field.clean(field.widget.value_from_datadict(data, {}, "audience"))


def test_an_audience_is_read_back_as_it_was_chosen(cast):
    chosen = audience_of("chosen", f"u{cast.sales.pk}", f"p{cast.outsider.pk}")

    assert chosen == Audience(units=frozenset({cast.sales.pk}), people=frozenset({cast.outsider.pk}))
    assert audience_of("company") == Audience.whole_company()
    assert audience_of("named") == Audience()


@pytest.mark.parametrize("parts", [[], ["u999999"], ["x1"], ["u１"], ["u" + "9" * 40], ["u-1"], ["u1' OR 1=1"]])
@pytest.mark.django_db
def test_an_audience_of_nobody_known_is_refused_and_kept_as_typed(parts):
    from django import forms

    class OneForm(forms.Form):
        audience = AudienceField()

    data = QueryDict(mutable=True)
    data["audience"] = "chosen"
    data.setlist("audience_parts", parts)
    form = OneForm(data)

    assert not form.is_valid()
    assert 'value="chosen" checked' in str(form["audience"])


def test_a_choice_of_customers_renders_only_the_chosen_one(seller, outsider):
    from django import forms

    from crm.doors import look_through

    class OneForm(forms.Form):
        customer = CustomerChoice(required=False)

    customer = a_customer("青木建材", recorder=seller, audience=an_audience())
    a_customer("石川商事", recorder=seller)
    for viewer, seen in ((seller, True), (outsider, False)):
        form = OneForm({"customer": str(customer.pk)})
        look_through(form, viewer)
        assert form.is_valid() is seen
        assert ("青木建材" in str(form["customer"])) is seen
        assert "石川商事" not in str(form["customer"])


def test_departments_assets_and_guests_of_the_chosen_customer_are_offered_to_those_who_see_it(ask, seller, outsider):
    from crm.lines import DepartmentLine
    from crm.models import Asset

    customer = a_customer("青木建材", recorder=seller, audience=an_audience(), departments=[DepartmentLine(name="資材部")])
    a_person(customer, "鈴木", recorder=seller)
    Asset.objects.create(customer=customer, name="複合機", recorder=seller, search_text="複合機")
    key = str(customer.pk)

    for path, text in (("/customers/departments/suggest", "資材部"), ("/assets/suggest", "複合機"), ("/customers/guests/suggest", "鈴木")):
        assert ask(seller, path, customer=key) == [text]
        assert ask(outsider, path, customer=key) == []
        assert ask(seller, path, customer="x") == []
    assert ask(seller, "/customers/departments/suggest", customer=key, q="総務") == []
    assert ask(seller, "/customers/guests/suggest", q="青木") == ["青木建材"]
    assert ask(outsider, "/customers/guests/suggest", q="青木") == ask(outsider, "/assets/suggest", q="複合") == []


def test_options_of_a_list_are_offered_by_its_code(ask, seller):
    a_choice("category", "営業活動")
    a_choice("method", "訪問")

    assert ask(seller, "/choices/suggest", list="category") == ["営業活動"]
    assert ask(seller, "/choices/suggest", list="x") == ask(seller, "/choices/suggest") == []
