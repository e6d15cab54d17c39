"""Web and worker in one command: the demo, and small installations. Larger ones run the two apart (deploy/)."""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management import CommandError, CommandParser, call_command
from django.core.management.base import BaseCommand, SystemCheckError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from config import port
from config.runner import Child, Runner, python
from crm.demo.logins import LOGINS, PASSWORD


class Command(BaseCommand):
    help = "Run web and worker together until Ctrl-C. PORT, HOST and DATA_DIR say where."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--web-only", action="store_true", help="without the worker; it then runs elsewhere")

    def handle(self, *args: Any, web_only: bool, **options: Any) -> None:
        if trouble := port.trouble(settings.HOST, settings.PORT):
            raise CommandError(trouble)
        self._refuse_unmigrated()
        if not (settings.DEMO or settings.DEBUG):
            self._refuse_unsafe()
        self.stdout.write(self._welcome())
        self.stdout.flush()
        children = [Child("web", web_command())]
        if not web_only:
            children.append(Child("worker", python("manage.py", "worker", "--runner", str(os.getpid()))))
        sys.exit(Runner(children, self.stderr.write).run())

    def _refuse_unmigrated(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise CommandError(
                "The database is not up to date. Run: manage.py migrate\nデータベースが最新ではありません。manage.py migrate を実行してください。"
            )
        connection.close()

    def _refuse_unsafe(self) -> None:
        try:
            call_command("check", deploy=True, fail_level="ERROR", databases=["default"])
        except SystemCheckError as error:
            raise CommandError(f"Setten does not start like this. Change the following:\n{error}") from error

    def _welcome(self) -> str:
        lines = [f"Setten: {settings.BASE_URL}  (Ctrl-C: stop / 終了)"]
        if settings.DEMO:
            lines += [f"  {login.code}  {login.name}  {login.role_ja} / {login.role_en}" for login in LOGINS]
            lines += [f"  password / パスワード: {PASSWORD}"]
        return "\n".join(lines)


def web_command() -> list[str]:
    options = {
        "--interface": "wsgi",
        "--host": settings.HOST,
        "--port": settings.PORT,
        "--workers": settings.WEB_PROCESSES,
        "--blocking-threads": settings.WEB_THREADS,
        "--workers-kill-timeout": 20,
    }
    words = [str(word) for pair in options.items() for word in pair]
    # granian's own access log would write paths as they come; RequestLog writes them without secrets.
    return python(
        "-m",
        "granian",
        *words,
        "--no-ws",
        "--no-access-log",
        "--respawn-failed-workers",
        "--log-level",
        "warning",
        "config.wsgi:application",
    )
