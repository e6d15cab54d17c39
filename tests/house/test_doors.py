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

from contacts.actions import comments, delete_contact, log_contact, phrases, reply
from contacts.actions.templates import add_template
from contacts.actions.unsaved import keep_unsaved
from contacts.entry import ContactEntry, ExpenseLine, NextEntry, RequestLine
from contacts.models import Attachment, Comment, ContactPoint, ReportRecipient, WorkRequest
from crm import outbox
from crm.actions import assets, customers, infos, items, plans, settings, staff
from crm.audience import Audience
from crm.items import book as book_of_items
from crm.items import items_of
from crm.lines import AddressLine, DepartmentLine, PhoneLine
from crm.models import AuditEntry, Person, Target
from crm.visibility import Guarded, house_eyes
from schedule.actions import add_feed, book
from schedule.entry import AppointmentEntry
from schedule.models import Facility
from tests.conftest import Cast
from tests.contacts.uploads import a_file, a_picture
from tests.house.walking import OPEN_DOORS, Door, body_of, doors, fill, logged_in
from tests.make import TODAY, a_choice

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_that_friday")]
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
        facilities=[Facility.objects.create(name_ja="会議室A")],
    )
    appointment, _new = book(owner=by, recorder=by, entry=entry, now=now)
    item = _own_items(cast, customer, now)
    contact = _a_report(cast, now, customer, person, deal, secret)
    draft = ContactEntry(started_at=now, customer=customer, people=[person], deal=deal, summary_note=CANARY, audience=secret)
    log_contact(owner=by, recorder=by, entry=draft, now=now, draft=True)
    comment, entry_of_journal, binned = _talk(cast, contact, now), _changed(by, contact), _thrown_away(by, now)
    asset, contract = _an_asset_and_a_contract(by, customer)
    plan, info = _a_plan_and_a_voice(by, customer, deal, secret)
    begun = keep_unsaved(
        user=by, record=uuid4(), typed=[("content", CANARY), ("customer", str(customer.pk))], is_new=True, known=0, device=CANARY, now=now
    )
    template = add_template(by=by, name=CANARY, values={"content": CANARY})
    feed, secret_of_feed = add_feed(by=by, label=CANARY, now=now)
    token, _shown = settings.issue_token(user=by, name=CANARY, scope="read", expires_at=now + timedelta(days=3650))
    delegation = staff.delegate(by=None, principal=cast.boss, agent=cast.seller)
    group = staff.keep_group(by=None, name="班", members=[cast.boss], today=TODAY)
    outbox.keep(now=now + timedelta(minutes=1))
    choice = a_choice("method", "訪問", semantic="visit")
    phrase = phrases.add_phrase(by=by, use="content", text_ja=CANARY, shortcut="k", user=by)
    recipient = ReportRecipient.objects.for_the_house("the walk").get(contact=contact)
    file = Attachment.objects.for_the_house("the walk").get(contact=contact)
    work = WorkRequest.objects.for_the_house("the walk").filter(contact=contact, to=cast.boss).get()
    with house_eyes("the walk"):
        notice = apps.get_model("reports.Notice").objects.filter(recipient=cast.boss).first()
        mail = apps.get_model("reports.SentMail").objects.first()
    return {
        "customer": customer.pk,
        "person": person.pk,
        "deal": deal.pk,
        "asset": asset.pk,
        "contract": contract.pk,
        "plan": plan.pk,
        "info": info.pk,
        "kind": "deal",
        "appointment": appointment.pk,
        "contact": contact.pk,
        "recipient": recipient.pk,
        "reply": contact.replies.get().pk,
        "comment": comment.pk,
        "entry": entry_of_journal.pk,
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
        "work": work.pk,
        "facility": Facility.objects.get().pk,
        "item": item.pk,
        "target": "contact",
        "code": "method",
        "promise": 1,
        "phrase": phrase.pk,
        "unsaved": begun.record,
        "template": template.pk,
        "way": "up",
        "key": "x-y",
        "uidb36": "1",
        "api:customers": customer.pk,
        "api:people": person.pk,
        "api:deals": deal.pk,
        "api:assets": asset.pk,
        "api:contracts": contract.pk,
        "api:plans": plan.pk,
        "api:infos": info.pk,
        "api:appointments": appointment.pk,
        "file": file.pk,
        "name": "x.jpg",
        "api:files": file.pk,
        "api:contacts": contact.pk,
        "api:comments": comment.pk,
        "api:changes": entry_of_journal.pk,
        "api:bin": binned.pk,
        "api:requests": work.pk,
        "api:facilities": Facility.objects.get().pk,
        "api:reports": contact.pk,
        "api:notices": notice.pk if notice else 1,
        "api:feeds": feed.pk,
        "api:tokens": token.pk,
        "api:users": cast.seller.pk,
        "api:units": cast.sales.pk,
        "api:choice-lists": choice.list_id,
        "api:choices": choice.pk,
        "api:phrases": phrase.pk,
        "api:items": item.pk,
    }


def _an_asset_and_a_contract(by: Any, customer: Any) -> tuple[Any, Any]:
    asset = assets.add_asset(by=by, customer=customer, name=CANARY, plate=CANARY, note=CANARY, inspection_due_on=TODAY)
    return asset, assets.add_contract(by=by, customer=customer, name=CANARY, number=CANARY, note=CANARY, ends_on=TODAY, user=by)


def _a_plan_and_a_voice(by: Any, customer: Any, deal: Any, secret: Audience) -> tuple[Any, Any]:
    plan = plans.add_plan(
        by=by,
        name=CANARY,
        starts_on=TODAY - timedelta(days=30),
        ends_on=TODAY + timedelta(days=30),
        audience=secret,
        owner=by,
        goal=CANARY,
        targets=[plans.TargetLine(customer=customer, planned=3)],
        actions=[plans.ActionLine(what=CANARY)],
    )
    info = infos.add_info(
        by=by, title=CANARY, text=CANARY, voice=True, collected_on=TODAY, audience=secret, owner=by, customer=customer, deal=deal
    )
    return plan, info


def _own_items(cast: Cast, customer: Any, now: Any) -> Any:
    """A text and a customer, and a record for all to see that names the hidden customer in them."""
    item = items.add_item(by=cast.admin, target="contact", type="text", code="remark", label_ja="備考")
    items.add_item(by=cast.admin, target="contact", type="customer", code="dealer", label_ja="販売店")
    log_contact(owner=cast.seller, recorder=cast.seller, entry=ContactEntry(started_at=now, custom={"dealer": str(customer.pk)}), now=now)
    # Known for good: a process that reads them again after some seconds would count one query more, now here, now there.
    book_of_items._remembered |= {target: (float("inf"), items_of(target).rows) for target in Target.values}
    return item


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
        custom={"remark": CANARY, "dealer": str(customer.pk)},
        report_to=[cast.boss],
        expenses=[ExpenseLine(amount_yen=300, note=CANARY, origin=CANARY)],
        requests=[RequestLine(to=by, title=CANARY), RequestLine(to=cast.boss, title=CANARY)],
        files=[a_file(by, f"{CANARY}.jpg", a_picture())],
        next=NextEntry(starts_at=now + timedelta(days=1), ends_at=now + timedelta(days=1, hours=1), summary_note=CANARY),
    )
    contact, _new = log_contact(owner=by, recorder=by, entry=entry, now=now)
    reply(author=cast.boss, contact=contact, body=CANARY, now=now)
    return contact


def _talk(cast: Cast, contact: ContactPoint, now: Any) -> Comment:
    comment, _new = comments.write_comment(author=cast.seller, contact=contact, body=f"{CANARY} @田中 部長", now=now, mentions=[cast.boss])
    comments.edit_comment(by=cast.seller, comment=comment, version=1, body=f"{CANARY}! @田中 部長", now=now, mentions=[cast.boss])
    comments.like(by=cast.boss, contact=contact, now=now, comment=comment)
    return comment


def _changed(by: Any, contact: ContactPoint) -> AuditEntry:
    return AuditEntry.objects.filter(model="contacts.ContactPoint", object_id=str(contact.pk), user=by).latest("pk")


def _thrown_away(by: Any, now: Any) -> ContactPoint:
    gone, _new = log_contact(owner=by, recorder=by, entry=ContactEntry(started_at=now, summary_note=CANARY, content=CANARY), now=now)
    return delete_contact(by=by, contact=gone, now=now)


def test_strangers_are_turned_away(client: Client, keys: dict[str, Any]) -> None:
    let_in = {}
    for door in DOORS:
        answer = client.get(fill(door, keys))
        turned_away = answer.status_code in {401, 403} or (answer.status_code == 302 and "/accounts/login" in answer.headers["Location"])
        if not turned_away and door.name not in OPEN_DOORS:
            let_in[door.name] = answer.status_code

    assert let_in == {}


@pytest.fixture(autouse=True)
def nobody_is_hurried(settings: Any) -> None:
    """The walk asks more in a minute than people can."""
    settings.CACHES = settings.CACHES | {"counters": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}


def test_outsiders_never_hear_the_canary(cast: Cast, keys: dict[str, Any]) -> None:
    client, leaks, wrong = logged_in(cast.outsider), [], []
    by_key = [
        f"?customer={keys['customer']}",
        f"?owner={cast.seller.pk}&deal={keys['deal']}&appointment={keys['appointment']}&person={keys['person']}",
    ]
    for door in OURS:
        if door.name == "schedule:feed":  # opens by its key, not by who asks
            continue
        for query in ["", *([] if door.names_a_row else [f"?q={CANARY}", f"?name={CANARY}", *by_key])]:
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
        return (
            month
            if door.name == "schedule:events"
            else {"day": (now + timedelta(days=2)).date().isoformat()}
            if door.name == "schedule:facilities"
            else {"q": CANARY, "name": CANARY, "rows": "1"}
            if door.name.endswith(("_suggest", "_search"))
            else {}
        )

    heard = {door.name for door in OURS if CANARY in body_of(client.get(fill(door, keys), asked(door)))}

    assert sorted(MUST_SING - heard) == []


MUST_SING = {
    "home",
    "reports:contacts_csv",
    "contacts:list",
    "contacts:detail",
    "contacts:edit",
    "contacts:drafts",
    "contacts:file",
    "api:files-detail",
    "api:files-content",
    "contacts:bin",
    "contacts:phrases",
    "contacts:phrase",
    "contacts:comments",
    "contacts:comment_edit",
    "contacts:comment_edits",
    "contacts:changes",
    "contacts:requests",
    "api:requests-list",
    "api:requests-detail",
    "schedule:facilities",
    "crm:customer_changes",
    "crm:person_changes",
    "crm:deal_changes",
    "schedule:changes",
    "api:comments-list",
    "api:comments-detail",
    "api:changes-list",
    "api:bin-list",
    "crm:customers",
    "crm:customer",
    "crm:customer_suggest",
    "crm:people",
    "crm:person",
    "crm:person_suggest",
    "crm:deals",
    "crm:deal",
    "crm:deal_suggest",
    "crm:customer_search",
    "crm:assets",
    "crm:asset",
    "crm:asset_edit",
    "crm:asset_suggest",
    "crm:customer_assets",
    "crm:contracts",
    "crm:contract",
    "crm:contract_edit",
    "crm:customer_contracts",
    "crm:plans",
    "crm:plan",
    "crm:plan_edit",
    "crm:plan_suggest",
    "crm:customer_plans",
    "contacts:plan_progress",
    "crm:infos",
    "crm:info",
    "crm:info_edit",
    "crm:info_suggest",
    "crm:customer_infos",
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
    "api:assets-list",
    "api:assets-detail",
    "api:contracts-list",
    "api:phrases-list",
    "api:phrases-detail",
    "api:plans-list",
    "api:infos-list",
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
# All that belongs to one record, or to a page of them.
WIDE = {
    "contacts:detail": 16,
    "contacts:edit": 17,
    "contacts:new": 15,
    "contacts:quick": 15,
    "reports:read": 16,
    "api:contacts-list": 18,
    "api:contacts-detail": 18,
}


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

    customer = customers.Customer.objects.visible_to(cast.seller).get(pk=keys["customer"])
    today = AppointmentEntry(
        starts_at=now,
        ends_at=now + timedelta(hours=1),
        customer=customer,
        deal=customers.Deal.objects.visible_to(cast.seller).get(pk=keys["deal"]),
        audience=Audience.whole_company(),
    )
    book(owner=cast.seller, recorder=cast.seller, entry=today, now=now)  # the forms offer it: none and one are another number of questions
    few = walk()
    _more_rows(cast, keys, now)
    many = walk()

    assert {name: (few[name], many[name]) for name in few if few[name] != many[name]} == {}
    assert {
        name: count for name, count in many.items() if count > WIDE.get(name, API_BUDGET if name.startswith("api:") else PAGE_BUDGET)
    } == {}


def _more_rows(cast: Cast, keys: dict[str, Any], now: Any) -> None:
    secret = Audience(people=frozenset({cast.seller.pk, cast.boss.pk}))
    stage = a_choice("deal_stage", "提案", semantic="open")
    contact = ContactPoint.objects.visible_to(cast.seller).get(pk=keys["contact"])
    customer = customers.Customer.objects.visible_to(cast.seller).get(pk=keys["customer"])
    for number in range(6):
        firm = customers.add_customer(by=cast.seller, name=f"会社{number}", audience=secret, phones=[PhoneLine(number="03-0000-0000")])
        for of in (firm, customer):
            customers.add_person(by=cast.seller, customer=of, family_name=f"姓{number}")
            assets.add_asset(by=cast.seller, customer=of, name=f"車{number}", inspection_due_on=TODAY)
            assets.add_contract(by=cast.seller, customer=of, name=f"契約{number}", user=cast.boss)
            _a_plan_and_a_voice(cast.seller, of, None, secret)
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
        more_said, _new = comments.write_comment(author=cast.boss, contact=contact, body="@河田 誠 了解", now=now, mentions=[cast.seller])
        comments.like(by=cast.seller, contact=contact, now=now, comment=more_said)
        _thrown_away(cast.seller, now)
    outbox.keep(now=now + timedelta(minutes=2), limit=1000)
