"""Small files of every kind, made on the spot, and what a browser does with them."""

from __future__ import annotations

import io
from base64 import b64decode
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from contacts.models import Attachment
from contacts.uploading import take_in
from crm.models import User

HEIC = b64decode((Path(__file__).parent / "pictures" / "phone.heic.txt").read_text())
LATITUDE, LONGITUDE = (35.0, 39.0, 31.5), (139.0, 44.0, 43.6)
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r exif:GPSLatitude="35,39.525N"><exif:GPSLongitude>139,44.7E</exif:GPSLongitude></r></x:xmpmeta>'
)


def a_picture(form: str = "JPEG", *, size: tuple[int, int] = (80, 60), **options: Any) -> bytes:
    image, out = Image.new("RGB", size, (200, 30, 30)), io.BytesIO()
    image.paste((20, 40, 200), (0, 0, size[0] // 2, size[1] // 2))
    image.save(out, form, **options)
    return out.getvalue()


def where_it_was() -> Image.Exif:
    """Notes of a phone held upright at Tokyo Tower."""
    notes = Image.Exif()
    notes[0x0110], notes[0x0112] = "Phone", 6
    notes.get_ifd(0x8825).update({1: "N", 2: LATITUDE, 3: "E", 4: LONGITUDE})
    return notes


def position_in(raw: bytes) -> dict[int, Any]:
    with Image.open(io.BytesIO(raw)) as image:
        return dict(image.getexif().get_ifd(0x8825))


def a_sound() -> bytes:
    return b"ID3\x03\x00\x00\x00\x00\x00\x00" + b"\xff\xfb\x90\x00" * 400


def a_file(by: User, name: str = "見積書.pdf", content: bytes = b"%PDF-1.7\n") -> Attachment:
    return take_in(SimpleUploadedFile(name, content), by=by)


def upload(client: Client, name: str, content: bytes, **headers: str) -> Any:
    return client.post("/contacts/files/", {"file": SimpleUploadedFile(name, content)}, headers={"HX-Request": "true", **headers})


def every_file() -> Any:
    return Attachment.objects.for_the_house("tests look at everything")


def bytes_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def refusal(answer: Any) -> str:
    return str(answer.json()["error"])
