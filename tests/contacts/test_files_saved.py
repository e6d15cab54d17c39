"""Attachments with their record: saved, taken off, cleared away, scanned; and how programs do it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts.actions import change_contact
from contacts.actions.errors import FileGone, FileOnRecord
from contacts.actions.files import clear_loose_files, forget_files_of, remove_file
from contacts.models import ContactPoint, Unsaved
from crm import outbox
from crm.models import AuditEntry, User, uuid7
from tests.conftest import Cast
from tests.contacts.given import a_contact, a_form, an_entry
from tests.contacts.uploads import a_file, a_picture, bytes_of, every_file, refusal, upload
from tests.house.walking import logged_in

pytestmark = pytest.mark.django_db


def test_five_files_are_saved_with_two_statements_and_in_order(seller: User, now: datetime) -> None:
    files = [a_file(seller, f"{number}.pdf") for number in range(5)]
    with CaptureQueriesContext(connection) as plain:
        a_contact(seller, now)

    with CaptureQueriesContext(connection) as queries:
        contact = a_contact(seller, now, files=files[::-1])

    assert len(queries) - len(plain) <= 2
    assert [row.name for row in every_file().filter(contact=contact).in_order()] == ["4.pdf", "3.pdf", "2.pdf", "1.pdf", "0.pdf"]
    assert AuditEntry.objects.get(model="contacts.ContactPoint", object_id=str(contact.pk)).after["files"][0] == "4.pdf"


def test_a_file_taken_off_a_record_goes_with_its_bytes_and_is_written_down(seller: User, now: datetime) -> None:
    stays, goes = a_file(seller, "残る.pdf"), a_file(seller, "消える.jpg", a_picture())
    contact = a_contact(seller, now, files=[stays, goes])

    change_contact(by=seller, contact=contact, version=1, entry=an_entry(now, files=[stays]), now=now)
    before = [default_storage.exists(name) for name in goes.stored_names()]
    outbox.keep(now=now + timedelta(minutes=1))

    assert before == [True, True, True]
    assert [default_storage.exists(name) for name in goes.stored_names()] == [False, False, False]
    assert default_storage.exists(stays.file.name)
    assert [row.name for row in every_file()] == ["残る.pdf"]
    change = AuditEntry.objects.filter(model="contacts.ContactPoint", verb="change").get()
    assert (change.before["files"], change.after["files"]) == (["残る.pdf", "消える.jpg"], ["残る.pdf"])


def test_an_entry_that_says_nothing_of_files_leaves_them(seller: User, now: datetime) -> None:
    contact = a_contact(seller, now, files=[a_file(seller)])

    change_contact(by=seller, contact=contact, version=1, entry=an_entry(now), now=now)

    assert every_file().filter(contact=contact).count() == 1


def test_one_loose_file_cannot_be_saved_with_two_records(seller: User, now: datetime) -> None:
    file = a_file(seller)
    a_contact(seller, now, files=[file])

    with pytest.raises(FileGone):
        a_contact(seller, now, files=[file])
    with pytest.raises(FileOnRecord):
        remove_file(by=seller, file=file)
    assert every_file().get().contact_id == ContactPoint.objects.visible_to(seller).get().pk


def test_the_form_saves_keeps_and_removes_files(cast: Cast) -> None:
    client = logged_in(cast.seller)
    first, second = (re.findall(r'value="([0-9a-f-]{36})"', upload(client, f"{name}.pdf", b"%PDF-1").content.decode())[0] for name in "ab")

    made = client.post(reverse("contacts:new"), a_form(files=["", first, second]))
    contact = ContactPoint.objects.visible_to(cast.seller).get()
    page = client.get(made.headers["Location"]).content.decode()
    edit = client.get(reverse("contacts:edit", args=[contact.pk])).content.decode()
    client.post(reverse("contacts:edit", args=[contact.pk]), a_form(version="1", files=["", second]))
    client.post(reverse("contacts:edit", args=[contact.pk]), a_form(version="2", content="資料の欄を送らない"))
    kept = [row.name for row in every_file()]
    client.post(reverse("contacts:edit", args=[contact.pk]), a_form(version="3", files=[""]))

    assert "a.pdf" in page and "b.pdf" in page and reverse("contacts:file", args=[first, "a.pdf"]) in page
    assert f'value="{first}" checked' in edit and f'value="{second}" checked' in edit
    assert kept == ["b.pdf"]
    assert not every_file().exists()


def test_a_form_that_is_refused_loses_no_file(cast: Cast) -> None:
    client, file = logged_in(cast.seller), a_file(cast.seller, "a.pdf")

    answer = client.post(reverse("contacts:new"), a_form(date="", files=["", str(file.pk)]))

    assert answer.status_code == 422
    assert f'value="{file.pk}" checked' in answer.content.decode()


@pytest.mark.parametrize("which", ["unknown", "a colleague's", "another record's", "no id", "arriving"])
def test_foreign_and_unknown_files_are_refused_alike(cast: Cast, now: datetime, which: str) -> None:
    others = a_file(cast.colleague if which == "a colleague's" else cast.seller)
    if which == "another record's":
        a_contact(cast.seller, now, files=[others])
    if which == "arriving":
        every_file().update(state="arriving")
    key = {"unknown": str(uuid7()), "no id": "１２３\x00<b>"}.get(which, str(others.pk))
    client = logged_in(cast.seller)

    answer = client.post(reverse("contacts:new"), a_form(files=["", key]))
    sent = {"started_at": now.isoformat(), "files": [key.replace("\x00", "")]}
    said = client.post("/api/v1/contacts/", sent, content_type="application/json")

    assert answer.status_code == 422
    assert "添付した資料の一部が見つかりません" in answer.content.decode()
    assert said.status_code == 400
    assert every_file().get().contact_id is None or which == "another record's"


def test_the_twenty_first_file_is_refused_but_a_lower_limit_takes_nothing_away(seller: User, now: datetime, limits: Any) -> None:
    limits(most_files=3)
    client, files = logged_in(seller), [a_file(seller, f"{number}.pdf") for number in range(4)]
    keys = ["", *(str(file.pk) for file in files)]

    answer = client.post(reverse("contacts:new"), a_form(files=keys))
    contact = a_contact(seller, now, files=files[:3])
    limits(most_files=2)
    page = reverse("contacts:edit", args=[contact.pk])
    same = client.post(page, a_form(version="1", files=keys[:4]))
    more = client.post(page, a_form(version="2", files=keys))

    assert (answer.status_code, same.status_code, more.status_code) == (422, 302, 422)
    assert "添付できるのは1件につき 3個までです" in answer.content.decode()


def test_a_browser_without_scripts_sends_files_with_the_form(seller: User) -> None:
    client = logged_in(seller)
    news = [
        SimpleUploadedFile("a.pdf", b"%PDF-1"),
        SimpleUploadedFile("b.exe", b"MZ\x90\x00" + bytes(9)),
        SimpleUploadedFile("c.jpg", a_picture()),
    ]

    refused = client.post(reverse("contacts:new"), a_form(files=[""], new_files=news))
    text = refused.content.decode()
    kept = re.findall(r'name="files" value="([0-9a-f-]{36})" checked', text)
    made = client.post(reverse("contacts:new"), a_form(files=["", *kept]))

    assert (refused.status_code, made.status_code, len(kept)) == (422, 302, 2)
    assert "b.exe: この種類のファイルは添付できません" in text
    assert [row.name for row in every_file().in_order()] == ["a.pdf", "c.jpg"]


# Clearing up


def test_loose_files_go_after_a_day_unless_an_open_form_names_them(cast: Cast, now: datetime) -> None:
    forgotten, typed, saved, fresh = (a_file(cast.seller, f"{name}.pdf") for name in "abcd")
    a_contact(cast.seller, now, files=[saved])
    Unsaved.objects.create(user=cast.seller, record=uuid7(), updated_at=now, typed=[["files", str(typed.pk)], ["content", "途中"]])
    every_file().filter(pk=fresh.pk).update(created_at=now + timedelta(hours=10))

    assert clear_loose_files(now=now + timedelta(hours=23)) == 0
    gone = clear_loose_files(now=now + timedelta(hours=25))
    outbox.keep(now=now + timedelta(hours=26))
    left = set(every_file().values_list("name", flat=True))
    with time_machine.travel(now + timedelta(days=91), tick=False):
        later = clear_loose_files(now=now + timedelta(days=91))

    assert (gone, left, later) == (1, {"b.pdf", "c.pdf", "d.pdf"}, 2)
    assert not default_storage.exists(forgotten.file.name)
    assert default_storage.exists(typed.file.name)


def test_files_of_purged_records_go_with_their_bytes(seller: User, now: datetime) -> None:
    file = a_file(seller)
    contact = a_contact(seller, now, files=[file])

    forget_files_of(contacts=[contact.pk])
    outbox.keep(now=now + timedelta(minutes=1))

    assert not every_file().exists()
    assert not default_storage.exists(file.file.name)


def test_a_full_disk_leaves_nothing_behind_and_gets_a_sentence(seller: User, monkeypatch: pytest.MonkeyPatch) -> None:
    saved: list[str] = []

    def full(name: str, content: Any, max_length: int | None = None) -> str:
        saved.append(name)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(default_storage._wrapped if hasattr(default_storage, "_wrapped") else default_storage, "save", full)
    answer = upload(logged_in(seller), "a.pdf", b"%PDF-1")

    assert (answer.status_code, len(saved)) == (507, 1)
    assert "空き容量が足りない" in refusal(answer)
    assert not every_file().exists()


# The virus scanner


def finds_nothing(path: str) -> bool:
    return True


def finds_something(path: str) -> bool:
    return False


@pytest.mark.parametrize(
    ("command", "state", "status"),
    [
        ("true", "ready", 200),
        ("false", "refused", 404),
        (f"python:{__name__}.finds_nothing", "ready", 200),
        (f"python:{__name__}.finds_something", "refused", 404),
        ("sh -c 'exit 2'", "checking", 404),
        ("/nowhere/scanner", "checking", 404),
    ],
)
def test_nobody_gets_a_file_before_the_scanner_has_seen_it(
    cast: Cast, now: datetime, settings: Any, command: str, state: str, status: int
) -> None:
    settings.SCAN_COMMAND = command
    file = a_file(cast.seller, "a.jpg", a_picture())
    a_contact(cast.seller, now, files=[file])
    before = {
        logged_in(cast.boss).get(door).status_code for door in (reverse("contacts:file_thumb", args=[file.pk]), f"/api/v1/files/{file.pk}/")
    }

    outbox.keep(now=now + timedelta(minutes=1))
    outbox.keep(now=now + timedelta(minutes=1, seconds=1))

    row = every_file().get()
    assert before == {200, 404}  # what is known of it, never its bytes
    assert row.state == state
    assert logged_in(cast.boss).get(reverse("contacts:file", args=[file.pk, "a.jpg"])).status_code == status
    assert default_storage.exists(file.file.name) == (state != "refused")


def test_a_refused_file_cannot_be_saved_with_a_record(seller: User, settings: Any, now: datetime) -> None:
    settings.SCAN_COMMAND = "false"
    file = a_file(seller, "virus.pdf")
    outbox.keep(now=now + timedelta(minutes=1))

    answer = logged_in(seller).post(reverse("contacts:new"), a_form(files=["", str(file.pk)]))

    assert answer.status_code == 422
    assert "virus.pdf：ウイルス検査で拒否されました" in answer.content.decode()


# Programs


def test_programs_send_attach_list_fetch_and_remove_files(cast: Cast, now: datetime) -> None:
    client, url = logged_in(cast.seller), "/api/v1/files/"
    made = client.post(url, {"file": SimpleUploadedFile("見積.pdf", b"%PDF-1.7 x")})
    loose = client.post(url, {"file": SimpleUploadedFile("b.txt", b"b")}).json()
    file = made.json()

    contact = client.post("/api/v1/contacts/", {"started_at": now.isoformat(), "files": [file["id"]]}, content_type="application/json")
    one = f"/api/v1/contacts/{contact.json()['id']}/"
    listed = client.get(f"{url}?contact={contact.json()['id']}").json()["results"]
    own = client.get(url).json()["results"]
    fetched = client.get(f"{url}{file['id']}/content/", headers={"Accept": "application/pdf"})
    kept = client.delete(f"{url}{file['id']}/")
    gone = client.delete(f"{url}{loose['id']}/")
    emptied = client.patch(one, {"version": 1, "files": []}, content_type="application/json")

    assert (made.status_code, file["name"], file["size"], file["kind"]) == (201, "見積.pdf", 10, "file")
    assert [row["id"] for row in contact.json()["files"]] == [file["id"]]
    assert ([row["id"] for row in listed], [row["id"] for row in own]) == ([file["id"]], [loose["id"]])
    assert (bytes_of(fetched), fetched.headers["Content-Type"]) == (b"%PDF-1.7 x", "application/pdf")
    assert (kept.status_code, kept.json()["error"]["code"], gone.status_code) == (409, "file_on_record", 204)
    assert (emptied.status_code, emptied.json()["files"]) == (200, [])
    assert not every_file().exists()


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [(b"", 400, "invalid"), (b"MZ\x90\x00" + bytes(9), 400, "invalid"), (b"x" * (1024 * 1024 + 1), 413, "too_large")],
)
def test_programs_hear_why_a_file_is_refused(seller: User, limits: Any, content: bytes, status: int, code: str) -> None:
    limits(largest_file_mb=1)

    answer = logged_in(seller).post("/api/v1/files/", {"file": SimpleUploadedFile("a.txt", content)})

    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert "a.txt" in str(answer.json())


def test_programs_send_broken_things(seller: User) -> None:
    client, url = logged_in(seller), "/api/v1/files/"

    assert client.post(url, {"file": "text"}).status_code == 400
    assert client.post(url, b"{}", content_type="application/json").status_code == 415
    assert client.post(url, b"--x\r\nbroken", content_type="multipart/form-data; boundary=x").status_code == 400
    assert client.get(f"{url}?contact=x%EF%BC%91").status_code == 400
    assert client.get(f"{url}?contact={uuid7()}").json()["results"] == []
    assert client.get(f"{url}{uuid7()}/content/").status_code == 404
