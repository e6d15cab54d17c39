"""Nobody is blocked: what a record needs and is not there yet is made from within its form, and nothing typed is lost."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from contacts.models import ContactPoint
from crm.models import Customer, Deal, Person
from tests.browser.conftest import Enter, barriers
from tests.browser.steady import landed
from tests.conftest import Cast
from tests.make import a_choice

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow]
TYPED = "はじめてのお客様から、更新工事のご相談を受けた。"


@pytest.fixture
def form(cast: Cast, enter: Enter) -> Any:
    a_choice("method", "訪問", semantic="visit")
    a_choice("deal_stage", "商談中", semantic="open")

    def at(size: str) -> Page:
        return enter(cast.seller, "/contacts/new", size=size)

    return at


def search(page: Page, field: str, text: str) -> None:
    page.locator(f"#{field}-ts-control").fill(text)


def opened(page: Page, title: str) -> Any:
    dialog = page.locator("#create[open]")
    expect(dialog.get_by_role("heading", name=title)).to_be_visible()
    return dialog


def chosen(page: Page, field: str) -> Any:
    return page.locator(f".ts-wrapper:has(#{field}-ts-control) .item")


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_customer_person_and_deal_are_made_without_leaving_the_form(form: Any, cast: Cast, size: str) -> None:
    page = form(size)
    page.fill("#id_content", TYPED)

    # From the type-ahead, by keyboard alone: what was looked for in vain stands in the dialog already.
    search(page, "id_customer", "青木建材")
    expect(page.get_by_text("「青木建材」を登録")).to_be_visible()
    expect(page.locator(".ts-wrapper.loading")).to_have_count(0)
    page.keyboard.press("Enter")
    dialog = opened(page, "顧客の新規登録")
    expect(dialog.locator("[name=name]")).to_have_value("青木建材")
    assert barriers(page) == []
    dialog.locator("[name=phone]").fill("でんわ")
    dialog.get_by_role("button", name="登録").click()
    expect(dialog.locator("[data-errors]")).to_be_focused()
    expect(dialog.locator("[name=phone][aria-invalid=true]")).to_be_visible()
    expect(dialog.locator("[name=name]")).to_have_value("青木建材")
    dialog.locator("[name=phone]").fill("095-820-1234")
    page.keyboard.press("Control+Enter")
    expect(chosen(page, "id_customer")).to_have_text("青木建材")
    expect(page.locator("#create[open]")).to_have_count(0)
    expect(page.locator("#id_customer-ts-control")).to_be_focused()

    # By its button; Escape closes the dialog and nothing else.
    button = page.locator("[data-quick-for=id_people]")
    button.click()
    dialog = opened(page, "顧客担当者の新規登録")
    page.keyboard.press("Escape")
    expect(page.locator("#create[open]")).to_have_count(0)
    expect(page.locator("#id_content")).to_have_value(TYPED)
    button.click()
    dialog = opened(page, "顧客担当者の新規登録")
    expect(dialog.get_by_text("青木建材")).to_be_visible()
    dialog.locator("[name=family_name]").fill("鈴木")
    dialog.locator("[name=given_name]").fill("一郎")
    dialog.get_by_role("button", name="登録").click()
    expect(chosen(page, "id_people")).to_contain_text("鈴木 一郎")

    page.locator("[data-quick-for=id_deal]").click()
    dialog = opened(page, "案件の新規登録")
    dialog.locator("[name=name]").fill("更新工事")
    dialog.get_by_label("商談中").check()
    dialog.get_by_role("button", name="登録").click()
    expect(chosen(page, "id_deal")).to_have_text("更新工事")
    expect(page.locator("#id_content")).to_have_value(TYPED)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")

    page.locator("form[data-contact-form] button.btn-primary", has_text="登録").click()
    landed(page, lambda url: "/contacts/new" not in url)

    contact = ContactPoint.objects.visible_to(cast.seller).get()
    customer, person, deal = (model.objects.visible_to(cast.seller).get() for model in (Customer, Person, Deal))
    assert (contact.content, contact.customer_id, contact.deal_id) == (TYPED, customer.pk, deal.pk)
    assert [one.person_id for one in contact.people.all()] == [person.pk]
    # The browser itself notes the 422 of the dialog.
    assert [one for one in page.complaints if "422" not in one] == []
