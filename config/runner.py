"""Runs a few processes as one: what dies is started again, what works may finish when it is time to go."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType

GRACE_SECONDS = 20
LOOK_SECONDS = 0.2
DEATHS, DEATHS_SECONDS = 5, 60


@dataclass
class Child:
    name: str
    command: Sequence[str]
    process: "subprocess.Popen[bytes] | None" = None
    deaths: list[float] = field(default_factory=list)

    def start(self) -> None:
        # An own session: Ctrl-C reaches only the runner, which then asks politely.
        self.process = subprocess.Popen(self.command, start_new_session=True)  # noqa: S603  (our own command line)

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ask(self) -> None:
        """Signal the leader only: its pool finishes the work in hand and is ended by the leader."""
        if self.alive() and self.process:
            self.process.terminate()

    def kill(self) -> None:
        """End the whole group, also what a dead leader has left behind."""
        if self.process:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                return
            self.process.wait()


class Runner:
    """A dead child is started again: a killed worker must not take the pages away. Five deaths in a minute end everything, with a reason."""

    def __init__(self, children: Sequence[Child], say: Callable[[str], object], grace_seconds: float = GRACE_SECONDS) -> None:
        self.children = children
        self.say = say
        self.grace_seconds = grace_seconds
        self.asked_at = 0.0
        self.hurry = False

    def run(self) -> int:
        """Run until told to stop; return the exit code."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        code = 0
        try:
            for child in self.children:
                child.start()
            while not self.asked_at and not code:
                code = self._look()
                time.sleep(LOOK_SECONDS)
        finally:
            self._stop()
        return code

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        # `timeout` and some shells pass the same Ctrl-C on twice; only a later one means: now.
        self.hurry = bool(self.asked_at) and time.monotonic() - self.asked_at > 1
        self.asked_at = self.asked_at or time.monotonic()

    def _look(self) -> int:
        for child in self.children:
            if self.asked_at or child.alive():
                continue
            now = time.monotonic()
            child.deaths = [at for at in child.deaths if now - at < DEATHS_SECONDS] + [now]
            code = child.process.returncode if child.process else None
            child.kill()
            if len(child.deaths) >= DEATHS:
                self.say(f"{child.name} ended {DEATHS} times within {DEATHS_SECONDS} seconds (last code {code}). Stopping everything.")
                return 1
            self.say(f"{child.name} ended (code {code}); starting it again.")
            child.start()
        return 0

    def _stop(self) -> None:
        end = time.monotonic() + self.grace_seconds
        for child in self.children:
            child.ask()
        while any(child.alive() for child in self.children) and time.monotonic() < end and not self.hurry:
            time.sleep(LOOK_SECONDS / 4)
        for child in self.children:
            if child.alive():
                self.say(f"{child.name} did not finish in time and is ended.")
            child.kill()


def python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]
