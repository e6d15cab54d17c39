"""Attach a few photos and papers to the newest records, the way people do: through the product's own doors."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from PIL import Image, ImageDraw

from contacts.actions.fileparts import FileParts
from contacts.models import Attachment, ContactPoint
from contacts.uploading import take_in
from crm.demo import logins
from crm.models import User

MEASURES = "場所,幅mm,高さmm,備考\r\n倉庫 東側,3600,2700,既設シャッター\r\n倉庫 西側,1800,2000,通用口\r\n事務所,900,2000,鍵の交換を希望\r\n"
MINUTES = (
    "打合せメモ\r\n・納期は月末を希望。土曜の搬入も可。\r\n・見積は三案。保守を含む案を先に見たい。\r\n・次回は現場で寸法を確認する。\r\n"
)


def bring_papers() -> None:
    """Give the seller's four newest records with a customer, and one of the boss's, something to look at."""
    sets = [
        [
            ("現場写真_東側.jpg", a_site((96, 120, 150))),
            ("現場写真_西側.jpg", a_site((150, 110, 90))),
            ("寸法表.csv", MEASURES.encode("cp932")),
        ],
        [("打合せメモ.txt", MINUTES.encode())],
        [("看板.jpg", a_site((80, 130, 110)))],
        [("ご要望一覧.csv", MEASURES.encode("utf-8-sig")), ("設置場所.jpg", a_site((120, 120, 135)))],
    ]
    for code, papers in ((logins.SELLER, sets), (logins.BOSS, sets[:1])):
        owner = User.objects.get(code=code)
        mine = ContactPoint.objects.visible_to(owner).registered().filter(owner=owner).exclude(customer=None)
        for contact, files in zip(mine.newest_first(), papers, strict=False):
            _attach(contact, owner, files)


def _attach(contact: ContactPoint, owner: User, files: list[tuple[str, bytes]]) -> None:
    rows = [take_in(ContentFile(content, name), by=owner) for name, content in files]
    with transaction.atomic():
        FileParts(contact, is_new=True).keep(rows)
        Attachment.objects.visible_to(owner).filter(contact=contact).update(created_at=contact.registered_at)


def a_site(colour: tuple[int, int, int]) -> bytes:
    """Draw a hall under the sky: nobody's photo."""
    wide, high = 1200, 900
    image, out = Image.new("RGB", (wide, high), (205, 220, 235)), io.BytesIO()
    draw: Any = ImageDraw.Draw(image)
    for row in range(high // 2):
        draw.line((0, row, wide, row), fill=(150 + row // 8, 190 + row // 12, 235))
    draw.rectangle((0, 640, wide, high), fill=(140, 138, 132))
    draw.polygon([(180, 330), (600, 200), (1020, 330)], fill=tuple(part - 35 for part in colour))
    draw.rectangle((200, 330, 1000, 700), fill=colour)
    for left in (260, 520, 780):
        draw.rectangle((left, 430, left + 160, 700), fill=(225, 226, 222))
        for bar in range(450, 700, 24):
            draw.line((left, bar, left + 160, bar), fill=(170, 172, 170), width=3)
    image.save(out, "JPEG", quality=80)
    return out.getvalue()
