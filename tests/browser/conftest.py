"""A real Chromium for the tests of this folder. Without one they skip and say so."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent.parent
AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
SIZES = {"desktop": (1366, 860), "phone": (390, 844)}
# Playwright keeps an event loop in this thread; Django would take that for async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not path:
        pytest.skip("no Chromium on this machine: set CHROMIUM to its path")
    with sync_playwright() as playwright:
        # Chromium takes the shape of dates from the language of its process, not of the page.
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--lang=ja-JP"], env={**os.environ, "LANGUAGE": "ja"}
        )
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser, live_server: Any) -> Iterator[OpenPage]:
    """Open a path of the running product; what the console complains about is collected in page.complaints."""
    contexts: list[BrowserContext] = []

    def open_one(path: str, *, size: str = "desktop", theme: str = "light", cookies: dict[str, str] | None = None) -> Page:
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
        )
        contexts.append(context)
        context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in (cookies or {}).items()])
        page = context.new_page()
        page.complaints = []  # type: ignore[attr-defined]
        page.on("console", lambda message: _note(page, message))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))  # type: ignore[attr-defined]
        page.goto(path)
        page.wait_for_load_state("networkidle")
        return page

    yield open_one
    for context in contexts:
        context.close()


def _note(page: Any, message: ConsoleMessage) -> None:
    if message.type in ("error", "warning"):
        page.complaints.append(f"{page.url}: {message.text} ({message.location})")


def barriers(page: Page, only: str = "") -> list[str]:
    """Return what axe-core finds, one line per rule and element; with only, what this one rule finds."""
    # Through the debugger: the page's own policy forbids a script from elsewhere.
    if not page.evaluate("'axe' in window"):
        page.context.new_cdp_session(page).send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
    found = page.evaluate("only => axe.run(document, {preload: false, resultTypes: ['violations'], ...(only && {runOnly: [only]})})", only)
    return [f"{rule['impact']} {rule['id']}: {node['html'][:160]}" for rule in found["violations"] for node in rule["nodes"]]
