from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.models import ContactPoint
from crm import choiceuse
from crm.actions import choices as act
from crm.models import AuditEntry, Choice, ChoiceList, FieldDefinition, Outbox
from crm.outbox import keep
from tests.contacts.given import a_contact, a_form
from tests.make import a_choice, a_customer, an_audience


@pytest.fixture
def as_admin(client, admin):
    client.force_login(admin)
    return client


def a_two_level_list() -> tuple[Choice, Choice, Choice]:
    """商談 with 価格 below it, and 保守 beside it."""
    upper, other = a_choice("category", "商談", place=10), a_choice("category", "保守", place=20)
    ChoiceList.objects.filter(code="category").update(levels=2)
    lower = a_choice("category", "価格", parent=upper, place=30)
    return (
        Choice.objects.get(pk=upper.pk),
        Choice.objects.get(pk=other.pk),
        Choice.objects.select_related("list", "parent").get(pk=lower.pk),
    )


def read(pk: Any) -> ContactPoint:
    return ContactPoint.objects.for_the_house("test").get(pk=pk)


def many(list_code: str, count: int, **fields: Any) -> list[Choice]:
    of, _new = ChoiceList.objects.get_or_create(code=list_code, defaults={"name_ja": list_code, "name_en": list_code})
    rows = [
        Choice(list=of, code=f"m{number}", name_ja=f"項目{number:05d}", name_en=f"Item {number:05d}", place=number * 10, **fields)
        for number in range(1, count + 1)
    ]
    return Choice.objects.bulk_create(rows)


def test_a_merge_repoints_every_row_of_the_house_and_is_found_by_the_new_word(seller, admin, now):
    phone, call = a_choice("summary", "架電", place=10), a_choice("summary", "電話連絡", place=20)
    hidden = a_contact(seller, now, summary=phone, audience=an_audience())
    draft = a_contact(seller, now, summary=phone, draft=True)

    moved = act.merge_choice(by=admin, choice=phone, into=call, now=now)
    keep(now=now)

    assert moved == {"contacts.ContactPoint.summary": 2}
    for contact in (hidden, draft):
        row = read(contact.pk)
        assert row.summary_id == call.pk
        assert "電話連絡" in row.search_text
        assert "架電" not in row.search_text
    phone.refresh_from_db()
    assert (phone.merged_into_id, phone.retired_at) == (call.pk, now)
    assert AuditEntry.objects.get(verb="merge").after["rows"] == moved


def test_every_foreign_key_to_choices_takes_part_in_a_merge():
    found = {f"{model._meta.label}.{name}" for model, name in choiceuse.columns()}

    assert {"contacts.ContactPoint.method", "schedule.Appointment.category2", "crm.Deal.stage", "crm.Choice.parent"} <= found
    assert "crm.Choice.merged_into" not in found


def test_merging_an_upper_choice_takes_those_below_it_along(seller, admin, now):
    upper, other, lower = a_two_level_list()
    contact = a_contact(seller, now, category1=upper, category2=lower)

    act.merge_choice(by=admin, choice=upper, into=other, now=now)

    row = read(contact.pk)
    assert (row.category1_id, row.category2_id) == (other.pk, lower.pk)
    assert Choice.objects.get(pk=lower.pk).parent_id == other.pk


def test_merging_below_another_upper_choice_moves_both_levels_of_a_record(seller, admin, now):
    upper, other, lower = a_two_level_list()
    target = a_choice("category", "見積", parent=other)
    contact = a_contact(seller, now, category1=upper, category2=lower)

    act.merge_choice(by=admin, choice=lower, into=Choice.objects.get(pk=target.pk), now=now)

    row = read(contact.pk)
    assert (row.category1_id, row.category2_id) == (other.pk, target.pk)


def test_a_choice_moved_below_another_keeps_its_records_together(seller, admin, now):
    upper, other, lower = a_two_level_list()
    contact = a_contact(seller, now, category1=upper, category2=lower)

    act.change_choice(by=admin, choice=lower, name_ja="価格", name_en="Price", parent=other)

    row = read(contact.pk)
    assert (row.category1_id, row.category2_id) == (other.pk, lower.pk)


def test_what_cannot_be_merged_is_refused(admin, now):
    upper, other, lower = a_two_level_list()
    elsewhere, gone = a_choice("summary"), a_choice("category", retired_at=now)

    for choice, into in ((upper, upper), (upper, lower), (lower, upper), (upper, elsewhere), (upper, gone)):
        with pytest.raises(act.NotMergeable):
            act.merge_choice(by=admin, choice=choice, into=into, now=now)
    act.merge_choice(by=admin, choice=upper, into=other, now=now)
    with pytest.raises(act.NotMergeable):
        act.merge_choice(by=admin, choice=upper, into=gone, now=now)


def test_a_list_keeps_one_choice_of_each_meaning(admin, now):
    won, open_ = a_choice("deal_stage", "受注", semantic="won"), a_choice("deal_stage", "商談中", semantic="open")

    with pytest.raises(act.StillNeeded):
        act.merge_choice(by=admin, choice=won, into=open_, now=now)
    with pytest.raises(act.StillNeeded):
        act.delete_choice(by=admin, choice=won)
    second = a_choice("deal_stage", "成約", semantic="won")
    act.merge_choice(by=admin, choice=won, into=second, now=now)


def test_values_of_own_items_follow_a_merge(seller, admin, now):
    old, new = a_choice("colour", "紅"), a_choice("colour", "赤")
    for code, kind in (("one", "list"), ("several", "multi_check")):
        FieldDefinition.objects.create(
            target="contact",
            code=code,
            type=kind,
            label_ja=code,
            label_en=code,
            choice_list=old.list,
            default=old.pk if kind == "list" else None,
        )
    contact = a_contact(seller, now)
    ContactPoint.objects.for_the_house("test").filter(pk=contact.pk).update(custom={"one": old.pk, "several": [old.pk, new.pk]})

    assert [use.count for use in choiceuse.uses(old)] == [2]
    act.merge_choice(by=admin, choice=old, into=new, now=now)
    keep(now=now)

    assert read(contact.pk).custom == {"one": new.pk, "several": [new.pk]}
    assert FieldDefinition.objects.get(code="one").default == new.pk
    assert not choiceuse.uses(old)


def test_only_what_was_never_used_is_deleted(as_admin, seller, now):
    used, unused = a_choice("method", "訪問"), a_choice("method", "電報")
    a_contact(seller, now, method=used)

    assert as_admin.get(f"/settings/choices/method/{used.pk}/").context["unused"] is False
    as_admin.post(f"/settings/choices/method/{used.pk}/delete")
    as_admin.post(f"/settings/choices/method/{unused.pk}/delete")

    assert [str(row) for row in Choice.objects.of("method")] == ["訪問"]


def test_the_page_says_how_much_a_merge_changes_before_it_happens(as_admin, seller, now):
    old, new = a_choice("method", "TEL"), a_choice("method", "電話")
    for _number in range(3):
        a_contact(seller, now, method=old, audience=an_audience())

    asked = as_admin.get(f"/settings/choices/method/{old.pk}/merge", {"into": new.pk})
    assert [(use.label, use.shown) for use in asked.context["used"]] == [("接点記録", 3)]
    assert Choice.objects.get(pk=old.pk).retired_at is None

    as_admin.post(f"/settings/choices/method/{old.pk}/merge", {"into": new.pk})
    assert Choice.objects.get(pk=old.pk).merged_into_id == new.pk


@pytest.mark.parametrize("into", ["", "x", "０", "99999999999999999999", "1\0"])
def test_a_wrong_target_of_a_merge_is_told(as_admin, into):
    old = a_choice("method")

    answer = as_admin.post(f"/settings/choices/method/{old.pk}/merge", {"into": into})

    assert answer.status_code == 422
    assert answer.context["form"].errors["into"]


def test_uses_are_counted_with_one_query_up_to_a_cap(seller, now, monkeypatch):
    choice = a_choice("method")
    a_contact(seller, now, method=choice)
    monkeypatch.setattr(choiceuse, "COUNT_CAP", 0)

    with CaptureQueriesContext(connection) as queries:
        (use,) = choiceuse.uses(choice)

    assert (use.shown, use.is_capped) == (0, True)
    assert len(queries) == 2  # the items of the list, and the counts


def test_a_name_stands_once_at_its_place(as_admin):
    a_choice("method", "訪問")

    answer = as_admin.post("/settings/choices/method/", {"name_ja": "訪問", "name_en": "Visit"})

    assert answer.status_code == 422
    assert answer.context["form"]["name_ja"].errors
    assert answer.context["form"]["name_en"].value() == "Visit"


def test_ordering_some_leaves_the_others_where_they_are(admin):
    first, second, third, fourth = (a_choice("method", name, place=place) for place, name in enumerate("一二三四", start=1))

    act.reorder_choices(by=admin, of=first.list, order=[third.pk, second.pk])
    assert [str(row) for row in Choice.objects.of("method").in_order()] == ["一", "三", "二", "四"]
    act.move_choice(by=admin, choice=fourth, steps=act.STEPS["first"])
    assert [str(row) for row in Choice.objects.of("method").in_order()] == ["四", "一", "三", "二"]


def test_choices_that_share_a_place_are_spread_first(admin):
    rows = [a_choice("method", name) for name in "一二三四"]

    act.move_choice(by=admin, choice=rows[2], steps=-1)

    assert [str(row) for row in Choice.objects.of("method").in_order()] == ["一", "三", "二", "四"]


def test_a_drag_answers_a_script_without_a_page(as_admin):
    rows = [a_choice("method", place=place) for place in range(2)]
    order = f"{rows[1].pk},{rows[0].pk}"

    assert as_admin.post("/settings/choices/method/order", {"order": order}, headers={"HX-Request": "true"}).status_code == 204
    assert as_admin.post("/settings/choices/method/order", {"order": "1,999999"}, headers={"HX-Request": "true"}).status_code == 409
    assert list(Choice.objects.of("method").in_order()) == rows[::-1]


def test_a_list_of_ten_thousand_is_paged_and_searched(as_admin):
    many("product", 10_000)

    with CaptureQueriesContext(connection) as queries:
        page = as_admin.get("/settings/choices/product/")
    assert len(queries) <= 12
    assert len(page.context["levels"]) == 50
    following = as_admin.get("/settings/choices/product/", {"after": page.context["shown"].page.older})
    assert str(following.context["levels"][0][0]) == "項目00051"
    found = as_admin.get("/settings/choices/product/", {"q": "項目 ０９９９９"})
    assert [str(row) for row, _below in found.context["levels"]] == ["項目09999"]


def test_the_second_level_of_a_long_list_has_pages_of_its_own(as_admin):
    upper = a_choice("area", "関東")
    ChoiceList.objects.filter(code="area").update(levels=2)
    many("area", 300, parent=upper)

    page = as_admin.get("/settings/choices/area/")
    assert [(str(row), row.lower) for row, _below in page.context["levels"]] == [("関東", 300)]
    below = as_admin.get("/settings/choices/area/", {"below": upper.pk})
    assert len(below.context["levels"]) == 50


def test_the_record_form_opens_with_ten_thousand_choices(client, seller):
    many("summary", 10_000)
    a_choice("method", "訪問")
    client.force_login(seller)

    with CaptureQueriesContext(connection) as queries:
        page = client.get("/contacts/new")

    assert len([one for one in queries if one["sql"].startswith("SELECT")]) <= 15
    assert "項目09999" not in page.content.decode()
    assert "list=summary" in str(page.context["form"].fields["summary"].widget.attrs["data-remote"])
    answer = client.get(f"{page.context['form'].fields['summary'].widget.attrs['data-remote']}&q=09999")
    assert [one["text"] for one in answer.json()["results"]] == ["項目09999"]


def test_what_was_typed_ahead_is_saved_and_shown(client, seller):
    rows = many("summary", 100)
    client.force_login(seller)

    client.post("/contacts/new", a_form(summary=rows[-1].pk))

    contact = ContactPoint.objects.visible_to(seller).get()
    assert contact.summary_id == rows[-1].pk
    assert "項目00100" in client.get(f"/contacts/{contact.pk}/edit").content.decode()
    refused = client.post("/contacts/new", a_form(summary=rows[-1].pk + 1000))
    assert refused.context["form"].errors["summary"]


def test_an_old_page_may_still_name_what_was_merged(client, seller, admin, now):
    old, new = a_choice("method", "TEL"), a_choice("method", "電話")
    act.merge_choice(by=admin, choice=old, into=new, now=now)
    client.force_login(seller)

    client.post("/contacts/new", a_form(method=old.pk))

    assert ContactPoint.objects.visible_to(seller).get().method_id == new.pk


def test_a_new_word_reaches_the_search_of_all_records_in_batches(seller, admin, now, monkeypatch):
    monkeypatch.setattr("contacts.actions.rewording.BATCH", 2)
    word = a_choice("summary", "うちあわせ")
    contacts = [a_contact(seller, now, summary=word) for _number in range(5)]

    act.change_choice(by=admin, choice=word, name_ja="打合せ", name_en="Meeting")
    for _sweep in range(4):
        keep(now=now)

    assert all("打合" in read(contact.pk).search_text for contact in contacts)
    assert not Outbox.objects.filter(done_at=None).exists()


class TestApi:
    def test_lists_are_read_by_everybody(self, client, seller):
        a_choice("method", "訪問")
        client.force_login(seller)

        (row,) = client.get("/api/v1/choice-lists/").json()["results"]
        assert (row["code"], row["offered"]) == ("method", 1)
        assert client.post("/api/v1/choices/", {"list": "method", "name_ja": "x", "name_en": "x"}, "application/json").status_code == 403

    def test_administrators_write(self, as_admin, now, seller):
        old = a_choice("method", "訪問")
        made = as_admin.post("/api/v1/choices/", {"list": "method", "name_ja": "電話", "name_en": "Call"}, "application/json")
        assert made.status_code == 201
        key = made.json()["id"]

        changed = as_admin.patch(f"/api/v1/choices/{key}/", {"name_ja": "架電"}, "application/json").json()
        assert (changed["name_ja"], changed["name_en"], changed["code"]) == ("架電", "Call", "call")
        merged = as_admin.post(f"/api/v1/choices/{old.pk}/merge/", {"into": key}, "application/json").json()
        assert merged["merged_into"] == key
        assert as_admin.post(f"/api/v1/choices/{key}/retire/").json()["retired_at"]
        assert as_admin.delete(f"/api/v1/choices/{key}/").status_code == 409
        a_contact(seller, now)

    @pytest.mark.parametrize(
        "body",
        [
            {"list": "nowhere", "name_ja": "x", "name_en": "x"},
            {"list": 5, "name_ja": "x", "name_en": "x"},
            {"list": "method", "name_ja": "x\0", "name_en": "x"},
            {"list": "method", "name_ja": "x" * 81, "name_en": "x"},
            {"list": "method", "name_ja": "x", "name_en": "x", "parent": 2**70},
            {"list": "method", "name_ja": "x", "name_en": "x", "semantic": "own"},
            {"list": "method", "name_ja": "訪問", "name_en": "x"},
        ],
    )
    def test_nonsense_is_told(self, as_admin, body):
        a_choice("method", "訪問")

        answer = as_admin.post("/api/v1/choices/", body, "application/json")

        assert answer.status_code == 400
        assert answer.json()["error"]["message"]


def test_only_administrators_reach_the_settings(client, seller):
    choice = a_choice("method")
    client.force_login(seller)

    for path in ("", f"{choice.pk}/", f"{choice.pk}/merge"):
        assert client.get(f"/settings/choices/method/{path}").status_code == 403
    for deed in ("merge", "delete", "retire", "first"):
        assert client.post(f"/settings/choices/method/{choice.pk}/{deed}").status_code == 403


def test_a_customer_with_a_merged_rank_is_offered_the_new_one(client, seller, admin, now):
    old, new = a_choice("rank", "甲"), a_choice("rank", "A")
    customer = a_customer(recorder=seller, rank=old)
    act.merge_choice(by=admin, choice=old, into=new, now=now)
    client.force_login(seller)

    assert client.get(f"/customers/{customer.pk}/edit").context["form"]["rank"].value() == new.pk
