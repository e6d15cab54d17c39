"""Files in a real browser: dropped, pasted, photographed, interrupted, taken off again."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from contacts.models import Attachment, ContactPoint
from crm.models import User
from tests.browser.conftest import Enter, barriers
from tests.browser.steady import eventually, landed
from tests.conftest import Cast
from tests.contacts.uploads import HEIC, a_picture, a_sound

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow]
TEXT = "現場の写真を撮り、図面と見積書を預かった。"


@pytest.fixture
def form(enter: Enter, cast: Cast) -> Any:
    def opened(path: str = "/contacts/new", **how: Any) -> Page:
        return enter(cast.seller, path, **how)

    return opened


def a_payload(name: str, content: bytes) -> dict[str, Any]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def choose(page: Page, *files: dict[str, Any]) -> None:
    """One after the other, so that they arrive in this order."""
    for file in files:
        page.locator("[data-files-pick]").first.set_input_files([file])
        expect(page.locator("[data-file-sending]:not([data-file-failed])")).to_have_count(0)


def give(page: Page, how: str, name: str, content: bytes) -> None:
    """Drop a file on the zone, or paste it."""
    page.evaluate(
        """([how, name, packed]) => {
            const raw = Uint8Array.from(atob(packed), (one) => one.charCodeAt(0));
            const data = new DataTransfer();
            data.items.add(new File([raw], name, { type: "image/png" }));
            const event = how === "drop" ? new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data })
                                         : new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData: data });
            (how === "drop" ? document.querySelector("[data-files]") : document.body).dispatchEvent(event);
        }""",
        [how, name, base64.b64encode(content).decode()],
    )


def register(page: Page) -> None:
    page.locator("form[data-contact-form] .form-actions .btn-primary").click()


def names(user: User) -> list[str]:
    return [row.name for row in Attachment.objects.visible_to(user).exclude(contact=None).in_order()]


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_an_interrupted_upload_loses_neither_the_form_nor_finished_files(form: Any, cast: Cast, size: str) -> None:
    page = form(size=size)
    page.fill("[name=content]", TEXT)
    choose(page, a_payload("一枚目.jpg", a_picture()))
    expect(page.locator("[data-file]")).to_have_count(1)
    page.route("**/contacts/files/", lambda route: route.abort())
    choose(page, a_payload("二枚目.jpg", a_picture()), a_payload("IMG_1.HEIC", HEIC))
    expect(page.locator("[data-file-failed]")).to_have_count(2)
    register(page)
    expect(page.locator(".toast-text", has_text="送信できていない資料があります")).to_be_visible()
    assert not ContactPoint.objects.visible_to(cast.seller).exists()

    page.unroute("**/contacts/files/")
    page.locator("[data-file-failed] [data-file-again]").first.click()
    expect(page.locator("[data-file]")).to_have_count(2)
    page.locator("[data-file-failed] [data-file-cancel]").click()
    expect(page.locator("[name=content]")).to_have_value(TEXT)
    register(page)
    landed(page, lambda url: "/new" not in url)

    assert names(cast.seller) == ["一枚目.jpg", "二枚目.jpg"]
    assert ContactPoint.objects.visible_to(cast.seller).get().content == TEXT
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert not barriers(page)


def test_the_form_waits_for_a_file_that_is_still_being_sent(form: Any, cast: Cast) -> None:
    page = form()
    held: list[Route] = []
    page.route("**/contacts/files/", lambda route: held.append(route))
    page.locator("[data-files-pick]").first.set_input_files([a_payload("図面.pdf", b"%PDF-1.7 x")])
    expect(page.locator("[data-file-sending] progress")).to_be_visible()

    register(page)
    expect(page.locator(".toast-text", has_text="送信が終わりしだい保存します")).to_be_visible()
    eventually(page, lambda: held, "for the file")
    held[0].continue_()
    landed(page, lambda url: "/new" not in url)

    assert names(cast.seller) == ["図面.pdf"]


def test_dropped_and_pasted_pictures_are_taken_and_what_is_refused_says_why(form: Any, cast: Cast) -> None:
    page = form()
    give(page, "drop", "落とした.png", a_picture("PNG"))
    expect(page.locator("[data-file]")).to_have_count(1)
    give(page, "paste", "image.png", a_picture("PNG"))
    expect(page.locator("[data-file]")).to_have_count(2)
    choose(page, a_payload("setup.exe", b"MZ\x90\x00" + bytes(20)), a_payload("空.txt", b""))
    expect(page.locator("[data-file-why]:visible")).to_have_count(2)

    expect(page.locator("[data-file-failed]").first).to_contain_text("この種類のファイルは添付できません")
    expect(page.locator("[data-file-failed]").last).to_contain_text("中身が空です")
    expect(page.locator("[data-file] img")).to_have_count(2)
    assert not barriers(page)
    page.locator("[data-file-failed] [data-file-cancel]").first.click()
    page.locator("[data-file-failed] [data-file-cancel]").first.click()
    register(page)
    landed(page, lambda url: "/new" not in url)
    assert names(cast.seller)[0] == "落とした.png"
    assert names(cast.seller)[1].startswith("20") and names(cast.seller)[1].endswith(".png")  # a pasted picture is called by its time


def test_a_removed_file_can_be_taken_back_until_it_is_saved(form: Any, cast: Cast) -> None:
    page = form()
    choose(page, a_payload("a.jpg", a_picture()), a_payload("録音.mp3", a_sound()))
    expect(page.locator("[data-file]")).to_have_count(2)
    register(page)
    landed(page, lambda url: "/new" not in url)
    page.locator("a", has_text="編集").first.click()
    landed(page, "**/edit")

    page.locator("[data-file-remove]").nth(0).click()
    page.locator("[data-file-remove]:visible").first.click()
    page.locator("[data-file-undo]:visible").first.click()
    expect(page.locator(".file-row.gone")).to_have_count(1)
    register(page)
    landed(page, lambda url: "/edit" not in url)

    assert len(names(cast.seller)) == 1


def test_a_photo_opens_in_a_dialog_and_the_next_one_with_a_key(form: Any, cast: Cast) -> None:
    page = form(size="phone")
    expect(page.locator(".drop-camera")).to_be_visible()
    choose(page, a_payload("a.jpg", a_picture(size=(800, 600))), a_payload("b.heic", HEIC))
    expect(page.locator("[data-file]")).to_have_count(2)
    register(page)
    landed(page, lambda url: "/new" not in url)

    page.locator("[data-preview]").first.click()
    expect(page.locator("#picture")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#picture-name")).to_have_text("b.heic")

    expect(page.locator("#picture img")).to_have_js_property("naturalWidth", 96)
    assert not [one for one in page.complaints if "Content Security Policy" in one]
    page.keyboard.press("Escape")
    expect(page.locator("#picture")).to_be_hidden()


def test_a_photo_goes_along_with_the_short_form(form: Any, cast: Cast) -> None:
    page = form("/contacts/quick", size="phone")
    page.fill("[name=content]", TEXT)
    choose(page, a_payload("現場.jpg", a_picture()))
    expect(page.locator("[data-file]")).to_have_count(1)

    register(page)
    landed(page, lambda url: "/quick" not in url)

    assert names(cast.seller) == ["現場.jpg"]
