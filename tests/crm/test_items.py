"""The company's own items: formulas, values, and the pages and API by which administrators keep them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.actions import customers, items
from crm.audience import Audience
from crm.items import BadFormula, FormulaFault, Type, items_of, read, read_formula, stored
from crm.items.formula import LARGEST
from crm.models import AuditEntry, Choice, Customer, Deal, FieldDefinition
from tests.make import a_choice, a_customer, a_person, an_audience

FORMULAS = (
    st.text(max_size=60) | st.text("ab12+-*/(),<>=. round minifdays×÷（）１", max_size=60) | st.text(max_size=5).map(lambda one: one * 60)
)


def as_(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def an_item(admin: Any, kind: str = "text", target: str = "deal", **fields: Any) -> FieldDefinition:
    code = fields.pop("code", kind)
    return items.add_item(by=admin, target=target, type=kind, code=code, label_ja=fields.pop("label_ja", f"項目 {code}"), **fields)


def a_deal(by: Any, **fields: Any) -> Deal:
    stage = Choice.objects.filter(list__code="deal_stage").first() or a_choice("deal_stage", "商談中", semantic="open")
    return customers.add_deal(by=by, owner=by, stage=stage, **{"name": "更新案件", "audience": Audience.whole_company(), **fields})


def shown(deal: Deal, viewer: Any) -> Deal:
    return Deal.objects.visible_to(viewer).get(pk=deal.pk)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("1+2*3", "7"),
        ("（a－b）×c", "9"),
        ("a/0", None),
        ("if(a >= 5, a, b)", "5"),
        ("if(a <> 5, a, -b)", "-2"),
        ("min(a, b, gone)", "2"),
        ("max(gone)", None),
        ("a + gone", None),
        ("round(a / c, 2)", "1.67"),
        ("round(2.5)", "3"),
        ("days(from_day, to_day) + 1", "31"),
        ("- -a", "5"),
        ("999999999999999 * 999999999999999", None),
    ],
)
def test_a_formula_gives_what_a_pocket_calculator_would(text, result):
    values = {"a": Decimal(5), "b": Decimal(2), "c": Decimal(3), "from_day": date(2026, 11, 1), "to_day": date(2026, 12, 1)}

    assert read_formula(text).value(values) == (None if result is None else Decimal(result))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", FormulaFault.EMPTY),
        ("1 +", FormulaFault.UNREADABLE),
        ("a b", FormulaFault.UNREADABLE),
        ("a.__class__", FormulaFault.UNREADABLE),
        ("__import__('os')", FormulaFault.UNREADABLE),
        ("exec(a)", FormulaFault.NO_SUCH_FUNCTION),
        ("lambda: a", FormulaFault.UNREADABLE),
        ("a ** 99999", FormulaFault.UNREADABLE),
        ("1e999999", FormulaFault.UNREADABLE),
        ("round(a, b)", FormulaFault.ARGUMENTS),
        ("if(a)", FormulaFault.ARGUMENTS),
        ("days(1, a)", FormulaFault.NO_DATE),
        ("(" * 60 + "a" + ")" * 60, FormulaFault.TOO_DEEP),
        ("1+" * 150 + "1", FormulaFault.TOO_LONG),
    ],
)
def test_what_is_no_formula_is_refused_with_a_reason(text, fault):
    with pytest.raises(BadFormula) as refused:
        read_formula(text)

    assert refused.value.fault == fault


@given(FORMULAS, st.dictionaries(st.sampled_from(["a", "b"]), st.decimals(allow_nan=False, allow_infinity=False, places=3)))
@settings(max_examples=400, deadline=None)
def test_a_formula_is_read_or_refused_and_its_result_stays_in_bounds(text, values):
    try:
        formula = read_formula(text)
    except BadFormula:
        return
    result = formula.value(values)

    assert result is None or abs(result) < LARGEST


ROUND_TRIPS = st.one_of(
    st.tuples(st.just("text"), st.text(min_size=1, max_size=50)),
    st.tuples(st.just("integer"), st.integers(-(10**12), 10**12)),
    st.tuples(st.just("decimal"), st.decimals(-(10**12), 10**12, places=3)),
    st.tuples(st.just("date"), st.dates(date(1868, 1, 1), date(2100, 12, 31))),
    st.tuples(st.just("date_time"), st.datetimes(datetime(1868, 1, 2), datetime(2100, 12, 30), timezones=st.just(UTC))),
    st.tuples(st.just("multi_check"), st.lists(st.integers(1, 2**40), min_size=1)),
)


@given(ROUND_TRIPS)
@settings(max_examples=300, deadline=None)
def test_a_value_is_read_as_it_was_stored(pair):
    kind, value = pair
    item = FieldDefinition(type=kind, decimals=3)
    value = value.replace(microsecond=0) if kind == "date_time" else value

    kept = stored(item, value)

    assert read(item, kept) == value


@given(st.sampled_from(Type.values), st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.lists(st.integers(), max_size=3))
@settings(max_examples=300, deadline=None)
def test_whatever_stands_in_a_row_can_be_looked_at(kind, kept):
    read(FieldDefinition(type=kind), kept)


def test_an_administrator_adds_an_item_and_the_form_asks_for_it(admin, seller):
    page = as_(admin).get("/settings/items/deal/new")
    assert "整数" in page.content.decode()
    asked = {"label_ja": "原価", "label_en": "Cost", "unit_label": "円", "required": "on", "placeable": "on", "hint_ja": "税抜で入力"}

    answer = as_(admin).post("/settings/items/deal/new?type=integer", asked)

    item = FieldDefinition.objects.get()
    assert (answer.status_code, item.code, item.place, item.required) == (302, "cost", 10, True)
    form = as_(seller).get("/deals/new").content.decode()
    assert 'name="x_cost"' in form
    assert "税抜で入力" in form
    assert "原価（円）" in form


@pytest.mark.parametrize("code", ["Größe", "1st", "コスト", "a" * 41, "price_from", "price_to", "min", "contains", "in", "a b", "a-b"])
def test_a_code_that_programs_could_not_use_is_refused(admin, code):
    answer = as_(admin).post("/settings/items/deal/new?type=text", {"label_ja": "項目", "code": code})

    assert answer.status_code == 422
    assert not FieldDefinition.objects.exists()


def test_a_code_is_given_once(admin):
    an_item(admin, code="cost")

    answer = as_(admin).post("/settings/items/deal/new?type=text", {"label_ja": "項目", "code": "cost"})

    assert answer.status_code == 422
    assert "すでに使われています" in answer.content.decode()


def test_others_are_kept_out_of_the_settings(admin, seller):
    item = an_item(admin)

    assert as_(seller).get("/settings/items/deal/").status_code == 403
    for way in ("retire", "delete", "restore", "up"):
        assert as_(seller).post(f"/settings/items/deal/{item.pk}/{way}").status_code == 403
    assert as_(admin).get("/settings/items/nowhere/").status_code == 404
    assert as_(admin).get(f"/settings/items/person/{item.pk}/").status_code == 404


def test_items_stand_in_the_order_that_was_dragged_or_stepped(admin):
    first, second, third = (an_item(admin, code=code) for code in ("a", "b", "c"))

    as_(admin).post("/settings/items/deal/order", {"order": f"{third.pk},{first.pk}"})
    assert [row.code for row in items_of("deal").rows] == ["c", "a", "b"]
    as_(admin).post(f"/settings/items/deal/{second.pk}/up")

    assert [row.code for row in items_of("deal").rows] == ["c", "b", "a"]
    foreign = an_item(admin, target="person")
    as_(admin).post("/settings/items/deal/order", {"order": f"{foreign.pk}"})
    assert [row.code for row in items_of("deal").rows] == ["c", "b", "a"]


def test_a_stale_change_of_an_item_is_refused(admin):
    item = an_item(admin)
    items.change_item(by=admin, item=item, version=1, label_ja="先")

    answer = as_(admin).post(f"/settings/items/deal/{item.pk}/", {"version": "1", "label_ja": "後"}, follow=True)

    assert "ほかの人がこの項目を変更しました" in answer.content.decode()
    item.refresh_from_db()
    assert item.label_ja == "先"


def test_an_item_in_use_is_retired_not_deleted_and_stays_readable(admin, seller):
    item = an_item(admin, label_ja="競合")
    deal = a_deal(seller, custom={"text": "ライバル社"})
    client = as_(admin)

    refused = client.post(f"/settings/items/deal/{item.pk}/delete", follow=True)
    assert "1件のデータでこの項目に入力されています" in refused.content.decode()
    client.post(f"/settings/items/deal/{item.pk}/retire")

    assert 'name="x_text"' not in as_(seller).get(f"/deals/{deal.pk}/edit").content.decode()
    assert "ライバル社" in as_(seller).get(f"/deals/{deal.pk}/").content.decode()
    customers.change_deal(by=seller, deal=deal, version=1, custom={}, name="改名")
    assert shown(deal, seller).custom == {"text": "ライバル社"}
    client.post(f"/settings/items/deal/{item.pk}/restore")
    assert 'name="x_text"' in as_(seller).get(f"/deals/{deal.pk}/edit").content.decode()


def test_an_item_that_nobody_filled_can_be_deleted(admin):
    item = an_item(admin)

    as_(admin).post(f"/settings/items/deal/{item.pk}/delete")

    assert not FieldDefinition.objects.exists()
    assert AuditEntry.objects.filter(model="crm.FieldDefinition", verb="delete").exists()


def test_the_type_of_an_item_in_use_is_fixed(admin, seller):
    item = an_item(admin)
    items.change_item(by=admin, item=item, version=1, type="long_text")
    a_deal(seller, custom={"text": "入力済み"})

    with pytest.raises(items.FixedInUse):
        items.change_item(by=admin, item=item, version=2, type="integer")


def test_a_target_has_at_most_a_hundred_items(admin):
    FieldDefinition.objects.bulk_create([FieldDefinition(target="deal", code=f"c{n}", type="text", label_ja=f"{n}") for n in range(100)])

    answer = as_(admin).post("/settings/items/deal/new?type=text", {"label_ja": "百一", "code": "more"})

    assert answer.status_code == 422
    assert "項目は100個までです" in answer.content.decode()


def test_calculated_items_follow_what_was_entered(admin, seller):
    an_item(admin, "integer", code="price")
    an_item(admin, "decimal", code="rate", decimals=3)
    an_item(admin, "check", code="taxed")
    an_item(admin, "calculated", code="net", formula="price * (1 - rate)", decimals=0, unit_label="円")
    an_item(admin, "calculated", code="gross", formula="if(taxed, net * 1.1, net)", decimals=1)

    deal = a_deal(seller, custom={"price": 1000, "rate": "0.125", "taxed": True})
    assert deal.custom == {"price": 1000, "rate": "0.125", "taxed": True, "net": "875", "gross": "962.5"}

    assert 'value="875円"' in as_(seller).get(f"/deals/{deal.pk}/edit").content.decode()

    deal = customers.change_deal(by=seller, deal=deal, version=1, custom={"rate": None})
    assert deal.custom == {"price": 1000, "taxed": True}


def test_a_formula_is_refused_when_it_is_saved(admin):
    an_item(admin, "text", code="words")
    an_item(admin, "date", code="day")
    one = an_item(admin, "calculated", code="one", formula="1")
    an_item(admin, "calculated", code="two", formula="one + 1")
    client = as_(admin)

    for formula, told in {
        "gone + 1": "項目コード gone の項目がありません",
        "words * 2": "数値ではありません",
        "day + 1": "数値ではありません",
        "days(words, day)": "日付項目のコードを2つ",
        "two + 1": "自分自身の結果",
        "one": "自分自身の結果",
        "open(1)": "open という関数はありません",
    }.items():
        answer = client.post(f"/settings/items/deal/{one.pk}/", {"version": "1", "label_ja": "計算", "formula": formula})
        assert (answer.status_code, told in answer.content.decode()) == (422, True), formula
    refused = client.post(f"/settings/items/deal/{one.pk}/retire", follow=True)
    assert "次の計算項目で使われています" in refused.content.decode()


def test_every_type_goes_through_the_form_and_is_read_on_the_page(admin, seller, boss):
    high = a_choice("warmth", "高")
    low = a_choice("warmth", "低")
    person = a_person(a_customer("西山工業", recorder=seller), "大野", recorder=seller)
    for kind in ("text", "long_text", "integer", "decimal", "date", "date_time", "check", "customer", "person", "employee"):
        an_item(admin, kind, unit_label="円" if kind == "integer" else "")
    for kind in ("list", "multi_check"):
        an_item(admin, kind, choice_list=high.list)
    stage = a_choice("deal_stage", "商談中", semantic="open")
    sent = {
        "name": "全部", "owner": seller.pk, "stage": stage.pk, "audience": "company", "x_text": "一行 😀", "x_long_text": "二\r\n行",
        "x_integer": "１２，３００", "x_decimal": "12.5", "x_date": "令和8年11月20日", "x_date_time_0": "2026/11/20", "x_date_time_1": "905",
        "x_check": "on", "x_list": high.pk, "x_multi_check": [low.pk, high.pk], "x_customer": str(person.customer_id),
        "x_person": str(person.pk), "x_employee": boss.pk,
    }  # fmt: skip

    answer = as_(seller).post("/deals/new", sent)

    assert answer.status_code == 302
    deal = Deal.objects.visible_to(seller).get()
    assert deal.custom == {
        "text": "一行 😀", "long_text": "二\n行", "integer": 12300, "decimal": "12.50", "date": "2026-11-20",
        "date_time": "2026-11-20T00:05:00+00:00", "check": True, "list": high.pk, "multi_check": [low.pk, high.pk],
        "customer": str(person.customer_id), "person": str(person.pk), "employee": boss.pk,
    }  # fmt: skip
    page = as_(seller).get(answer.headers["Location"]).content.decode()
    for words in ("一行 😀", "12,300円", "12.50", "2026/11/20", "09:05", "はい", "低、高", "西山工業", "大野", "田中 部長"):
        assert words in page
    form = as_(seller).get(f"{answer.headers['Location']}edit").content.decode()
    for words in ('value="12,300"', 'value="12.50"', 'value="09:05"', "西山工業"):
        assert words in form
    assert as_(seller).get("/deals/?q=一行").content.decode().count("全部")


@pytest.mark.parametrize(
    ("kind", "typed", "told"),
    [
        ("text", "あ" * 201, "200文字"),
        ("integer", "1000000000001", "以下"),
        ("integer", "1.5", "整数"),
        ("integer", "九百", "数"),
        ("decimal", "1.234", "小数"),
        ("date", "2026/02/30", "存在しない日付"),
        ("list", "999999", "見つかりません"),
        ("customer", "11111111-1111-4111-8111-111111111111", "見つかりません"),
        ("employee", "9" * 30, "見つかりません"),
    ],
)
def test_what_does_not_fit_is_told_and_nothing_typed_is_lost(admin, seller, kind, typed, told):
    choice = a_choice("warmth")
    an_item(admin, kind, choice_list=choice.list)
    stage = a_choice("deal_stage", "商談中", semantic="open")

    answer = as_(seller).post(
        "/deals/new", {"name": "案件", "owner": seller.pk, "stage": stage.pk, "audience": "company", f"x_{kind}": typed}
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert told in page
    assert typed in page or kind in ("list", "customer", "employee")


def test_what_is_required_is_asked_for_and_a_default_stands_at_the_beginning(admin, seller):
    an_item(admin, "integer", code="cost", required=True)
    an_item(admin, "text", code="place", default="未定")
    an_item(admin, "text", code="fixed", read_only=True, default="決まり")
    an_item(admin, "text", code="elsewhere", placeable=False)
    stage = a_choice("deal_stage", "商談中", semantic="open")
    blank = as_(seller).get("/deals/new").content.decode()
    assert 'value="未定"' in blank
    assert "x_elsewhere" not in blank

    sent = {"name": "案件", "owner": seller.pk, "stage": stage.pk, "audience": "company", "x_fixed": "変えた", "x_elsewhere": "差し込み"}
    assert as_(seller).post("/deals/new", sent).status_code == 422
    assert as_(seller).post("/deals/new", sent | {"x_cost": "0"}).status_code == 302

    assert Deal.objects.visible_to(seller).get().custom == {"cost": 0, "fixed": "決まり"}


def test_a_hidden_customer_in_an_item_is_nowhere_and_stays(admin, seller, outsider):
    hidden = a_customer("極秘商会", recorder=seller, audience=an_audience())
    an_item(admin, "customer", code="dealer")
    deal = a_deal(seller, custom={"dealer": str(hidden.pk)})
    other = as_(outsider)

    for address in (f"/deals/{deal.pk}/", f"/deals/{deal.pk}/edit"):
        page = other.get(address).content.decode()
        assert "極秘商会" not in page
        assert str(hidden.pk) not in page
    stage = deal.stage_id
    sent = {"version": "1", "name": "改名", "owner": seller.pk, "stage": stage, "x_dealer": ""}
    assert other.post(f"/deals/{deal.pk}/edit", sent).status_code == 302
    assert shown(deal, seller).custom == {"dealer": str(hidden.pk)}
    taken = other.post(f"/deals/{deal.pk}/edit", sent | {"version": "2", "x_dealer": str(hidden.pk)})
    unknown = other.post(f"/deals/{deal.pk}/edit", sent | {"version": "2", "x_dealer": "11111111-1111-4111-8111-111111111111"})
    assert (taken.status_code, unknown.status_code) == (422, 422)
    own = as_(seller).post(f"/deals/{deal.pk}/edit", sent | {"version": "2", "audience": "company"})
    assert own.status_code == 302
    assert shown(deal, seller).custom == {}


def test_the_journal_keeps_each_item_by_its_code(admin, seller):
    an_item(admin, "integer", code="cost")
    an_item(admin, "text", code="place")
    deal = a_deal(seller, custom={"cost": 1, "place": "長崎"})

    customers.change_deal(by=seller, deal=deal, version=1, custom={"cost": 2})

    entry = AuditEntry.objects.filter(model="crm.Deal", verb="change").get()
    assert (entry.before, entry.after) == ({"custom.cost": 1}, {"custom.cost": 2})


def test_customers_and_people_bear_items_too(admin, seller):
    an_item(admin, "integer", target="customer", code="staff")
    an_item(admin, "text", target="person", code="hobby")
    client = as_(seller)
    lines = {f"{name}-{key}": "0" for name in ("phones", "addresses", "departments", "staff") for key in ("TOTAL_FORMS", "INITIAL_FORMS")}

    made = client.post(
        "/customers/new", {"name": "青木", "type": "corporate", "kind": "customer", "audience": "company", "x_staff": "120", **lines}
    )
    customer = Customer.objects.visible_to(seller).get()
    met = client.post("/people/new", {"customer": customer.pk, "family_name": "鈴木", "x_hobby": "つり"})

    assert (made.status_code, met.status_code) == (302, 302)
    assert customer.custom == {"staff": 120}
    assert "120" in client.get(f"/customers/{customer.pk}/").content.decode()
    assert "つり" in client.get(met.headers["Location"]).content.decode()
    assert "鈴木" in client.get("/people/?q=つり").content.decode()


def test_page_and_form_cost_few_queries_with_twenty_people_named(admin, seller, django_assert_max_num_queries):
    person = a_person(a_customer(recorder=seller), recorder=seller)
    for number in range(20):
        an_item(admin, "person", code=f"p{number}")
    deal = a_deal(seller, custom={f"p{number}": str(person.pk) for number in range(20)})
    client = as_(seller)
    client.get("/deals/")

    with django_assert_max_num_queries(14):
        client.get(f"/deals/{deal.pk}/")
    with django_assert_max_num_queries(14):
        client.get(f"/deals/{deal.pk}/edit")


def test_items_retired_at_once_by_two_are_retired_once(admin):
    item = an_item(admin)
    items.retire_item(by=admin, item=item, now=timezone.now())
    items.retire_item(by=admin, item=item, now=timezone.now())

    assert AuditEntry.objects.filter(model="crm.FieldDefinition", verb="retire").count() == 1
