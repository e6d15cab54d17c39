"""One form on a desk and a phone, in two tabs, behind the back button: whatever was typed is in the record, or still there to be taken."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from contacts.models import Unsaved
from crm.models import Customer
from tests.browser.conftest import Enter, barriers
from tests.browser.steady import eventually, go, landed, ready
from tests.browser.test_crash_draft import comes_to, firm, go_on, is_kept, records, said_by_server
from tests.conftest import Cast

__all__ = ["firm"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow]


def write(page: Page, text: str) -> None:
    content = page.locator("[name=content]")
    content.press("Control+End")
    content.press_sequentially(text, delay=1)


def register(page: Page) -> None:
    page.locator(".form-actions .btn-primary").click()
    landed(page, "**/contacts/*-*/")


def test_what_the_phone_typed_on_is_offered_beside_what_the_desk_registered(cast: Cast, firm: Customer, enter: Enter) -> None:
    desk = enter(cast.seller, "/contacts/new")
    write(desk, "机で書いた")
    is_kept(desk)
    phone = enter(cast.seller, "/contacts/drafts/", size="phone")
    go_on(phone)
    write(phone, "、電話で足した")
    is_kept(phone)

    register(desk)
    offer = desk.locator("section.banner", has_text="保存済みの記録に入っていない")
    expect(offer).to_contain_text("電話で足した")
    assert barriers(desk) == []
    write(phone, "、もう一つ")
    expect(phone.locator("[data-unsaved-state] a")).to_be_visible()  # the record stands already
    is_kept(phone)
    go(desk, "/contacts/drafts/")
    expect(desk.locator("#rows")).to_contain_text("記録に未反映")
    go_on(desk)
    both = desk.locator("section[aria-labelledby=conflict-title]")
    expect(both).to_contain_text("机で書いた、電話で足した、もう一つ")
    assert barriers(desk) == []

    register(desk)
    assert [one.content for one in records(cast.seller)] == ["机で書いた、電話で足した、もう一つ"]
    assert said_by_server(cast.seller) == []
    comes_to(desk, 0)
    phone.locator(".form-actions .btn-primary").click()  # it says the same now
    landed(phone, "**/contacts/*-*/")
    assert len(records(cast.seller)) == 1
    comes_to(phone, 0)


def test_an_answer_lost_on_the_way_makes_no_second_device(cast: Cast, firm: Customer, enter: Enter) -> None:
    page = enter(cast.seller, "/contacts/new")
    lost: list[str] = []

    def lose(route: Route) -> None:
        lost.append(route.fetch().text())
        route.abort()

    page.route("**/contacts/unsaved/*", lose)
    write(page, "トンネルの前")
    eventually(page, lambda: lost, "for the answer that is lost")
    page.unroute("**/contacts/unsaved/*")
    write(page, "、トンネルの後")
    is_kept(page)

    expect(page.locator("[data-unsaved-clash]")).to_be_hidden()
    assert said_by_server(cast.seller) == ["トンネルの前、トンネルの後"]
    register(page)
    assert said_by_server(cast.seller) == []


def test_whoever_comes_back_after_registering_makes_no_second_record(cast: Cast, firm: Customer, enter: Enter) -> None:
    page = enter(cast.seller, "/contacts/new")
    write(page, "登録した")
    is_kept(page)
    register(page)

    page.go_back()
    landed(page, "**/edit?resume=1")
    expect(page.locator("[name=content]")).to_have_value("登録した")
    assert said_by_server(cast.seller) == []
    write(page, "、戻って足した")
    register(page)

    assert [one.content for one in records(cast.seller)] == ["登録した、戻って足した"]
    assert said_by_server(cast.seller) == []
    comes_to(page, 0)


@pytest.mark.parametrize("path", ["/contacts/new", "/contacts/quick"])
def test_whoever_comes_back_to_what_was_begun_goes_on_with_it(cast: Cast, firm: Customer, enter: Enter, path: str) -> None:
    page = enter(cast.seller, path)
    write(page, "書きかけ")
    is_kept(page)
    go(page, "/contacts/")

    page.go_back()
    landed(page, "**?resume=*")
    expect(page.locator("[name=content]")).to_have_value("書きかけ")
    write(page, "、続き")
    is_kept(page)
    page.reload()
    ready(page)
    expect(page.locator("[name=content]")).to_have_value("書きかけ、続き")

    assert said_by_server(cast.seller) == ["書きかけ、続き"]
    assert page.complaints == []  # type: ignore[attr-defined]


def test_a_tab_that_registers_leaves_the_words_of_the_other_tab(cast: Cast, firm: Customer, enter: Enter) -> None:
    one = enter(cast.seller, "/contacts/new")
    write(one, "はじめ")
    is_kept(one)
    other = one.context.new_page()
    go(other, "/contacts/drafts/")
    go_on(other)
    write(one, "、一つ目")
    is_kept(one)
    write(other, "、二つ目")
    expect(other.locator("[data-unsaved-clash]")).to_be_visible()
    comes_to(other, 1)

    register(one)
    comes_to(one, 1)
    other.close(run_before_unload=False)  # as in a crash
    go(one, "/contacts/drafts/")

    expect(one.locator(".toast-s a")).to_be_visible()
    assert [row.content for row in records(cast.seller)] == ["はじめ、一つ目"]
    assert said_by_server(cast.seller) == ["はじめ、二つ目"]


def test_two_clicks_register_once(cast: Cast, firm: Customer, enter: Enter) -> None:
    page = enter(cast.seller, "/contacts/new")
    write(page, "二度押した")
    page.locator(".form-actions .btn-primary").dblclick()
    landed(page, "**/contacts/*-*/")

    assert [one.content for one in records(cast.seller)] == ["二度押した"]
    expect(page.locator("section[aria-labelledby=conflict-title]")).to_have_count(0)
    assert not Unsaved.objects.visible_to(cast.seller).exists()


def test_what_is_discarded_on_one_device_while_the_other_types_rises_again_with_it(cast: Cast, firm: Customer, enter: Enter) -> None:
    phone = enter(cast.seller, "/contacts/new", size="phone")
    write(phone, "電話で書いた")
    is_kept(phone)
    desk = enter(cast.seller, "/contacts/drafts/")
    write(phone, "、続き")
    is_kept(phone)

    discard = desk.locator("#rows form[action*=discard] button")
    discard.click()
    desk.locator("#confirm [data-confirm-yes]").click()
    expect(desk.locator(".toast-s, .messages").first).to_contain_text("破棄しませんでした")
    assert said_by_server(cast.seller) == ["電話で書いた、続き"]
    discard.click()
    desk.locator("#confirm [data-confirm-yes]").click()
    eventually(desk, lambda: not said_by_server(cast.seller), "for the words to go")
    write(phone, "、まだ書いている")
    is_kept(phone)
    assert said_by_server(cast.seller) == ["電話で書いた、続き、まだ書いている"]
