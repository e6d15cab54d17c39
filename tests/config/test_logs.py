"""No secret in any line of any logger; in production one JSON object a line, with the request's id."""

import io
import json
import logging
import sys

import pytest

from config import logs

LINK = "/ical/kq3v/SECRETSECRETSECRET/Setten.ics"
RESET = "/accounts/password/reset/key/1-SECRETSECRET/"


@pytest.mark.parametrize("logger", ["django.request", "django.server", "granian.access", "some.library"])
@pytest.mark.parametrize(
    ("message", "arguments"), [("%s: %s", ("Not Found", LINK)), (f"GET {RESET} 200", ()), ("%(path)s", {"path": LINK})]
)
def test_a_secret_in_a_path_reaches_no_handler_of_any_logger(logger, message, arguments):
    caught = []
    handler = logging.Handler()
    handler.emit = caught.append
    log = logging.getLogger(logger)
    log.addHandler(handler)

    try:
        log.error(message, *([arguments] if isinstance(arguments, dict) else arguments))
    finally:
        log.removeHandler(handler)

    assert len(caught) == 1
    assert "SECRET" not in caught[0].getMessage()
    assert "SECRET" not in str(caught[0].args)
    assert "/-" in caught[0].getMessage()


def test_a_calendar_link_keeps_its_public_part_so_that_it_can_be_found():
    assert logs.without_secrets(f"GET {LINK}?x=1 404") == "GET /ical/kq3v/-/Setten.ics?x=1 404"


@pytest.mark.parametrize("header", ["Authorization: Bearer st_abc.SECRET", "'Authorization': 'Token SECRET'", "authorization=basic SECRET"])
def test_a_key_of_the_api_is_not_written(header):
    assert "SECRET" not in logs.without_secrets(header)


@pytest.mark.parametrize("formatter", [logs.Json(), logs.Text()])
def test_a_traceback_is_cleaned_too(formatter):
    try:
        raise ValueError(f"cannot read {LINK}")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 1, "failed", (), sys.exc_info())

    line = formatter.format(record)

    assert "SECRET" not in line
    assert "ValueError" in line


def test_a_line_in_production_is_one_json_object_in_utc_with_the_request(client, db):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.Json())
    logging.getLogger("setten.request").addHandler(handler)

    try:
        answer = client.get("/accounts/login/?next=/customers/secret-name")
    finally:
        logging.getLogger("setten.request").removeHandler(handler)

    line = json.loads(stream.getvalue())
    assert line["request_id"] == answer["X-Request-ID"]
    assert line["at"].endswith("+00:00")
    assert (line["method"], line["path"], line["status"]) == ("GET", "/accounts/login/", 200)
    assert "secret-name" not in stream.getvalue()


def test_a_broken_format_string_does_not_end_the_request():
    record = logs.SafeRecord("x", logging.INFO, "", 1, "%s %s", ("one",), None)

    assert record.msg == "%s %s"
