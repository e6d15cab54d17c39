"""The two commands as an operator runs them: real processes on a real port with their own database."""

import os
import shutil
import signal
import sys
import threading

import pytest

from config.management.commands.serve import web_command
from tests.config.starting import end, fetch, free_port, manage, named, start, wait_for

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(tmp_path_factory, migrated):
    folder = tmp_path_factory.mktemp("home")
    folder.chmod(0o700)
    shutil.copy(migrated, folder)
    return folder


@pytest.fixture
def serving(home, tmp_path):
    number = free_port()
    log = tmp_path / "log"
    process = start(sys.executable, "manage.py", "serve", log=log, DEMO="1", DATA_DIR=str(home), PORT=str(number))
    wait_for(lambda: fetch(f"http://127.0.0.1:{number}/ready")[0] == 200 or process.poll() is not None, "ready")
    yield process, f"http://127.0.0.1:{number}", log
    end(process)


def test_it_says_where_it_is_and_who_may_log_in_and_ends_cleanly_on_ctrl_c(serving):
    process, address, log = serving
    web, worker = named(process.pid, "granian"), named(process.pid, "worker")
    text = log.read_text()
    assert "http://localhost:" in text
    assert "10301" in text
    assert "setten-demo-2026" in text

    assert end(process, signal.SIGINT) == 0

    assert fetch(f"{address}/health")[0] == 0
    for pid in (web, worker):
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    assert "Traceback" not in log.read_text()


def test_a_killed_worker_comes_back_while_the_pages_stay(serving):
    process, address, log = serving
    killed = named(process.pid, "worker")
    os.kill(killed, signal.SIGKILL)

    new = wait_for(lambda: (pid := named(process.pid, "worker")) != killed and pid, "a new worker")

    assert new
    assert fetch(f"{address}/health")[0] == 200
    assert "worker ended (code -9); starting it again." in log.read_text()


def test_a_worker_does_not_outlive_a_runner_that_was_killed(home, tmp_path):
    process = start(sys.executable, "manage.py", "serve", log=tmp_path / "log", DEMO="1", DATA_DIR=str(home), PORT=str(free_port()))
    worker = wait_for(lambda: named(process.pid, "worker"), "the worker")
    web = named(process.pid, "granian")

    process.kill()
    process.wait()

    try:
        wait_for(lambda: not os.path.exists(f"/proc/{worker}"), "the worker's end", 30)  # noqa: PTH110
    finally:
        os.killpg(web, signal.SIGKILL)


def test_killed_pages_come_back(serving):
    process, address, _log = serving
    os.kill(named(process.pid, "granian"), signal.SIGKILL)

    wait_for(lambda: fetch(f"{address}/health")[0] == 200 and named(process.pid, "granian"), "the pages")


def test_a_request_under_way_is_answered_before_the_web_ends(tmp_path):
    number = free_port()
    command = [word.replace("config.wsgi", "tests.config.slow") for word in web_command()]
    command[command.index("--port") + 1] = str(number)
    process = start(*command, log=tmp_path / "log")
    wait_for(lambda: fetch(f"http://127.0.0.1:{number}/")[0] == 200, "the web")
    answers = []
    asking = threading.Thread(target=lambda: answers.append(fetch(f"http://127.0.0.1:{number}/slow")))
    asking.start()
    asking.join(0.7)

    end(process)
    asking.join(10)

    assert answers == [(200, b"done")]


def test_production_refuses_to_start_unsafe_and_lists_what_to_change(home):
    done = manage(
        "serve", DATA_DIR=str(home), PORT=str(free_port()), BASE_URL="http://crm.example.com", ALLOWED_HOSTS="*", SECRET_KEY="weak"
    )

    assert done.returncode != 0
    for number in ("E003", "E004", "E005", "E006"):
        assert f"setten.{number}" in done.stderr
    assert "HINT" in done.stderr
    assert "Traceback" not in done.stderr


def test_it_does_not_start_on_a_database_that_was_not_migrated(tmp_path):
    done = manage("serve", DEMO="1", DATA_DIR=str(tmp_path), PORT=str(free_port()))

    assert done.returncode != 0
    assert "manage.py migrate" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_migration_that_fails_says_so_to_make_which_then_starts_nothing(tmp_path):
    (tmp_path / "setten.sqlite3").write_bytes(b"this is no database")

    done = manage("migrate", "-v0", DATA_DIR=str(tmp_path))

    assert done.returncode != 0


def test_check_deploy_lists_the_same(home):
    done = manage("check", "--deploy", DATA_DIR=str(home), DEBUG="1")

    assert done.returncode != 0
    assert "setten.E001" in done.stderr
