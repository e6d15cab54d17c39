"""Starts the product's own commands in processes of their own, as an operator would."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent


def environment(**values: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    return {**kept, "PYTHONPATH": str(ROOT), "LOG_FORMAT": "json", **values}


def settings_under(values: dict[str, str], *names: str) -> list[Any]:
    code = f"import json; from config import settings; print(json.dumps([getattr(settings, n) for n in {names!r}]))"
    done = subprocess.run([sys.executable, "-c", code], env=environment(**values), cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def manage(*words: str, **values: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *words], env=environment(**values), cwd=ROOT, capture_output=True, text=True, timeout=120
    )


def start(*command: str, log: Path, **values: str) -> subprocess.Popen[bytes]:
    with log.open("ab") as out:
        return subprocess.Popen(command, env=environment(**values), cwd=ROOT, stdout=out, stderr=out, start_new_session=True)


def end(process: subprocess.Popen[bytes], number: int = signal.SIGTERM, seconds: float = 30) -> int:
    if process.poll() is None:
        process.send_signal(number)
    return process.wait(seconds)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(truth: Callable[[], Any], what: str, seconds: float = 60) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := truth():
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds} s in vain for: {what}")


def fetch(url: str) -> tuple[int, bytes]:
    """Return status and body; status 0 when nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()
    except OSError:
        return 0, b""


def children(pid: int) -> list[int]:
    done = subprocess.run(["ps", "--ppid", str(pid), "-o", "pid="], capture_output=True, text=True)
    return [int(line) for line in done.stdout.split()]


def named(pid: int, word: str) -> int:
    """Return the child of a process whose command line holds a word; 0 when there is none."""
    for child in children(pid):
        try:
            if word in Path(f"/proc/{child}/cmdline").read_bytes().decode().split("\0"):
                return child
        except OSError:
            continue
    return 0
