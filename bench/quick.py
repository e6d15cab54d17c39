"""How long a visit takes on the phone: python -m bench.quick [BASE_URL] [RUNS], against a running demo (make run).

Typing goes at three letters a second; everything else as fast as the page allows. A person needs about a second per tap more.
"""

from __future__ import annotations

import os
import shutil
import sys
from statistics import median

from playwright.sync_api import Page, sync_playwright

from tests.browser.quickly import Entry
from tests.browser.steady import go, landed

SELLER, PASSWORD = "10301", "setten-demo-2026"
SECOND_PER_TAP = 1.0


def log_in(page: Page, base: str) -> None:
    page.goto(f"{base}/accounts/login/")
    page.fill("[name=login]", SELLER)
    page.fill("#id_password", PASSWORD)
    page.locator("#id_password").press("Enter")
    landed(page, lambda url: "/accounts/" not in url)


def main() -> None:
    base, runs = (*sys.argv[1:], "http://localhost:8000", "20")[:2] if len(sys.argv) != 2 else (sys.argv[1], "20")
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--lang=ja-JP"])
        page = browser.new_context(
            base_url=base, viewport={"width": 390, "height": 844}, locale="ja-JP", timezone_id="Asia/Tokyo", is_mobile=True, has_touch=True
        ).new_page()
        log_in(page, base)
        taken = []
        for number in range(int(runs)):
            go(page, "/contacts/quick")
            customers = page.locator("button[name=pick][value^='c:']").all_inner_texts()
            go(page, "/")
            run = Entry(page).enter(chip=customers[number % len(customers)], method="訪問")
            taken.append(run)
            print(f"run {number + 1:2}: {run.taps} taps, {run.seconds:5.1f} s")
        times = [run.seconds for run in taken]
        print(f"median {median(times):.1f} s, slowest {max(times):.1f} s, taps at most {max(run.taps for run in taken)}")
        print(f"with a second of thought per tap: median {median(run.seconds + run.taps * SECOND_PER_TAP for run in taken):.1f} s")
        browser.close()


if __name__ == "__main__":
    main()
