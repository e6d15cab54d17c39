"""Fill the choice lists and canned replies of a new installation; what is there already stays."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand

from contacts.actions.firstphrases import offer_first_phrases
from crm.actions.firstlists import offer_first_lists


class Command(BaseCommand):
    help = "Fill empty choice lists (contact methods, results, deal stages ...) and canned replies. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        lists, phrases = offer_first_lists(), offer_first_phrases()
        self.stdout.write(f"{lists} lists and {phrases} canned replies were added.")
