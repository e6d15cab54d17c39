"""The main job, from end to end in real programs.

A seller logs a visit on the phone, the boss reads and answers with one tap, the seller sees the receipt,
a calendar program shows the next appointment, its move and its cancellation, and an outsider finds nothing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from crm import outbox
from crm.audience import Audience
from crm.models import Customer, User
from schedule.models import Appointment
from tests.browser.conftest import Enter, barriers
from tests.browser.steady import choose, go, landed
from tests.conftest import TOKYO, Cast
from tests.make import a_choice, a_customer, a_person
from tests.schedule.given import a_link
from tests.schedule.test_clients import KHAL, VDIRSYNCER, book_one_that_stays, program, run

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow]

SECRET = "秘密の値引きを約束した"
ANSWER = "確認しました。ありがとうございます"


@pytest.fixture
def firm(cast: Cast) -> Customer:
    """A customer of the sales unit only; the outsider knows nothing of it."""
    customer = a_customer("青木建材", recorder=cast.seller, kana="アオキケンザイ", audience=Audience(units=frozenset({cast.sales.pk})))
    a_person(customer, "鈴木", recorder=cast.seller)
    a_choice("method", "訪問", semantic="visit")
    a_choice("method", "電話", semantic="call")
    a_choice("result", "前進")
    return customer


@pytest.fixture
def phrase(db: None) -> str:
    from contacts.models import Phrase

    return Phrase.objects.create(use="reply", text_ja=ANSWER, text_en="Noted, thank you").text_ja


@pytest.fixture
def calendar(cast: Cast, live_server: Any, tmp_path: Path) -> Callable[[], str]:
    """Return what khal lists of the next three weeks after vdirsyncer has fetched the seller's link."""
    sync = [program("vdirsyncer"), "-c", tmp_path / "vdirsyncer.conf"]
    khal = [program("khal"), "-c", tmp_path / "khal.conf"]
    link = live_server.url + a_link(cast.seller, timezone.now())
    (tmp_path / "vdirsyncer.conf").write_text(VDIRSYNCER.format(home=tmp_path, url=link))
    (tmp_path / "khal.conf").write_text(KHAL.format(home=tmp_path))
    (tmp_path / "calendar").mkdir()
    book_one_that_stays(cast, timezone.now().replace(hour=1, minute=0, second=0, microsecond=0))
    run(*sync, "discover", home=tmp_path)

    def see() -> str:
        run(*sync, "sync", home=tmp_path)
        return run(*khal, "list", "--format", "{start-date-long} {start-time} {title} {status}", "today", "21d", home=tmp_path)

    return see


def log_the_visit(page: Page, boss: User) -> str:
    """Fill the form on the phone; return the address of the new record."""
    choose(page, "customer", "あおき", "青木建材")
    page.locator("label", has_text="訪問").first.click()
    page.fill("[name=content]", SECRET)
    choose(page, "report_to", boss.name[:2], boss.name)
    page.locator("label", has=page.locator("[name=audience][value=named]")).click()
    expect(page.locator("[name=audience][value=named]")).to_be_checked()
    page.locator("[data-date-for=id_next_on] [data-days='7']").click()
    page.fill("[name=next_starts]", "10:00")
    page.locator(".form-actions .btn-primary").click()
    landed(page, "**/contacts/*-*/")
    return page.url


def test_a_visit_is_logged_reported_answered_and_stands_in_the_calendar(
    cast: Cast, firm: Customer, phrase: str, enter: Enter, calendar: Callable[[], str], live_server: Any
) -> None:
    began = timezone.localdate(timezone=TOKYO)
    phone = enter(cast.seller, "/contacts/new", size="phone")

    record = log_the_visit(phone, cast.boss)
    expect(phone.locator("main")).to_contain_text(SECRET)
    shot(phone, "1-seller-logged")
    outbox.keep(now=timezone.now())

    assert [letter.to for letter in mail.outbox] == [[cast.boss.email]]
    assert record.rstrip("/").rpartition("/")[2] in mail.outbox[0].body  # the link opens it on the reading screen

    desk = enter(cast.boss, "/reports/")
    expect(desk.locator("main")).to_contain_text("青木建材")
    shot(desk, "2-boss-unread")
    desk.locator("#rows a.cover").first.click()
    landed(desk, "**/reports/*-*/")
    expect(desk.locator("main")).to_contain_text(SECRET)
    shot(desk, "3-boss-reads")
    with desk.expect_response("**/reply"):
        desk.locator("button[name=phrase]", has_text=ANSWER).click()
    expect(desk.locator("[role=status]").first).to_be_visible()
    shot(desk, "4-boss-answered")
    outbox.keep(now=timezone.now() + timedelta(seconds=30))

    go(phone, record)
    expect(phone.locator("#reported")).to_contain_text(ANSWER)
    expect(phone.locator("#reported .tone-blue, #reported .tone-green").first).to_be_visible()
    phone.locator("#reported").scroll_into_view_if_needed()
    shot(phone, "5-seller-sees-receipt")
    assert cast.seller.email in [letter.to[0] for letter in mail.outbox]

    appointment = Appointment.objects.visible_to(cast.seller).get(customer=firm)
    day = appointment.starts_at.astimezone(TOKYO).date()
    assert day - timedelta(days=7) in (began, timezone.localdate(timezone=TOKYO))  # midnight may have passed
    assert f"{day} 10:00 青木建材" in calendar()
    move(cast.seller, appointment, timedelta(days=1, hours=4))
    assert f"{day + timedelta(days=1)} 14:00 青木建材" in (moved := calendar())
    assert f"{day} 10:00" not in moved
    go(phone, f"/schedule/{appointment.pk}/")
    cancel_on_the_page(phone)
    shot(phone, "6-seller-called-off")
    assert "【中止】" in calendar()

    nothing_to_find(cast, firm, record.replace(live_server.url, ""), appointment, enter)
    for page in (phone, desk):
        assert page.complaints == []  # type: ignore[attr-defined]
        assert barriers(page) == []


def move(user: User, appointment: Appointment, by: timedelta) -> None:
    """Drag it in the calendar: what the page sends when a person drops an appointment elsewhere."""
    client = Client()
    client.force_login(user)
    times = {"starts_at": appointment.starts_at + by, "ends_at": appointment.ends_at + by}
    said = {name: at.isoformat() for name, at in times.items()} | {"version": appointment.version, "all_day": False}
    answer = client.post(f"/schedule/{appointment.pk}/move", json.dumps(said), content_type="application/json")
    assert answer.status_code == 200, answer.content


def cancel_on_the_page(page: Page) -> None:
    page.locator("[data-dialog=cancel]").first.click()
    page.locator("dialog[open] [name=reason]").fill("先方の都合")
    page.locator("dialog[open] button.btn-danger").first.click()
    expect(page.locator("main .banner")).to_contain_text("先方の都合")


def nothing_to_find(cast: Cast, firm: Customer, record: str, appointment: Appointment, enter: Enter) -> None:
    """Page, htmx, search, suggestion, API, feed, mail and counts: the outsider's world is empty."""
    page = enter(cast.outsider, "/")
    for path in (
        "/",
        "/contacts/",
        "/contacts/?q=値引き",
        "/customers/",
        "/customers/?q=青木",
        "/schedule/",
        "/reports/",
        "/notices/",
        "/deals/",
        "/people/",
    ):
        go(page, path)
        for word in ("青木", SECRET, "鈴木"):
            expect(page.locator("main"), f"{path} {word}").not_to_contain_text(word)
    for path in (record, f"/customers/{firm.pk}/", f"/schedule/{appointment.pk}/"):
        assert page.goto(path).status == 404, path  # type: ignore[union-attr]
    client = Client()
    client.force_login(cast.outsider)
    for path in (
        "/customers/suggest?q=青木",
        "/api/v1/contacts/",
        "/api/v1/customers/",
        "/api/v1/appointments/",
        a_link(cast.outsider, timezone.now()),
    ):
        text = client.get(path).content.decode()
        assert "青木" not in text.replace("\\u9752\\u6728", "青木"), path
    assert not [letter for letter in mail.outbox if cast.outsider.email in letter.to]


def shot(page: Page, name: str) -> None:
    """Keep a picture of each step where SETTEN_SHOTS names a folder."""
    if folder := os.environ.get("SETTEN_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png")
