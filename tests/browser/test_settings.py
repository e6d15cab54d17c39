"""Settings in a real browser: an order by keyboard, a layout by buttons and drag, phrases inserted while one types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Locator, Page, Route, expect

from contacts.actions.phrases import add_phrase
from contacts.models import ContactPoint
from crm.layout import forget_layouts, layout_for
from crm.models import Choice, User
from tests.browser.conftest import OpenPage, barriers
from tests.browser.steady import drag, eventually, landed, leave_alone, ready
from tests.conftest import Cast
from tests.make import a_choice, a_customer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def logged_in(user: User) -> dict[str, str]:
    client = Client()
    client.force_login(user)
    return {name: cookie.value for name, cookie in client.cookies.items()}


def comes_in_order(page: Page, *wanted: str) -> None:
    """Wait until the list is stored in this order: the page sends it behind the scenes."""
    eventually(page, lambda: [str(row) for row in Choice.objects.of("method").in_order()] == [*wanted], f"for {wanted}")


def test_a_list_is_put_in_order_from_the_keyboard(open_page: OpenPage, cast: Cast) -> None:
    for place, name in enumerate(("訪問", "電話", "メール"), start=1):
        a_choice("method", name, place=place * 10)
    page = open_page("/settings/choices/method/", cookies=logged_in(cast.admin))

    page.get_by_role("button", name="「メール」を上へ").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#live")).to_have_text("メール 2 / 3")
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#live")).to_have_text("メール 1 / 3")
    expect(page.get_by_role("button", name="「メール」を下へ")).to_be_focused()

    comes_in_order(page, "メール", "訪問", "電話")
    rows = page.locator("[data-sort] > li")
    drag(page, rows.first, rows.last, 40, 50, mark="[data-sort] > .drop-below")
    comes_in_order(page, "訪問", "電話", "メール")
    assert barriers(page) == []
    assert page.complaints == []  # type: ignore[attr-defined]


@pytest.fixture
def writing(open_page: OpenPage, cast: Cast) -> Page:
    """A seller at a new record of a customer, with two phrases for the details and one for the title."""
    seller = cast.seller
    add_phrase(by=seller, use="content", text_ja="{customer} {person} 様\nお世話になっております。", shortcut="osewa", user=seller)
    add_phrase(by=seller, use="content", text_ja="見積を提出した。", shortcut="mitsu", user=seller)
    add_phrase(by=seller, use="title", text_ja="定例訪問", shortcut="tei", user=seller)
    customer = a_customer("青木建材", recorder=seller)
    return open_page(f"/contacts/new?customer={customer.pk}", cookies=logged_in(seller))


def details(page: Page) -> Locator:
    return page.locator("#id_content")


def test_a_phrase_is_found_by_its_shortcut_while_one_types_and_can_be_undone(writing: Page) -> None:
    box = details(writing)
    box.focus()
    writing.keyboard.type("本日、;mi")
    expect(writing.locator(".phrases [aria-selected=true]")).to_contain_text("見積を提出した。")
    writing.keyboard.press("Enter")

    expect(box).to_have_value("本日、見積を提出した。")
    expect(writing.locator(".phrases")).to_have_count(0)
    writing.keyboard.press("Control+z")
    expect(box).to_have_value("本日、;mi")


def test_a_semicolon_alone_takes_no_key_away(writing: Page) -> None:
    box = details(writing)
    box.focus()
    writing.keyboard.type(";")
    expect(writing.locator(".phrases [role=option]")).to_have_count(2)
    writing.keyboard.press("Enter")
    writing.keyboard.type("a;b;mi")

    expect(box).to_have_value(";\na;b;mi")


def test_the_semicolon_of_a_japanese_keyboard_counts_too(writing: Page) -> None:
    box = details(writing)
    box.focus()
    writing.context.new_cdp_session(writing).send("Input.insertText", {"text": "；"})
    expect(writing.locator(".phrases [role=option]")).to_have_count(2)
    writing.keyboard.press("ArrowDown")
    writing.keyboard.press("ArrowDown")
    writing.keyboard.press("Tab")

    expect(box).to_have_value("見積を提出した。")


def test_who_types_faster_than_the_net_answers_gets_the_phrase(writing: Page) -> None:
    waiting: list[Route] = []
    writing.route("**/contacts/phrases?*", lambda route: waiting.append(route))
    details(writing).focus()
    with writing.expect_request("**/contacts/phrases?*"):
        writing.keyboard.press("Control+;")
    writing.keyboard.type("ose")
    writing.keyboard.press("Enter")
    eventually(writing, lambda: waiting, "for the question")
    waiting[0].continue_()

    expect(details(writing)).to_have_value("青木建材 ○○ 様\nお世話になっております。")


def test_the_menu_opens_by_button_and_key_and_fills_in_the_blanks(writing: Page) -> None:
    box = details(writing)
    box.fill("前後")
    box.evaluate("box => box.setSelectionRange(1, 1)")
    writing.keyboard.press("Control+;")
    expect(writing.get_by_role("combobox", name="定型文を検索")).to_be_focused()
    writing.keyboard.type("ose")
    writing.keyboard.press("Enter")
    expect(box).to_have_value("前青木建材 ○○ 様\nお世話になっております。後")

    box.fill("")
    writing.locator("[data-item=content] .phrases-open").click()
    expect(writing.locator(".phrases [role=option]")).to_have_count(2)
    assert barriers(writing) == []
    writing.keyboard.press("2")
    expect(box).to_have_value("見積を提出した。")
    writing.locator("[data-item=content] .phrases-open").click()
    writing.keyboard.press("Escape")
    expect(box).to_be_focused()
    assert writing.complaints == []  # type: ignore[attr-defined]


def test_a_phrase_becomes_the_title_on_the_phone(open_page: OpenPage, cast: Cast) -> None:
    add_phrase(by=cast.seller, use="title", text_ja="定例訪問", user=cast.seller)
    page = open_page("/contacts/new", size="phone", cookies=logged_in(cast.seller))

    page.locator("[data-item=summary] .phrases-open").tap()
    page.locator(".phrases [role=option]").tap()
    expect(page.locator("#id_summary_note")).to_have_value("定例訪問")
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")
    page.get_by_role("button", name="登録", exact=True).first.tap()
    landed(page, "**/contacts/*-*/")

    assert ContactPoint.objects.visible_to(cast.seller).get().summary_note == "定例訪問"


def item(page: Page, code: str) -> Locator:
    return page.locator(f"[data-layout-editor] [data-code={code}]")


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_layout_is_made_with_buttons_keys_and_a_preview(open_page: OpenPage, cast: Cast, size: str) -> None:
    page = open_page("/settings/layouts/contact/", size=size, cookies=logged_in(cast.admin))
    form = page.frame_locator("iframe[name=layout-preview]")
    expect(form.locator("[data-item=plan]")).to_be_visible()

    item(page, "plan").locator("[data-act=off]").click()
    expect(page.locator(".le-area.in-none [data-code=plan]")).to_be_visible()
    expect(form.locator("[data-item=plan]")).to_have_count(0)
    item(page, "content").get_by_role("button", name="上へ").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#live")).to_have_text("内容: メイン 6 行目")
    item(page, "method").locator("[data-act=join]").click()
    item(page, "result").locator("[type=checkbox]").check()
    expect(form.locator("[data-item=result] .must")).to_be_visible()
    assert barriers(page) == []
    page.locator("#layout-form .btn-primary").click()
    expect(page.get_by_text("レイアウトを保存しました")).to_be_visible()
    ready(page)

    forget_layouts()
    layout = layout_for("contact", cast.seller, "wide")
    assert "plan" not in layout.codes()
    assert ["method", "result"] in layout.areas["main"]
    assert layout.required == {"result"}
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")
    assert page.complaints == []  # type: ignore[attr-defined]


def test_items_are_dragged_to_their_place(open_page: OpenPage, cast: Cast) -> None:
    page = open_page("/settings/layouts/appointment/", cookies=logged_in(cast.admin))
    page.set_viewport_size({"width": 1366, "height": 2400})

    def comes(wanted: Callable[[dict[str, Any]], bool]) -> None:
        """Wait until what was dropped stands there: the browser brings it after the mouse is up."""
        areas = "JSON.parse(document.querySelector('#layout-form [name=areas]').value)"
        eventually(page, lambda: wanted(page.evaluate(areas)), "for the place")

    drag(page, item(page, "place"), item(page, "status"), 20, 4, mark=".le-row.above")
    comes(lambda areas: areas["main"][1] == ["place"])
    drag(page, item(page, "content"), item(page, "place"), 500, 25, mark=".beside")
    comes(lambda areas: areas["main"][1] == ["place", "content"])
    drag(page, item(page, "status"), page.locator(".le-area.in-none"), 60, 40, mark=".le-area.in-none.into")
    comes(lambda areas: "status" not in str(areas))
    item(page, "when").drag_to(page.locator(".le-area.in-none"))
    leave_alone(page, 300)
    comes(lambda areas: ["when"] in areas["main"])  # it cannot be taken off
