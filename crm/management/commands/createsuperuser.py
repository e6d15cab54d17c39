"""Stands in front of Django's own command, which would make a person without search key, seat and journal entry."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Not offered here: use first_admin."

    def handle(self, *args: Any, **options: Any) -> None:
        raise CommandError("Use: manage.py first_admin / manage.py first_admin を使ってください。")
