"""The schedule in a real browser: what stands on each appointment."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, barriers
from tests.conftest import Cast
from tests.schedule.given import an_appointment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_whoever_goes_straight_there_or_home_has_a_symbol_in_the_schedule(open_page: OpenPage, cast: Cast, size: str) -> None:
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    for hours, (note, direct) in enumerate({"一件目": "to", "二件目": "from", "三件目": "both", "四件目": ""}.items()):
        an_appointment(cast.seller, noon, days=hours / 24, summary_note=note, direct=direct)
    client = Client()
    client.force_login(cast.seller)

    page = open_page("/schedule/", cookies={name: cookie.value for name, cookie in client.cookies.items()}, size=size)
    names = {"一件目": "arrow-right", "二件目": "home", "三件目": "arrows-sort"}

    for note, name in names.items():
        event = page.locator("[data-calendar] .cal-title, [data-calendar] .cal-item-title").filter(has_text=note).first
        expect(event.locator("svg")).to_have_count(1)
        expect(event.locator(f"svg use[href$='#{name}']")).to_have_count(1)
    last = page.locator("[data-calendar] .cal-title, [data-calendar] .cal-item-title").filter(has_text="四件目").first
    expect(last).to_be_visible()
    expect(last.locator("svg")).to_have_count(0)
    assert barriers(page) == []
    assert page.complaints == []  # type: ignore[attr-defined]
