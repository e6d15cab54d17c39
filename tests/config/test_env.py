"""Every setting is explained once, and means what the explanation says."""

import re

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import sources
from config.env import BASE_DIR, env
from tests.config.starting import settings_under

EXAMPLE = (BASE_DIR / ".env.example").read_text(encoding="utf-8")
LIMITS = {"pool_size": 8, "statement_seconds": 10, "lock_seconds": 2, "idle_seconds": 30}


def test_the_example_names_every_setting_and_no_other():
    assert set(re.findall(r"^#?([A-Z_]+)=", EXAMPLE, re.MULTILINE)) == set(env.scheme)


@pytest.mark.parametrize("name", [name for name, (kind, _default) in env.scheme.items() if kind is int])
def test_the_example_shows_the_default_of_every_number(name):
    assert re.search(rf"^#?{name}={env.scheme[name][1]}$", EXAMPLE, re.MULTILINE)


def test_a_made_key_is_strong_stays_the_same_and_is_readable_by_its_owner_only(tmp_path):
    key = sources.secret_key("", tmp_path)

    assert len(key) >= 50
    assert sources.secret_key("", tmp_path) == key
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    assert sources.secret_key("given", tmp_path) == "given"


def test_without_an_address_the_data_lie_in_sqlite_that_survives_a_power_cut(tmp_path):
    found = sources.database("", tmp_path, **LIMITS)

    assert found["NAME"] == str(tmp_path / "setten.sqlite3")
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in found["OPTIONS"]["init_command"]
    assert "synchronous=FULL" in found["OPTIONS"]["init_command"]


def test_postgresql_gets_a_pool_and_limits_in_milliseconds(tmp_path):
    found = sources.database("postgres://u:p@db.example.com:5433/setten", tmp_path, **LIMITS)

    assert (found["ENGINE"], found["HOST"], found["PORT"]) == ("django.db.backends.postgresql", "db.example.com", 5433)
    assert found["OPTIONS"]["pool"]["max_size"] == 8
    assert "-c statement_timeout=10000" in found["OPTIONS"]["options"]
    assert "-c lock_timeout=2000" in found["OPTIONS"]["options"]
    assert "CONN_MAX_AGE" not in found or not found["CONN_MAX_AGE"]


def test_the_web_gives_up_earlier_than_a_job(tmp_path):
    address = {"DATABASE_URL": "postgres://u:p@db.example.com/setten", "DATA_DIR": str(tmp_path)}

    web = settings_under({**address, "PROCESS": "web"}, "DATABASES")[0]["default"]["OPTIONS"]["options"]
    job = settings_under(address, "DATABASES")[0]["default"]["OPTIONS"]["options"]

    assert "statement_timeout=10000" in web
    assert "statement_timeout=900000" in job


def test_files_go_to_a_folder_or_a_bucket(tmp_path):
    assert sources.files("", tmp_path)["OPTIONS"]["location"] == str(tmp_path / "files")
    assert sources.files("file:///srv/setten", tmp_path)["OPTIONS"]["location"] == "/srv/setten"

    bucket = sources.files("s3://records?endpoint_url=https://s3.example.com&region_name=ap-northeast-1", tmp_path)["OPTIONS"]
    assert (bucket["bucket_name"], bucket["endpoint_url"], bucket["region_name"]) == ("records", "https://s3.example.com", "ap-northeast-1")
    assert bucket["querystring_auth"] is True
    with pytest.raises(ImproperlyConfigured, match="ftp"):
        sources.files("ftp://files.example.com", tmp_path)


def test_mail_goes_to_the_server_given_or_where_the_demo_shows_it():
    given = sources.mail("smtp+tls://u:p@mail.example.com:587", demo=False)

    assert (given["EMAIL_HOST"], given["EMAIL_PORT"], given["EMAIL_USE_TLS"]) == ("mail.example.com", 587, True)
    assert sources.mail("", demo=True)["EMAIL_BACKEND"] == "reports.mailbox.DemoMailbox"


def test_redis_serves_as_every_cache_and_the_database_otherwise():
    assert {one["BACKEND"] for one in sources.caches("redis://localhost:6379/1").values()} == {
        "django.core.cache.backends.redis.RedisCache"
    }
    assert sources.caches("")["default"]["BACKEND"] == "django.core.cache.backends.db.DatabaseCache"
