"""A visit on the phone: at most six taps plus the text, and half a minute."""

from __future__ import annotations

from datetime import timedelta
from statistics import median
from typing import Any

import pytest
from django.utils import timezone

from contacts.models import ContactPoint
from schedule.actions import AppointmentEntry, book
from tests.browser.conftest import Enter, barriers
from tests.browser.quickly import TEXT, Entry
from tests.browser.steady import go
from tests.conftest import Cast
from tests.contacts.given import a_contact
from tests.make import a_choice, a_customer, a_person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow]
RUNS = 3  # bench/quick.py makes twenty
MOST_TAPS, MOST_SECONDS = 6, 30


@pytest.fixture
def phone(cast: Cast, enter: Enter) -> Any:
    now = timezone.now()
    visit = a_choice("method", "訪問", semantic="visit")
    a_choice("result", "前進")
    for number in range(RUNS):
        customer = a_customer(f"青木建材{number}", recorder=cast.seller)
        person = a_person(customer, recorder=cast.seller)
        start = timezone.localtime(now).replace(hour=12, minute=number, second=0, microsecond=0)  # today, at any hour
        entry = AppointmentEntry(starts_at=start, ends_at=start + timedelta(minutes=1), customer=customer, people=[person], method=visit)
        book(owner=cast.seller, recorder=cast.seller, entry=entry, now=now)
    a_contact(cast.seller, now, customer=a_customer("山田商店", recorder=cast.seller), report_to=[cast.boss])
    return enter(cast.seller, "/", size="phone")


def test_a_visit_takes_six_taps_and_half_a_minute(cast: Cast, phone: Any) -> None:
    runs = []
    for number in range(RUNS):
        go(phone, "/")
        runs.append(Entry(phone).enter(chip=f"青木建材{number}"))

    assert max(run.taps for run in runs) <= MOST_TAPS
    assert median(run.seconds for run in runs) < MOST_SECONDS
    made = list(ContactPoint.objects.visible_to(cast.seller).filter(content=TEXT))
    assert len(made) == RUNS
    assert all(one.appointment_id and one.customer_id and one.next_appointment_id and one.result_id and one.method_id for one in made)
    assert all([row.user for row in one.recipients.select_related("user")] == [cast.boss] for one in made)


def test_without_an_appointment_it_takes_no_more(cast: Cast, phone: Any) -> None:
    run = Entry(phone).enter(chip="山田商店", method="訪問", letters_a_second=50)

    assert run.taps <= MOST_TAPS


def test_the_short_form_is_usable_by_everybody(cast: Cast, phone: Any) -> None:
    go(phone, "/contacts/quick")

    assert barriers(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth") <= phone.evaluate("innerWidth")
    small = phone.evaluate(
        "[...document.querySelectorAll('main :is(button, .chip, .segment span, input, textarea)')].filter((one) => one.checkVisibility() "
        "&& one.getBoundingClientRect().height > 1 && one.getBoundingClientRect().height < 44 && !one.closest('.ts-control, .segment')).map((one) => one.outerHTML.slice(0, 90))"
    )
    assert small == []
