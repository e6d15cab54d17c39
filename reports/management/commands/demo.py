"""Found the demo company. It stands in this room because it fills all of them (docs/decisions/0010-demo.md)."""

from __future__ import annotations

from argparse import ArgumentParser
from time import perf_counter
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.utils import timezone

from crm import outbox
from crm.demo import firm, logins
from crm.demo.logins import LOGINS, PASSWORD
from crm.models import User
from reports.actions.founding import HouseInUse, found_demo, tell_news
from reports.demo.papers import bring_papers

MAILBOX = "reports.mailbox.DemoMailbox"


class Command(BaseCommand):
    help = "Found the demo company in an empty database. Needs DEMO=1; a second run changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reset", action="store_true", help="throw the demo company away and found it anew")
        parser.add_argument("--yes", action="store_true", help="with --reset: do not ask")

    def handle(self, *args: Any, reset: bool, yes: bool, **options: Any) -> None:
        self._refuse_production()
        there = User.objects.filter(code=logins.SELLER, email=LOGINS[0].mail).exists()
        if there and not reset:
            self.stdout.write(f"{firm.NAME} is already here; nothing was changed. (--reset founds it anew.)\n{self._log_ins()}")
            return
        if there:
            self._confirm(yes)
            call_command("flush", interactive=False, verbosity=0)
        self._found()

    def _refuse_production(self) -> None:
        if not settings.DEMO:
            raise CommandError(
                "The demo company is for trying Setten out: its password is public. Set DEMO=1 (make demo does), never where real data lives.\n"
                "デモ会社はお試し用で、パスワードが公開されています。DEMO=1 を設定してください（make demo なら自動）。本番環境では使わないでください。"
            )

    def _confirm(self, yes: bool) -> None:
        question = f"Everything in {settings.DATABASES['default']['NAME']} will be deleted. Type 'demo' to go on: "
        if not yes and input(question).strip() != "demo":
            raise CommandError("Nothing was changed.")

    def _found(self) -> None:
        started, now = perf_counter(), timezone.now()
        try:
            company = found_demo(now=now)
        except HouseInUse as error:
            raise CommandError(
                "This database is in use: there are people in it who do not belong to the demo company. Nothing was changed.\n"
                "このデータベースは使用中です。デモ会社以外の社員が登録されています。何も変更していません。"
            ) from error
        bring_papers()
        # With a mail server of one's own, nothing is sent: the demo company's people have no real mailboxes.
        if settings.EMAIL_BACKEND == MAILBOX:
            tell_news(now=now)
        outbox.keep(now=now, limit=1000)
        self.stdout.write(
            f"{firm.NAME}: {len(company.employees)} employees, {len(company.customers)} customers, {len(company.people)} people, "
            f"{len(company.deals)} deals, {len(company.contacts)} contact records, {len(company.appointments)} appointments "
            f"in {perf_counter() - started:.1f} s\n{self._log_ins()}"
        )

    def _log_ins(self) -> str:
        lines = [f"  {login.code}  {login.name}  {login.role_ja} / {login.role_en}" for login in LOGINS]
        return "\n".join([*lines, f"  password / パスワード: {PASSWORD}"])
