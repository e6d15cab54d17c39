"""What opening the form of a full record costs."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts.actions.unsaved import keep_unsaved
from contacts.entry import ExpenseLine, RequestLine
from crm.actions import assets, customers
from crm.models import CustomerDepartment
from tests.conftest import Cast
from tests.contacts.given import a_contact, a_next
from tests.contacts.uploads import a_file
from tests.crm.test_choices import many
from tests.make import a_choice, a_customer, a_person, a_user, an_audience

pytestmark = pytest.mark.django_db


def test_the_form_of_a_record_with_everything_opens_with_15_queries(client: Client, cast: Cast, now: datetime) -> None:
    long = many("summary", 1_000)
    firm = a_customer(recorder=cast.seller)
    people = [a_person(firm, recorder=cast.seller) for _number in range(3)]
    deal = customers.add_deal(
        by=cast.seller, name="更新", stage=a_choice("stage"), audience=an_audience(cast.sales), owner=cast.seller, customer=firm
    )
    others = [a_user(f"社員 {number}", cast.sales) for number in range(5)]
    upper = a_choice("category", "商談")
    contact = a_contact(
        cast.seller,
        now,
        customer=firm,
        department=CustomerDepartment.objects.for_the_house("test").create(customer=firm, name="購買部"),
        people=people,
        guests=[people[0], firm],
        deal=deal,
        asset=assets.add_asset(by=cast.seller, customer=firm, name="複合機"),
        summary=long[-1],
        method=a_choice("method", "訪問"),
        result=a_choice("result", "前進"),
        category1=upper,
        category2=a_choice("category", "価格", parent=upper),
        participants=others,
        report_to=[cast.boss, others[0]],
        notice_to=[others[1]],
        expenses=[ExpenseLine(kind=a_choice("expense_kind", "電車"), amount_yen=480)],
        requests=[RequestLine(to=others[2], title="見積を送る"), RequestLine(to=cast.seller, title="調べる")],
        files=[a_file(cast.seller, "資料.pdf")],
        next=a_next(now),
    )
    client.force_login(cast.seller)
    client.get(reverse("contacts:list"))

    def asked(**query: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            page = client.get(reverse("contacts:edit", args=[contact.pk]), query)
        assert page.status_code == 200
        said = [one["sql"] for one in queries if one["sql"].startswith("SELECT")]
        assert len(said) <= 15, "\n".join(sql[:150] for sql in said)
        return len(said)

    asked()
    typed = [("contact_id", str(contact.pk)), ("version", "1"), ("date", "2026/11/20"), ("content", "直しかけ")]
    keep_unsaved(user=cast.seller, record=contact.pk, typed=typed, is_new=False, known=0, device="", now=now)
    asked()
