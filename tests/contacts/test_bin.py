"""The bin of thirty days: what lies in it, what leaves it for good, and what is left of that."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts import tasks
from contacts.actions import change_contact, comments, delete_contact, restore_contact
from contacts.actions.errors import NotInBin
from contacts.actions.purging import BATCH, clear_removed_comments, clear_unsaved, empty_bin, purge_contact
from contacts.entry import ExpenseLine
from contacts.models import Attachment, Comment, CommentEdit, ContactPoint, Expense, Unsaved
from crm import outbox
from crm.models import AuditEntry, Delegation, Outbox, User
from crm.tasks import forget_promises
from crm.visibility import house_eyes
from tests.conftest import Cast
from tests.contacts.given import a_contact, an_entry, promised
from tests.contacts.uploads import a_file
from tests.house.walking import logged_in
from tests.make import a_customer, an_audience

pytestmark = pytest.mark.django_db
BIN = "/contacts/bin/"


def thrown(owner: User, now: datetime, **fields: Any) -> ContactPoint:
    return delete_contact(by=owner, contact=a_contact(owner, now, **fields), now=now)


def left() -> list[Any]:
    with house_eyes("what is left in the tables"):
        return list(ContactPoint.objects.order_by("pk").values_list("pk", flat=True))


def the_journal() -> str:
    return " ".join(f"{entry.before} {entry.after}" for entry in AuditEntry.objects.all())


def with_everything(cast: Cast, now: datetime) -> ContactPoint:
    firm = a_customer(recorder=cast.seller)
    contact = a_contact(
        cast.seller, now, customer=firm, content="秘密の内容", report_to=[cast.boss], expenses=[ExpenseLine(amount_yen=300)]
    )
    row, _new = comments.write_comment(author=cast.boss, contact=contact, body="秘密のコメント", now=now)
    comments.edit_comment(by=cast.boss, comment=row, version=1, body="秘密の二度目", now=now)
    comments.like(by=cast.boss, contact=contact, comment=row, now=now)
    Attachment.objects.create(
        contact=contact, uploader=cast.seller, name="秘密.pdf", size=1, sha256="0", media_type="application/pdf", file="files/aa/aaaa"
    )
    return delete_contact(by=cast.seller, contact=contact, now=now)


def test_the_bin_shows_days_left_and_whose_it_is(cast: Cast, now: datetime) -> None:
    contact = thrown(cast.seller, now, content="見積を説明した。")

    with time_machine.travel(now + timedelta(days=27, hours=1), tick=False):
        page = logged_in(cast.seller).get(BIN)
        text = page.content.decode()
    row = page.context["page"].rows[0]

    assert (row.pk, row.days_left) == (contact.pk, 3)
    assert "3 日" in text and "見積を説明した。" in text and reverse("contacts:purge", args=[contact.pk]) in text
    for other in (cast.boss, cast.outsider):
        assert "見積を説明した。" not in logged_in(other).get(BIN).content.decode()


def test_the_bin_is_searched_and_paged(cast: Cast, now: datetime) -> None:
    for number in range(53):
        thrown(cast.seller, now - timedelta(minutes=number), content=f"見積 {number}")
    thrown(cast.seller, now, content="謝罪訪問")
    client = logged_in(cast.seller)

    first = client.get(BIN)
    assert len(first.context["page"].rows) == 50
    assert len(client.get(f"{BIN}?after={first.context['page'].older}").context["page"].rows) == 4
    assert [row.content for row in client.get(BIN, {"q": "謝罪"}).context["page"].rows] == ["謝罪訪問"]
    fragment = client.get(BIN, {"q": "どこにもない"}, headers={"HX-Request": "true"}).content.decode()
    assert "該当する記録はありません" in fragment and "<html" not in fragment
    for odd in ("あ" * 500, "%", "'"):
        assert client.get(BIN, {"q": odd}).status_code == 200
    assert client.get(BIN, {"after": "nonsense"}).status_code == 200


def test_a_hidden_customer_s_name_finds_nothing_in_the_bin(cast: Cast, now: datetime) -> None:
    firm = a_customer("秘密商事", recorder=cast.boss)
    thrown(cast.seller, now, customer=firm)
    from crm.actions import customers

    customers.change_customer(by=cast.boss, customer=firm, version=1, audience=an_audience(people=(cast.boss,)))

    assert logged_in(cast.seller).get(BIN, {"q": "秘密商事"}).context["page"].rows == []
    assert "秘密商事" not in logged_in(cast.seller).get(BIN).content.decode()


def test_its_owner_deletes_a_record_for_good(cast: Cast, now: datetime) -> None:
    contact = with_everything(cast, now)
    entries = set(AuditEntry.objects.values_list("pk", flat=True))

    answer = logged_in(cast.seller).post(reverse("contacts:purge", args=[contact.pk]), follow=True)

    assert "完全に削除しました" in answer.content.decode()
    assert left() == []
    with house_eyes("what is left in the tables"):
        assert not any(model.objects.exists() for model in (Comment, CommentEdit, Expense, Attachment))
    assert "files/aa/aaaa" in Outbox.objects.filter(topic="file.bytes").values_list("key", flat=True)
    # Who did what when stays; what it said does not.
    assert entries <= set(AuditEntry.objects.values_list("pk", flat=True))
    last = AuditEntry.objects.get(verb="purge")
    assert (last.user, last.object_id) == (cast.seller, str(contact.pk))
    kept = " ".join(f"{entry.before} {entry.after}" for entry in AuditEntry.objects.exclude(model__startswith="crm."))
    assert "秘密の" not in kept


def test_the_name_of_a_file_taken_off_earlier_goes_with_the_record(cast: Cast, now: datetime) -> None:
    contact = a_contact(cast.seller, now, files=[a_file(cast.seller, "極秘見積.pdf")])
    change_contact(by=cast.seller, contact=contact, version=1, entry=an_entry(now, files=[]), now=now)
    assert "極秘見積" in the_journal()
    delete_contact(by=cast.seller, contact=contact, now=now)

    purge_contact(by=cast.seller, contact=ContactPoint.objects.for_the_house("just deleted").get(pk=contact.pk))

    assert "極秘見積" not in the_journal()


def test_only_the_owner_deletes_for_good_and_only_what_is_in_the_bin(cast: Cast, now: datetime) -> None:
    Delegation.objects.create(principal=cast.seller, agent=cast.colleague)
    contact = a_contact(cast.seller, now, recorder=cast.colleague)
    address = reverse("contacts:purge", args=[contact.pk])

    assert logged_in(cast.seller).post(address).status_code == 404
    with pytest.raises(NotInBin):
        purge_contact(by=cast.seller, contact=contact)
    delete_contact(by=cast.colleague, contact=contact, now=now)
    for user in (cast.colleague, cast.boss, cast.outsider, cast.admin):
        assert logged_in(user).post(address).status_code == 404
        assert logged_in(user).delete(f"/api/v1/bin/{contact.pk}/").status_code == 404
    assert address not in logged_in(cast.colleague).get(BIN).content.decode()
    assert logged_in(cast.seller).get(address).status_code == 405
    assert left() == [contact.pk]


def test_what_lay_there_for_thirty_days_goes_by_itself(cast: Cast, now: datetime) -> None:
    old = with_everything(cast, now - timedelta(days=30))
    young = thrown(cast.seller, now - timedelta(days=29))
    standing = a_contact(cast.seller, now - timedelta(days=90))

    assert empty_bin(now=now) == 1
    assert empty_bin(now=now) == 0

    assert set(left()) == {young.pk, standing.pk}
    entry = AuditEntry.objects.get(verb="purge")
    assert (entry.user, entry.object_id) == (None, str(old.pk))


def test_whoever_comes_too_late_gets_nothing_back(cast: Cast, now: datetime) -> None:
    contact = thrown(cast.seller, now - timedelta(days=31))

    client = logged_in(cast.seller)
    assert client.post(reverse("contacts:restore", args=[contact.pk])).status_code == 404
    assert client.post(reverse("contacts:purge", args=[contact.pk])).status_code == 404
    assert client.get(BIN).context["page"].rows == []


def test_a_record_taken_back_is_not_swept_away(cast: Cast, now: datetime) -> None:
    contact = thrown(cast.seller, now - timedelta(days=29))
    restore_contact(by=cast.seller, contact=contact, now=now)

    assert empty_bin(now=now + timedelta(days=5)) == 0


def test_forms_nobody_came_back_to_are_forgotten(cast: Cast, now: datetime) -> None:
    for days in (89, 91):
        row = Unsaved.objects.create(user=cast.seller, record=uuid4(), typed=[["content", "x"]], updated_at=now - timedelta(days=days))
        with house_eyes("made long ago"):
            Unsaved.objects.filter(pk=row.pk).update(updated_at=now - timedelta(days=days))

    assert clear_unsaved(now=now) == 1
    assert Unsaved.objects.visible_to(cast.seller).count() == 1


def test_the_text_of_a_removed_comment_goes_after_thirty_days(cast: Cast, now: datetime) -> None:
    contact = a_contact(cast.seller, now - timedelta(days=40))
    for days in (31, 5):
        row, _new = comments.write_comment(author=cast.boss, contact=contact, body=f"言い過ぎ {days}", now=now - timedelta(days=days))
        comments.remove_comment(by=cast.boss, comment=row, now=now - timedelta(days=days))

    assert clear_removed_comments(now=now) == 1
    assert clear_removed_comments(now=now) == 0

    rows = Comment.objects.visible_to(cast.seller).filter(contact=contact)
    assert {row.body for row in rows} == {"", "言い過ぎ 5"}
    empty, later = rows.get(body=""), rows.get(body="言い過ぎ 5")
    boss = logged_in(cast.boss)
    page = boss.get(reverse("contacts:comments", args=[contact.pk])).content.decode()
    back = {row: reverse("contacts:comment_restore", args=[contact.pk, row.pk]) for row in (empty, later)}
    assert (back[empty] in page, back[later] in page) == (False, True)
    assert (boss.post(back[empty]).status_code, boss.post(back[later]).status_code) == (404, 302)
    assert rows.get(body="").removed_at
    assert "言い過ぎ 31" not in str(list(AuditEntry.objects.filter(model="contacts.Comment").values_list("after", flat=True)))


def test_promises_kept_long_ago_are_forgotten_and_no_others(now: datetime) -> None:
    for topic, fields in {
        "old": {"done_at": now - timedelta(days=31)},
        "young": {"done_at": now - timedelta(days=29)},
        "open": {},
        "failed": {"failed_at": now - timedelta(days=99)},
    }.items():
        Outbox.objects.create(topic=topic, key="1", **fields)

    assert outbox.forget_kept(now=now) == 1
    assert promised() == ["young", "open", "failed"]


def test_the_timetable_clears_up_in_small_batches(cast: Cast, now: datetime, settings: Any) -> None:
    for _one in range(3):
        thrown(cast.seller, now - timedelta(days=31))
    Outbox.objects.create(topic="old", key="1", done_at=now - timedelta(days=31))

    assert tasks.empty_bins(an_argument_of="a later release") == 3
    assert forget_promises() == 1
    assert {"contacts.tasks.empty_bins", "crm.tasks.forget_promises"} <= {line["task"] for line in settings.BEAT_SCHEDULE.values()}
    assert BATCH <= 100


def test_programs_see_and_empty_their_own_bin(cast: Cast, now: datetime) -> None:
    contact = thrown(cast.seller, now, content="見積を説明した。")

    (row,) = logged_in(cast.seller).get("/api/v1/bin/").json()["results"]
    assert (row["id"], row["content"], row["days_left"]) == (str(contact.pk), "見積を説明した。", 30)
    assert logged_in(cast.boss).get("/api/v1/bin/").json()["results"] == []
    assert logged_in(cast.seller).delete(f"/api/v1/bin/{contact.pk}/").status_code == 204
    assert logged_in(cast.seller).delete(f"/api/v1/bin/{contact.pk}/").status_code == 404


def test_more_in_the_bin_costs_no_more_questions(cast: Cast, now: datetime) -> None:
    client, firm = logged_in(cast.seller), a_customer(recorder=cast.seller)

    def reads() -> list[int]:
        counted = []
        for address in (BIN, "/api/v1/bin/"):
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            counted.append(len([one for one in queries.captured_queries if one["sql"].startswith(("SELECT", "(SELECT", "WITH"))]))
        return counted

    thrown(cast.seller, now, customer=firm)
    few = reads()
    for _one in range(8):
        thrown(cast.seller, now, customer=firm)

    assert reads() == few
    assert max(few) <= 12
