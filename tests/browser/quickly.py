"""A visit, entered on the phone: every touch is counted. Used by the test and by bench/quick.py."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.steady import landed, ready

TEXT = "秋の展示会のお礼。見積三案を来週までにお送りする。"  # 25 letters
LETTERS_A_SECOND = 3


@dataclass
class Entry:
    """One run. taps: all but the one into the text box, which belongs to the text."""

    page: Page
    taps: int = 0
    seconds: float = 0

    def tap(self, target: Locator) -> None:
        target.tap()
        self.taps += 1

    def enter(self, *, chip: Any, method: str = "", letters_a_second: float = LETTERS_A_SECOND) -> Entry:
        """From the home screen to the registered record. chip: whom it was with. method: tapped where no appointment says it."""
        page = self.page
        begun = time.monotonic()
        self.tap(page.locator(".bottom-new"))
        landed(page, "**/contacts/quick")
        with page.expect_response(lambda answer: answer.request.method == "POST" and answer.url.endswith("/contacts/quick")):
            self.tap(page.locator("button[name=pick]", has_text=chip).first)
        expect(page.locator("#quick [name=customer]")).not_to_have_value("")
        ready(page)
        if method:
            self.tap(page.locator(".segment", has=page.locator("[name=method]")).filter(has_text=method).first)
        self.tap(page.locator(".segment", has=page.locator("[name=result]")).first)
        page.locator("[name=content]").tap()
        expect(page.locator("[name=content]")).to_be_focused()
        page.keyboard.type(TEXT, delay=1000 / letters_a_second)
        self.tap(page.locator("[data-date-for=id_next_on] [data-days='7']"))
        self.tap(page.locator(".form-actions .btn-primary"))
        landed(page, "**/contacts/*-*/")
        self.seconds = time.monotonic() - begun
        return self
