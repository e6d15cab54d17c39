"""What stands beside the fields of the record's form."""

from __future__ import annotations

import re

import pytest

from tests.conftest import Cast
from tests.contacts.given import a_contact
from tests.house.walking import logged_in
from tests.make import TODAY, a_customer, staff

pytestmark = pytest.mark.django_db


def test_the_history_of_the_chosen_customer_is_one_step_from_the_form(cast: Cast, now: object) -> None:
    firm, client = a_customer(recorder=cast.seller), logged_in(cast.seller)
    a_contact(cast.seller, now, customer=firm, content="前回の話")  # type: ignore[arg-type]

    form = client.get(f"/contacts/new?customer={firm.pk}").content.decode()

    (address,) = re.findall(r'href="([^"]+)" data-history-of="id_customer"', form)
    assert "前回の話" in client.get(f"{address}?customer={firm.pk}").content.decode()


def test_a_record_begins_from_the_menu_and_from_the_page_of_a_customer(cast: Cast) -> None:
    firm, client = a_customer(recorder=cast.seller), logged_in(cast.seller)

    menu = client.get("/").content.decode()
    page = client.get(f"/customers/{firm.pk}/").content.decode()

    assert re.search(r'<nav.*href="/contacts/new"', menu, re.DOTALL)
    assert f'href="/contacts/new?customer={firm.pk}"' in page
    assert client.get(f"/contacts/new?customer={firm.pk}").context["form"].initial["customer"] == firm.pk


def test_who_enters_for_another_reads_who_is_told(cast: Cast) -> None:
    alone = logged_in(cast.seller).get("/contacts/new").content.decode()
    staff.delegate(by=cast.admin, principal=cast.colleague, agent=cast.seller, valid_from=TODAY)

    form = logged_in(cast.seller).get("/contacts/new").content.decode()

    assert f"記入者は {cast.seller} です" in form
    assert "記入者は" not in alone
