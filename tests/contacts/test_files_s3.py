"""Files in S3: through the real storage, to a real server over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import boto3
import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from moto.server import ThreadedMotoServer

from config import sources
from contacts.actions import change_contact
from contacts.models import Attachment
from crm import outbox
from crm.models import User
from tests.conftest import Cast
from tests.contacts.given import a_contact, an_entry
from tests.contacts.uploads import a_file, a_picture, a_sound, position_in, upload, where_it_was
from tests.house.walking import logged_in

pytestmark = pytest.mark.django_db
KEYS = {"AWS_ACCESS_KEY_ID": "for-tests", "AWS_SECRET_ACCESS_KEY": "for-tests", "AWS_DEFAULT_REGION": "ap-northeast-1"}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    served = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    served.start()
    host, port = served.get_host_and_port()
    yield f"http://{host}:{port}"
    served.stop()


@pytest.fixture
def bucket(server: str, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Any:
    """An empty bucket that the product's own STORAGE_URL names."""
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    url = f"s3://setten?endpoint_url={server}&region_name=ap-northeast-1"
    s3 = boto3.resource("s3", endpoint_url=server, region_name="ap-northeast-1")
    made = s3.Bucket("setten")
    if made.creation_date is None:
        made.create(CreateBucketConfiguration={"LocationConstraint": "ap-northeast-1"})
    made.objects.all().delete()
    settings.STORAGES = settings.STORAGES | {"default": sources.files(url, tmp_path)}
    settings.MEDIA_ORIGINS = sources.media_origins(url)
    return made


def keys_in(bucket: Any) -> set[str]:
    return {one.key for one in bucket.objects.all()}


def get(url: str) -> Any:
    return urlopen(url, timeout=10)


def test_a_file_goes_to_s3_and_comes_back_by_a_link_that_lives_a_minute(cast: Cast, now: datetime, bucket: Any) -> None:
    client = logged_in(cast.seller)
    sent = a_picture(exif=where_it_was())
    answer = upload(client, "現場 写真.jpg", sent)
    file = Attachment.objects.visible_to(cast.seller).get()

    moved = client.get(reverse("contacts:file", args=[file.pk, file.name]))
    hidden = logged_in(cast.outsider).get(reverse("contacts:file", args=[file.pk, file.name]))
    fetched = get(moved.headers["Location"])

    assert (answer.status_code, moved.status_code, hidden.status_code) == (201, 302, 404)
    assert keys_in(bucket) == set(file.stored_names())
    assert parse_qs(urlsplit(moved.headers["Location"]).query)["X-Amz-Expires"] == ["60"]
    assert moved.headers["Cache-Control"] == "private, no-store"
    assert fetched.headers["Content-Type"] == "image/jpeg"
    assert fetched.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''%E7%8F%BE")
    kept = fetched.read()
    assert (len(kept), position_in(kept)) == (len(sent), {})


def test_pictures_come_from_us_and_sound_from_s3_in_parts(seller: User, bucket: Any, settings: Any) -> None:
    client, sound = logged_in(seller), a_sound()
    photo, record = a_file(seller, "a.jpg", a_picture()), a_file(seller, "録音.mp3", sound)

    shown = client.get(reverse("contacts:file_thumb", args=[photo.pk]))
    moved = client.get(reverse("contacts:file", args=[record.pk, record.name]), headers={"Range": "bytes=0-3"})
    page = client.get("/")

    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/webp")
    assert get(moved.headers["Location"]).read() == sound
    origin = f"{urlsplit(moved.headers['Location']).scheme}://{urlsplit(moved.headers['Location']).netloc}"
    assert f"media-src 'self' {settings.MEDIA_ORIGINS[0]}" in page.headers["Content-Security-Policy"]
    assert origin in settings.MEDIA_ORIGINS


def test_the_api_leads_to_the_same_link(seller: User, bucket: Any) -> None:
    file = a_file(seller, "見積.pdf", b"%PDF-1.7 x")

    moved = logged_in(seller).get(f"/api/v1/files/{file.pk}/content/")

    assert moved.status_code == 302
    assert get(moved.headers["Location"]).read() == b"%PDF-1.7 x"


def test_what_is_taken_off_the_record_goes_from_s3(seller: User, now: datetime, bucket: Any) -> None:
    stays, goes = a_file(seller, "a.pdf"), a_file(seller, "b.jpg", a_picture())
    contact = a_contact(seller, now, files=[stays, goes])

    change_contact(by=seller, contact=contact, version=1, entry=an_entry(now, files=[stays]), now=now)
    before = keys_in(bucket)
    outbox.keep(now=now + timedelta(minutes=1))

    assert before == {*stays.stored_names(), *goes.stored_names()}
    assert keys_in(bucket) == set(stays.stored_names())


def test_a_scanner_gets_a_copy_of_what_lies_in_s3(seller: User, now: datetime, bucket: Any, settings: Any) -> None:
    settings.SCAN_COMMAND = "grep -qv EICAR"  # ends with 0 if a line without it is found
    clean, bad = a_file(seller, "a.txt", b"fine\n"), a_file(seller, "b.txt", b"EICAR\n")

    outbox.keep(now=now + timedelta(minutes=1))
    outbox.keep(now=now + timedelta(minutes=2))

    rows = {row.name: row.state for row in Attachment.objects.visible_to(seller)}
    assert rows == {"a.txt": "ready", "b.txt": "refused"}
    assert keys_in(bucket) == {clean.file.name}
    assert not default_storage.exists(bad.file.name)


def test_a_silent_s3_gets_a_sentence_and_leaves_no_row(seller: User, bucket: Any) -> None:
    bucket.objects.all().delete()
    bucket.delete()

    answer = upload(logged_in(seller), "a.pdf", b"%PDF-1")

    assert answer.status_code == 503
    assert not Attachment.objects.visible_to(seller).exists()
