"""What one full save costs: the statements of the whole request, session and log-in included."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contacts.models import Attachment, ContactPoint, WorkRequest
from tests.conftest import Cast
from tests.contacts.given import a_form
from tests.contacts.uploads import a_file
from tests.house.walking import logged_in
from tests.make import a_choice, a_customer, a_person, a_user

pytestmark = pytest.mark.django_db


def test_a_record_with_ten_participants_five_files_and_three_expenses_is_saved_with_45_statements(cast: Cast, now: datetime) -> None:
    firm = a_customer(recorder=cast.seller)
    person, kind = a_person(firm, recorder=cast.seller), a_choice("expense_kind", "電車")
    others = [a_user(f"社員 {number}", cast.sales) for number in range(10)]
    files = [a_file(cast.seller, f"資料{number}.pdf") for number in range(5)]
    lines = {"expenses-TOTAL_FORMS": "3", "requests-TOTAL_FORMS": "1", "requests-INITIAL_FORMS": "0"}
    for place in range(3):
        lines |= {f"expenses-{place}-kind": str(kind.pk), f"expenses-{place}-amount_yen": "480"}
    lines |= {"requests-0-title": "見積書を送る", "requests-0-to": str(others[0].pk)}
    form = a_form(
        customer=str(firm.pk),
        people=[str(person.pk)],
        guests=[f"p:{person.pk}", f"c:{firm.pk}"],
        method=str(a_choice("method", "訪問").pk),
        content="更新案を説明した。",
        participants=[str(one.pk) for one in others],
        report_to=[str(cast.boss.pk), str(others[0].pk)],
        files=[str(one.pk) for one in files],
        next_on="2026/12/01",
        next_starts="10:00",
        **lines,
    )
    client = logged_in(cast.seller)
    client.get("/contacts/")

    with CaptureQueriesContext(connection) as asked:
        answer = client.post("/contacts/new", form)

    assert answer.status_code == 302
    (record,) = ContactPoint.objects.visible_to(cast.seller)
    assert record.participants.count() == 10
    assert record.expenses.count() == 3
    assert Attachment.objects.visible_to(cast.boss).filter(contact=record).count() == 5
    assert WorkRequest.objects.visible_to(others[0]).filter(contact=record, state="sent").count() == 1
    assert record.registered_at == timezone.now()
    assert len(asked) <= 45, "\n".join(one["sql"][:110] for one in asked.captured_queries)
