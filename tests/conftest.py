"""The fixed cast of every test: who works where. The outsider shares no unit, group or record with the others."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.cache import caches
from django.db import connection

import crm.company
import crm.items.book
import crm.layout
from crm.actions import staff
from crm.models import Company, OrgUnit, Target, User
from tests.config import databases
from tests.config.starting import manage
from tests.make import TODAY, a_unit, a_user

TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.fixture(autouse=True)
def fresh_counters() -> None:
    """One test's requests do not slow down the next one's."""
    caches["counters"].clear()


@pytest.fixture(autouse=True)
def plain_company(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test begins with a company that has changed no setting and has no items of its own, and its process knows it."""
    monkeypatch.setattr(crm.company, "_remembered", (float("inf"), Company(pk=1)))
    monkeypatch.setattr(crm.layout, "_remembered", (float("inf"), []))
    monkeypatch.setattr(crm.items.book, "_remembered", {target: (float("inf"), []) for target in Target.values})


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, tmp_path_factory: pytest.TempPathFactory, request: Any) -> None:
    """A file instead of memory: in memory all threads of the live server would share one connection and stumble over each other's transactions."""
    if connection.vendor == "sqlite":
        own = tmp_path_factory.getbasetemp() / "test.sqlite3"
        shutil.copy(request.getfixturevalue("migrated"), own)
        connection.settings_dict["TEST"]["NAME"] = str(own)


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb: bool) -> bool:
    return django_db_keepdb or connection.vendor == "sqlite"  # the copy is migrated


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Before PostgreSQL may drop the test database, threads of the live server let go of it."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database, made once in a run and copied by whoever needs one: migrating takes seconds, a copy none."""
    own = tmp_path_factory.getbasetemp()
    home = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "migrated"
    home.mkdir(mode=0o700, exist_ok=True)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "done").exists():
            done = manage("migrate", "-v0", DATA_DIR=str(home))
            assert done.returncode == 0, done.stderr
            (home / "done").touch()
    return home / "setten.sqlite3"


@pytest.fixture(scope="session")
def own_database(tmp_path_factory: pytest.TempPathFactory, request: Any) -> Iterator[databases.Lender]:
    """Lends migrated databases to processes of their own."""
    if connection.vendor == "sqlite":
        yield databases.copies_of(request.getfixturevalue("migrated"))
        return
    with databases.copies_on_the_server(connection.settings_dict, tmp_path_factory.mktemp("model", numbered=True)) as lender:
        yield lender


@dataclass(frozen=True)
class Cast:
    """branch > sales and service below it; office apart. The boss heads sales."""

    branch: OrgUnit
    sales: OrgUnit
    office: OrgUnit
    seller: User
    boss: User
    colleague: User
    outsider: User
    admin: User


@pytest.fixture
def cast(db: None) -> Cast:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staff, "seat_everybody", lambda **_kw: 0)  # once for all of them, below
        branch = a_unit("長崎支店")
        sales, office = a_unit("営業一課", branch), a_unit("総務部")
        boss = a_user("田中 部長", sales)
        everybody = Cast(
            branch=branch,
            sales=sales,
            office=office,
            seller=a_user("河田 誠", sales),
            boss=boss,
            colleague=a_user("坂田 純", sales),
            outsider=a_user("外山 遥", office),
            admin=a_user("管理 太郎", office, is_staff=True),
        )
    staff.change_unit(by=boss, unit=sales, today=TODAY, head=boss)
    return everybody


@pytest.fixture
def seller(cast: Cast) -> User:
    return cast.seller


@pytest.fixture
def boss(cast: Cast) -> User:
    return cast.boss


@pytest.fixture
def colleague(cast: Cast) -> User:
    return cast.colleague


@pytest.fixture
def outsider(cast: Cast) -> User:
    return cast.outsider


@pytest.fixture
def admin(cast: Cast) -> User:
    return cast.admin


@pytest.fixture
def now() -> datetime:
    """Friday 20 November 2026, 15:00 in Tokyo."""
    return datetime(2026, 11, 20, 15, 0, tzinfo=TOKYO)


@pytest.fixture
def on_that_friday(now: datetime) -> Iterator[None]:
    """For tests whose doors ask the clock of what was made at `now`: the bin of 30 days, what is still to come."""
    with time_machine.travel(now):
        yield
