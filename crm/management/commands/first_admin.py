"""Hire the first administrator of an installation: the one who then enters units, staff and choice lists in the pages."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from crm.actions.staff import AdministratorThere, found_administrator
from crm.forms.staff import UserForm
from crm.models import User

QUESTIONS = {
    "ADMIN_CODE": "Employee code / 社員コード: ",
    "ADMIN_NAME": "Name / 氏名: ",
    "ADMIN_MAIL": "Mail / メールアドレス: ",
    "ADMIN_PASSWORD": "Password / パスワード: ",
}
THERE = (
    "There is an administrator already, who can name others in the pages. With --more another one is added here.\n"
    "管理者はすでに登録されています。追加は画面の「社員」で行えます。ここで追加するには --more を付けてください。"
)
ALONE = "There is no terminal to ask. Set these variables / 端末がないため質問できません。次の環境変数を設定してください: "
DIFFERENT = "The two passwords differ. / パスワードが一致しません。"


class Command(BaseCommand):
    help = "Add the first administrator. Asks for what ADMIN_CODE, ADMIN_NAME, ADMIN_MAIL and ADMIN_PASSWORD do not say."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--more", action="store_true", help="although there is an administrator already")

    def handle(self, *args: Any, more: bool, **options: Any) -> None:
        if not more and User.objects.administrators().exists():
            raise CommandError(THERE)
        said = answers()
        form = UserForm(
            {"code": said["ADMIN_CODE"], "name": said["ADMIN_NAME"], "email": said["ADMIN_MAIL"], "language": "ja", "is_staff": "on"}
        )
        if not form.is_valid():
            raise CommandError("\n".join(f"{form[name].label}: {' '.join(map(str, errors))}" for name, errors in form.errors.items()))
        fields = form.values()
        try:
            validate_password(said["ADMIN_PASSWORD"], User(**fields))
            user = found_administrator(today=timezone.localdate(), password=said["ADMIN_PASSWORD"], more=more, **fields)
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        except AdministratorThere as error:
            raise CommandError(THERE) from error
        self.stdout.write(f"{user.code} {user.name}: administrator / 管理者として登録しました。")


def answers() -> dict[str, str]:
    """Take what the environment says and ask a person for the rest; the password twice, unseen."""
    said = {name: os.environ.get(name, "") for name in QUESTIONS}
    missing = [name for name, value in said.items() if not value]
    if missing and not sys.stdin.isatty():
        raise CommandError(ALONE + ", ".join(missing))
    for name in missing:
        said[name] = getpass(QUESTIONS[name]) if name == "ADMIN_PASSWORD" else input(QUESTIONS[name]).strip()
    if "ADMIN_PASSWORD" in missing and getpass("Again / もう一度: ") != said["ADMIN_PASSWORD"]:
        raise CommandError(DIFFERENT)
    return said
