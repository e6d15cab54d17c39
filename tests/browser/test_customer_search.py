"""詳細検索 in a real browser: the dialog beside a customer's field, and the fields that go with a vehicle."""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from crm.lines import AddressLine
from crm.models import User
from tests.browser.conftest import OpenPage, barriers
from tests.conftest import Cast
from tests.make import a_choice, a_customer

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def opened(open_page: OpenPage, path: str, user: User, size: str) -> Page:
    client = Client()
    client.force_login(user)
    return open_page(path, size=size, cookies={name: cookie.value for name, cookie in client.cookies.items()})


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_customer_found_by_address_and_class_stands_in_the_form(cast: Cast, open_page: OpenPage, size: str) -> None:
    a_customer(
        "青木建材", recorder=cast.seller, kana="アオキケンザイ", kind="partner", addresses=[AddressLine(city="長崎市", street="浜町1-2")]
    )
    a_customer("上田工業", recorder=cast.seller, kana="ウエダコウギョウ", addresses=[AddressLine(city="長崎市")])
    a_customer("別府商会", recorder=cast.seller, kana="ベップショウカイ", addresses=[AddressLine(city="大分市")])
    page = opened(open_page, "/assets/new", cast.seller, size)

    page.locator("button.chip", has_text="詳細検索").first.click()
    dialog = page.locator("#advanced")
    expect(dialog.locator("#advanced_name")).to_be_focused()
    dialog.locator("#advanced_address").fill("長崎市")
    expect(dialog.locator("[data-advanced-choose]")).to_have_count(2)
    dialog.locator("label", has_text="パートナー").click()
    expect(dialog.locator("[data-advanced-choose]")).to_have_count(1)
    assert barriers(page) == []
    dialog.locator("[data-advanced-choose]").click()

    expect(dialog).not_to_be_visible()
    expect(page.locator("#id_customer option:checked")).to_have_text("青木建材")
    assert page.complaints == []  # type: ignore[attr-defined]


def test_what_was_typed_in_vain_is_taken_along(cast: Cast, open_page: OpenPage) -> None:
    page = opened(open_page, "/assets/new", cast.seller, "desktop")

    with page.expect_response(lambda answer: "/suggest" in answer.url and "q=%E6" in answer.url):
        page.locator("#id_customer-ts-control").fill("浜町の建材屋")
    expect(page.locator(".ts-wrapper.loading")).to_have_count(0)
    page.locator(".ts-dropdown button", has_text="詳細検索").click()

    expect(page.locator("#advanced_name")).to_have_value("浜町の建材屋")
    page.locator("#advanced [data-advanced-close]").click()
    expect(page.locator("#advanced")).not_to_be_visible()


def test_plate_and_inspection_show_for_a_vehicle_only(cast: Cast, open_page: OpenPage) -> None:
    a_choice("asset_type", "乗用車", semantic="vehicle")
    a_choice("asset_type", "機械", semantic="product")
    page = opened(open_page, "/assets/new", cast.seller, "phone")

    expect(page.locator("#id_plate")).to_be_hidden()
    page.locator(".segment", has_text="乗用車").click()
    expect(page.locator("#id_plate")).to_be_visible()
    expect(page.locator("#id_inspection_due_on")).to_be_visible()
    page.locator(".segment", has_text="機械").click()
    expect(page.locator("#id_plate")).to_be_hidden()
