"""Broken and hostile requests against every address of the API: a clear refusal, never an error page, nothing half-written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from contacts.actions import log_contact
from contacts.entry import ContactEntry
from crm.actions import customers
from crm.audience import Audience
from crm.models import uuid7
from schedule.actions import add_feed, book
from schedule.entry import AppointmentEntry
from tests.make import a_choice, a_customer, a_person

pytestmark = pytest.mark.django_db
PLACEHOLDER = re.compile(r"\{\w+\}")

BODIES = {
    "empty": b"",
    "no json": b"{",
    "not an object": b"[1, 2]",
    "a bare word": b"null",
    "utf-16": '{"name": "x"}'.encode("utf-16"),
    "cp932": '{"name": "顧客"}'.encode("cp932"),
    "cut inside a character": b'{"name": "\xe9\xa1"}',
    "bom": b'\xef\xbb\xbf{"name": "x"}',
    "nul": b'{"name": "a\\u0000b"}',
    "raw nul": b'{"name": "a\x00b"}',
    "lone surrogate": b'{"name": "\\ud800"}',
    "surrogate as a name": b'{"\\udfff": 1}',
    "infinite": b'{"amount_yen": 1e400}',
    "nan": b'{"amount_yen": NaN}',
    "endless number": b'{"amount_yen": ' + b"9" * 5000 + b"}",
    "deep": b'{"a": ' + b"[" * 5000 + b"]" * 5000 + b"}",
    "deep objects": b'{"a":' * 5000 + b"1" + b"}" * 5000,
    "just too deep": b'{"a": ' + b"[" * 40 + b"]" * 40 + b"}",
    "a name twice": b'{"name": "x", "name": "y"}',
    "three megabytes": b'{"note": "' + b"x" * 3_000_000 + b'"}',
    "many names": json.dumps({f"field{number}": number for number in range(20_000)}).encode(),
}
VALUES: dict[str, Any] = {
    "null": None,
    "true": True,
    "zero": 0,
    "negative": -1,
    "beyond 64 bits": 2**70,
    "fraction": 1.5,
    "largest float": 1.7e308,
    "empty text": "",
    "blank": " \t\n ",
    "digits": "１２３",
    "long": "あ" * 30_000,
    "marks": "\u202eevil\u2066\u200b\ufeff",
    "controls": "\x01\x1b[31m\x7f\x85",
    "emoji": "👨‍👩‍👧‍👦" * 5,
    "one character, eighteen after NFKC": "\ufdfa" * 200,
    "sql": "' OR 1=1; --",
    "wildcards": "%_\\" * 50,
    "template": "{{ 7*7 }}{% debug %}<script>alert(1)</script>",
    "a day that is not": "2026-02-30",
    "year one": "0001-01-01T00:00:00+14:00",
    "year 9999": "9999-12-31T23:59:59-12:00",
    "25 o'clock": "2026-11-20T25:00:00",
    "no uuid": "01890000-0000-7000-8000-00000000000g",
    "another's uuid": "01890000-0000-7000-8000-000000000000",
    "list": [],
    "list of lists": [[[]]],
    "list of anything": [None, 1, "x", {}],
    "object": {},
    "object of anything": {"id": [], "name": {}, "company": "yes", "units": [2**70]},
}
# A serializer looks at every field, so one request tries a value in all of them. What may pass it goes on to the database, alone.
MAY_PASS = [
    "null",
    "zero",
    "beyond 64 bits",
    "digits",
    "marks",
    "controls",
    "emoji",
    "year one",
    "year 9999",
    "another's uuid",
    "list",
    "object",
]
QUERIES = [
    "q=" + "%25" * 300,
    "q=" + "a " * 2000,
    "q=%EF%B7%BA" * 50,
    "q=%FF%FE",
    "q=%ED%A0%80",
    "q=%00",
    "cursor=" + "A" * 3000,
    "cursor=WzAsIngiLCJ5Il0",
    "cursor=WzAseyJ0IjoiMDAwMS0wMS0wMVQwMDowMDowMCsxNDowMCJ9LHsidSI6IngifV0",
    "page_size=99999999999999999999",
    "page_size=-1",
    "sort=__class__",
    "customer=%F0%9F%92%A9",
    "customer=1",
    "owner=" + "9" * 400,
    "from=0001-01-01&to=9999-12-31",
    "from=R99.99.99",
    "changed_since=0001-01-01T00:00:00%2B14:00",
    "changed_since=x",
    "customer__recorder__password__startswith=a",
    "scope__key=all",
    "_connector=OR",
    "format=xml",
    "=",
    "&&&",
]


@pytest.fixture
def keys(cast: Any, now: Any) -> dict[str, Any]:
    """One row of every collection, by the name that it bears in an address."""
    by = cast.seller
    stage, kind = a_choice("deal_stage"), a_choice("method")
    customer = a_customer(recorder=by)
    person = a_person(customer, recorder=by)
    deal = customers.add_deal(by=by, name="倉庫", stage=stage, audience=Audience.whole_company(), owner=by, customer=customer)
    entry = AppointmentEntry(starts_at=now + timedelta(days=1), ends_at=now + timedelta(days=1, hours=1), customer=customer)
    appointment, _new = book(owner=by, recorder=by, entry=entry, now=now)
    contact, _new = log_contact(
        owner=by, recorder=by, entry=ContactEntry(started_at=now, customer=customer, report_to=[cast.boss]), now=now
    )
    feed, _secret = add_feed(by=by, label="電話", now=now)
    return {
        "customers": customer.pk,
        "people": person.pk,
        "deals": deal.pk,
        "appointments": appointment.pk,
        "contacts": contact.pk,
        "reports": contact.pk,
        "notices": 1,
        "feeds": feed.pk,
        "users": by.pk,
        "units": cast.sales.pk,
        "choices": kind.pk,
    }


def operations() -> Iterator[tuple[str, str, list[str]]]:
    """Return verb, path and the names of the body's fields of everything that the API's description lists."""
    spec = SchemaGenerator().get_schema(request=None, public=True)
    parts = spec["components"]["schemas"]
    for path, verbs in spec["paths"].items():
        for verb, about in verbs.items():
            content = about.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            named = parts.get(content.get("$ref", "").rsplit("/", 1)[-1], content)
            yield verb, path, list(named.get("properties", {}))


@pytest.fixture
def client_of_seller(cast: Any) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(cast.seller)
    return client


def filled(path: str, keys: dict[str, Any]) -> str:
    prefix = path.removeprefix("/api/v1/").split("/")[0]
    return PLACEHOLDER.sub(str(keys.get(prefix, 1)), path)


def send(client: Client, verb: str, path: str, body: bytes, kind: str = "application/json") -> Any:
    """Send bytes as they are: the client's own verbs would read the content type first."""
    return client.generic(verb.upper(), path, body, content_type=kind)


def judge(answer: Any, told: str, wrong: list[str]) -> None:
    if answer.status_code >= 500:
        wrong.append(f"{answer.status_code} {told}")
    elif answer.status_code >= 400 and set(answer.json().get("error", {})) - {"current_version"} != {"code", "message", "fields"}:
        wrong.append(f"another shape: {told}")


OPERATIONS = list(operations())
WRITES = [one for one in OPERATIONS if one[0] in ("post", "patch", "put", "delete")]
READS = [one for one in OPERATIONS if one[0] == "get"]


@pytest.mark.parametrize(("verb", "path", "fields"), WRITES, ids=[f"{verb} {path}" for verb, path, _fields in WRITES])
def test_bodies_that_make_no_sense_are_refused(
    client_of_seller: Client, keys: dict[str, Any], verb: str, path: str, fields: list[str]
) -> None:
    wrong: list[str] = []
    where = filled(path, keys)
    for name, body in BODIES.items():
        judge(send(client_of_seller, verb, where, body), f"{verb} {path}: {name}", wrong)
    for kind in (
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/html",
        "application/json; charset=ütf",
        "x" * 300,
    ):
        judge(send(client_of_seller, verb, where, b"name=%00", kind), f"{verb} {path}: {kind}", wrong)

    assert wrong == []


@pytest.mark.parametrize(("verb", "path", "fields"), WRITES, ids=[f"{verb} {path}" for verb, path, _fields in WRITES])
def test_values_that_make_no_sense_are_refused(
    client_of_seller: Client, keys: dict[str, Any], verb: str, path: str, fields: list[str]
) -> None:
    wrong: list[str] = []
    where, base = filled(path, keys), plain_body(path, keys)
    told = [(f"every field is {name}", dict.fromkeys(fields, value)) for name, value in VALUES.items()]
    told += [(f"{field} is {name}", {field: VALUES[name]}) for field in fields for name in MAY_PASS]
    for about, values in told:
        body = json.dumps(base | {"id": str(uuid7())} | values, ensure_ascii=False).encode("utf-8", "surrogatepass")
        judge(send(client_of_seller, verb, where, body), f"{verb} {path}: {about}", wrong)

    assert wrong == []


def plain_body(path: str, keys: dict[str, Any]) -> dict[str, Any]:
    """A body that would do, so that one bad value alone decides."""
    moments = {"starts_at": "2026-12-01T10:00:00+09:00", "ends_at": "2026-12-01T11:00:00+09:00", "started_at": "2026-11-20T10:00:00+09:00"}
    return moments | {
        "name": "青木建材",
        "family_name": "鈴木",
        "version": 1,
        "customer": str(keys["customers"]),
        "label": "電話",
        "body": "了解",
    }


@pytest.mark.parametrize(("_verb", "path", "_fields"), READS, ids=[path for _verb, path, _fields in READS])
def test_questions_that_make_no_sense_are_refused(
    client_of_seller: Client, keys: dict[str, Any], _verb: str, path: str, _fields: list[str]
) -> None:
    wrong: list[str] = []
    where = filled(path, keys)
    for query in QUERIES:
        judge(client_of_seller.get(f"{where}?{query}"), f"{path}?{query[:60]}", wrong)
    for accept in ("text/html", "application/xml", "*/*;q=0", "application/json; version=99", ",,,", "x" * 5000):
        judge(client_of_seller.get(where, headers={"Accept": accept}), f"{path} as {accept[:30]}", wrong)

    assert wrong == []


KEYS = [
    "0",
    "１",
    "-1",
    "9" * 30,
    "01890000-0000-7000-8000-000000000000",
    "..%2f..",
    "%00",
    "%ff",
    "x" * 3000,
    "null",
    "1;DROP",
    "%F0%9F%92%A9",
]


@pytest.mark.parametrize("path", sorted({path for _verb, path, _fields in OPERATIONS if "{" in path}))
def test_keys_that_are_none_are_not_found(client_of_seller: Client, path: str) -> None:
    told = set()
    for key in KEYS:
        where = PLACEHOLDER.sub(key, path)
        told |= {client_of_seller.get(where).status_code, client_of_seller.post(where, b"{}", content_type="application/json").status_code}

    administrators_only = {403} if path.startswith(("/api/v1/choices/", "/api/v1/items/")) else set()
    assert told <= {400, 404, 405} | administrators_only
