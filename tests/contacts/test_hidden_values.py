"""What a person may not see is not written into a form, does not stop it, and does not make two texts pass for the same."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from contacts.actions import change_contact
from contacts.actions.unsaved import keep_unsaved
from contacts.models import ContactPoint
from crm.actions import assets, customers, staff
from crm.actions.layouts import save_layout
from crm.items import forget_items
from crm.layout import Layout
from crm.models import CustomerDepartment, Deal, FieldDefinition, Person
from schedule.actions import cancel
from schedule.models import Appointment
from tests.conftest import Cast
from tests.contacts.given import a_contact, a_form, a_next, an_entry
from tests.contacts.test_quick import planned, sent_of
from tests.contacts.uploads import a_file
from tests.make import TODAY, a_choice, a_customer, a_person, a_user, an_audience

pytestmark = pytest.mark.django_db
SHORT: dict[str, Any] = {"main": [["date"], ["content"]], "side": [["audience"]], "foot": []}
NO_IDS = ["\0", "９９９", "-1", "2100/12/31"]
HERE = ContactPoint.objects.for_the_house("test")


@pytest.fixture
def hidden_deal(cast: Cast) -> Deal:
    return customers.add_deal(by=cast.boss, name="極秘の商談", stage=a_choice("stage"), audience=an_audience(), owner=cast.boss)


@pytest.fixture
def short(cast: Cast) -> None:
    for target in ("contact", "appointment"):
        areas = SHORT if target == "contact" else {**SHORT, "main": [["when"], ["content"]]}
        save_layout(by=cast.admin, target=target, device="wide", layout=Layout(areas, frozenset()), version=0)


def carried(page: Any) -> dict[str, list[str]]:
    data: dict[str, list[str]] = {}
    for name, value in page.context["form"].carried():
        data.setdefault(name, []).append(value)
    return data


def edit(contact: ContactPoint) -> str:
    return reverse("contacts:edit", args=[contact.pk])


def stands(contact: ContactPoint) -> ContactPoint:
    return HERE.get(pk=contact.pk)


# -- written into no form --


def test_an_appointment_with_a_hidden_deal_becomes_a_record(client: Client, cast: Cast, hidden_deal: Deal, now: datetime) -> None:
    one = planned(cast, now - timedelta(hours=2), now, summary_note="昼")
    Appointment.objects.for_the_house("test").filter(pk=one.pk).update(deal=hidden_deal)
    client.force_login(cast.seller)
    blank = client.get(reverse("contacts:quick"))

    begun = client.get(reverse("contacts:quick"), {"appointment": str(one.pk)})
    tapped = client.post(reverse("contacts:quick"), sent_of(blank, pick=f"a:{one.pk}"))

    for page in (begun, tapped):
        assert page.status_code == 200
        assert str(hidden_deal.pk) not in page.content.decode()
    saved = client.post(reverse("contacts:quick"), sent_of(tapped, content="訪問した"))
    assert saved.status_code == 302, saved.context["form"].errors
    assert HERE.get(appointment=one.pk).content == "訪問した"


def test_a_hidden_deal_that_the_layout_does_not_place_stays(
    client: Client, cast: Cast, hidden_deal: Deal, short: None, now: datetime
) -> None:
    contact = a_contact(cast.seller, now, files=[a_file(cast.seller, "資料.pdf")])
    HERE.filter(pk=contact.pk).update(deal=hidden_deal)
    client.force_login(cast.seller)

    page = client.get(edit(contact))
    answer = client.post(edit(contact), {**carried(page), **a_form(version=contact.version, content="書き直した")})

    assert str(hidden_deal.pk) not in page.content.decode()
    assert answer.status_code == 302, answer.context["form"].errors
    assert (stands(contact).content, stands(contact).deal_id) == ("書き直した", hidden_deal.pk)


def test_a_hidden_customer_with_all_that_is_theirs_stays(client: Client, cast: Cast, short: None, now: datetime) -> None:
    firm, other = (a_customer(name, recorder=cast.outsider, audience=an_audience(cast.office)) for name in ("秘密商会", "秘密物産"))
    person, guest = (a_person(one, recorder=cast.outsider) for one in (firm, other))
    contact = a_contact(cast.seller, now, customer=firm, people=[person], guests=[guest, other])
    assert not Person.objects.visible_to(cast.seller).exists()
    client.force_login(cast.seller)

    page = client.get(edit(contact))
    answer = client.post(edit(contact), {**carried(page), **a_form(version=contact.version, content="書き直した")})

    assert not [key for key in (firm.pk, other.pk, person.pk, guest.pk) if str(key) in page.content.decode()]
    assert answer.status_code == 302, answer.context["form"].errors
    assert (stands(contact).content, stands(contact).customer_id) == ("書き直した", firm.pk)
    assert (stands(contact).people.count(), stands(contact).guests.count()) == (1, 2)


def test_what_has_moved_out_of_sight_stays_with_the_customer_that_is_seen(client: Client, cast: Cast, now: datetime) -> None:
    firm = a_customer(recorder=cast.seller)
    hidden = a_customer("秘密商会", recorder=cast.outsider, audience=an_audience(cast.office))
    asset = assets.add_asset(by=cast.seller, customer=firm, name="複合機")
    department = CustomerDepartment.objects.for_the_house("test").create(customer=firm, name="購買部")
    first, second = (a_person(firm, name, recorder=cast.seller) for name in ("一番", "二番"))
    deal = customers.add_deal(
        by=cast.outsider, name="極秘の更新", stage=a_choice("stage"), audience=an_audience(), owner=cast.outsider, customer=firm
    )
    contact = a_contact(cast.seller, now, customer=firm, asset=asset, department=department, people=[first, second])
    HERE.filter(pk=contact.pk).update(deal=deal)
    for row in (asset, department, first, deal):
        type(row).objects.for_the_house("test").filter(pk=row.pk).update(customer=hidden)
    client.force_login(cast.seller)

    page = client.get(edit(contact))
    answer = client.post(
        edit(contact), a_form(version=contact.version, content="書き直した", customer=str(firm.pk), people=[str(second.pk)])
    )
    patched = client.patch(f"/api/v1/contacts/{contact.pk}/", {"version": 2, "content": "もう一度"}, "application/json")

    shown = page.content.decode() + patched.content.decode()
    assert not [words for words in ("複合機", "購買部", "一番", "極秘の更新", str(asset.pk), str(first.pk)) if words in shown]
    assert answer.status_code == 302, answer.context["form"].errors
    assert patched.status_code == 200, patched.content
    row = stands(contact)
    assert (row.content, row.asset_id, row.department_id, row.deal_id) == ("もう一度", asset.pk, department.pk, deal.pk)
    assert list(row.people.order_by("place").values_list("person_id", flat=True)) == [first.pk, second.pk]


def test_what_is_hidden_goes_with_the_customer_it_was_of(client: Client, cast: Cast, now: datetime) -> None:
    firm, other = a_customer(recorder=cast.seller), a_customer("山田商店", recorder=cast.seller)
    hidden = a_customer("秘密商会", recorder=cast.outsider, audience=an_audience(cast.office))
    asset, person = assets.add_asset(by=cast.seller, customer=firm, name="複合機"), a_person(firm, recorder=cast.seller)
    contact = a_contact(cast.seller, now, customer=firm, asset=asset, people=[person])
    for row in (asset, person):
        type(row).objects.for_the_house("test").filter(pk=row.pk).update(customer=hidden)
    client.force_login(cast.seller)

    client.post(edit(contact), a_form(version=contact.version, customer=str(other.pk)))

    assert (stands(contact).customer_id, stands(contact).asset_id, stands(contact).people.count()) == (other.pk, None, 0)


def test_an_asset_that_went_to_another_customer_does_not_stop_the_record(client: Client, cast: Cast, now: datetime) -> None:
    firm, other = a_customer(recorder=cast.seller), a_customer("山田商店", recorder=cast.seller)
    asset = assets.add_asset(by=cast.seller, customer=firm, name="複合機")
    contact = a_contact(cast.seller, now, customer=firm, asset=asset)
    assets.change_asset(by=cast.seller, asset=asset, version=1, customer=other)
    client.force_login(cast.seller)
    form = {"customer": str(firm.pk), "asset": str(asset.pk)}

    answer = client.post(edit(contact), a_form(version=contact.version, content="書き直した", **form))
    new = client.post(reverse("contacts:new"), a_form(**form))

    assert answer.status_code == 302, answer.context["form"].errors
    assert (stands(contact).content, stands(contact).asset_id) == ("書き直した", asset.pk)
    assert new.context["form"].errors["asset"]  # what is new has to hang together


def test_what_is_seen_and_not_placed_is_still_taken_along(client: Client, cast: Cast, short: None, now: datetime) -> None:
    firm = a_customer(recorder=cast.seller)
    deal = customers.add_deal(
        by=cast.seller, name="更新", stage=a_choice("stage"), audience=an_audience(cast.sales), owner=cast.seller, customer=firm
    )
    contact = a_contact(cast.seller, now, customer=firm, deal=deal, people=[a_person(firm, recorder=cast.seller)], guests=[firm])
    client.force_login(cast.seller)

    copy = carried(client.get(reverse("contacts:new"), {"copy": str(contact.pk)}))
    client.post(reverse("contacts:new"), {**copy, **a_form(content="写し")})

    made = HERE.exclude(pk=contact.pk).get()
    assert (made.customer_id, made.deal_id, made.people.count(), made.guests.count()) == (firm.pk, deal.pk, 1, 1)


def test_an_appointment_keeps_a_hidden_deal_that_its_layout_does_not_place(
    client: Client, cast: Cast, hidden_deal: Deal, short: None, now: datetime
) -> None:
    one = planned(cast, now + timedelta(days=1), now)
    Appointment.objects.for_the_house("test").filter(pk=one.pk).update(deal=hidden_deal)
    client.force_login(cast.seller)
    address = reverse("schedule:edit", args=[one.pk])

    page = client.get(address)
    sent = {"starts_on": "2026/11/25", "starts": "10:00", "ends": "11:00", "audience": "company", "version": one.version}
    answer = client.post(address, {**carried(page), **sent})

    assert str(hidden_deal.pk) not in page.content.decode()
    assert answer.status_code == 302, answer.context["form"].errors


def test_a_next_appointment_that_was_called_off_does_not_stop_the_record(client: Client, cast: Cast, short: None, now: datetime) -> None:
    contact = a_contact(cast.seller, now, next=a_next(now))
    ahead = Appointment.objects.visible_to(cast.seller).get(pk=stands(contact).next_appointment_id)
    cancel(by=cast.seller, appointment=ahead, reason="", now=now)
    client.force_login(cast.seller)

    page = client.get(edit(contact))
    answer = client.post(edit(contact), {**carried(page), **a_form(version=contact.version, content="書き直した")})

    assert answer.status_code == 302, answer.context["form"].errors
    assert stands(contact).next_appointment_id == ahead.pk


# -- two texts that are not the same --


def conflict(client: Client, cast: Cast, contact: ContactPoint, now: datetime, *, content: str = "わたしの文", **kept: Any) -> Any:
    """Somebody saves another text, then the seller sends what was begun before that."""
    change_contact(by=cast.seller, contact=contact, version=1, entry=an_entry(now, content="先に保存された文", **kept), now=now)
    client.force_login(cast.seller)
    return client.post(edit(contact), a_form(version="1", content=content))


def told(page: Any) -> dict[str, tuple[str, str]]:
    assert page.status_code == 409
    assert "同じ内容になりました" not in page.content.decode()
    return {one.name: (one.mine, one.theirs) for one in page.context["differences"]}


def test_both_texts_are_shown_although_a_participant_has_left(client: Client, cast: Cast, now: datetime) -> None:
    leaver = a_user("去る 者", cast.sales)
    contact = a_contact(cast.seller, now, participants=[leaver])
    staff.leave(by=cast.admin, user=leaver, left_on=TODAY - timedelta(days=1), today=TODAY)

    found = told(conflict(client, cast, contact, now, participants=[leaver]))

    assert found["content"] == ("わたしの文", "先に保存された文")
    assert found["participants"] == ("", "去る 者")


def test_both_texts_are_shown_although_the_record_has_a_hidden_deal(client: Client, cast: Cast, hidden_deal: Deal, now: datetime) -> None:
    contact = a_contact(cast.seller, now)
    HERE.filter(pk=contact.pk).update(deal=hidden_deal)

    page = conflict(client, cast, contact, now)

    assert told(page)["content"] == ("わたしの文", "先に保存された文")
    assert "deal" not in told(page)
    assert str(hidden_deal.pk) not in page.content.decode()
    taken = client.post(edit(contact), {**a_form(version="2", content="わたしの文"), "take": "deal"})
    assert str(hidden_deal.pk) not in taken.content.decode()


def test_both_texts_are_shown_although_an_own_item_names_a_hidden_customer(client: Client, cast: Cast, now: datetime) -> None:
    hidden = a_customer("秘密商会", recorder=cast.outsider, audience=an_audience(cast.office))
    FieldDefinition.objects.create(target="contact", code="rival", type="customer", label_ja="競合", label_en="Rival")
    forget_items()
    contact = a_contact(cast.seller, now)
    HERE.filter(pk=contact.pk).update(custom={"rival": str(hidden.pk)})

    page = conflict(client, cast, contact, now)

    assert told(page) == {**told(page), "content": ("わたしの文", "先に保存された文")}
    assert "x_rival" not in told(page)
    assert str(hidden.pk) not in page.content.decode()


def test_a_record_sent_twice_does_not_tell_of_a_hidden_deal(client: Client, cast: Cast, hidden_deal: Deal) -> None:
    client.force_login(cast.seller)
    form = a_form(content="先に保存された文")
    client.post(reverse("contacts:new"), form)
    HERE.filter(pk=form["contact_id"]).update(deal=hidden_deal)

    same = client.post(reverse("contacts:new"), form)
    page = client.post(reverse("contacts:new"), form | {"content": "わたしの文"})

    assert same.status_code == 302
    assert told(page) == {"content": ("わたしの文", "先に保存された文")}
    assert str(hidden_deal.pk) not in page.content.decode()


def test_both_texts_are_shown_although_guests_were_there_and_one_can_be_taken_over(client: Client, cast: Cast, now: datetime) -> None:
    firm = a_customer(recorder=cast.seller)
    guest = a_person(firm, recorder=cast.seller)
    contact = a_contact(cast.seller, now, guests=[guest, firm])

    found = told(conflict(client, cast, contact, now, guests=[guest, firm]))
    taken = client.post(edit(contact), {**a_form(version="2", content="わたしの文"), "take": "guests"})

    assert set(found) >= {"content", "guests"}
    assert "guests" not in told(taken)


def test_both_texts_are_shown_although_what_was_sent_is_wrong(client: Client, cast: Cast, now: datetime) -> None:
    contact = a_contact(cast.seller, now)
    change_contact(by=cast.seller, contact=contact, version=1, entry=an_entry(now, content="先に保存された文"), now=now)
    client.force_login(cast.seller)

    page = client.post(edit(contact), {**a_form(version="2", content="わたしの文", date="いつか"), "take": "summary_note"})

    found = told(page)
    assert found["content"] == ("わたしの文", "先に保存された文")
    assert found["date"][0] == "いつか"


# -- a record's number that is none --


@pytest.mark.parametrize("sent", NO_IDS)
@pytest.mark.parametrize("address", ["contacts:new", "contacts:quick"])
def test_a_form_with_a_number_that_is_none_gets_another_one(client: Client, cast: Cast, address: str, sent: str) -> None:
    client.force_login(cast.seller)

    page = client.post(reverse(address), a_form(contact_id=sent, content="残る"))

    assert page.status_code == 422
    assert isinstance(page.context["record"], UUID)
    given = page.context["form"]["contact_id"].value()
    assert given == str(page.context["record"])
    assert f'name="contact_id" value="{given}"' in page.content.decode()
    assert client.post(reverse(address), a_form(contact_id=given, content="残る")).status_code == 302


@pytest.mark.parametrize("sent", [*NO_IDS, "", "compact", "capital"])
def test_what_was_kept_with_a_number_that_is_none_is_taken_up_and_compared_under_its_own(
    client: Client, cast: Cast, sent: str, now: datetime
) -> None:
    record = uuid4()
    sent = {"compact": record.hex, "capital": str(record).upper()}.get(sent, sent)
    typed = [("contact_id", sent.replace("\0", "")), ("content", "書きかけ"), ("date", "2026/11/20")]
    keep_unsaved(user=cast.seller, record=record, typed=typed, is_new=True, known=0, device="", now=now)
    client.force_login(cast.seller)

    pages = [client.get(reverse(address), {"resume": str(record)}) for address in ("contacts:new", "contacts:quick")]
    pages.append(client.post(reverse("contacts:unsaved_compare", args=[record]), a_form(contact_id=sent, content="別の文")))

    for page in pages:
        assert page.status_code in (200, 409)
        assert page.context["record"] == record
        assert page.context["form"]["contact_id"].value() == str(record)


def test_a_number_written_otherwise_is_the_same_number(client: Client, cast: Cast) -> None:
    record = uuid4()
    client.force_login(cast.seller)

    for sent in (record.hex, str(record).upper()):
        page = client.post(reverse("contacts:new"), a_form(contact_id=sent, date=""))
        assert page.status_code == 422
        assert page.context["form"]["contact_id"].value() == str(record)
