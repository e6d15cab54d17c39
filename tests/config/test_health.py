"""/health says that the process lives; /ready that it can work, or what keeps it from working."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crm import outbox
from crm.models import Outbox

pytestmark = pytest.mark.django_db


def test_health_is_open_to_all_and_asks_nobody(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/health").json() == {"status": "ok"}


def test_it_is_ready_when_database_worker_and_outbox_are_fine(client):
    outbox.beat(now=timezone.now())

    answer = client.get("/ready")

    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "database": "ok", "worker": "ok", "outbox": "ok"}


def test_it_is_not_ready_before_the_first_worker_has_run(client):
    answer = client.get("/ready")

    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert answer.json()["worker"] == "has never run"


def test_a_silent_worker_is_named(client):
    outbox.beat(now=timezone.now() - timedelta(minutes=5))

    answer = client.get("/ready")

    assert answer.status_code == 503
    assert answer.json()["worker"].startswith("silent for 30")


def test_a_late_outbox_is_named_but_not_what_is_in_it(client):
    outbox.beat(now=timezone.now())
    outbox.promise("report.mail", 4711)
    Outbox.objects.update(created_at=timezone.now() - timedelta(minutes=3))

    answer = client.get("/ready")

    assert answer.status_code == 503
    assert answer.json()["outbox"].startswith("late by 18")
    assert "4711" not in answer.content.decode()


def test_nothing_can_be_posted_to_it(client):
    assert client.post("/ready").status_code == 405
