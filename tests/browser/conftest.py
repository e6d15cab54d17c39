"""A real Chromium for the tests of this folder. Without one they skip and say so."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from crm.models import User
from tests.browser.steady import PATIENCE_MS, landed, ready, until
from tests.make import PASSWORD

ROOT = Path(__file__).resolve().parent.parent.parent
AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
SIZES = {"desktop": (1366, 860), "phone": (390, 844)}
# How many times slower than this machine the pages run: SETTEN_SLOWED=5 make test ARGS=tests/browser
SLOWED = float(os.environ.get("SETTEN_SLOWED", "1"))
STILL = """Promise.allSettled(document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime < Infinity)
  .map((one) => one.finished)).then(() => true)"""
# Playwright keeps an event loop in this thread; Django would take that for async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

OpenPage = Callable[..., Page]
Enter = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not path:
        pytest.skip("no Chromium on this machine: set CHROMIUM to its path")
    with sync_playwright() as playwright:
        # Chromium takes the shape of dates from the language of its process, not of the page.
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--lang=ja-JP"], env={**os.environ, "LANGUAGE": "ja"}, timeout=3 * PATIENCE_MS
        )
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser, live_server: Any) -> Iterator[OpenPage]:
    """Open a path of the running product; what the console complains about is collected in page.complaints."""
    contexts: list[BrowserContext] = []

    def open_one(
        path: str, *, size: str = "desktop", theme: str = "light", cookies: dict[str, str] | None = None, scripts: bool = True
    ) -> Page:
        width, height = SIZES[size]
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            color_scheme="dark" if theme == "dark" else "light",
            locale="ja-JP",
            timezone_id="Asia/Tokyo",
            reduced_motion="reduce",
            is_mobile=size == "phone",
            has_touch=size == "phone",
            java_script_enabled=scripts,
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        context.on("page", _slow_down)
        context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in (cookies or {}).items()])
        page = context.new_page()
        page.complaints = []  # type: ignore[attr-defined]
        page.on("console", lambda message: _note(page, message))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))  # type: ignore[attr-defined]
        page.goto(path)
        return ready(page) if scripts else page

    yield open_one
    for context in contexts:
        context.close()
    _all_answered(live_server.url)


@pytest.fixture
def enter(open_page: OpenPage) -> Enter:
    """Log in through the page, as people do, on a device of its own; the page goes on to the path."""

    def at(user: User, path: str, **how: Any) -> Page:
        page = open_page(f"/accounts/login/?next={path}", **how)
        log_in(page, user)
        return page

    return at


def log_in(page: Page, user: User) -> None:
    if not user.check_password(PASSWORD):  # a new password would end the sessions of other devices
        user.set_password(PASSWORD)
        user.save()
    page.fill("[name=login]", user.code)
    page.fill("[name=password]", PASSWORD)
    page.locator("[name=password]").press("Enter")
    landed(page, lambda url: "/accounts/" not in url)


def _slow_down(page: Page) -> None:
    if SLOWED > 1:
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})


def _all_answered(url: str) -> None:
    """Wait for what the closed pages sent last, such as a text that keeps itself: it must not meet the emptying of the tables."""
    # Whoever knocked before us has been let in once we are.
    knock = HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE_MS / 1000)
    with suppress(OSError), closing(knock):
        knock.request("GET", "/static/nothing")
        knock.getresponse().read()
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while any("process_request_thread" in one.name for one in threading.enumerate()) and time.monotonic() < deadline:
        time.sleep(0.02)


def _note(page: Any, message: ConsoleMessage) -> None:
    if message.type in ("error", "warning"):
        page.complaints.append(f"{page.url}: {message.text} ({message.location})")


def barriers(page: Page, only: str = "") -> list[str]:
    """Return what axe-core finds, one line per rule and element; with only, what this one rule finds."""
    ready(page)
    until(page, STILL)
    # Through the debugger: the page's own policy forbids a script from elsewhere.
    if not page.evaluate("'axe' in window"):
        page.context.new_cdp_session(page).send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
    found = page.evaluate("only => axe.run(document, {preload: false, resultTypes: ['violations'], ...(only && {runOnly: [only]})})", only)
    return [f"{rule['impact']} {rule['id']}: {node['html'][:160]}" for rule in found["violations"] for node in rule["nodes"]]
