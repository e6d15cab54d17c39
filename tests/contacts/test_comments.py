"""Comments below a record: who may write, who is told, what is kept, and what an outsider never learns."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts.actions import comments, delete_contact
from contacts.actions.errors import CommentRemoved, NotMentionable, NotRegistered, NotYours
from contacts.mentions import mentioned_in
from contacts.models import Comment, ContactPoint, Reaction
from crm import outbox
from crm.actions import IdTaken, StaleVersion
from crm.models import AuditEntry, Company, Delegation, User
from reports.models import Notice
from tests.conftest import Cast
from tests.contacts.given import a_contact, promised
from tests.house.walking import logged_in
from tests.make import a_user, an_audience

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def contact(cast: Cast, now: datetime) -> ContactPoint:
    """For the sales section alone: the outsider sees nothing of it."""
    return a_contact(cast.seller, now, audience=an_audience(cast.sales))


def said(author: User, contact: ContactPoint, now: datetime, body: str = "了解しました。", **more: Any) -> Comment:
    return comments.write_comment(author=author, contact=contact, body=body, now=now, **more)[0]


def page(contact: ContactPoint, name: str = "comments", *more: Any) -> str:
    return reverse(f"contacts:{name}", args=[contact.pk, *more])


def notices_of(user: User) -> list[str]:
    return list(Notice.objects.visible_to(user).order_by("pk").values_list("kind", flat=True))


def post(now: datetime, after: timedelta = timedelta(seconds=11)) -> None:
    outbox.keep(now=now + after)


def told() -> list[str]:
    return sorted(address for message in mail.outbox for address in message.to)


def test_whoever_sees_a_record_comments_on_it_its_owner_too(contact: ContactPoint, cast: Cast) -> None:
    for user, text in ((cast.colleague, "参考になります。"), (cast.seller, "ありがとうございます。")):
        answer = logged_in(user).post(page(contact), {"body": text, "comment_id": str(uuid4())}, headers=HTMX)
        assert (answer.status_code, text in answer.content.decode()) == (200, True)

    rows = Comment.objects.visible_to(cast.boss).filter(contact=contact)
    assert {(row.author, row.body) for row in rows} == {(cast.colleague, "参考になります。"), (cast.seller, "ありがとうございます。")}


def test_without_scripts_the_page_of_comments_does_all(contact: ContactPoint, cast: Cast) -> None:
    client = logged_in(cast.colleague)
    answer = client.post(page(contact), {"body": "参考になります。"}, follow=True)
    row = Comment.objects.visible_to(cast.boss).get()

    assert answer.redirect_chain == [(page(contact), 302)]
    assert "参考になります。" in answer.content.decode()
    assert "参考になります。" in client.get(page(contact, "comment_edit", row.pk)).content.decode()
    client.post(page(contact, "comment_edit", row.pk), {"body": "とても参考になります。", "version": "1"})
    client.post(page(contact, "comment_like", row.pk), {"on": "1"})
    assert "とても参考になります。" in client.get(page(contact)).content.decode()
    assert "参考になります。" in client.get(page(contact, "comment_edits", row.pk)).content.decode()
    assert Reaction.objects.visible_to(cast.boss).get().user == cast.colleague


def test_a_draft_has_no_comments(cast: Cast, now: datetime) -> None:
    draft = a_contact(cast.seller, now, draft=True)

    assert logged_in(cast.seller).get(page(draft)).status_code == 404
    with pytest.raises(NotRegistered):
        said(cast.seller, draft, now)
    with pytest.raises(NotRegistered):
        comments.like(by=cast.seller, contact=draft, now=now)


def test_a_second_send_of_one_comment_changes_nothing(contact: ContactPoint, cast: Cast, now: datetime) -> None:
    key = uuid4()
    first = said(cast.colleague, contact, now, comment_id=key)

    again, is_new = comments.write_comment(author=cast.colleague, contact=contact, body="別の文", now=now, comment_id=key)

    assert (again, is_new, again.body) == (first, False, "了解しました。")
    assert len(promised("comment.")) == 2
    with pytest.raises(IdTaken):
        said(cast.boss, contact, now, comment_id=key)


@pytest.mark.parametrize("body", ["", "   ", "あ" * 4001, None])
def test_a_bad_comment_is_refused_with_a_reason_and_stays_in_the_box(contact: ContactPoint, cast: Cast, body: str | None) -> None:
    client = logged_in(cast.colleague)

    answer = client.post(page(contact), {} if body is None else {"body": body}, headers=HTMX)

    assert answer.status_code == 422
    assert "aria-invalid" in answer.content.decode()
    assert (body or "").strip() in answer.content.decode()
    assert not Comment.objects.visible_to(cast.seller).exists()


def test_one_s_own_comment_is_edited_and_the_old_text_is_kept(contact: ContactPoint, cast: Cast, now: datetime) -> None:
    row = said(cast.colleague, contact, now, "単価は百円です。")

    later = now + timedelta(minutes=5)
    changed = comments.edit_comment(by=cast.colleague, comment=row, version=1, body="単価は千円です。", now=later)

    assert (changed.body, changed.version, changed.edited_at) == ("単価は千円です。", 2, later)
    assert [(edit.body, edit.written_at) for edit in changed.edits.all()] == [("単価は百円です。", now)]
    seen = logged_in(cast.boss).get(page(contact, "comment_edits", row.pk)).content.decode()
    assert "単価は百円です。" in seen
    entry = AuditEntry.objects.filter(model="contacts.Comment", verb="change").get()
    assert (entry.before["body"], entry.after["body"]) == ("単価は百円です。", "単価は千円です。")


def test_nobody_touches_the_comment_of_another(contact: ContactPoint, cast: Cast, now: datetime) -> None:
    row = said(cast.colleague, contact, now)
    for user in (cast.boss, cast.seller):
        client = logged_in(user)
        assert client.get(page(contact, "comment_edit", row.pk)).status_code == 404
        for deed in ("comment_edit", "comment_remove", "comment_restore"):
            assert client.post(page(contact, deed, row.pk), {"body": "x", "version": "1"}).status_code == 404
    with pytest.raises(NotYours):
        comments.edit_comment(by=cast.boss, comment=row, version=1, body="x", now=now)
    with pytest.raises(NotYours):
        comments.remove_comment(by=cast.boss, comment=row, now=now)

    row.refresh_from_db()
    assert (row.body, row.removed_at) == ("了解しました。", None)


def test_an_edit_of_an_older_version_is_refused_and_shows_both_texts(contact: ContactPoint, cast: Cast, now: datetime) -> None:
    row = said(cast.colleague, contact, now)
    comments.edit_comment(by=cast.colleague, comment=row, version=1, body="電話から直した文", now=now)
    client = logged_in(cast.colleague)

    with pytest.raises(StaleVersion):
        comments.edit_comment(by=cast.colleague, comment=row, version=1, body="x", now=now)
    answer = client.post(page(contact, "comment_edit", row.pk), {"body": "机から直した文", "version": "1"}, headers=HTMX)
    text = answer.content.decode()

    assert answer.status_code == 409
    assert "電話から直した文" in text and "机から直した文" in text and 'name="version" value="2"' in text


def test_a_removed_comment_leaves_a_line_and_comes_back(contact: ContactPoint, cast: Cast, now: datetime) -> None:
    row = said(cast.colleague, contact, now, "言い過ぎました")
    client = logged_in(cast.colleague)

    gone = client.post(page(contact, "comment_remove", row.pk), headers=HTMX).content.decode()
    others = logged_in(cast.boss).get(page(contact)).content.decode()

    assert "削除されました" in gone and "取り消す" in gone and "言い過ぎました" not in gone
    assert "削除されました" in others and "言い過ぎました" not in others and "取り消す" not in others
    assert logged_in(cast.boss).get(page(contact, "comment_edits", row.pk)).status_code == 404
    row.refresh_from_db()
    with pytest.raises(CommentRemoved):
        comments.edit_comment(by=cast.colleague, comment=row, version=row.version, body="x", now=now)
    with pytest.raises(CommentRemoved):
        comments.like(by=cast.boss, contact=contact, comment=row, now=now)
    assert "言い過ぎました" in client.post(page(contact, "comment_restore", row.pk), headers=HTMX).content.decode()


def test_a_like_counts_once_and_is_taken_back(contact: ContactPoint, cast: Cast, now: datetime) -> None:
    client = logged_in(cast.boss)
    row = said(cast.colleague, contact, now)

    for address in (page(contact, "like"), page(contact, "comment_like", row.pk)):
        for _twice in range(2):
            text = client.post(address, {"on": "1"}, headers=HTMX).content.decode()
        assert 'aria-pressed="true"' in text and str(cast.boss) in text and "いいね" in text
        assert 'aria-pressed="false"' in client.post(address, {"on": "0"}, headers=HTMX).content.decode()
        client.post(address, {"on": "0"}, headers=HTMX)
    assert not Reaction.objects.visible_to(cast.boss).exists()
    assert promised("comment.") == ["comment.mail", "comment.notice"]  # a like tells nobody


def test_the_company_chooses_its_own_word_for_a_like(contact: ContactPoint, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm.company._remembered", (float("inf"), Company(pk=1, like_ja="すごい")))

    assert "すごい" in logged_in(cast.boss).get(page(contact)).content.decode()


def test_owner_recorder_earlier_commenters_and_the_mentioned_are_told_once_each(cast: Cast, now: datetime) -> None:
    Delegation.objects.create(principal=cast.seller, agent=cast.boss)
    contact = a_contact(cast.seller, now, recorder=cast.boss, audience=an_audience(cast.sales))
    third, fourth = a_user("三人 目", cast.sales), a_user("四人 目", cast.sales)
    said(third, contact, now - timedelta(hours=1))
    post(now)
    mail.outbox.clear()
    Notice.objects.visible_to(cast.seller).delete()

    said(cast.colleague, contact, now, "@四人目 さん、@三人 目 さんも見てください。", mentions=[third, fourth])
    post(now, timedelta(seconds=9))
    assert told() == []
    post(now)

    assert told() == sorted(user.email for user in (cast.seller, cast.boss, third, fourth))
    assert notices_of(cast.seller) == ["comment"]
    assert (notices_of(third), notices_of(fourth), notices_of(cast.colleague)) == (["mention"], ["mention"], [])
    subjects = {message.to[0]: message.subject for message in mail.outbox}
    assert subjects[fourth.email].startswith("[Setten] メンション（坂田 純さん）")
    assert subjects[cast.seller.email].startswith("[Setten] コメント（坂田 純さん）")


def test_a_restricted_record_s_comment_is_not_quoted_in_mails(cast: Cast, contact: ContactPoint, now: datetime) -> None:
    open_one = a_contact(cast.seller, now)
    said(cast.colleague, contact, now, "秘密の一言")
    said(cast.colleague, open_one, now, "公開の一言")

    post(now)

    bodies = [message.body for message in mail.outbox]
    assert len(bodies) == 2
    assert not any("秘密の一言" in body for body in bodies)
    assert any("公開の一言" in body for body in bodies)


def test_who_lost_sight_of_the_record_meanwhile_is_not_told(cast: Cast, now: datetime) -> None:
    contact = a_contact(cast.seller, now, audience=an_audience(cast.sales, cast.office))
    said(cast.boss, contact, now, "@外山 遥 さんもご覧ください。", mentions=[cast.outsider])
    from contacts.actions import change_contact
    from tests.contacts.given import an_entry

    change_contact(by=cast.seller, contact=contact, version=1, entry=an_entry(now, audience=an_audience(cast.sales)), now=now)
    post(now)

    assert told() == [cast.seller.email]
    assert notices_of(cast.outsider) == []


def test_a_comment_taken_back_in_time_tells_nobody(contact: ContactPoint, cast: Cast, now: datetime) -> None:
    row = said(cast.colleague, contact, now)
    comments.remove_comment(by=cast.colleague, comment=row, now=now)

    post(now)

    assert (told(), notices_of(cast.seller)) == ([], [])


def test_an_edit_tells_only_who_is_mentioned_for_the_first_time(contact: ContactPoint, cast: Cast, now: datetime) -> None:
    row = said(cast.colleague, contact, now)
    post(now)
    mail.outbox.clear()

    row = comments.edit_comment(by=cast.colleague, comment=row, version=1, body="@田中 部長 了解。", now=now, mentions=[cast.boss])
    post(now)
    assert told() == [cast.boss.email]

    mail.outbox.clear()
    comments.edit_comment(by=cast.colleague, comment=row, version=2, body="@田中 部長 承知。", now=now, mentions=[cast.boss])
    post(now)
    assert told() == []


def test_an_outsider_is_mentioned_like_somebody_unknown(contact: ContactPoint, cast: Cast, now: datetime) -> None:
    with pytest.raises(NotMentionable):
        said(cast.colleague, contact, now, mentions=[cast.outsider])
    client, answers = logged_in(cast.colleague), list[Any]()
    for key in (cast.outsider.pk, 99999999):
        answer = client.post(
            page(contact), {"body": "@外山 遥 どうでしょう", "mentions": str(key), "comment_id": str(uuid4())}, headers=HTMX
        )
        answers.append(answer.status_code)
        api = client.post(
            f"/api/v1/contacts/{contact.pk}/comments/", {"body": "どうでしょう", "mentions": [key]}, content_type="application/json"
        )
        answers.append((api.status_code, api.json()["error"]["fields"]))

    assert answers[0] == answers[2] == 422
    assert answers[1] == answers[3] == (400, {"mentions.0": ["見つかりません。"]})
    said(cast.colleague, contact, now, "@外山 遥 は文字だけ")
    post(now)
    assert cast.outsider.email not in told()
    assert not ContactPoint.objects.visible_to(cast.outsider).filter(pk=contact.pk).exists()


def test_only_those_who_may_read_the_record_are_offered(contact: ContactPoint, cast: Cast) -> None:
    client = logged_in(cast.colleague)

    def offered(typed: str) -> list[str]:
        return [line["text"] for line in client.get(page(contact, "mention_suggest"), {"q": typed}).json()["results"]]

    assert offered("田中") == ["田中 部長"]
    assert offered("外山") == offered("だれもいない") == []
    assert offered("") == ["河田 誠"]  # named on the record; oneself is never offered


def test_names_behind_an_at_sign_are_found_however_they_are_spelt(contact: ContactPoint, cast: Cast) -> None:
    longer = a_user("坂田 純子", cast.sales)
    twins = [a_user("鈴木 一", cast.sales), a_user("鈴木 一", cast.sales)]
    among = User.objects.working()

    def meant(body: str, picked: list[User] | None = None) -> set[User]:
        return set(mentioned_in(body, among, picked or []))

    assert meant("@坂田純 お願いします") == {cast.colleague}
    assert meant("＠坂田　純子さん") == {longer}
    assert meant("@坂田純子と@坂田 純") == {longer, cast.colleague}
    assert meant("坂田純です。mail@example.jp") == set()
    assert meant("@鈴木 一") == set()
    assert meant("@鈴木 一", [twins[1]]) == {twins[1]}
    assert meant("名前を消した", [twins[1]]) == set()


def test_an_outsider_finds_no_door_to_the_talk(contact: ContactPoint, cast: Cast, now: datetime) -> None:
    row = said(cast.colleague, contact, now)
    client, api = logged_in(cast.outsider), f"/api/v1/contacts/{contact.pk}/comments/"

    assert {client.get(page(contact, name)).status_code for name in ("comments", "mention_suggest")} == {404}
    assert client.get(page(contact, "comment_edits", row.pk)).status_code == 404
    deeds = [
        page(contact),
        page(contact, "like"),
        *(page(contact, f"comment_{deed}", row.pk) for deed in ("edit", "remove", "restore", "like")),
    ]
    assert {client.post(address, {"body": "x", "on": "1"}).status_code for address in deeds} == {404}
    for verb, address in (
        ("get", api),
        ("post", api),
        ("patch", f"{api}{row.pk}/"),
        ("delete", f"{api}{row.pk}/"),
        ("post", f"{api}{row.pk}/like/"),
    ):
        sent = {} if verb == "get" else {"body": "x", "version": 1}
        assert getattr(client, verb)(address, sent, content_type="application/json").status_code == 404
    delete_contact(by=cast.seller, contact=contact, now=now)
    assert logged_in(cast.seller).get(page(contact)).status_code == 404


def test_a_comment_is_reached_through_its_own_record_only(contact: ContactPoint, cast: Cast, now: datetime) -> None:
    other = a_contact(cast.seller, now)
    row = said(cast.seller, contact, now)

    assert logged_in(cast.seller).post(page(other, "comment_remove", row.pk)).status_code == 404
    assert logged_in(cast.seller).get(f"/api/v1/contacts/{other.pk}/comments/{row.pk}/").status_code == 404


def test_programs_comment_change_like_and_remove(contact: ContactPoint, cast: Cast) -> None:
    client, url, key = logged_in(cast.colleague), f"/api/v1/contacts/{contact.pk}/comments/", str(uuid4())

    def send(verb: str, address: str, **data: Any) -> Any:
        return getattr(client, verb)(address, data, content_type="application/json")

    made = send("post", url, id=key, body="確認しました。", mentions=[cast.boss.pk])
    again = send("post", url, id=key, body="二度目")
    changed = send("patch", f"{url}{key}/", body="確認済みです。", version=1)
    stale = send("patch", f"{url}{key}/", body="x", version=1)
    liked = [send("post", f"{url}{key}/like/"), send("post", f"/api/v1/contacts/{contact.pk}/like/")]
    listed = client.get(url).json()
    unliked = send("delete", f"{url}{key}/like/")
    removed, gone = send("delete", f"{url}{key}/"), client.get(f"{url}{key}/").json()
    back = send("post", f"{url}{key}/restore/")

    assert (made.status_code, made.json()["mentions"], made.json()["author"]) == (201, [cast.boss.pk], cast.colleague.pk)
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (200, "true")
    assert (changed.status_code, changed.json()["body"], changed.json()["mentions"]) == (200, "確認済みです。", [cast.boss.pk])
    assert stale.status_code == 409
    assert [one.status_code for one in liked] == [200, 200]
    assert (listed["results"][0]["likes"], listed["results"][0]["liked"]) == ([cast.colleague.pk], True)
    assert (unliked.status_code, unliked.json()["likes"]) == (200, [])
    assert (removed.status_code, gone["body"], gone["mentions"], gone["removed_at"] is None) == (204, "", [], False)
    assert back.json()["body"] == "確認済みです。"


@pytest.mark.parametrize(
    "sent",
    [{}, {"body": ""}, {"body": ["x"]}, {"body": "あ" * 4001}, {"body": "x", "id": "nonsense"}, {"body": "x", "mentions": "x"},
     {"body": "x", "mentions": [True]}, {"body": "x", "mentions": [2**70]}, {"body": "x", "mentions": list(range(1, 99))}],
)  # fmt: skip
def test_programs_that_send_nonsense_hear_why(contact: ContactPoint, cast: Cast, sent: dict[str, Any]) -> None:
    answer = logged_in(cast.boss).post(f"/api/v1/contacts/{contact.pk}/comments/", sent, content_type="application/json")

    assert answer.status_code == 400
    assert answer.json()["error"]["fields"]


def test_the_history_counts_comments_and_likes(contact: ContactPoint, cast: Cast, now: datetime) -> None:
    for number in range(3):
        row = said(cast.colleague, contact, now + timedelta(seconds=number))
    comments.remove_comment(by=cast.colleague, comment=row, now=now)
    comments.like(by=cast.boss, contact=contact, now=now)
    comments.like(by=cast.boss, contact=contact, comment=said(cast.boss, contact, now), now=now)

    (listed,) = logged_in(cast.seller).get(reverse("contacts:list")).context["page"].rows

    assert (listed.comment_count, listed.like_count) == (3, 1)


def reads(client: Client, address: str, **headers: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address, headers=headers).status_code == 200
    return len([one for one in queries.captured_queries if one["sql"].startswith(("SELECT", "(SELECT", "WITH"))])


def test_writing_a_comment_takes_few_statements_however_many_are_told(contact: ContactPoint, cast: Cast, now: datetime) -> None:
    people = [a_user(f"社員 {number}", cast.sales) for number in range(12)]
    for user in people[:6]:
        said(user, contact, now)
    client = logged_in(cast.colleague)
    sent = {"body": " ".join(f"@{user.name}" for user in people), "comment_id": str(uuid4())}

    with CaptureQueriesContext(connection) as queries:
        assert client.post(page(contact), sent, headers=HTMX).status_code == 200

    assert len(promised("comment.")) >= 2 * 13
    assert len(queries) <= 30


def test_many_comments_and_likes_cost_no_more_questions_than_few(contact: ContactPoint, cast: Cast, now: datetime) -> None:
    client, api = logged_in(cast.seller), f"/api/v1/contacts/{contact.pk}/comments/"
    people = [cast.boss, cast.colleague, *(a_user(f"社員 {number}", cast.sales) for number in range(4))]

    def walk() -> list[int]:
        fragment = {"HX-Request": "true", "HX-Target": "section#comments"}
        return [
            reads(client, page(contact)),
            reads(client, page(contact), **fragment),
            reads(client, api),
            reads(client, reverse("contacts:list")),
        ]

    said(cast.boss, contact, now, "@坂田 純", mentions=[cast.colleague])
    comments.like(by=cast.boss, contact=contact, now=now)
    walk()
    few = walk()
    for number in range(36):
        row = said(people[number % 6], contact, now + timedelta(minutes=number), "@坂田 純", mentions=[cast.colleague])
        comments.like(by=people[number % 5], contact=contact, comment=row, now=now)

    assert walk() == few
    assert max(few) <= 12
    shown = client.get(page(contact))
    assert len(shown.context["talk"].comments) == 30
    older = client.get(page(contact) + f"?after={shown.context['talk'].older}")
    assert len(older.context["talk"].comments) == 7
    assert client.get(page(contact) + "?after=nonsense").status_code == 200
