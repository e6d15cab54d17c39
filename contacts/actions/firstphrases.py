"""The canned phrases a new installation starts with."""

from __future__ import annotations

from django.db import transaction

from contacts.models import Phrase
from crm.demo.choices import PHRASES, REPLIES


@transaction.atomic
def offer_first_phrases() -> int:
    """Add the canned replies and some phrases for other uses if there is no reply yet; return how many replies were added."""
    if Phrase.objects.for_the_house("whether a new installation has any").filter(use=Phrase.Use.REPLY).exists():
        return 0
    rows = [
        Phrase(use=seed.use, text_ja=seed.text_ja, text_en=seed.text_en, shortcut=seed.shortcut, place=seed.order)
        for seed in (*REPLIES, *PHRASES)
    ]
    Phrase.objects.bulk_create(rows)
    return len(REPLIES)
