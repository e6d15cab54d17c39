"""Walk every address as a stranger, as an outsider and as an owner. No door may be forgotten: an unknown one fails the walk."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contacts.actions import log_contact, reply
from contacts.entry import ContactEntry, ExpenseLine, NextEntry
from contacts.models import ContactPoint, ReportRecipient
from crm import outbox
from crm.actions import customers, settings, staff
from crm.audience import Audience
from crm.lines import AddressLine, DepartmentLine, PhoneLine
from crm.models import Person
from crm.visibility import Guarded, house_eyes
from schedule.actions import add_feed, book
from schedule.entry import AppointmentEntry
from tests.conftest import Cast
from tests.house.walking import OPEN_DOORS, Door, body_of, doors, fill, logged_in
from tests.make import TODAY, a_choice

pytestmark = pytest.mark.django_db
CANARY = "zzkanariazz"
DOORS = sorted(set(doors()), key=lambda door: (door.name, door.route))
OURS = [door for door in DOORS if door.is_ours]


@pytest.fixture
def keys(cast: Cast, now: Any) -> dict[str, Any]:
    """A seller's whole working day, hidden from the outsider; every text carries the canary."""
    secret, by = Audience(people=frozenset({cast.seller.pk, cast.boss.pk})), cast.seller
    customer = customers.add_customer(
        by=by,
        name=CANARY,
        audience=secret,
        note=CANARY,
        caution=CANARY,
        phones=[PhoneLine(number="095-820-0000", label=CANARY)],
        addresses=[AddressLine(city=CANARY)],
        departments=[DepartmentLine(name=CANARY)],
    )
    person = customers.add_person(by=by, customer=customer, family_name=CANARY, title=CANARY)
    stage = a_choice("deal_stage", "商談中", semantic="open")
    deal = customers.add_deal(by=by, name=CANARY, stage=stage, audience=secret, owner=by, customer=customer, note=CANARY)
    later = now + timedelta(days=2)
    entry = AppointmentEntry(
        starts_at=later,
        ends_at=later + timedelta(hours=1),
        customer=customer,
        people=[person],
        deal=deal,
        summary_note=CANARY,
        place=CANARY,
        content=CANARY,
        audience=secret,
    )
    appointment, _new = book(owner=by, recorder=by, entry=entry, now=now)
    contact = _a_report(cast, now, customer, person, deal, secret)
    draft = ContactEntry(started_at=now, customer=customer, people=[person], deal=deal, summary_note=CANARY, audience=secret)
    log_contact(owner=by, recorder=by, entry=draft, now=now, draft=True)
    feed, secret_of_feed = add_feed(by=by, label=CANARY, now=now)
    token, _shown = settings.issue_token(user=by, name=CANARY, scope="read", expires_at=now + timedelta(days=3650))
    delegation = staff.delegate(by=None, principal=cast.boss, agent=cast.seller)
    group = staff.keep_group(by=None, name="班", members=[cast.boss], today=TODAY)
    outbox.keep(now=now + timedelta(minutes=1))
    choice = a_choice("method", "訪問", semantic="visit")
    recipient = ReportRecipient.objects.for_the_house("the walk").get(contact=contact)
    with house_eyes("the walk"):
        notice = apps.get_model("reports.Notice").objects.filter(recipient=cast.boss).first()
        mail = apps.get_model("reports.SentMail").objects.first()
    return {
        "customer": customer.pk,
        "person": person.pk,
        "deal": deal.pk,
        "appointment": appointment.pk,
        "contact": contact.pk,
        "recipient": recipient.pk,
        "reply": contact.replies.get().pk,
        "notice": notice.pk if notice else 1,
        "mail": mail.pk if mail else 1,
        "feed": feed.pk,
        "token": token.pk,
        "public_id": feed.public_id,
        "secret": secret_of_feed,
        "user": cast.seller.pk,
        "unit": cast.sales.pk,
        "group": group.pk,
        "delegation": delegation.pk,
        "post": cast.seller.memberships.get().pk,
        "choice": choice.pk,
        "code": "method",
        "promise": 1,
        "phrase": 1,
        "way": "up",
        "key": "x-y",
        "uidb36": "1",
        "api:customers": customer.pk,
        "api:people": person.pk,
        "api:deals": deal.pk,
        "api:appointments": appointment.pk,
        "api:contacts": contact.pk,
        "api:reports": contact.pk,
        "api:notices": notice.pk if notice else 1,
        "api:feeds": feed.pk,
        "api:tokens": token.pk,
        "api:users": cast.seller.pk,
        "api:units": cast.sales.pk,
        "api:choices": choice.pk,
    }


def _a_report(cast: Cast, now: Any, customer: Any, person: Any, deal: Any, secret: Audience) -> ContactPoint:
    by = cast.seller
    entry = ContactEntry(
        started_at=now,
        has_time=True,
        customer=customer,
        people=[person],
        deal=deal,
        summary_note=CANARY,
        content=CANARY,
        audience=secret,
        report_to=[cast.boss],
        expenses=[ExpenseLine(amount_yen=300, note=CANARY, origin=CANARY)],
        next=NextEntry(starts_at=now + timedelta(days=1), ends_at=now + timedelta(days=1, hours=1), summary_note=CANARY),
    )
    contact, _new = log_contact(owner=by, recorder=by, entry=entry, now=now)
    reply(author=cast.boss, contact=contact, body=CANARY, now=now)
    return contact


def test_strangers_are_turned_away(client: Client, keys: dict[str, Any]) -> None:
    let_in = {}
    for door in DOORS:
        answer = client.get(fill(door, keys))
        turned_away = answer.status_code in {401, 403} or (answer.status_code == 302 and "/accounts/login" in answer.headers["Location"])
        if not turned_away and door.name not in OPEN_DOORS:
            let_in[door.name] = answer.status_code

    assert let_in == {}


def test_outsiders_never_hear_the_canary(cast: Cast, keys: dict[str, Any]) -> None:
    client, leaks, wrong = logged_in(cast.outsider), [], []
    by_key = [
        f"?customer={keys['customer']}",
        f"?owner={cast.seller.pk}&deal={keys['deal']}&appointment={keys['appointment']}&person={keys['person']}",
    ]
    for door in OURS:
        if door.name == "schedule:feed":  # opens by its key, not by who asks
            continue
        for query in ["", *([] if door.names_a_row else [f"?q={CANARY}", *by_key])]:
            for extra in ({}, {"HX-Request": "true"}):
                answer = client.get(fill(door, keys) + query, headers=extra)
                if answer.status_code not in {200, 302, 400, 403, 404, 405} and door.name != "ready":
                    wrong.append((door.name, query, answer.status_code))
                heard = body_of(answer).count(CANARY)
                if heard and heard > _echo(client, fill(door, keys), query, extra):
                    leaks.append((door.name, query, extra))

    assert leaks == []
    assert wrong == []


def _echo(client: Client, address: str, query: str, extra: dict[str, str]) -> int:
    """Return how often the door says back a word that is nobody's: the canary asked for may come back as often, not more."""
    if CANARY not in query:
        return 0
    nobodys = CANARY[::-1]
    return body_of(client.get(address + query.replace(CANARY, nobodys), headers=extra)).count(nobodys)


def test_a_hidden_row_answers_like_a_missing_one(cast: Cast, keys: dict[str, Any]) -> None:
    client, different = logged_in(cast.outsider), []

    def told(door: Door, these: dict[str, Any]) -> tuple[int, str]:
        answer = client.get(fill(door, these))
        text = body_of(answer)
        for value in these.values():
            text = text.replace(str(value), "") if len(str(value)) > 8 else text
        return answer.status_code, re.sub(
            r'csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": ?"\w+"|X-CSRFToken&quot;: ?&quot;\w+|request_id\W+\w+|X-Request-ID: \S+',
            "",
            text,
        )

    for door in OURS:
        if door.names_a_row:
            missing = {name: uuid4() if len(str(value)) == 36 else value for name, value in keys.items()}
            hidden, nothing = told(door, keys), told(door, missing)
            if hidden != nothing or hidden[0] == 200:
                different.append((door.name, hidden[0], nothing[0]))

    assert different == []


def test_the_canary_sings_for_its_owner(cast: Cast, keys: dict[str, Any], now: Any) -> None:
    """Otherwise the walk proves nothing."""
    client, month = logged_in(cast.seller), {"start": now.isoformat(), "end": (now + timedelta(days=30)).isoformat(), "who": "me"}

    def asked(door: Door) -> dict[str, str]:
        return month if door.name == "schedule:events" else {"q": CANARY} if door.name.endswith("_suggest") else {}

    heard = {door.name for door in OURS if CANARY in body_of(client.get(fill(door, keys), asked(door)))}

    assert not MUST_SING - heard


MUST_SING = {
    "home",
    "contacts:list",
    "contacts:detail",
    "contacts:edit",
    "contacts:drafts",
    "crm:customers",
    "crm:customer",
    "crm:customer_suggest",
    "crm:people",
    "crm:person",
    "crm:person_suggest",
    "crm:deals",
    "crm:deal",
    "crm:deal_suggest",
    "schedule:events",
    "schedule:detail",
    "schedule:feed",
    "schedule:upcoming",
    "reports:told",
    "api:contacts-list",
    "api:contacts-detail",
    "api:customers-list",
    "api:customers-detail",
    "api:people-list",
    "api:deals-list",
    "api:appointments-list",
    "api:appointments-detail",
}


def test_the_canary_sings_for_the_boss_who_is_told(cast: Cast, keys: dict[str, Any]) -> None:
    client = logged_in(cast.boss)
    heard = {door.name for door in OURS if CANARY in body_of(client.get(fill(door, keys)))}

    assert {"reports:inbox", "reports:read", "contacts:detail"} <= heard


def test_outsiders_cannot_touch_what_they_cannot_see(cast: Cast, keys: dict[str, Any], now: Any) -> None:
    """Push every door with every verb, naming hidden rows; afterwards the hidden rows stand as before."""
    before = _snapshot()
    client = logged_in(cast.outsider)
    said = {name: str(value) for name, value in keys.items()} | {
        "started_at": now.isoformat(),
        "starts_at": now.isoformat(),
        "version": 1,
        "name": "x",
        "body": "x",
    }
    broken = []
    for door in OURS:
        is_api = door.route.startswith("api/")
        for verb in ("post", "put", "patch", "delete") if is_api else ("post",):
            for kind, data in (("application/json", json.dumps(said)), ("application/x-www-form-urlencoded", urlencode(said))):
                answer = getattr(client, verb)(fill(door, keys), data, content_type=kind)
                if answer.status_code >= 500:
                    broken.append((door.name, verb, kind, answer.status_code))

    assert broken == []
    assert {key: row for key, row in _snapshot().items() if key in before} == before


def _snapshot() -> dict[tuple[str, str], str]:
    """Return every guarded row that carries the canary or belongs to such a row."""
    rows = {}
    with house_eyes("the walk compares"):
        for model in apps.get_models():
            if issubclass(model, Guarded) and model._meta.app_label in {"crm", "schedule", "contacts"}:
                for values in model.objects.values():
                    rows[model._meta.label, str(values[model._meta.pk.attname])] = repr(sorted(values.items()))
    return rows


READS_MAY_WRITE = re.compile(
    r'^(INSERT INTO "(crm_accessentry|django_session|usersessions_\w+)"|UPDATE "(django_session|usersessions_\w+)"|DELETE FROM "django_session"|SAVEPOINT|RELEASE|BEGIN|COMMIT)'
)


def test_reading_writes_nothing_but_the_access_log(cast: Cast, keys: dict[str, Any]) -> None:
    client, wrote = logged_in(cast.seller), []
    for door in OURS:
        client.get(fill(door, keys))
        with CaptureQueriesContext(connection) as queries:
            client.get(fill(door, keys))
        for query in queries.captured_queries:
            if not query["sql"].startswith(("SELECT", "(SELECT", "DECLARE", "PRAGMA", "WITH", "EXPLAIN")) and not READS_MAY_WRITE.match(
                query["sql"]
            ):
                wrote.append((door.name, query["sql"][:120]))

    assert wrote == []


PAGE_BUDGET, API_BUDGET = 12, 15


def test_every_page_costs_few_queries_and_more_rows_cost_no_more(cast: Cast, keys: dict[str, Any], now: Any) -> None:
    def walk() -> dict[str, int]:
        counted = {}
        for door in OURS:
            client = logged_in(cast.seller)
            client.get(fill(door, keys))
            with CaptureQueriesContext(connection) as queries:
                client.get(fill(door, keys))
            counted[door.name] = len(
                [one for one in queries.captured_queries if one["sql"].startswith(("SELECT", "(SELECT", "DECLARE", "WITH"))]
            )
        return counted

    few = walk()
    _more_rows(cast, keys, now)
    many = walk()

    assert {name: (few[name], many[name]) for name in few if few[name] != many[name]} == {}
    assert {name: count for name, count in many.items() if count > (API_BUDGET if name.startswith("api:") else PAGE_BUDGET)} == {}


def _more_rows(cast: Cast, keys: dict[str, Any], now: Any) -> None:
    secret = Audience(people=frozenset({cast.seller.pk, cast.boss.pk}))
    stage = a_choice("deal_stage", "提案", semantic="open")
    contact = ContactPoint.objects.visible_to(cast.seller).get(pk=keys["contact"])
    customer = customers.Customer.objects.visible_to(cast.seller).get(pk=keys["customer"])
    for number in range(6):
        firm = customers.add_customer(by=cast.seller, name=f"会社{number}", audience=secret, phones=[PhoneLine(number="03-0000-0000")])
        for of in (firm, customer):
            customers.add_person(by=cast.seller, customer=of, family_name=f"姓{number}")
            deal = customers.add_deal(by=cast.seller, name=f"案件{number}", stage=stage, audience=secret, owner=cast.seller, customer=of)
            people = list(Person.objects.visible_to(cast.seller).filter(customer=of))[:2]
            start = now + timedelta(days=number, hours=1)
            times = {"starts_at": start, "ends_at": start + timedelta(hours=1)}
            book(
                owner=cast.seller,
                recorder=cast.seller,
                entry=AppointmentEntry(**times, customer=of, people=people, deal=deal, audience=secret),
                now=now,
            )
            for draft in (False, True):
                entry = ContactEntry(
                    started_at=now,
                    customer=of,
                    people=people,
                    deal=deal,
                    report_to=[cast.boss, cast.colleague],
                    expenses=[ExpenseLine(amount_yen=100)] * 2,
                    audience=secret,
                )
                more, _new = log_contact(owner=cast.seller, recorder=cast.seller, entry=entry, now=now, draft=draft)
                if not draft:
                    reply(author=cast.boss, contact=more, body="了解", now=now)
        reply(author=cast.boss, contact=contact, body="了解", now=now)
    outbox.keep(now=now + timedelta(minutes=2), limit=1000)
