"""Every field of the contact record, filled once by hand on the desktop and on the phone, and read back from its page."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from contacts.models import ContactPoint
from crm.actions import assets, customers, infos, plans, staff
from crm.actions.items import add_item
from crm.audience import Audience
from crm.lines import DepartmentLine
from crm.models import Customer
from schedule.actions.facilities import add_facility
from tests.browser.conftest import Enter, barriers
from tests.browser.steady import choose, landed
from tests.conftest import Cast
from tests.make import TODAY, a_choice, a_customer, a_person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def firm(cast: Cast) -> Customer:
    """A customer with everything that a record can name, choice lists, a facility and one item of the company's own."""
    by, whole = cast.seller, Audience.whole_company()
    firm = a_customer("青木建材", recorder=by, kana="アオキケンザイ", departments=[DepartmentLine(name="購買部")])
    a_person(firm, "鈴木", recorder=by)
    dealer = a_customer("南海商事", recorder=by, kana="ナンカイショウジ", kind="dealer")
    a_person(dealer, "高橋", recorder=by)
    stage = a_choice("deal_stage", "商談中", semantic="open")
    customers.add_deal(by=by, name="更新工事", stage=stage, audience=whole, owner=by, customer=firm)
    assets.add_asset(by=by, customer=firm, name="空調機一号")
    infos.add_info(by=by, owner=by, title="増築の予定", collected_on=TODAY, audience=whole, customer=firm)
    target = plans.TargetLine(customer=firm, planned=3)
    plans.add_plan(by=by, owner=by, name="下期重点", starts_on=TODAY, ends_on=TODAY, audience=whole, targets=[target])
    for code, name, semantic in (
        ("method", "訪問", "visit"),
        ("result", "前進", ""),
        ("summary", "提案", ""),
        ("expense_kind", "電車", ""),
    ):
        a_choice(code, name, semantic=semantic)
    upper = a_choice("category", "設備")
    a_choice("category", "空調", parent=upper)
    a_choice("category", "印刷", parent=a_choice("category", "消耗品"))
    add_facility(by=cast.admin, name_ja="会議室A", name_en="Room A")
    add_item(by=cast.admin, target="contact", code="rival", type="text", label_ja="競合", label_en="Rival")
    staff.delegate(by=cast.admin, principal=cast.colleague, agent=by)
    return firm


def pick(page: Page, name: str, label: str) -> None:
    page.locator("label", has=page.locator(f"[name={name}]"), has_text=label).first.click()


def option(page: Page, name: str, label: str) -> None:
    page.locator(f"select[name='{name}']").select_option(label=label)


def a_picture() -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (64, 48), "steelblue").save(held, "PNG")
    return held.getvalue()


def fill_everything(page: Page, cast: Cast) -> None:
    choose(page, "customer", "あおき", "青木建材")
    choose(page, "department", "購買", "購買部")
    choose(page, "people", "鈴木", "鈴木")
    choose(page, "guests", "高橋", "高橋")
    choose(page, "guests", "南海", "南海商事")
    page.fill("[name=date]", "Ｒ８．１１．２０")
    page.fill("[name=starts]", "900")
    page.fill("[name=ends]", "10:30")
    pick(page, "method", "訪問")
    pick(page, "result", "前進")
    option(page, "summary", "提案")
    page.fill("[name=summary_note]", "更新のご提案")
    page.fill("[name=content]", "図面をもとに更新案を説明した。")
    option(page, "category1", "設備")
    offered = page.locator("select[name=category2] option:not([hidden]):not([disabled])").all_inner_texts()
    assert "空調" in offered and "印刷" not in offered
    option(page, "category2", "空調")
    choose(page, "deal", "更新", "更新工事")
    choose(page, "plan", "下期", "下期重点")
    choose(page, "asset", "空調", "空調機一号")
    choose(page, "infos", "増築", "増築の予定")
    choose(page, "participants", cast.boss.name[:2], cast.boss.name)
    pick(page, "direct", "直行")
    option(page, "owner", str(cast.colleague))
    page.fill("[name=x_rival]", "北国電機")
    page.locator("[data-add-from=id_participants]").click()
    choose(page, "notice_to", cast.admin.name[:2], cast.admin.name)
    page.locator("input[type=file]").first.set_input_files({"name": "現場.png", "mimeType": "image/png", "buffer": a_picture()})
    expect(page.locator("[name=files]").first).to_be_attached()
    page.fill("[name=next_on]", "2027/01/15")
    page.fill("[name=next_starts]", "10:00")
    option(page, "next_method", "訪問")
    page.fill("[name=next_note]", "見積の提出")
    choose(page, "next_facilities", "会議室", "会議室A")
    page.locator("[data-repeat=requests] [data-repeat-add=title]").click()
    page.locator("[name$='-title']").last.fill("見積書を作る")
    page.locator("[data-repeat=expenses] [data-repeat-add]").click()
    row = page.locator("[data-repeat=expenses] [data-repeat-row]").last
    row.locator("select[name$='-kind']").select_option(label="電車")
    row.locator("[name$='-origin']").fill("長崎")
    row.locator("[name$='-destination']").fill("諫早")
    row.locator("[name$='-amount_yen']").fill("４８０")


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_every_field_is_filled_once_and_stands_on_the_page(enter: Enter, cast: Cast, firm: Customer, size: str) -> None:
    page = enter(cast.seller, "/contacts/new", size=size)
    fill_everything(page, cast)
    page.locator(".form-actions .btn-primary").click()
    landed(page, lambda url: "/contacts/new" not in url)

    (record,) = ContactPoint.objects.visible_to(cast.seller)
    assert (record.owner, record.recorder, record.state) == (cast.colleague, cast.seller, "registered")
    assert timezone.localtime(record.started_at).isoformat()[:16] == "2026-11-20T09:00"
    assert [row.user for row in record.participants.all()] == [cast.boss]
    told = {row.user: row.role for row in record.recipients.all()}
    assert told == {cast.boss: "report", cast.admin: "notice"}  # the boss by one click, because he took part
    words = [
        "青木建材", "購買部", "鈴木", "高橋", "南海商事", "訪問", "前進", "提案", "更新のご提案", "更新案を説明した", "設備", "空調", "更新工事", "下期重点",
        "空調機一号", "増築の予定", cast.boss.name, cast.admin.name, "直行", "北国電機", "現場.png", "2027/01/15", "見積の提出", "見積書を作る", "長崎", "諫早", "480",
        str(cast.seller), str(cast.colleague),
    ]  # fmt: skip
    for word in words:
        expect(page.locator("main")).to_contain_text(word, use_inner_text=True)
    assert page.complaints == []  # type: ignore[attr-defined]
    assert barriers(page) == []
    assert overflow(page) <= 0


def overflow(page: Page) -> Any:
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
