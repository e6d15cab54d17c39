"""Migrated databases of their own for processes that a test starts, of the kind the suite runs on: migrating takes seconds, a copy little."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from tests.config.starting import manage

# Lends one to a process whose DATA_DIR is the folder; yields what else its environment needs.
Lender = Callable[[Path], AbstractContextManager[dict[str, str]]]


def copies_of(file: Path) -> Lender:
    @contextmanager
    def lend(folder: Path) -> Iterator[dict[str, str]]:
        shutil.copy(file, folder)
        yield {}

    return lend


@contextmanager
def copies_on_the_server(found: dict[str, Any], folder: Path) -> Iterator[Lender]:
    """found: the suite's own entry in DATABASES."""
    address = f"{found['USER']}:{found['PASSWORD']}@{found['HOST'] or '127.0.0.1'}:{found['PORT'] or 5432}"
    model = f"setten_model_{uuid4().hex[:8]}"

    @contextmanager
    def made(name: str, template: str) -> Iterator[dict[str, str]]:
        with psycopg.connect(f"postgresql://{address}/postgres", autocommit=True) as server:
            server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
            try:
                yield {"DATABASE_URL": f"postgres://{address}/{name}"}
            finally:
                server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    with made(model, "template1") as values:
        done = manage("migrate", "-v0", DATA_DIR=str(folder), **values)
        assert done.returncode == 0, done.stderr
        yield lambda _folder: made(f"setten_own_{uuid4().hex[:8]}", model)
