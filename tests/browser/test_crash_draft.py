"""Nothing that was typed is lost: not in a crash, not without a net, not when the session ends, not on two devices at once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Dialog, Page, Route, expect

from contacts.actions.unsaved import keep_unsaved
from contacts.models import ContactPoint, Unsaved
from crm.models import Customer, User
from tests.browser.conftest import Enter, barriers, log_in
from tests.browser.steady import choose, eventually, go, landed, leave_alone, ready, until, works_offline
from tests.conftest import Cast
from tests.make import a_choice, a_customer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow]

TEXT = "新しい倉庫の見積を三案ほしいとのこと。来月の役員会に間に合わせる。"


@pytest.fixture
def firm(cast: Cast) -> Customer:
    a_choice("method", "訪問", semantic="visit")
    a_choice("method", "電話", semantic="call")
    return a_customer("青木建材", recorder=cast.seller, kana="アオキケンザイ")


def fill_in(page: Page, *, customer: bool = True) -> None:
    if customer:
        choose(page, "customer", "あおき", "青木建材")
    page.locator("label", has_text="訪問").first.click()
    page.locator("[name=content]").press_sequentially(TEXT, delay=1)
    page.fill("[name=date]", "来週の金曜あたり")  # wrong, and kept all the same


def shows_all_of_it(page: Page) -> None:
    expect(page.locator("[name=content]")).to_have_value(TEXT)
    expect(page.locator("[name=date]")).to_have_value("来週の金曜あたり")
    expect(page.locator("#id_customer + .ts-wrapper, #id_customer-ts-control").first).to_be_visible()
    expect(page.locator("#id_customer option:checked")).to_have_text("青木建材")
    expect(page.locator("[name=method]:checked")).to_have_count(1)
    expect(page.locator("[aria-invalid=true]")).to_have_count(0)


def is_kept(page: Page, where: str = "kept") -> None:
    """Wait until the last letter is in safety: each letter takes the mark away."""
    expect(page.locator("#contact-form")).to_have_attribute("data-kept", where)


def arrives(page: Page, user: User, text: str) -> None:
    """The page is gone, its last words are still on their way."""
    eventually(page.context.new_page(), lambda: said_by_server(user) == [text], "for the last words")


def records(user: User) -> list[ContactPoint]:
    return list(ContactPoint.objects.visible_to(user))


# Counts what is kept in this browser.
KEPT_HERE = """new Promise((done) => {
          const open = indexedDB.open("setten")
          open.onupgradeneeded = () => open.transaction.abort()  // to make it is the page's business
          open.onerror = () => done(-1)
          open.onsuccess = () => {
            const all = open.result.transaction(["typed", "unsent"]).objectStore("typed").count()
            const sent = open.result.transaction(["unsent"]).objectStore("unsent").count()
            sent.onsuccess = () => { open.result.close(); done(all.result + sent.result) }
          }
        })"""


def comes_to(page: Page, count: int) -> None:
    """Wait until this browser keeps so many forms and records."""
    until(page, f"{KEPT_HERE}.then((count) => count === {count})")


def let_go(page: Page) -> Page:
    """Wait until the browser has let go of the page that was closed: what it kept may be sent by others only then."""
    page.goto("/static/dist/favicon.svg")
    until(page, "navigator.locks.query().then(({held}) => !held.some((one) => one.name.startsWith('typing-')))")
    return page


def go_on(page: Page) -> None:
    """From the list of what was begun, go on with the first."""
    page.locator("#rows a.cover").first.click()
    expect(page.locator("[name=content]")).to_be_visible()
    ready(page)


def elsewhere(user: User, text: str) -> None:
    """Another device goes on typing in the one form that was begun."""
    row = Unsaved.objects.visible_to(user).get()
    typed = [(name, text if name == "content" else value) for name, value in row.typed]
    keep_unsaved(user=user, record=row.record, typed=typed, is_new=True, known=row.version, device="iPhone (Safari)", now=row.updated_at)


def said_by_server(user: User) -> list[str]:
    return [row.said("content") for row in Unsaved.objects.visible_to(user)]


def queue_with_a_wrong_date(page: Page) -> None:
    """Kept once by the server; then the net goes, more is typed, and it is registered."""
    page.locator("[name=content]").press_sequentially("まだ圏内", delay=1)
    is_kept(page)
    page.context.set_offline(True)
    page.locator("[name=content]").press_sequentially("、ここから圏外", delay=1)
    page.fill("[name=date]", "来週の金曜あたり")
    page.locator(".form-actions .btn-primary").click()
    expect(page.locator("[data-queued-note]")).to_be_visible()


def test_after_a_crash_another_device_goes_on_with_all_of_it(cast: Cast, firm: Customer, enter: Enter) -> None:
    page = enter(cast.seller, "/contacts/new")
    fill_in(page)
    is_kept(page)
    page.context.close()  # nothing was saved

    phone = enter(cast.seller, "/contacts/drafts/", size="phone")
    expect(phone.locator("#rows")).to_contain_text("青木建材")
    assert barriers(phone) == []
    go_on(phone)

    shows_all_of_it(phone)
    assert records(cast.seller) == []
    phone.fill("[name=date]", "2026/11/20")
    phone.locator(".form-actions .btn-primary").click()
    landed(phone, "**/contacts/*-*/")
    assert [one.content for one in records(cast.seller)] == [TEXT]
    assert not Unsaved.objects.visible_to(cast.seller).exists()
    assert phone.complaints == []


def test_the_last_words_before_the_tab_is_closed_are_kept_too(cast: Cast, firm: Customer, enter: Enter) -> None:
    page = enter(cast.seller, "/contacts/new")
    page.locator("[name=content]").press_sequentially("閉じる直前", delay=1)
    page.on("dialog", lambda question: question.accept())  # leave all the same
    page.close(run_before_unload=True)
    arrives(page, cast.seller, "閉じる直前")

    other = enter(cast.seller, "/contacts/drafts/")
    expect(other.locator("main")).to_contain_text("閉じる直前")


def test_what_is_typed_while_the_text_before_is_on_its_way_is_not_called_safe(cast: Cast, firm: Customer, enter: Enter) -> None:
    page = enter(cast.seller, "/contacts/new")
    sent: list[Route] = []
    page.route("**/contacts/unsaved/*", lambda route: sent.append(route))
    content, form = page.locator("[name=content]"), page.locator("#contact-form")
    content.press_sequentially("はじめ", delay=1)
    eventually(page, lambda: sent, "for the first text")
    content.press_sequentially("、つづき", delay=1)
    sent[0].continue_()

    eventually(page, lambda: len(sent) == 2, "for the second text")
    expect(form).not_to_have_attribute("data-kept", "kept")
    sent[1].continue_()
    page.unroute("**/contacts/unsaved/*")
    is_kept(page)
    assert said_by_server(cast.seller) == ["はじめ、つづき"]


def test_a_letter_that_was_taken_back_leaves_the_text_safe(cast: Cast, firm: Customer, enter: Enter) -> None:
    page = enter(cast.seller, "/contacts/new")
    page.locator("[name=content]").press_sequentially("書いた", delay=1)
    is_kept(page)
    page.keyboard.type("x")
    page.keyboard.press("Backspace")
    is_kept(page)

    asked: list[str] = []

    def leave(question: Dialog) -> None:
        asked.append(question.type)
        question.accept()

    page.on("dialog", leave)
    go(page, "/contacts/drafts/")
    expect(page.locator("#rows")).to_contain_text("書いた")
    assert asked == []


def test_a_record_registered_without_a_net_is_sent_once_when_it_is_back(cast: Cast, firm: Customer, enter: Enter) -> None:
    page = enter(cast.seller, "/contacts/quick", size="phone")
    works_offline(page)
    choose(page, "customer", "あおき", "青木建材")
    page.context.set_offline(True)
    page.locator("[name=content]").press_sequentially(TEXT, delay=1)
    expect(page.locator("[data-unsaved-state]")).to_have_attribute("data-where", "offline")
    page.locator(".form-actions .btn-primary").click()
    expect(page.locator("[data-queued-note]")).to_be_visible()
    assert records(cast.seller) == []
    comes_to(page, 1)

    page.locator("[data-queued-note] a").last.click()  # what waits, shown by the device itself
    expect(page.locator("[data-waiting-list]")).to_contain_text("青木建材")
    expect(page.locator("[data-waiting-list]")).to_contain_text("新しい倉庫")
    page.context.set_offline(False)

    expect(page.locator("[data-waiting]")).to_be_hidden()
    leave_alone(page, 500)  # no second one comes
    assert [(one.content, one.customer_id) for one in records(cast.seller)] == [(TEXT, firm.pk)]
    comes_to(page, 0)


def test_a_page_opened_without_a_net_can_be_written_on(cast: Cast, firm: Customer, enter: Enter) -> None:
    page = enter(cast.seller, "/", size="phone")
    works_offline(page)
    page.context.set_offline(True)

    go(page, "/contacts/quick")
    expect(page.locator("[name=content]")).to_be_visible()
    assert "青木建材" not in page.content()
    page.locator("[name=content]").press_sequentially("圏外の地下で書いた", delay=1)
    page.locator("label", has_text="訪問").first.click()
    page.locator(".form-actions .btn-primary").click()
    expect(page.locator("[data-queued-note]")).to_be_visible()
    go(page, "/customers/")
    expect(page.locator("[data-waiting-list]")).to_contain_text("圏外の地下で書いた")
    page.context.set_offline(False)
    expect(page.locator("[data-waiting]")).to_be_hidden()

    assert [one.content for one in records(cast.seller)] == ["圏外の地下で書いた"]


def test_an_ended_session_loses_nothing(cast: Cast, firm: Customer, enter: Enter) -> None:
    page = enter(cast.seller, "/contacts/new")
    choose(page, "customer", "あおき", "青木建材")
    page.context.clear_cookies()
    fill_in(page, customer=False)
    expect(page.locator("[data-unsaved-state]")).to_have_attribute("data-where", "login")
    assert TEXT not in said_by_server(cast.seller)
    page.locator(".form-actions .btn-primary").click()
    link = page.locator(".toast-s a").first
    expect(link).to_be_visible()
    address = link.get_attribute("href")
    page.close(run_before_unload=False)

    again = let_go(page.context.new_page())
    again.goto(address)
    log_in(again, cast.seller)

    shows_all_of_it(again)
    assert len(Unsaved.objects.visible_to(cast.seller)) == 1


def test_another_person_on_the_same_device_sees_nothing_of_it(cast: Cast, firm: Customer, enter: Enter) -> None:
    page = enter(cast.seller, "/contacts/new")
    page.context.clear_cookies()
    page.locator("[name=content]").press_sequentially("営業の本音", delay=1)
    expect(page.locator("[data-unsaved-state]")).to_have_attribute("data-where", "login")

    other = page.context.new_page()
    other.goto("/accounts/login/?next=/contacts/new")
    log_in(other, cast.colleague)
    leave_alone(other, 800)
    expect(other.locator("[data-unsaved-offer]")).to_be_hidden()
    page.locator("[name=content]").press_sequentially("つづき", delay=1)
    is_kept(page, "login")
    go(other, "/contacts/drafts/")
    leave_alone(other, 800)

    expect(other.locator("main")).not_to_contain_text("本音")
    assert not Unsaved.objects.visible_to(cast.colleague).exists()


def test_logging_out_leaves_nothing_on_the_device(cast: Cast, firm: Customer, enter: Enter) -> None:
    page = enter(cast.seller, "/contacts/new")
    works_offline(page)
    page.context.set_offline(True)
    page.locator("[name=content]").press_sequentially("送れなかった", delay=1)
    page.locator(".form-actions .btn-primary").click()
    expect(page.locator("[data-queued-note]")).to_be_visible()
    page.route("**/contacts/new", lambda route: route.abort())  # the server refuses this one for now
    page.context.set_offline(False)
    comes_to(page, 1)

    page.locator(".topbar details.menu summary").click()
    page.locator("form[action*=logout] button").click()
    expect(page.locator("#confirm")).to_contain_text("1")
    page.locator("#confirm [data-confirm-yes]").click()
    landed(page, "**/accounts/login/**")

    assert page.evaluate(KEPT_HERE) == 0
    assert page.evaluate("caches.keys().then((names) => names.filter((name) => name.startsWith('shell-')))") == []


def test_two_devices_see_both_texts_and_choose(cast: Cast, firm: Customer, enter: Enter) -> None:
    desk = enter(cast.seller, "/contacts/new")
    desk.locator("[name=content]").press_sequentially("机で書いた", delay=1)
    is_kept(desk)
    phone = enter(cast.seller, "/contacts/drafts/", size="phone")
    go_on(phone)
    phone.locator("[name=content]").press("Control+End")
    phone.locator("[name=content]").press_sequentially("、電話で足した", delay=1)
    is_kept(phone)

    desk.locator("[name=content]").press_sequentially("、机で足した", delay=1)
    expect(desk.locator("[data-unsaved-clash]")).to_be_visible()
    desk.locator("[data-unsaved-clash] .btn-primary").click()

    both = desk.locator("section[aria-labelledby=conflict-title]")
    expect(both).to_contain_text("机で書いた、机で足した")
    expect(both).to_contain_text("机で書いた、電話で足した")
    assert barriers(desk) == []
    both.locator("button[name=take][value=content]").click()
    expect(desk.locator("[name=content]")).to_have_value("机で書いた、電話で足した")


def test_a_waiting_record_that_is_refused_goes_on_where_its_form_stood(cast: Cast, firm: Customer, enter: Enter) -> None:
    page = enter(cast.seller, "/contacts/new")
    queue_with_a_wrong_date(page)
    page.context.set_offline(False)

    expect(page.locator(".toast-s a", has_text="開く")).to_be_visible()
    comes_to(page, 0)
    assert said_by_server(cast.seller) == ["まだ圏内、ここから圏外"]
    assert records(cast.seller) == []


def test_a_waiting_record_that_another_device_has_changed_is_laid_beside_it(cast: Cast, firm: Customer, enter: Enter) -> None:
    page = enter(cast.seller, "/contacts/new")
    works_offline(page)
    queue_with_a_wrong_date(page)
    elsewhere(cast.seller, "電話で書いた")
    page.locator("[data-queued-note] a").last.click()
    expect(page.locator("[data-waiting-list]")).to_contain_text("ここから圏外")
    page.context.set_offline(False)

    page.locator("[data-waiting-both]").click()
    landed(page, "**/compare")
    both = page.locator("section[aria-labelledby=conflict-title]")
    expect(both).to_contain_text("まだ圏内、ここから圏外")
    expect(both).to_contain_text("電話で書いた")
    expect(page.locator("[data-unsaved-state]")).to_have_attribute("data-where", "device")
    comes_to(page, 1)
    assert said_by_server(cast.seller) == ["電話で書いた"]  # nothing is decided yet


def test_what_is_typed_after_another_device_registered_is_told_and_shown_beside_it(cast: Cast, firm: Customer, enter: Enter) -> None:
    desk = enter(cast.seller, "/contacts/new")
    desk.locator("[name=content]").press_sequentially("机で書いた", delay=1)
    is_kept(desk)
    phone = enter(cast.seller, "/contacts/drafts/", size="phone")
    go_on(phone)
    phone.locator(".form-actions .btn-primary").click()
    landed(phone, "**/contacts/*-*/")
    comes_to(phone, 0)

    desk.locator("[name=content]").press_sequentially("、机で足した", delay=1)
    state = desk.locator("[data-unsaved-state]")
    expect(state).to_have_attribute("data-where", "device")
    expect(state).to_contain_text("この記録はすでに保存されています。")
    expect(state.locator("a")).to_have_attribute("href", f"/contacts/{records(cast.seller)[0].pk}/")
    comes_to(desk, 1)

    desk.locator(".form-actions .btn-primary").click()
    both = desk.locator("section[aria-labelledby=conflict-title]")
    expect(both).to_contain_text("机で書いた、机で足した")
    assert barriers(desk) == []
    is_kept(desk)
    comes_to(desk, 0)
    assert said_by_server(cast.seller) == ["机で書いた、机で足した"]
    desk.locator(".form-actions .btn-primary").click()
    landed(desk, "**/contacts/*-*/")
    assert [one.content for one in records(cast.seller)] == ["机で書いた、机で足した"]
    comes_to(desk, 0)
    assert said_by_server(cast.seller) == []


def test_what_a_closed_page_had_typed_after_the_record_was_saved_is_among_what_was_begun(cast: Cast, firm: Customer, enter: Enter) -> None:
    desk = enter(cast.seller, "/contacts/new")
    desk.locator("[name=content]").press_sequentially("机で書いた", delay=1)
    is_kept(desk)
    phone = enter(cast.seller, "/contacts/drafts/", size="phone")
    go_on(phone)
    phone.locator(".form-actions .btn-primary").click()
    landed(phone, "**/contacts/*-*/")
    desk.locator("[name=content]").press_sequentially("、机で足した", delay=1)
    expect(desk.locator("[data-unsaved-state] a")).to_be_visible()
    other = desk.context.new_page()
    desk.close(run_before_unload=False)

    go(let_go(other), "/contacts/drafts/")
    link = other.locator(".toast-s a")
    expect(link).to_be_visible()
    comes_to(other, 0)
    assert said_by_server(cast.seller) == ["机で書いた、机で足した"]
    other.goto(link.get_attribute("href"))
    expect(other.locator("[name=content]")).to_have_value("机で書いた、机で足した")


def test_comparing_loses_nothing_when_the_net_goes_just_then(cast: Cast, firm: Customer, enter: Enter) -> None:
    page = enter(cast.seller, "/contacts/new")
    page.locator("[name=content]").press_sequentially("机で書いた", delay=1)
    is_kept(page)
    page.context.set_offline(True)
    page.locator("[name=content]").press_sequentially("、圏外で足した", delay=1)
    expect(page.locator("[data-unsaved-state]")).to_have_attribute("data-where", "offline")
    elsewhere(cast.seller, "電話で書いた")
    again = page.context.new_page()
    page.close(run_before_unload=False)
    again.context.set_offline(False)
    let_go(again).goto("/contacts/new")
    again.route("**/compare", lambda route: route.abort())
    with again.expect_event("requestfailed", lambda request: request.url.endswith("/compare")):
        again.locator("[data-unsaved-restore]").click()
    again.wait_for_url("chrome-error://**")  # what the browser shows instead
    again.unroute("**/compare")

    again.goto("/contacts/new")
    again.locator("[data-unsaved-restore]").click()
    landed(again, "**/compare")
    both = again.locator("section[aria-labelledby=conflict-title]")
    expect(both).to_contain_text("机で書いた、圏外で足した")
    expect(both).to_contain_text("電話で書いた")
    expect(again.locator("[data-unsaved-state]")).to_have_attribute("data-where", "device")
    comes_to(again, 1)  # this page's own: the other text is still the server's
    assert said_by_server(cast.seller) == ["電話で書いた"]
    both.locator("button[name=take][value='*']").click()
    expect(again.locator("[name=content]")).to_have_value("電話で書いた")
    comes_to(again, 0)
