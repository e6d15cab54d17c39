"""Attachments: what is taken, what is kept of it, and who gets it."""

from __future__ import annotations

import hashlib
import io
import re
import struct
import zipfile
import zlib
from datetime import datetime
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from contacts.actions import change_contact
from contacts.filing import BrokenPicture, clean_name
from contacts.filing.positions import MOST_BLOCKS, MOST_NOTES
from contacts.models import Attachment
from crm.models import AccessEntry, User
from tests.conftest import Cast
from tests.contacts.given import a_contact, an_entry
from tests.contacts.uploads import HEIC, XMP, a_file, a_picture, a_sound, bytes_of, every_file, position_in, refusal, upload, where_it_was
from tests.house.walking import logged_in
from tests.make import an_audience

pytestmark = pytest.mark.django_db


def a_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("a.txt", "x")
    return out.getvalue()


# What is taken


@pytest.mark.parametrize(
    ("name", "content", "media_type", "kind"),
    [
        ("写真.JPG", a_picture(), "image/jpeg", "photo"),
        ("a.png", a_picture("PNG"), "image/png", "photo"),
        ("a.gif", a_picture("GIF"), "image/gif", "photo"),
        ("a.webp", a_picture("WEBP"), "image/webp", "photo"),
        ("a.avif", a_picture("AVIF"), "image/avif", "photo"),
        ("a.bmp", a_picture("BMP"), "image/bmp", "photo"),
        ("a.tif", a_picture("TIFF"), "image/tiff", "photo"),
        ("IMG_0001.HEIC", HEIC, "image/heic", "photo"),
        ("scan.png", a_picture("JPEG"), "image/jpeg", "photo"),
        ("録音.mp3", a_sound(), "audio/mpeg", "audio"),
        ("見積.pdf", b"%PDF-1.7\n", "application/pdf", "file"),
        ("請求書", b"%PDF-1.7\n", "application/pdf", "file"),
        ("図面.zip", a_zip(), "application/zip", "file"),
        ("表.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "application/vnd.ms-excel", "file"),
        ("顧客.csv", "青木建材,1\r\n".encode("cp932"), "text/csv", "file"),
        ("顧客16.csv", "青木建材,1\r\n".encode("utf-16"), "text/csv", "file"),
        ("MZ商事.txt", "MZ商事の件".encode(), "text/plain", "file"),
        ("図面.jww", b"JwwData.\x00\x01\x02", "application/octet-stream", "file"),
        ("page.html", b"<html><script>alert(1)</script>", "text/html", "file"),
        ("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "image/svg+xml", "file"),
    ],
)
def test_a_file_is_known_by_its_content(seller: User, name: str, content: bytes, media_type: str, kind: str) -> None:
    answer = upload(logged_in(seller), name, content)

    file = every_file().get()
    assert answer.status_code == 201, answer.content
    assert (file.media_type, file.kind, file.name, file.size) == (media_type, kind, name, len(content))
    assert f'value="{file.pk}"' in answer.content.decode()
    assert bool(file.thumb) == bool(file.preview) == (kind == "photo")


@pytest.mark.parametrize(
    ("name", "content", "status", "says"),
    [
        ("virus.exe", b"MZ\x90\x00" + bytes(100), 415, "この種類のファイルは添付できません"),
        ("写真.jpg", b"MZ\x90\x00" + bytes(100), 422, "拡張子「.jpg」"),
        ("図面.jww", b"MZ\x90\x00" + bytes(100), 422, "拡張子「.jww」"),
        ("資料.zip", b"\x7fELF\x02\x01\x01" + bytes(100), 422, "拡張子「.zip」"),
        ("メモ.txt", b"\x00\x01\x02\x03", 422, "拡張子「.txt」"),
        ("見積.pdf", b"<html>no</html>", 422, "拡張子「.pdf」"),
        ("page.html", a_picture(), 422, "拡張子「.html」"),
        ("なにか.xyz", b"\x01\x02\x03", 415, "この種類のファイルは添付できません"),
        ("写真.jpg", a_picture(size=(400, 300))[:-900], 422, "画像が壊れていて読めません"),
        ("写真.heic", HEIC[:600], 422, "画像が壊れていて読めません"),
        ("写真.png", a_picture("PNG")[:60], 422, "画像が壊れていて読めません"),
    ],
)
def test_other_files_and_broken_pictures_get_a_sentence(seller: User, name: str, content: bytes, status: int, says: str) -> None:
    answer = upload(logged_in(seller), name, content)

    assert (answer.status_code, refusal(answer).startswith(name)) == (status, True)
    assert says in refusal(answer)
    assert not every_file().exists()


def test_an_empty_file_and_no_file_get_a_sentence(seller: User) -> None:
    client = logged_in(seller)

    assert "中身が空です" in refusal(upload(client, "空.txt", b""))
    assert client.post("/contacts/files/", {"file": "text"}).status_code == 400
    assert client.post("/contacts/files/").status_code == 400


def test_a_picture_that_would_not_fit_into_memory_is_refused_unread(seller: User) -> None:
    bomb = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(bomb, "PNG")

    answer = upload(logged_in(seller), "bomb.png", bomb.getvalue())

    assert (answer.status_code, len(bomb.getvalue()) < 500_000) == (422, True)
    assert "5,000万画素" in refusal(answer) or "50" in refusal(answer)


def test_a_file_that_is_too_large_is_told_before_and_after(seller: User, limits: Any) -> None:
    limits(largest_file_mb=1, most_files=3)
    client = logged_in(seller)

    answer = upload(client, "大.txt", b"x" * (1024 * 1024 + 1))
    fits = upload(client, "丁度.txt", b"x" * 1024 * 1024)

    assert (answer.status_code, fits.status_code) == (413, 201)
    assert "1 MB を超えています" in refusal(answer)
    assert "1ファイル 1 MB まで、3個まで" in client.get(reverse("contacts:new")).content.decode()


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("..\\..\\etc/passwd.txt", "passwd.txt"),
        ("領収書\u202etxt.gpj", "領収書txt.gpj"),
        ("a\x00b\u200b.txt", "ab.txt"),
        ("", "file"),
        ("...", "file"),
        (".htaccess", "htaccess"),
        ("カ\u3099ス.txt", "ガス.txt"),
        ("神\ufa19社.pdf", "神\ufa19社.pdf"),
        ("😀 a.png", "😀 a.png"),
        ("日" * 300 + ".pdf", "日" * 196 + ".pdf"),
        ("x" * 300, "x" * 200),
    ],
)
def test_a_name_is_text_and_never_a_path(sent: str, kept: str) -> None:
    assert clean_name(sent) == kept


def test_a_hostile_name_does_no_harm_on_any_page(seller: User, now: datetime) -> None:
    file = a_file(seller, '"><img src=x onerror=alert(1)>;\r\nSet-Cookie: a=b.txt', b"x")
    contact = a_contact(seller, now, files=[file])
    client = logged_in(seller)

    page = client.get(reverse("contacts:detail", args=[contact.pk])).content.decode()
    answer = client.get(reverse("contacts:file", args=[file.pk, file.name]))

    assert "<img src=x" not in page
    assert "onerror" in page
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Content-Disposition"].startswith("attachment")


# What is kept


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_the_position_goes_and_the_picture_stays_the_same(seller: User, form: str) -> None:
    more = {"xmp": XMP} if form != "PNG" else {}
    sent = a_picture(form, exif=where_it_was(), **more)

    file = a_file(seller, f"a.{form.lower().replace('jpeg', 'jpg')}", sent)

    with default_storage.open(file.file.name) as stored:
        kept = stored.read()
    assert position_in(sent)
    assert not position_in(kept)
    assert b"35,39" not in kept and b"139,44" not in kept
    assert (len(kept), file.sha256) == (len(sent), hashlib.sha256(kept).hexdigest())
    with Image.open(io.BytesIO(sent)) as before, Image.open(io.BytesIO(kept)) as after:
        assert before.tobytes() == after.tobytes()
        assert after.getexif()[0x0110] == "Phone"


def test_a_picture_with_more_notes_than_a_camera_writes_keeps_nobody_busy(seller: User) -> None:
    heads = a_picture() + b"Exif\x00\x00II*\x00\x08\x00\x00\x00" * (MOST_BLOCKS + 1)
    note = b"Comment\x00\x00" + zlib.compress(b"GPSLatitude 35 39 31")
    chunk = struct.pack(">I", len(note)) + b"zTXt" + note + struct.pack(">I", zlib.crc32(b"zTXt" + note))
    drawn = a_picture("PNG")
    end = drawn.rindex(b"IEND") - 4

    with pytest.raises(BrokenPicture):
        a_file(seller, "a.jpg", heads)
    file = a_file(seller, "a.png", drawn[:end] + chunk * (MOST_NOTES * 2) + drawn[end:])

    with default_storage.open(file.file.name) as stored:
        assert b"zTXt" not in stored.read()


def test_the_position_of_an_iphone_photo_and_of_a_film_goes(seller: User) -> None:
    film = b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isommp42" + bytes(64) + b"\xa9xyz\x00\x12\x15\xc7+35.6586+139.7454/" + bytes(64)
    photo, movie = a_file(seller, "IMG_1.HEIC", HEIC), a_file(seller, "a.mp4", film)

    kept = [default_storage.open(file.file.name).read() for file in (photo, movie)]
    assert b"35.6586" not in kept[1]
    assert len(kept[1]) == len(film)
    import pi_heif

    pi_heif.register_heif_opener()
    assert position_in(HEIC)
    assert not position_in(kept[0])


def test_a_company_may_keep_positions(seller: User, limits: Any) -> None:
    limits(keep_positions=True)

    file = a_file(seller, "a.jpg", a_picture(exif=where_it_was()))

    with default_storage.open(file.file.name) as stored:
        assert position_in(stored.read())


@pytest.mark.parametrize(("name", "content"), [("a.jpg", a_picture(exif=where_it_was())), ("a.heic", HEIC), ("a.avif", a_picture("AVIF"))])
def test_previews_are_upright_webp_without_notes(seller: User, name: str, content: bytes) -> None:
    client = logged_in(seller)
    file = a_file(seller, name, content)

    for door in ("contacts:file_preview", "contacts:file_thumb"):
        answer = client.get(reverse(door, args=[file.pk]))
        with Image.open(io.BytesIO(bytes_of(answer))) as shown:
            assert (answer.headers["Content-Type"], shown.format, len(shown.getexif())) == ("image/webp", "WEBP", 0)
            assert (shown.height > shown.width) == (name == "a.jpg")


# Who gets it


def doors_of(file: Attachment) -> list[str]:
    api = f"/api/v1/files/{file.pk}/"
    names = ("contacts:file_preview", "contacts:file_thumb")
    return [reverse("contacts:file", args=[file.pk, "x.jpg"]), *(reverse(name, args=[file.pk]) for name in names), api, f"{api}content/"]


def allowed(user: User, file: Attachment) -> set[int]:
    return {logged_in(user).get(door).status_code for door in doors_of(file)}


def test_a_file_is_seen_by_the_readers_of_its_record_alone(cast: Cast, now: datetime) -> None:
    file = a_file(cast.seller, "a.jpg", a_picture())
    loose = [allowed(user, file) for user in (cast.seller, cast.boss, cast.colleague, cast.outsider)]

    contact = a_contact(cast.seller, now, files=[file], audience=an_audience(cast.sales), draft=True)
    draft = [allowed(user, file) for user in (cast.seller, cast.boss)]
    change_contact(
        by=cast.seller, contact=contact, version=1, entry=an_entry(now, audience=an_audience(cast.sales)), now=now, register=True
    )
    registered = [allowed(user, file) for user in (cast.seller, cast.boss, cast.colleague, cast.outsider)]

    assert loose == [{200}, {404}, {404}, {404}]
    assert draft == [{200}, {404}]
    assert registered == [{200}, {200}, {200}, {404}]
    assert allowed(cast.outsider, file) == {404}
    assert logged_in(cast.outsider).get(f"/api/v1/files/?contact={contact.pk}").json()["results"] == []
    assert logged_in(cast.boss).get(f"/api/v1/files/?contact={contact.pk}").json()["results"][0]["name"] == "a.jpg"


def test_strangers_can_neither_send_nor_fetch(seller: User) -> None:
    file = a_file(seller)

    assert {Client().get(door).status_code for door in doors_of(file)} <= {302, 401, 403}
    assert upload(Client(), "a.txt", b"x").status_code == 401
    assert Client().post("/accounts/login/", {"login": "x", "f": SimpleUploadedFile("a.txt", b"x" * 10_000)}).status_code == 200


def test_a_download_is_never_run_and_is_written_down(seller: User) -> None:
    client = logged_in(seller)
    for name, content in [("ページ.html", b"<html><script>x</script>"), ("a.svg", b"<svg><script>x</script></svg>"), ("a.xml", b"<a/>")]:
        file = a_file(seller, name, content)

        answer = client.get(reverse("contacts:file", args=[file.pk, name]))

        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment; filename")
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert (answer.headers["X-Content-Type-Options"], answer.headers["Cache-Control"]) == ("nosniff", "private, no-cache")
        assert bytes_of(answer) == content
    assert AccessEntry.objects.filter(verb="download", model="contacts.Attachment", user=seller).count() == 3


def test_what_has_not_changed_is_not_sent_again_but_asked_again(cast: Cast, now: datetime) -> None:
    file = a_file(cast.seller, "a.jpg", a_picture())
    door = reverse("contacts:file_thumb", args=[file.pk])
    first = logged_in(cast.seller).get(door)

    again = logged_in(cast.seller).get(door, headers={"If-None-Match": first.headers["ETag"]})
    hidden = logged_in(cast.outsider).get(door, headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, hidden.status_code) == (304, 404)


@pytest.mark.parametrize(
    ("asked", "status", "got"),
    [
        ("bytes=0-9", 206, slice(0, 10)),
        ("bytes=10-", 206, slice(10, None)),
        ("bytes=-5", 206, slice(-5, None)),
        ("bytes=0-99999999", 206, slice(0, None)),
        ("bytes=99999999-", 416, None),
        ("bytes=9-3", 416, None),
        ("bytes=-", 200, slice(0, None)),
        ("bytes=0-1,5-6", 200, slice(0, None)),
        ("lines=1-2", 200, slice(0, None)),
        ("bytes=１-２", 200, slice(0, None)),
    ],
)
def test_players_may_ask_for_a_part(seller: User, asked: str, status: int, got: slice | None) -> None:
    sound = a_sound()
    file = a_file(seller, "録音.mp3", sound)

    answer = logged_in(seller).get(reverse("contacts:file", args=[file.pk, file.name]), headers={"Range": asked})

    assert (answer.status_code, answer.headers["Content-Type"].startswith("audio/mpeg") or got is None) == (status, True)
    if got:
        assert bytes_of(answer) == sound[got]
        assert int(answer.headers["Content-Length"]) == len(sound[got])


def test_the_web_server_in_front_may_send_the_bytes(seller: User, settings: Any) -> None:
    settings.X_ACCEL_PREFIX = "/_files/"
    file = a_file(seller, "見積 書.pdf")

    answer = logged_in(seller).get(reverse("contacts:file", args=[file.pk, file.name]))

    assert (answer.headers["X-Accel-Redirect"], answer.content) == (f"/_files/{file.file.name}", b"")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert re.fullmatch(r"files/[0-9a-f]{2}/[0-9a-f]{32}", file.file.name)


def test_a_full_temporary_folder_gets_a_sentence(seller: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("django.core.files.uploadhandler.TemporaryFileUploadHandler.receive_data_chunk", full)

    answer = upload(logged_in(seller), "a.pdf", b"%PDF-1")

    assert answer.status_code == 507
    assert "空き容量が足りない" in refusal(answer)
