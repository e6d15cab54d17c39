"""The canned replies a new installation starts with."""

from __future__ import annotations

from django.db import transaction

from contacts.models import Phrase
from crm.demo.choices import REPLIES


@transaction.atomic
def offer_first_phrases() -> int:
    """Add the canned replies if there is none yet; return how many were added."""
    if Phrase.objects.filter(use=Phrase.Use.REPLY).exists():
        return 0
    rows = [Phrase(use=Phrase.Use.REPLY, text_ja=seed.text_ja, text_en=seed.text_en, place=seed.order) for seed in REPLIES]
    return len(Phrase.objects.bulk_create(rows))
