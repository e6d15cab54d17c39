"""The frame and its parts in a real browser, on the pages of guide.py."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import OpenPage, barriers
from tests.browser.steady import eventually, leave_alone

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.browser.guide"), pytest.mark.django_db(transaction=True)]

JUMPS = """new Promise((done) => {
  let sum = 0
  new PerformanceObserver((list) => { for (const one of list.getEntries()) if (!one.hadRecentInput) sum += one.value })
    .observe({ type: "layout-shift", buffered: true })
  setTimeout(() => done(sum), 300)
})"""


@pytest.fixture(autouse=True)
def guide_templates(settings: Any) -> None:
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"].append(Path(__file__).parent / "templates")
    settings.TEMPLATES = templates


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("path", ["/guide/list", "/guide/detail", "/guide/form", "/guide/parts", "/guide/calendar", "/accounts/login/"])
def test_every_shared_part_is_readable_by_everybody(open_page: OpenPage, path: str, size: str) -> None:
    page = open_page(path, size=size)
    jumped = page.evaluate(JUMPS)

    assert jumped < 0.02
    assert barriers(page) == []
    page.emulate_media(color_scheme="dark")
    assert barriers(page) == []
    assert page.complaints == []  # type: ignore[attr-defined]
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")


def test_a_search_waits_until_the_word_is_converted(open_page: OpenPage) -> None:
    page = open_page("/guide/list")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "q=" in request.url else None)
    keyboard = page.context.new_cdp_session(page)
    page.locator("main [type=search]").focus()

    for letters in ["ｔ", "た", "たか", "たかはし"]:
        keyboard.send("Input.imeSetComposition", {"text": letters, "selectionStart": len(letters), "selectionEnd": len(letters)})
        leave_alone(page, 350)
    while_typing = len(asked)
    keyboard.send("Input.insertText", {"text": "髙橋"})

    expect(page.locator("#rows tbody tr")).to_have_count(1)
    assert (while_typing, len(asked)) == (0, 1)
    expect(page.locator("#live")).to_have_text("1 件")


def test_a_chosen_theme_is_there_before_the_first_paint(open_page: OpenPage) -> None:
    page = open_page("/guide/list", theme="light")

    page.locator(".topbar details.menu > summary").click()
    page.locator("[data-theme-choice=dark]").click()
    page.reload()

    assert page.request.get("/guide/list").text().count('data-bs-theme="dark"') == 1
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


def test_without_a_choice_the_system_decides(open_page: OpenPage) -> None:
    page = open_page("/guide/list", theme="dark")

    assert page.evaluate("document.documentElement.dataset.bsTheme ?? 'none'") == "none"
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light dark"


@pytest.mark.parametrize("status", ["500", "404"])
def test_a_failed_request_leaves_the_page_and_says_so(open_page: OpenPage, status: str) -> None:
    page = open_page("/guide/parts")

    page.get_by_role("button", name=status).click()

    expect(page.locator("#toasts .toast-s.error")).to_have_count(1)
    expect(page.locator("#away")).to_have_text("ここは残る")


def test_a_double_click_sends_a_form_once(open_page: OpenPage) -> None:
    page = open_page("/guide/form")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)

    page.evaluate("for (const _ of [1, 2]) document.querySelector('main form .btn-primary').click()")

    expect(page.locator("[data-errors]")).to_be_focused()
    assert len(sent) == 1


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_form_that_came_back_leads_to_each_field_that_is_wrong(open_page: OpenPage, size: str) -> None:
    page = open_page("/guide/form", size=size)
    page.evaluate("document.querySelector('main form .btn-primary').click()")
    expect(page.locator("[data-errors]")).to_be_focused()
    expect(page.locator(".wrong-fields a")).to_have_text(["対応形態", "対応日"])
    assert barriers(page) == []

    for name, box in {"対応形態": "[name=method] >> nth=0", "対応日": "#id_met_on"}.items():
        page.locator(".wrong-fields a", has_text=name).press("Enter")
        expect(page.locator(box)).to_be_focused()
        expect(page.locator(box)).to_be_in_viewport()


def test_leaving_an_unsaved_form_is_asked(open_page: OpenPage) -> None:
    page = open_page("/guide/form")
    asked: list[str] = []

    def stay(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.once("dialog", stay)
    page.locator("#id_content").fill("途中まで書いた文")
    page.locator(".form-actions a").click()

    eventually(page, lambda: asked == ["beforeunload"], "for the question")
    leave_alone(page, 300)
    expect(page.locator("#id_content")).to_have_value("途中まで書いた文")


def test_deleting_asks_first_and_cancel_is_the_near_button(open_page: OpenPage) -> None:
    page = open_page("/guide/list")

    page.locator(".page-actions summary").click()
    page.locator(".menu-item.danger").click()

    expect(page.locator("#confirm [data-confirm-cancel]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#confirm")).to_be_hidden()
    leave_alone(page, 200)
    assert page.url.endswith("/guide/list")


def test_expense_rows_add_up_and_a_removed_row_is_marked(open_page: OpenPage) -> None:
    page = open_page("/guide/form")

    page.locator("[data-repeat-add]").click()
    page.locator("[name=costs-0-amount]").fill("1,200")
    page.locator("[name=costs-1-amount]").fill("３４０")
    expect(page.locator("[data-repeat-sum]")).to_have_text("1,540")
    page.locator("[data-repeat-remove]:visible").nth(1).click()

    expect(page.locator("[data-repeat-sum]")).to_have_text("1,200")
    assert page.evaluate("new FormData(document.querySelector('main form')).get('costs-1-DELETE')") == "on"


def test_moving_the_start_keeps_the_length(open_page: OpenPage) -> None:
    page = open_page("/guide/form")

    page.locator("#id_starts").fill("09:30")
    page.locator("[data-minutes='60']").click()
    page.locator("#id_starts").fill("13:00")
    page.keyboard.press("Tab")

    expect(page.locator("#id_ends")).to_have_value("14:00")


def test_enter_takes_only_what_was_found_for_the_letters_on_screen(open_page: OpenPage) -> None:
    page = open_page("/guide/form")

    held: list[Route] = []
    page.route("**/guide/suggest?*", lambda route: held.append(route))

    page.locator(".ts-wrapper.single .ts-control").first.click()
    eventually(page, lambda: held, "for the question that goes ahead")
    page.keyboard.type("タカハシ")
    page.keyboard.press("Enter")
    with page.expect_event("requestfinished", lambda one: one.url.endswith("q=")):
        held[0].continue_()  # the answer to no letters at all comes late
    leave_alone(page, 200)
    page.keyboard.press("Enter")
    expect(page.locator("#id_customer")).to_have_value("1")

    eventually(page, lambda: len(held) > 1, "for the question of these letters")
    for one in held[1:]:
        one.continue_()
    page.unroute("**/guide/suggest?*")
    page.locator(".ts-dropdown .option", has_text="髙橋電機").wait_for()
    page.keyboard.press("Enter")
    expect(page.locator("#id_customer")).to_have_value("095-821-0001")


def test_what_is_pressed_after_typing_stays_under_the_finger(open_page: OpenPage) -> None:
    page = open_page("/guide/form", size="phone")
    segment = page.locator("[name=report]").first

    page.locator("#id_content").focus()
    segment.evaluate("(box) => box.scrollIntoView({block: 'end'})")
    segment.click(delay=500)

    expect(segment).to_be_checked()


@pytest.mark.parametrize(("title", "answer", "moved"), [("青木リビング", 200, True), ("社内会議", 409, False)])
def test_a_dragged_appointment_stays_only_if_the_server_agrees(open_page: OpenPage, title: str, answer: int, moved: bool) -> None:
    page = open_page("/guide/calendar")
    box = _box_of(page, title)
    toasts = page.locator("#toasts .toast-s")

    with page.expect_response("**/guide/move/*") as response:
        page.mouse.move(box["x"] + 20, box["y"] + 10)
        page.mouse.down()
        page.mouse.move(box["x"] + 20, box["y"] + 110, steps=12)
        page.mouse.up()

    assert response.value.status == answer
    expect(toasts).to_have_count(1)
    expect(page.locator("#toasts .toast-s.error")).to_have_count(0 if moved else 1)
    eventually(page, lambda: (at := _box_of(page, title)) and (at["y"] - box["y"] > 50) is moved, "for its place")


def _box_of(page: Page, title: str) -> Any:
    return page.locator(".cal-event", has_text=title).first.bounding_box()


def test_the_menu_of_the_phone_opens_without_a_script(open_page: OpenPage) -> None:
    page = open_page("/guide/list", size="phone", scripts=False)

    page.locator("[popovertarget=sidebar]").click()

    expect(page.locator("#sidebar .side-link").first).to_be_visible()
