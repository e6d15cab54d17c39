from __future__ import annotations

import pytest

from crm.actions import IdTaken, NotAllowed, PersonElsewhere, StaleVersion, customers
from crm.actions.customers import AddressLine, CodeTaken, DepartmentElsewhere, DepartmentLine, PhoneLine, StaffLine
from crm.audience import Audience
from crm.models import AuditEntry, Customer, CustomerPhone, Deal, Outbox, Person, uuid7
from tests.make import a_choice, a_customer, a_person, an_audience


def test_a_new_customer_gets_a_running_code_and_is_found_by_name_reading_and_phone(seller):
    customer = a_customer("青木建材", recorder=seller, kana="アオキケンザイ", phones=[PhoneLine(number="０３-１２３４-５６７８ 内線12")])

    assert customer.code.startswith("T")
    assert customer.kana_row == "あ"
    for word in ("青木", "アオキ", "0312345678", customer.code.lower()):
        assert customer in Customer.objects.visible_to(seller).matching([word])
    phone = CustomerPhone.objects.visible_to(seller).get(customer=customer)
    assert (phone.number, phone.digits, phone.extension) == ("03-1234-5678", "0312345678", "12")


def test_a_second_send_from_the_same_device_changes_nothing(seller, colleague):
    uid = uuid7()
    first = a_customer("青木建材", recorder=seller, customer_id=uid)

    again = a_customer("別の名", recorder=seller, customer_id=uid)

    assert again == first
    assert again.name == "青木建材"
    with pytest.raises(IdTaken):
        a_customer("横取り", recorder=colleague, customer_id=uid)


def test_a_code_is_used_once_in_the_whole_company(seller, colleague):
    a_customer("青木建材", recorder=seller, code="10020", audience=an_audience())

    with pytest.raises(CodeTaken):
        a_customer("石川商事", recorder=colleague, code="10020")


def test_two_people_changing_one_customer_do_not_overwrite_each_other(seller, colleague):
    customer = a_customer(recorder=seller)
    customers.change_customer(by=colleague, customer=customer, version=1, note="先に書いた")

    with pytest.raises(StaleVersion) as stale:
        customers.change_customer(by=seller, customer=customer, version=1, note="後から書いた")

    assert stale.value.current.note == "先に書いた"


def test_departments_keep_their_people_when_the_list_is_saved_again(seller):
    customer = a_customer(recorder=seller, departments=[DepartmentLine(name="購買部")])
    department = customer.departments.get()
    person = a_person(customer, recorder=seller, department=department)

    customers.change_customer(
        by=seller,
        customer=customer,
        version=1,
        departments=[DepartmentLine(name="経理部"), DepartmentLine(id=department.pk, name="調達部")],
    )

    assert [row.name for row in customer.departments.order_by("place")] == ["経理部", "調達部"]
    assert Person.objects.visible_to(seller).get(pk=person.pk).department_id == department.pk


def test_staff_in_charge_read_a_customer_that_is_shown_to_nobody_else(seller, colleague, outsider):
    customer = a_customer(recorder=seller, audience=an_audience(), staff=[StaffLine(user=colleague)])

    assert customer in Customer.objects.visible_to(colleague)
    assert customer not in Customer.objects.visible_to(outsider)
    customers.change_customer(by=seller, customer=customer, version=1, staff=[])
    assert customer not in Customer.objects.visible_to(colleague)


def test_the_journal_keeps_what_a_change_replaced(seller):
    customer = a_customer(recorder=seller, addresses=[AddressLine(postal_code="850-0001", prefecture="長崎県")])

    customers.change_customer(by=seller, customer=customer, version=1, note="新しい", addresses=[])

    entry = AuditEntry.objects.get(verb="change", object_id=str(customer.pk))
    assert entry.before == {"note": "", "addresses": ["850-0001 長崎県"]}
    assert entry.after == {"note": "新しい", "addresses": []}


def test_a_retired_customer_leaves_the_lists_and_can_come_back(seller, now):
    customer = a_customer(recorder=seller)

    customers.retire_customer(by=seller, customer=customer, now=now)
    customers.retire_customer(by=seller, customer=customer, now=now)
    assert not Customer.objects.visible_to(seller).active().exists()

    customers.restore_customer(by=seller, customer=customer, now=now)
    assert Customer.objects.visible_to(seller).active().get().version == 3


def test_a_person_sits_in_a_department_of_the_own_customer_only(seller):
    elsewhere = a_customer("石川商事", recorder=seller, departments=[DepartmentLine(name="購買部")])
    customer = a_customer(recorder=seller)

    with pytest.raises(DepartmentElsewhere):
        a_person(customer, recorder=seller, department=elsewhere.departments.get())


def test_a_person_who_changes_firms_leaves_the_department_behind(seller):
    customer = a_customer(recorder=seller, departments=[DepartmentLine(name="購買部")])
    person = a_person(customer, recorder=seller, department=customer.departments.get())

    moved = customers.change_person(by=seller, person=person, version=1, customer=a_customer("石川商事", recorder=seller))

    assert moved.department_id is None


def test_both_firms_of_a_person_who_changes_firms_are_told_of(seller):
    left, joined = a_customer(recorder=seller), a_customer("石川商事", recorder=seller)

    customers.change_person(by=seller, person=a_person(left, recorder=seller), version=1, customer=joined)

    told = Outbox.objects.filter(topic="customer.changed").values_list("key", flat=True)
    assert set(told) == {str(left.pk), str(joined.pk)}


def test_a_parent_company_that_the_editor_cannot_see_stays(seller, outsider):
    hidden = a_customer("秘密商事", recorder=seller, audience=an_audience())
    branch = a_customer("秘密商事 福岡", recorder=seller, parent=hidden)

    kept = customers.change_customer(by=outsider, customer=branch, version=1, parent=None, note="直した")
    emptied = customers.change_customer(by=seller, customer=branch, version=2, parent=None)

    assert (kept.parent_id, kept.note) == (hidden.pk, "直した")
    assert emptied.parent_id is None


@pytest.fixture
def hiding(seller) -> Deal:
    """A deal that everybody reads, about a customer and a person whom only the seller does."""
    hidden = a_customer("秘密商事", recorder=seller, audience=an_audience())
    return customers.add_deal(
        by=seller,
        name="倉庫の更新",
        stage=a_choice("deal_stage"),
        audience=Audience.whole_company(),
        owner=seller,
        customer=hidden,
        person=a_person(hidden, recorder=seller),
    )


def test_a_customer_and_a_person_that_the_editor_of_a_deal_cannot_see_stay(hiding, seller, outsider):
    kept = customers.change_deal(by=outsider, deal=hiding, version=1, name="新しい名", customer=None, person=None)
    emptied = customers.change_deal(by=seller, deal=hiding, version=2, customer=None, person=None)

    assert (kept.name, kept.customer_id, kept.person_id) == ("新しい名", hiding.customer_id, hiding.person_id)
    assert (emptied.customer_id, emptied.person_id) == (None, None)


def test_a_hidden_person_leaves_a_deal_together_with_the_hidden_customer(hiding, outsider):
    other = a_customer("石川商事", recorder=outsider)

    changed = customers.change_deal(by=outsider, deal=hiding, version=1, customer=other)

    assert (changed.customer_id, changed.person_id) == (other.pk, None)


def test_a_person_in_plain_view_is_not_dropped_from_a_deal_in_silence(hiding, seller):
    with pytest.raises(PersonElsewhere):
        customers.change_deal(by=seller, deal=hiding, version=1, customer=a_customer("石川商事", recorder=seller))


def test_a_deal_moves_on_though_its_person_has_changed_firms(hiding, seller):
    customers.change_person(by=seller, person=hiding.person, version=1, customer=a_customer("石川商事", recorder=seller))

    changed = customers.change_deal(by=seller, deal=hiding, version=1, stage=a_choice("deal_stage"))

    assert changed.person_id == hiding.person_id


def test_who_sees_a_deal_is_for_its_named_people_and_administrators_to_say(hiding, seller, outsider, admin):
    same = customers.change_deal(by=outsider, deal=hiding, version=1, note="直した", audience=Audience.whole_company())
    with pytest.raises(NotAllowed):
        customers.change_deal(by=outsider, deal=hiding, version=2, owner=outsider, audience=an_audience())

    narrowed = customers.change_deal(by=admin, deal=same, version=2, audience=an_audience(people=(admin,)))
    widened = customers.change_deal(by=seller, deal=narrowed, version=3, audience=Audience.whole_company())

    assert Audience.of(narrowed.scope) == an_audience(people=(admin,))
    assert Audience.of(widened.scope).company


def test_who_sees_a_customer_is_for_its_staff_in_charge_too(seller, colleague, outsider):
    customer = a_customer(recorder=seller, staff=[StaffLine(user=colleague)])
    with pytest.raises(NotAllowed):
        customers.change_customer(by=outsider, customer=customer, version=1, staff=[StaffLine(user=outsider)], audience=an_audience())

    narrowed = customers.change_customer(by=colleague, customer=customer, version=1, audience=an_audience())

    assert not Customer.objects.visible_to(outsider).exists()
    assert narrowed in Customer.objects.visible_to(colleague)


def test_a_deal_is_about_a_person_of_its_own_customer(seller):
    stage = a_choice("deal_stage")
    elsewhere = a_person(a_customer("石川商事", recorder=seller), recorder=seller)

    with pytest.raises(PersonElsewhere):
        customers.add_deal(
            by=seller,
            name="倉庫の更新",
            stage=stage,
            audience=Audience.whole_company(),
            owner=seller,
            customer=a_customer(recorder=seller),
            person=elsewhere,
        )


def test_a_deal_handed_over_is_read_by_its_new_owner(seller, colleague):
    deal = customers.add_deal(by=seller, name="倉庫の更新", stage=a_choice("deal_stage"), audience=an_audience(), owner=seller)

    changed = customers.change_deal(by=seller, deal=deal, version=1, owner=colleague, amount_yen=1_200_000)

    assert changed in type(deal).objects.visible_to(colleague)
    assert changed.version == 2
