"""An outage is 503 and says when to come back; a mistake is 500; programs get JSON."""

import pytest
from django.test import Client

pytestmark = [pytest.mark.urls("tests.config.addresses"), pytest.mark.django_db]


@pytest.fixture
def visitor():
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("way", ["lost", "locked", "closed"])
def test_while_the_database_is_away_people_are_asked_to_come_back(visitor, way):
    answer = visitor.get(f"/{way}")

    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert "データベース" in answer.content.decode() or "database" in answer.content.decode()


@pytest.mark.parametrize("way", ["broken", "missing_table"])
def test_a_mistake_is_not_called_an_outage(visitor, way):
    answer = visitor.get(f"/{way}")

    assert answer.status_code == 500
    assert "Retry-After" not in answer
    assert "mistake of ours" not in answer.content.decode()
    assert "there_is_no_such_table" not in answer.content.decode()


@pytest.mark.parametrize(
    ("way", "status", "code"),
    [
        ("lost", 503, "unavailable"),
        ("broken", 500, "server_error"),
        ("unreadable", 400, "bad_request"),
        ("forbidden", 403, "permission_denied"),
        ("nowhere", 404, "not_found"),
    ],
)
def test_a_program_gets_the_same_shape_of_error_for_everything(visitor, way, status, code):
    answer = visitor.get(f"/api/{way}")

    assert answer.status_code == status
    assert answer["Content-Type"] == "application/json"
    assert answer.json()["error"]["code"] == code
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize(("way", "status"), [("unreadable", 400), ("forbidden", 403), ("nowhere", 404)])
def test_a_person_gets_a_page(visitor, way, status):
    answer = visitor.get(f"/{way}")

    assert answer.status_code == status
    assert answer["Content-Type"].startswith("text/html")
    assert "<h1" in answer.content.decode()
