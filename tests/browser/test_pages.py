"""Every page of a small but filled world: readable by everybody in both themes and at both widths, nothing in the console."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from contacts.actions import reply
from contacts.actions.comments import write_comment
from contacts.actions.templates import add_template
from contacts.actions.unsaved import keep_unsaved
from crm import outbox
from crm.actions import assets, customers, infos, plans, staff
from crm.actions import settings as own
from crm.actions.items import add_item
from crm.audience import Audience
from crm.lines import AddressLine, PhoneLine
from crm.models import User
from crm.visibility import house_eyes
from reports.models import Notice, SentMail
from schedule.actions.facilities import add_facility
from schedule.models import CalendarFeed
from tests.browser.conftest import SIZES, OpenPage, barriers
from tests.browser.steady import go, landed
from tests.conftest import Cast
from tests.contacts.given import a_contact, a_next
from tests.house.walking import doors, fill
from tests.make import TODAY, a_choice, a_person
from tests.schedule.given import a_link, an_appointment

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# A mail as its reader's program shows it: it runs no script, and nothing can look at it.
NOT_PAGES = {"reports:sent_mail_html"}
MORE = [
    "/contacts/?q=見積",
    "/contacts/?view=timeline",
    *(f"/{place}/?q=zzzz" for place in ("contacts", "customers", "people", "deals", "staff", "reports")),
]


@pytest.fixture
def demo(settings: Any) -> None:
    """The page of sent mails belongs to the demo."""
    settings.DEMO = True
    settings.EMAIL_BACKEND = "reports.mailbox.DemoMailbox"


@pytest.fixture
def keys(demo: None, cast: Cast) -> dict[str, Any]:
    """An administrator's working day: reports given and taken, something of everything else."""
    me, now = cast.admin, timezone.now().replace(microsecond=0)
    customer = customers.add_customer(
        by=me,
        name="株式会社青木建材",
        kana="アオキケンザイ",
        audience=Audience.whole_company(),
        note="二代目の社長。",
        caution="値引きは部長決裁",
        phones=[PhoneLine(number="095-820-0000", label="代表")],
        addresses=[AddressLine(city="長崎市")],
    )
    person = a_person(customer, recorder=me, title="課長")
    stages = [a_choice("deal_stage", name, semantic=meaning) for name, meaning in (("商談中", "open"), ("受注", "won"))]
    deal = customers.add_deal(
        by=me, name="倉庫の更新", stage=stages[0], audience=Audience.whole_company(), owner=me, customer=customer, amount_yen=1_200_000
    )
    method, result = a_choice("method", "訪問", semantic="visit"), a_choice("result", "前進")
    about = {"customer": customer, "people": [person], "deal": deal, "method": method}
    told = a_contact(me, now, **about, result=result, report_to=[cast.boss], next=a_next(now))
    heard = a_contact(cast.boss, now, **about, report_to=[me])
    a_contact(me, now, **about, draft=True)
    reply(author=cast.boss, contact=told, body="承知しました。", now=now)
    appointment = an_appointment(me, now, days=0.1, **about, place="本社")
    return {
        "customer": customer.pk,
        "person": person.pk,
        "deal": deal.pk,
        "contact": told.pk,
        "heard": heard.pk,
        "appointment": appointment.pk,
        "choice": method.pk,
        "code": "method",
        "way": "up",
        **_whole(cast, me, customer, told, now),
        **_office(cast, me, now),
    }


def _whole(cast: Cast, me: User, customer: Any, told: Any, now: datetime) -> dict[str, Any]:
    """What else hangs on the customer and the record, and what an administrator sets up."""
    whole = Audience.whole_company()
    asset = assets.add_asset(by=me, customer=customer, name="空調機一号")
    contract = assets.add_contract(by=me, customer=customer, name="年間保守")
    target = plans.TargetLine(customer=customer, planned=3)
    plan = plans.add_plan(by=me, owner=me, name="下期重点", starts_on=TODAY, ends_on=TODAY, audience=whole, targets=[target])
    info = infos.add_info(by=me, owner=me, title="増築の予定", collected_on=TODAY, audience=whole, customer=customer)
    comment, _new = write_comment(author=cast.boss, contact=told, body="次回は同行します。", now=now)
    begun = keep_unsaved(user=me, record=uuid4(), typed=[("content", "途中の文")], is_new=True, known=0, device="Chrome", now=now)
    return {
        "asset": asset.pk,
        "contract": contract.pk,
        "plan": plan.pk,
        "info": info.pk,
        "comment": comment.pk,
        "unsaved": begun.record,
        "facility": add_facility(by=me, name_ja="会議室A", name_en="Room A").pk,
        "item": add_item(by=me, target="contact", code="rival", type="text", label_ja="競合", label_en="Rival").pk,
        "template": add_template(by=me, name="定期訪問", values={"content": "定期訪問"}).pk,
        "kind": "deal",
        "target": "contact",
        "name": "x.jpg",
        **dict.fromkeys(("file", "work"), uuid4()),
        "entry": 1,
    }


def _office(cast: Cast, me: User, now: datetime) -> dict[str, Any]:
    a_link(me, now)
    group = staff.keep_group(by=me, name="若手勉強会", members=[cast.boss, me], today=TODAY)
    delegation = staff.delegate(by=me, principal=cast.boss, agent=me)
    token, _shown = own.issue_token(user=me, name="会計システム", scope="read", expires_at=now + timedelta(days=90))
    outbox.keep(now=now + timedelta(minutes=1))
    with house_eyes("pages"):
        notice, mail = Notice.objects.filter(recipient=me).first(), SentMail.objects.filter(to=me.email).first()
        feed = CalendarFeed.objects.get()
    return {
        "group": group.pk,
        "delegation": delegation.pk,
        "token": token.pk,
        "notice": notice.pk,
        "mail": mail.pk,
        "feed": feed.pk,
        "user": cast.boss.pk,
        "unit": cast.sales.pk,
        "post": cast.boss.memberships.get().pk,
        **dict.fromkeys(("recipient", "reply", "promise", "phrase"), 1),
        **dict.fromkeys(("public_id", "secret", "key", "uidb36"), "x"),
    }


def pages(client: Client, keys: dict[str, Any]) -> list[str]:
    """Return the address of every door that answers this person with a page."""
    found = []
    for door in sorted(set(doors()), key=lambda one: one.route):
        if door.name in NOT_PAGES or door.name.startswith("api:"):
            continue
        answer = client.get(address := fill(door, keys))
        if answer.status_code == 200 and b"<main" in getattr(answer, "content", b""):
            found.append(address)
    return [*found, *MORE, f"/reports/{keys['heard']}/"]


def test_every_page_is_readable_by_everybody(cast: Cast, keys: dict[str, Any], open_page: OpenPage) -> None:
    client = Client()
    client.force_login(cast.admin)
    page = open_page("/accounts/login/", cookies={name: cookie.value for name, cookie in client.cookies.items()})

    faults = [f"{path} {fault}" for path in pages(client, keys) for fault in look_at(page, path)]

    assert faults == [], "\n".join(faults)
    assert page.complaints == []  # type: ignore[attr-defined]


def test_a_text_outlives_the_session(cast: Cast, open_page: OpenPage) -> None:
    def log_in() -> dict[str, str]:
        client = Client()
        client.force_login(cast.seller)
        return {name: cookie.value for name, cookie in client.cookies.items()}

    page = open_page("/contacts/new", size="phone", cookies=log_in())
    page.fill("[name=content]", "消えては困る長い文章")
    page.context.clear_cookies()
    button = page.locator(".form-actions .btn-primary")
    button.click()
    expect(page.locator(".toast-s.warning a").first).to_have_attribute("href", re.compile("^/accounts/login/"))
    expect(button).not_to_have_attribute("aria-busy", "true")  # its question is answered
    page.context.add_cookies([{"name": name, "value": value, "url": page.evaluate("location.origin")} for name, value in log_in().items()])
    button.click()

    landed(page, "**/contacts/*-*/")
    expect(page.locator("main")).to_contain_text("消えては困る長い文章")


def look_at(page: Page, path: str) -> list[str]:
    """Open the page once and look at it four ways; what does not depend on colour is the same in both themes."""
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(dict(zip(("width", "height"), SIZES["desktop"], strict=True)))
    go(page, path)
    faults = []
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            faults += [f"{size} {theme}: {fault}" for fault in barriers(page, only="" if theme == "light" else "color-contrast")]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            faults.append(f"{size}: wider than the screen")
    return faults
