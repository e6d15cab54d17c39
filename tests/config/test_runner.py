"""Ports and processes: a taken port is said at once, what dies comes back, work in hand is finished."""

import signal
import socket
import sys
import textwrap
import time

import pytest

from config import port
from tests.config.starting import end, environment, free_port, manage, start, wait_for

RUN = """
import sys
from config.runner import Child, Runner
code, grace = sys.argv[1], float(sys.argv[2])
sys.exit(Runner([Child("job", [sys.executable, "-u", "-c", code, *sys.argv[3:]])], print, grace).run())
"""


def runner(code, *arguments, log, grace="20"):
    return start(sys.executable, "-u", "-c", RUN, textwrap.dedent(code), grace, *map(str, arguments), log=log)


@pytest.fixture
def log(tmp_path):
    return tmp_path / "log"


def test_a_taken_port_is_said_in_both_languages_with_another_one_to_try():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        number = other.getsockname()[1]

        words = port.trouble("127.0.0.1", number)

    assert f"Port {number} is already in use" in words
    assert f"ポート {number} は使用中です" in words
    assert f"PORT={number + 1}" in words


def test_a_free_port_is_no_trouble():
    assert port.trouble("127.0.0.1", free_port()) == ""


@pytest.mark.parametrize(("host", "number"), [("203.0.113.7", 8000), ("127.0.0.1", 99999), ("no such host", 8000)])
def test_an_impossible_address_is_said_too(host, number):
    assert "cannot be used" in port.trouble(host, number)


@pytest.mark.parametrize("said", ["abc", "", "-1"])
def test_a_port_that_is_no_number_is_refused_by_make_before_anything_is_installed(said):
    import subprocess

    done = subprocess.run([sys.executable, "config/port.py"], env=environment(PORT=said), capture_output=True, text=True)

    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr


def test_serve_refuses_a_taken_port_before_it_starts_anything(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()

        done = manage("serve", DEMO="1", DATA_DIR=str(tmp_path), PORT=str(other.getsockname()[1]))

    assert done.returncode != 0
    assert "使用中" in done.stderr
    assert "Traceback" not in done.stderr


def test_ctrl_c_lets_work_in_hand_finish(tmp_path, log):
    code = """
        import pathlib, signal, sys, time
        stop = []
        signal.signal(signal.SIGTERM, lambda *a: stop.append(1))
        signal.signal(signal.SIGINT, lambda *a: pathlib.Path(sys.argv[1], "interrupted").touch())
        pathlib.Path(sys.argv[1], "begun").touch()
        while not stop: time.sleep(0.02)
        time.sleep(1.5)
        pathlib.Path(sys.argv[1], "finished").touch()
    """
    process = runner(code, tmp_path, log=log)
    wait_for((tmp_path / "begun").exists, "the job")

    assert end(process, signal.SIGINT) == 0

    assert (tmp_path / "finished").exists()
    assert not (tmp_path / "interrupted").exists()


def test_what_does_not_finish_in_time_is_ended_with_all_its_children(tmp_path, log):
    code = """
        import pathlib, signal, subprocess, sys, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        pathlib.Path(sys.argv[1], "child").write_text(str(child.pid))
        time.sleep(60)
    """
    process = runner(code, tmp_path, log=log, grace="1")
    child = int(wait_for(lambda: (tmp_path / "child").exists() and (tmp_path / "child").read_text(), "the child"))
    began = time.monotonic()

    assert end(process) == 0

    assert time.monotonic() - began < 5
    assert "did not finish in time" in log.read_text()
    wait_for(lambda: not _runs(child), "the child's end", 5)


def test_a_second_ctrl_c_does_not_wait(tmp_path, log):
    code = """
        import pathlib, signal, sys, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        pathlib.Path(sys.argv[1], "begun").touch()
        time.sleep(60)
    """
    process = runner(code, tmp_path, log=log)
    wait_for((tmp_path / "begun").exists, "the job")
    process.send_signal(signal.SIGINT)
    time.sleep(1.2)

    began = time.monotonic()
    end(process, signal.SIGINT)

    assert time.monotonic() - began < 3


def test_what_dies_once_is_started_again(tmp_path, log):
    code = """
        import os, pathlib, signal, sys, time
        marks = pathlib.Path(sys.argv[1])
        (marks / f"start{len(list(marks.glob('start*')))}").touch()
        if len(list(marks.glob("start*"))) < 3: os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(60)
    """
    process = runner(code, tmp_path, log=log)

    wait_for((tmp_path / "start2").exists, "the third start")
    end(process)

    assert log.read_text().count("starting it again") == 2


def test_what_dies_again_and_again_ends_everything_with_a_reason(log):
    process = runner("import sys; sys.exit(7)", log=log)

    assert process.wait(30) == 1

    assert "job ended 5 times within 60 seconds (last code 7)" in log.read_text()


def _runs(pid):
    import os
    from pathlib import Path

    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().split(")")[1][:3]
