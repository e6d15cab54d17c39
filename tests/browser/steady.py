"""How a test waits: for what it wants to see, never for a time. A slow machine makes a test slow; only the product makes it fall.

Used by the tests and by bench/. tests/house/test_steady.py forbids the ways around it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Error, Locator, Page, Response, expect

PATIENCE_MS = 60_000
STEP_MS = 50
ANSWER_MS = 10_000
expect.set_options(timeout=PATIENCE_MS)

# The scripts have built what they build; then what they put off until everybody has filled in what they fill in.
BUILT = """document.readyState === "complete" && (!document.querySelector("body > .main") || (document.documentElement.matches(".scripted")
  && !document.querySelector("select:is([data-pick], [data-remote]):not(.tomselected), [data-calendar]:not(.ready), [data-layout-editor]:not([data-ready])")))"""
READY = f"(async () => {BUILT} && await new Promise((done) => setTimeout(() => done(true))))()"


def eventually(page: Page, truth: Callable[[], Any], what: str = "") -> Any:
    """Ask again and again until it is true, while the page and its requests go on."""
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not (found := truth()):
        assert time.monotonic() < deadline, f"{page.url}: waited in vain {what}"
        page.wait_for_timeout(STEP_MS)
    return found


def until(page: Page, expression: str) -> Any:
    """Wait until this is true in the page; it may be about to make way for the next one.

    Playwright's own wait_for_function compiles what it is given inside the page, and the product's policy forbids that.
    """

    # An answer that never comes, such as that of a database somebody holds, is asked for again.
    asked = f"Promise.race([{expression}, new Promise((done) => setTimeout(done, {ANSWER_MS}))])"

    def truth() -> Any:
        try:
            return page.evaluate(asked)
        except Error as error:
            if "context was destroyed" in error.message or "navigat" in error.message:
                return None
            raise

    return eventually(page, truth, f"for {expression}")


def ready(page: Page) -> Page:
    """Wait until the page that stands there can be used: before that a click would go past its scripts."""
    until(page, READY)
    return page


def go(page: Page, path: str) -> Response | None:
    answer = page.goto(path)
    ready(page)
    return answer


def landed(page: Page, address: Any) -> Page:
    """Wait until the page has gone there. The address must not be the one that it came from."""
    page.wait_for_url(address)
    return ready(page)


def leave_alone(page: Page, milliseconds: int) -> None:
    """Let time pass before a claim that something did NOT happen: there is nothing to wait for.

    The one place for it. On a slow machine such a claim sees less, but it cannot fall.
    """
    page.wait_for_timeout(milliseconds)


def works_offline(page: Page) -> None:
    """Wait until this browser has the files and the page that it shows without a net."""
    until(page, "caches.match(document.getElementById('words-kept').dataset.shell).then(Boolean)")


def drag(page: Page, one: Locator, onto: Locator, x: float, y: float, mark: str) -> None:
    """Drag one onto the other at this place of it. mark: what the page shows there; only then may it be let go, or the drop is lost."""
    onto.scroll_into_view_if_needed()
    one.hover()
    page.mouse.down()
    box = onto.bounding_box()
    assert box is not None
    steps = count()

    def accepted() -> bool:
        # The first move only begins it; at each later one the browser asks the page whether it may be dropped.
        page.mouse.move(box["x"] + x + next(steps) % 2, box["y"] + y)
        return page.locator(mark).count() > 0

    eventually(page, accepted, f"for {mark}")
    page.mouse.up()


def choose(page: Page, field: str, word: str, shown: str) -> None:
    """Type into a type-ahead field and take what is shown, once the list has come to rest."""
    box = page.locator(f"#id_{field}-ts-control")
    around = page.locator(".ts-wrapper", has=box)
    box.click()
    if page.locator(f"#id_{field}[data-remote]").count():
        with page.expect_response(lambda answer: parse_qs(urlsplit(answer.url).query).get("q") == [word]):
            box.press_sequentially(word, delay=20)
    else:
        box.press_sequentially(word, delay=20)
    wanted = page.locator(f"#id_{field}-ts-dropdown [data-selectable]:not(.create)", has_text=shown).first
    expect(wanted).to_be_visible()
    expect(around).not_to_have_class(re.compile(r"(^|\s)loading(\s|$)"))
    wanted.click()
    expect(around.locator(".item", has_text=shown).first).to_be_visible()
    page.keyboard.press("Escape")
