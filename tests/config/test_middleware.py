"""What every answer carries, and what a session, a language and a stranger get."""

import time

import pytest
from django.test import Client

from config.middleware import CSP


@pytest.fixture
def signed_in(client, seller):
    client.force_login(seller)
    return client


def age(client, **seconds):
    session = client.session
    now = int(time.time())
    session.update({"started": now - seconds["started"], "seen": now - seconds["seen"]})
    if not seconds.get("remembered"):
        session.set_expiry(0)
    session.save()


def is_signed_in(client):
    return client.get("/accounts/sessions/").status_code == 200


def test_every_answer_forbids_foreign_scripts_frames_and_caches(client, db):
    for path in ("/accounts/login/", "/health", "/robots.txt?x", "/no-such-page"):
        answer = client.get(path)

        assert answer["Content-Security-Policy"] == CSP
        assert "'unsafe" not in answer["Content-Security-Policy"]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == answer["Cross-Origin-Opener-Policy"] == answer["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "camera=(self)" in answer["Permissions-Policy"]
        assert "no-store" in answer["Cache-Control"] or path.startswith("/robots")


def test_a_csp_report_address_is_named_when_there_is_one(settings, db):
    settings.CSP_REPORT_URL = "https://reports.example.com/csp"

    answer = Client().get("/health")

    assert answer["Content-Security-Policy"].endswith("; report-to csp")
    assert answer["Reporting-Endpoints"] == 'csp="https://reports.example.com/csp"'


def test_a_stranger_without_a_cookie_costs_no_query(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        assert client.get("/health").status_code == 200
        assert client.get("/robots.txt").status_code == 200
        assert client.get("/accounts/login/").status_code == 200


def test_robots_may_fetch_calendar_feeds(client):
    lines = client.get("/robots.txt").content.decode().splitlines()

    assert "Allow: /ical/" in lines
    assert "Disallow: /ical/" not in lines


def test_whoever_is_not_logged_in_is_sent_to_the_log_in_page(client, db):
    answer = client.get("/accounts/password/change/")

    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/?next=/accounts/password/change/"


def test_a_fragment_is_not_answered_with_a_log_in_page_inside_the_old_page(client, db):
    answer = client.get(
        "/accounts/password/change/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/accounts/password/change/?a=1"}
    )

    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/accounts/login/?next=%2Faccounts%2Fpassword%2Fchange%2F"
    assert not answer.content


def test_a_session_that_was_idle_for_two_hours_is_over(signed_in):
    age(signed_in, started=3 * 3600, seen=2 * 3600 + 60)

    assert not is_signed_in(signed_in)


def test_a_session_in_use_is_over_after_twelve_hours_all_the_same(signed_in):
    age(signed_in, started=12 * 3600 + 60, seen=30)

    assert not is_signed_in(signed_in)


def test_a_session_in_use_goes_on_and_is_noted_in_steps(signed_in):
    age(signed_in, started=3600, seen=600)
    assert is_signed_in(signed_in)
    noted = signed_in.session["seen"]
    assert time.time() - noted < 60

    age(signed_in, started=3600, seen=100)
    before = signed_in.session["seen"]
    assert is_signed_in(signed_in)
    assert signed_in.session["seen"] == before


def test_a_remembered_device_stays_for_two_weeks_and_no_longer(signed_in):
    age(signed_in, started=13 * 86400, seen=3 * 86400, remembered=True)
    assert is_signed_in(signed_in)

    age(signed_in, started=14 * 86400 + 60, seen=60, remembered=True)
    assert not is_signed_in(signed_in)


def test_logging_in_notes_when_the_session_began(client, seller):
    seller.set_password("correct horse battery")
    seller.save()

    client.post("/accounts/login/", {"login": seller.code, "password": "correct horse battery"})

    assert time.time() - client.session["started"] < 60
    assert client.session.get_expire_at_browser_close()


def test_a_person_is_spoken_to_in_the_own_language_whatever_the_browser_asks(signed_in, seller):
    seller.language = "en"
    seller.save()

    answer = signed_in.get("/accounts/sessions/", headers={"Accept-Language": "ja"})

    assert answer["Content-Language"] == "en"
    assert "セッション" not in answer.content.decode()


@pytest.mark.parametrize(("asked", "spoken"), [("en-US,en;q=0.9", "en"), ("ja", "ja"), ("de", "ja"), ("", "ja")])
def test_a_stranger_is_spoken_to_as_the_browser_asks_and_in_japanese_otherwise(client, db, asked, spoken):
    answer = client.get("/accounts/login/", headers={"Accept-Language": asked})

    assert answer["Content-Language"] == spoken


def test_the_language_menu_is_kept_with_the_browser_before_and_with_the_person_after_log_in(client, seller):
    client.post("/language/", {"language": "en", "next": "/accounts/login/"})
    assert client.get("/accounts/login/")["Content-Language"] == "en"

    client.force_login(seller)
    client.post("/language/", {"language": "en"})
    seller.refresh_from_db()
    assert seller.language == "en"


def test_a_language_that_is_not_ours_changes_nothing(client, seller):
    client.force_login(seller)

    client.post("/language/", {"language": "xx"})

    seller.refresh_from_db()
    assert seller.language == "ja"


def test_a_broken_time_zone_does_not_lock_a_person_out(signed_in, seller):
    seller.time_zone = "Mars/Olympus"
    seller.save()

    assert is_signed_in(signed_in)


@pytest.mark.parametrize("path", ["/accounts/login/?next=%00", "/custo%00mers/", "/api/v1/x?q=a%00b"])
def test_a_nul_in_an_address_is_refused_before_it_reaches_a_database(client, path):
    assert client.get(path).status_code == 400


def test_cookies_are_bound_to_this_host_when_the_site_is_https():
    from tests.config.starting import settings_under

    found = settings_under(
        {"BASE_URL": "https://setten.example.com"},
        "SESSION_COOKIE_NAME",
        "CSRF_COOKIE_NAME",
        "SESSION_COOKIE_SECURE",
        "SECURE_HSTS_SECONDS",
    )

    assert found == ["__Host-sid", "__Host-csrf", True, 31536000]
