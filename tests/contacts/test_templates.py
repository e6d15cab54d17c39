"""Templates: words and settings that come back, never a customer; one's own, or everybody's if an administrator says so."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from contacts.actions import templates as act
from contacts.models import ContactPoint, ContactTemplate
from crm.audience import Audience
from crm.models import User
from tests.conftest import Cast
from tests.contacts.given import a_contact, a_form
from tests.make import a_choice, a_customer, a_person, an_audience

pytestmark = pytest.mark.django_db


def a_template(by: User, name: str = "定例訪問", *, shared: bool = False, **values: Any) -> ContactTemplate:
    return act.add_template(by=by, name=name, values={"content": "定例の訪問。", **values}, shared=shared)


def names(user: User) -> list[str]:
    return [row.name for row in ContactTemplate.objects.visible_to(user).in_order()]


def test_a_record_becomes_a_template_and_a_new_record_begins_with_it(client: Client, cast: Cast, now: datetime) -> None:
    client.force_login(cast.seller)
    visit, quote = a_choice("method", "訪問"), a_choice("summary", "見積")
    customer = a_customer("青木建材", recorder=cast.seller)
    contact = a_contact(
        cast.seller,
        now,
        customer=customer,
        people=[a_person(customer, recorder=cast.seller)],
        method=visit,
        summary=quote,
        summary_note="月例",
        participants=[cast.colleague],
        report_to=[cast.boss],
        audience=an_audience(cast.sales),
        direct="to",
    )

    client.post(reverse("contacts:template_of", args=[contact.pk]), {"name": "月例の見積"})
    template = ContactTemplate.objects.visible_to(cast.seller).get()
    form = client.get(reverse("contacts:new"), {"template": template.pk}).context["form"]

    said = {name: form[name].value() for name in ("method", "summary", "summary_note", "content", "direct", "participants", "report_to")}
    assert said == {
        "method": visit.pk,
        "summary": quote.pk,
        "summary_note": "月例",
        "content": "見積を説明した。",
        "direct": "to",
        "participants": [cast.colleague.pk],
        "report_to": [cast.boss.pk],
    }
    assert form.initial["audience"] == an_audience(cast.sales)
    assert "青木建材" not in str(template.values)
    assert form["customer"].value() is None


def test_what_stands_in_a_form_becomes_a_template_whatever_else_is_wrong(client: Client, cast: Cast) -> None:
    client.force_login(cast.seller)
    visit = a_choice("method", "訪問")

    client.post(reverse("contacts:template_new"), a_form(date="いつか", method=str(visit.pk), content="型どおり", template_name="型"))

    template = ContactTemplate.objects.visible_to(cast.seller).get()
    assert template.values == {"method": visit.pk, "content": "型どおり", "audience": Audience.whole_company().key}
    assert not ContactPoint.objects.visible_to(cast.seller).exists()


@pytest.mark.parametrize("name", ["", "　 ", "長" * 61])
def test_a_name_that_is_none_is_refused(client: Client, cast: Cast, now: datetime, name: str) -> None:
    client.force_login(cast.seller)
    contact = a_contact(cast.seller, now)

    assert client.post(reverse("contacts:template_of", args=[contact.pk]), {"name": name}).status_code == 422
    assert client.post(reverse("contacts:template_new"), a_form(template_name=name)).status_code == 302
    assert not names(cast.seller)


def test_ones_own_are_nobody_elses(client: Client, cast: Cast) -> None:
    mine = a_template(cast.seller, "内緒の型", content="秘密の言い回し")
    client.force_login(cast.colleague)

    assert "内緒の型" not in client.get(reverse("contacts:templates")).content.decode()
    assert "秘密の言い回し" not in client.get(reverse("contacts:new"), {"template": mine.pk}).content.decode()
    for name in ("template_change", "template_delete", "template_restore"):
        assert client.post(reverse(f"contacts:{name}", args=[mine.pk]), {"name": "奪う"}).status_code == 404
    assert client.post(reverse("contacts:template_move", args=[mine.pk, "up"])).status_code == 404
    client.post(reverse("contacts:template_order"), {"order": str(mine.pk)})
    assert names(cast.seller) == ["内緒の型"]


def test_only_administrators_offer_one_to_everybody(client: Client, cast: Cast) -> None:
    client.force_login(cast.seller)
    client.post(reverse("contacts:template_new"), a_form(template_name="皆の型", template_shared="on"))
    assert not names(cast.colleague)
    with pytest.raises(act.OnlyAdministrators):
        a_template(cast.seller, shared=True)

    shared = a_template(cast.admin, "皆の型", shared=True)

    assert names(cast.colleague) == ["皆の型"]
    client.force_login(cast.colleague)
    assert client.get(reverse("contacts:new"), {"template": shared.pk}).context["form"]["content"].value() == "定例の訪問。"
    assert client.post(reverse("contacts:template_delete", args=[shared.pk])).status_code == 404


def test_templates_are_renamed_and_put_in_order(client: Client, cast: Cast) -> None:
    client.force_login(cast.seller)
    one, two, three = (a_template(cast.seller, name) for name in ("一", "二", "三"))

    client.post(reverse("contacts:template_change", args=[two.pk]), {"name": "弐"})
    client.post(reverse("contacts:template_move", args=[three.pk, "up"]))
    moved = names(cast.seller)
    client.post(reverse("contacts:template_order"), {"order": f"{two.pk},{three.pk},{one.pk}"})
    client.post(reverse("contacts:template_order"), {"order": "x"})

    assert moved == ["一", "三", "弐"]
    assert names(cast.seller) == ["弐", "三", "一"]


def test_a_deleted_template_comes_back(client: Client, cast: Cast) -> None:
    client.force_login(cast.seller)
    template = a_template(cast.seller)

    page = client.post(reverse("contacts:template_delete", args=[template.pk]), follow=True)
    gone = names(cast.seller)
    client.post(reverse("contacts:template_restore", args=[template.pk]))

    assert reverse("contacts:template_restore", args=[template.pk]) in page.content.decode()
    assert (gone, names(cast.seller)) == ([], ["定例訪問"])


def test_nobody_heaps_up_templates_without_end(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(act, "MOST_TEMPLATES", 1)
    a_template(cast.seller)

    with pytest.raises(act.TooManyTemplates):
        a_template(cast.seller)


def test_a_leaver_and_a_merged_choice_do_no_harm(client: Client, cast: Cast) -> None:
    client.force_login(cast.seller)
    template = a_template(cast.seller, report_to=[cast.colleague.pk, 999999], method=999999)
    cast.colleague.is_active = False
    cast.colleague.save()

    form = client.get(reverse("contacts:new"), {"template": template.pk}).context["form"]

    assert form["report_to"].value() == []


@pytest.mark.parametrize("asked", [{"template": "x"}, {"template": "9" * 30}, {"method": "zauberei"}, {"call": "???"}])
def test_a_link_that_asks_nonsense_opens_a_blank_form(client: Client, cast: Cast, asked: dict[str, str]) -> None:
    client.force_login(cast.seller)

    assert client.get(reverse("contacts:new"), asked).status_code == 200


def test_work_of_our_own_needs_neither_customer_nor_deal(client: Client, cast: Cast) -> None:
    client.force_login(cast.seller)
    internal = a_choice("summary", "社内業務", semantic="internal")

    form = client.get(reverse("contacts:new"), {"internal": "1"}).context["form"]
    client.post(reverse("contacts:new"), a_form(summary=str(internal.pk), content="棚卸し"))

    assert form["summary"].value() == internal.pk
    contact = ContactPoint.objects.visible_to(cast.seller).get()
    assert (contact.summary, contact.customer_id, contact.deal_id) == (internal, None, None)


def test_a_call_finds_its_caller(client: Client, cast: Cast) -> None:
    client.force_login(cast.seller)
    call = a_choice("method", "電話", semantic="call")
    customer = a_customer("青木建材", recorder=cast.seller)
    person = a_person(customer, recorder=cast.seller, mobile="090-1234-5678")
    hidden = a_customer("秘密商会", recorder=cast.boss, audience=an_audience(cast.office))
    a_person(hidden, "内密", recorder=cast.boss, mobile="090-9999-8888")

    form = client.get(reverse("contacts:new"), {"call": "０９０－１２３４－５６７８"}).context["form"]
    unknown = client.get(reverse("contacts:new"), {"call": "090-9999-8888"})

    assert (form["customer"].value(), form["people"].value(), form["method"].value()) == (customer.pk, [person.pk], call.pk)
    assert form["starts"].value()
    assert "秘密商会" not in unknown.content.decode()
    assert unknown.context["form"]["customer"].value() is None
