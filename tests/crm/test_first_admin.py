"""How a new installation gets the person who sets everything else up."""

from __future__ import annotations

import io
import os
import pty
import shutil
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from crm.models import AuditEntry, User
from tests.config import starting
from tests.config.starting import ROOT
from tests.make import PASSWORD, a_user

SAID = {"ADMIN_CODE": "0001", "ADMIN_NAME": "青木 花子", "ADMIN_MAIL": "aoki@example.jp", "ADMIN_PASSWORD": PASSWORD}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in SAID.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def first_admin(*options: str) -> str:
    said = io.StringIO()
    call_command("first_admin", *options, stdout=said)
    return said.getvalue()


@pytest.mark.django_db
def test_the_first_administrator_logs_in_and_opens_the_pages_of_administrators(environment, client: Client):
    said = first_admin()

    assert "0001 青木 花子" in said
    assert client.post(reverse("account_login"), {"login": "0001", "password": PASSWORD}).status_code == 302
    assert client.get(reverse("crm:user_new")).status_code == 200


@pytest.mark.django_db
def test_the_first_administrator_is_hired_like_everybody_else(environment):
    first_admin()

    user = User.objects.get()
    assert user.sort_key, "stands in its place in the list"
    assert user.search_text, "is found by name"
    assert user.groups.exists(), "sits in the company"
    assert not user.is_superuser, "has no second sight"
    assert AuditEntry.objects.filter(verb="create", object_id=str(user.pk)).exists()


@pytest.mark.django_db
def test_a_second_administrator_is_added_here_only_on_request(environment):
    first_admin()
    environment.setenv("ADMIN_CODE", "0002")
    environment.setenv("ADMIN_MAIL", "sato@example.jp")

    with pytest.raises(CommandError, match="--more"):
        first_admin()
    first_admin("--more")

    assert set(User.objects.administrators().values_list("code", flat=True)) == {"0001", "0002"}


@pytest.mark.django_db
def test_when_the_last_administrator_has_left_the_command_helps_again(environment):
    a_user("退職 太郎", is_staff=True, is_active=False)

    first_admin()

    assert User.objects.administrators().get().code == "0001"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("ADMIN_PASSWORD", "himitsu", "12"),
        ("ADMIN_PASSWORD", "aoki@example.jp", "メール|Mail"),
        ("ADMIN_CODE", "社員１", "社員コード|Employee code"),
        ("ADMIN_MAIL", "aoki", "メール|Mail"),
    ],
)
def test_what_the_pages_would_refuse_is_refused_here(environment, name, value, complaint):
    environment.setenv(name, value)

    with pytest.raises(CommandError, match=complaint):
        first_admin()

    assert not User.objects.exists()


@pytest.mark.django_db
def test_without_a_terminal_it_names_what_is_missing(environment):
    environment.delenv("ADMIN_NAME")
    environment.setattr("sys.stdin", io.StringIO())

    with pytest.raises(CommandError, match=r"ADMIN_NAME$"):
        first_admin()


def test_at_a_terminal_it_asks_and_does_not_show_the_password(tmp_path, migrated):
    tmp_path.chmod(0o700)
    shutil.copy(migrated, tmp_path)
    keyboard, terminal = pty.openpty()
    command = [sys.executable, "manage.py", "first_admin"]
    own = {"stdin": terminal, "stdout": terminal, "stderr": terminal, "start_new_session": True}
    asked = subprocess.Popen(command, cwd=ROOT, env=starting.environment(DATA_DIR=str(tmp_path)), **own)
    os.close(terminal)

    shown = answer(keyboard, ["0001", "青木 花子", "aoki@example.jp", PASSWORD, PASSWORD])

    assert asked.wait(timeout=60) == 0, shown
    assert "0001 青木 花子: administrator" in shown
    assert PASSWORD not in shown


def answer(keyboard: int, lines: list[str]) -> str:
    """Type a line at each question; return everything that was on the screen."""
    shown = b""
    waiting = list(lines)
    while True:
        try:
            shown += os.read(keyboard, 4096)
        except OSError:  # the other side has hung up
            break
        if waiting and shown.endswith(b": "):
            os.write(keyboard, waiting.pop(0).encode() + b"\n")
    os.close(keyboard)
    return shown.decode()


def test_djangos_own_command_points_to_it():
    with pytest.raises(CommandError, match="first_admin"):
        call_command("createsuperuser")
