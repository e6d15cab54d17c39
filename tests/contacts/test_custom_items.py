"""The company's own items on contact records: made, placed, filled on the page and by a program, found, exported, retired."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contacts.models import Attachment, ContactPoint
from crm.actions import items, settings
from crm.models import AccessEntry, FieldDefinition
from schedule.actions import AppointmentEntry, book
from tests.contacts.given import a_contact, a_form, an_entry
from tests.contacts.uploads import a_file, a_picture
from tests.make import a_choice, a_customer, a_person, an_audience

pytestmark = pytest.mark.django_db
HERE = "/api/v1"


def as_(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def an_item(admin: Any, kind: str, **fields: Any) -> FieldDefinition:
    code = fields.pop("code", kind)
    return items.add_item(by=admin, target="contact", type=kind, code=code, label_ja=fields.pop("label_ja", f"項目 {code}"), **fields)


class Program:
    """A program of somebody's, with a key."""

    def __init__(self, user: Any) -> None:
        key = settings.issue_token(user=user, name="x", scope="write", expires_at=timezone.now() + timedelta(days=1))[1]
        self.key = {"Authorization": f"Bearer {key}"}

    def get(self, path: str, data: Any = None) -> Any:
        return Client().get(f"{HERE}{path}", data, headers=self.key)

    def post(self, path: str, data: Any = None) -> Any:
        return Client().post(f"{HERE}{path}", data, content_type="application/json", headers=self.key)

    def patch(self, path: str, data: Any) -> Any:
        return Client().patch(f"{HERE}{path}", data, content_type="application/json", headers=self.key)


def exported(client: Client, query: str = "") -> tuple[list[dict[str, str]], bytes]:
    answer = client.get(f"/contacts/export.csv{query}")
    assert answer.status_code == 200, answer
    raw = b"".join(answer.streaming_content)
    text = raw.decode("cp932" if "cp932" in query else "utf-8-sig")
    return list(csv.DictReader(StringIO(text))), raw


def found(client: Client, query: str) -> set[str]:
    answer = client.get(f"/contacts/{query}")
    assert answer.status_code == 200
    return {str(row.content) for row in answer.context["page"].rows}


def test_an_item_is_made_placed_filled_found_exported_and_retired(admin, seller, boss, now):
    """The whole run, over doors alone."""
    office, sales, program = as_(admin), as_(seller), Program(seller)

    # make and place: without a layout of the company's own, every item stands at the end of the form
    asked = {"label_ja": "見積額", "label_en": "Quote", "code": "quote", "unit_label": "円", "required": "on", "placeable": "on"}
    assert office.post("/settings/items/contact/new?type=integer", asked).status_code == 302
    assert office.post("/settings/items/contact/new?type=text", {"label_ja": "競合", "code": "rival", "placeable": "on"}).status_code == 302
    formula = {"label_ja": "税込", "code": "gross", "formula": "round(quote × 1.1)", "unit_label": "円", "placeable": "on"}
    assert office.post("/settings/items/contact/new?type=calculated", formula).status_code == 302
    form = sales.get("/contacts/new").content.decode()
    assert 'name="x_quote"' in form
    assert form.index('name="x_quote"') < form.index('name="x_rival"')

    # fill: a page, then a program
    missing = sales.post("/contacts/new", a_form(content="一件目"))
    assert missing.status_code == 422
    draft = sales.post("/contacts/new", a_form(content="下書き", draft="1"))
    assert draft.status_code == 302
    saved = sales.post("/contacts/new", a_form(content="一件目", x_quote="１２０，０００", x_rival="長崎機械"))
    assert saved.status_code == 302
    first = ContactPoint.objects.visible_to(seller).registered().get()
    assert first.custom == {"quote": 120_000, "rival": "長崎機械", "gross": "132000"}
    page = sales.get(saved.headers["Location"]).content.decode()
    assert "120,000円" in page
    assert "132,000円" in page
    told = program.get("/items/?target=contact").json()["results"]
    assert [one["code"] for one in told] == ["quote", "rival", "gross"]
    assert told[0]["schema"] == {"title": "見積額", "type": "integer", "minimum": -(10**12), "maximum": 10**12}
    sent = program.post("/contacts/", {"started_at": now.isoformat(), "content": "二件目", "custom": {"quote": 90_000, "rival": "＝罠"}})
    assert (sent.status_code, sent.json()["custom"]) == (201, {"quote": 90_000, "rival": "＝罠", "gross": "99000"})

    # find: by words, by value, by span, on page and API
    assert found(sales, "?q=長崎機械") == {"一件目"}
    assert found(sales, "?x_quote=90000") == {"二件目"}
    assert found(sales, "?x_quote_from=100000") == {"一件目"}
    assert found(sales, "?x_gross_to=100,000") == {"二件目"}
    assert found(sales, "?x_rival=機械&x_quote_to=200000") == {"一件目"}
    listed = program.get("/contacts/?x_quote_from=100000").json()["results"]
    assert [one["content"] for one in listed] == ["一件目"]
    assert "見積額" in sales.get("/contacts/?x_quote_from=1").content.decode()

    # export: what the search finds, formulas made harmless
    rows, raw = exported(sales, "?x_rival=罠")
    assert raw.startswith(b"\xef\xbb\xbf")
    assert [(row["内容"], row["見積額（円）"], row["競合"], row["税込（円）"]) for row in rows] == [("二件目", "90000", "'＝罠", "99000")]
    assert len(exported(sales)[0]) == 2
    assert AccessEntry.objects.filter(verb="export", rows=2).exists()

    # retire: off the form and the searches, readable, and never deleted
    rival = FieldDefinition.objects.get(code="rival")
    assert "2件のデータ" in office.post(f"/settings/items/contact/{rival.pk}/delete", follow=True).content.decode()
    assert office.post(f"/settings/items/contact/{rival.pk}/retire").status_code == 302
    assert 'name="x_rival"' not in sales.get("/contacts/new").content.decode()
    assert "長崎機械" in sales.get(saved.headers["Location"]).content.decode()
    assert program.get("/contacts/?x_rival=a").status_code == 400
    refused = program.post("/contacts/", {"started_at": now.isoformat(), "custom": {"quote": 1, "rival": "また"}})
    assert refused.json()["error"]["fields"] == {"custom.rival": ["この項目はありません。"]}
    edited = sales.post(f"{saved.headers['Location']}edit", a_form(version="1", content="直した", x_quote="1"))
    assert edited.status_code == 302
    assert ContactPoint.objects.visible_to(seller).get(pk=first.pk).custom == {"quote": 1, "rival": "長崎機械", "gross": "1"}
    assert as_(boss).get(saved.headers["Location"]).status_code == 200


@pytest.fixture
def one_of_each(admin, seller, boss, now):
    """Two records, of which only the first holds anything."""
    high, low = a_choice("warmth", "高"), a_choice("warmth", "低")
    person = a_person(a_customer("西山工業", recorder=seller), "大野", recorder=seller)
    for kind in ("text", "long_text", "integer", "decimal", "date", "date_time", "check", "customer", "person", "employee"):
        an_item(admin, kind)
    for kind in ("list", "multi_check"):
        an_item(admin, kind, choice_list=high.list)
    custom = {
        "text": "An%dr_oid", "long_text": "二行\n目", "integer": -5, "decimal": "12.50", "date": "2026-11-20",
        "date_time": "2026-11-20T00:05:00+00:00", "check": True, "customer": str(person.customer_id), "person": str(person.pk),
        "employee": boss.pk, "list": high.pk, "multi_check": [high.pk, low.pk],
    }  # fmt: skip
    a_contact(seller, now, content="満", custom=custom)
    a_contact(seller, now, content="空")
    return {"high": high.pk, "low": low.pk, "person": person.pk, "customer": person.customer_id, "boss": boss.pk}


@pytest.mark.parametrize(
    ("fits", "misses"),
    [
        ("x_text=n%25DR", "x_text=n_d"),
        ("x_long_text=二行", "x_long_text=三行"),
        ("x_integer=-5", "x_integer=5"),
        ("x_integer_to=-5", "x_integer_to=-6"),
        ("x_integer_from=-5&x_integer_to=0", "x_integer_from=-4"),
        ("x_decimal=12.5", "x_decimal=12.51"),
        ("x_decimal_from=9", "x_decimal_from=100"),
        ("x_date=R8.11.20", "x_date=2026/11/21"),
        ("x_date_from=2026/11/20&x_date_to=2026/11/20", "x_date_to=2026/11/19"),
        ("x_date_time=2026/11/20", "x_date_time=2026/11/19"),
        ("x_date_time_to=2026/11/20", "x_date_time_from=2026/11/21"),
        ("x_check=true", "x_check=false"),
        ("x_customer={customer}", "x_integer=7&x_customer={customer}"),
        ("x_person={person}", "x_integer=7&x_person={person}"),
        ("x_employee={boss}", "x_integer=7&x_employee={boss}"),
        ("x_list={high}", "x_list={low}"),
        ("x_multi_check={low}", "x_integer=7&x_multi_check={low}"),
    ],
)
def test_records_are_found_by_every_type_of_item(one_of_each, seller, fits, misses):
    client, program = as_(seller), Program(seller)

    assert found(client, "?" + fits.format(**one_of_each)) == {"満"}
    assert "満" not in found(client, "?" + misses.format(**one_of_each))
    listed = program.get("/contacts/?" + fits.format(**one_of_each)).json()["results"]
    assert [one["content"] for one in listed] == ["満"]


@pytest.mark.parametrize(
    "query", ["x_integer=abc", "x_list=9999999", "x_customer=1", "x_employee=" + "9" * 30, "x_date=2026/02/30", "x_check=maybe"]
)
def test_a_condition_that_cannot_be_read_is_told(one_of_each, seller, query):
    assert found(as_(seller), "?" + query) == set()
    assert Program(seller).get("/contacts/?" + query).status_code == 400


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("text", 5.5), ("text", "a\u202eb"), ("text", "あ" * 201), ("text", {}), ("integer", "x"), ("integer", 10**15), ("integer", 1e400),
        ("integer", True), ("decimal", "1.234"), ("decimal", []), ("decimal", "NaN"), ("date", 5),
        ("date_time", "yesterday"), ("check", 1), ("check", "true"), ("list", "1"), ("list", True), ("multi_check", 5),
        ("multi_check", [[]]), ("customer", "x" * 50), ("customer", 7), ("person", None.__class__.__name__), ("employee", "1"),
        ("employee", 2**70), ("calculated", "5"), ("fixed", "a"), ("nobody", 1), ("__class__", 1), ("x" * 300, 1),
    ],
)  # fmt: skip
def test_what_a_program_may_not_say_is_refused_by_code_and_nothing_is_saved(one_of_each, admin, seller, now, code, value):
    an_item(admin, "calculated", formula="1")
    an_item(admin, "text", code="fixed", read_only=True)
    before = ContactPoint.objects.visible_to(seller).count()

    answer = Program(seller).post("/contacts/", {"started_at": now.isoformat(), "custom": {code: value}})

    if answer.status_code == 201:  # cleaned, as in every text: direction marks fall out, numbers are taken as text
        assert (code, answer.json()["custom"][code]) in {("text", "5.5"), ("text", "ab")}
        return
    assert answer.status_code == 400
    fields = answer.json()["error"]["fields"]
    assert not fields or all(name.startswith("custom") for name in fields)
    assert ContactPoint.objects.visible_to(seller).count() == before


@pytest.mark.parametrize("custom", [5, "a", [], None, [{}], {f"c{n}": 1 for n in range(300)}])
def test_what_is_no_object_of_items_is_refused(admin, seller, now, custom):
    an_item(admin, "text")

    answer = Program(seller).post("/contacts/", {"started_at": now.isoformat(), "custom": custom})

    assert answer.status_code == 400


def test_a_program_is_asked_for_what_is_required_unless_it_keeps_a_draft(admin, seller, now):
    an_item(admin, "integer", code="quote", required=True)
    an_item(admin, "text", code="place", default="未定")
    program, started = Program(seller), {"started_at": now.isoformat()}

    assert program.post("/contacts/", started).json()["error"]["fields"] == {"custom.quote": ["この項目は必須です。"]}
    draft = program.post("/contacts/", started | {"draft": True}).json()
    assert draft["custom"] == {"place": "未定"}
    registered = program.patch(f"/contacts/{draft['id']}/", {"version": 1, "draft": False})
    assert registered.status_code == 400
    registered = program.patch(f"/contacts/{draft['id']}/", {"version": 1, "draft": False, "custom": {"quote": 0, "place": None}})
    assert registered.json()["custom"] == {"quote": 0}
    assert program.patch(f"/contacts/{draft['id']}/", {"version": 2, "custom": {"quote": None}}).status_code == 400
    assert program.patch(f"/contacts/{draft['id']}/", {"version": 2, "content": "他の変更"}).json()["custom"] == {"quote": 0}


def test_what_an_appointment_holds_goes_into_its_record(admin, seller, now):
    an_item(admin, "text", code="topic")
    an_item(admin, "text", code="fixed", read_only=True, default="初期")
    an_item(admin, "integer", code="quote", required=True)
    program = Program(seller)
    booked = program.post(
        "/appointments/", {"starts_at": now.isoformat(), "ends_at": (now + timedelta(hours=1)).isoformat(), "custom": {"topic": "新機種"}}
    )
    assert (booked.status_code, booked.json()["custom"]) == (201, {"topic": "新機種", "fixed": "初期"})
    key = booked.json()["id"]
    assert "新機種" in as_(seller).get(f"/schedule/{key}/").content.decode()
    changed = as_(seller).get(f"/schedule/{key}/edit").content.decode()
    assert 'value="新機種"' in changed

    form = as_(seller).get(f"/contacts/new?appointment={key}").content.decode()
    assert 'value="新機種"' in form
    as_(seller).post("/contacts/new", a_form(appointment=key, x_topic="新機種と保守", x_quote="1"))

    contact = ContactPoint.objects.visible_to(seller).get(appointment=key)
    assert contact.custom == {"topic": "新機種と保守", "quote": 1, "fixed": "初期"}


def test_two_versions_of_an_item_are_shown_side_by_side(admin, seller, boss, now):
    an_item(admin, "date_time", code="due", label_ja="期限")
    high, low = a_choice("warmth", "高"), a_choice("warmth", "低")
    an_item(admin, "multi_check", code="heat", label_ja="温度", choice_list=high.list)
    contact = a_contact(seller, now, custom={"due": "2026-11-20T00:05:00+00:00", "heat": [high.pk]})
    Program(seller).patch(f"/contacts/{contact.pk}/", {"version": 1, "custom": {"due": "2026-11-21T01:00:00+09:00", "heat": [low.pk]}})
    mine = a_form(version="1", content="私の変更", x_due_0="2026/11/22", x_due_1="10:00", x_heat=[high.pk])

    answer = as_(seller).post(f"/contacts/{contact.pk}/edit", mine)

    page = answer.content.decode()
    assert answer.status_code == 409
    for words in ("期限", "01:00", "10:00", "温度", "低", "高"):
        assert words in page
    taken = as_(seller).post(f"/contacts/{contact.pk}/edit", mine | {"take": "x_due"}).content.decode()
    assert 'value="01:00"' in taken


def test_a_hidden_customer_in_an_item_is_nowhere_for_a_program_either(admin, seller, outsider, now):
    hidden = a_customer("極秘商会", recorder=seller, audience=an_audience())
    an_item(admin, "customer", code="dealer")
    contact = a_contact(seller, now, custom={"dealer": str(hidden.pk)})
    a_contact(seller, now)
    strange = Program(outsider)

    assert strange.get(f"/contacts/{contact.pk}/").json()["custom"] == {}
    assert [one["custom"] for one in strange.get("/contacts/").json()["results"]] == [{}, {}]
    assert Program(seller).get(f"/contacts/{contact.pk}/").json()["custom"] == {"dealer": str(hidden.pk)}
    assert (
        strange.get(f"/contacts/?x_dealer={hidden.pk}").json()
        == strange.get("/contacts/?x_dealer=11111111-1111-4111-8111-111111111111").json()
    )
    rows, raw = exported(as_(outsider))
    assert len(rows) == 2
    assert "極秘商会" not in raw.decode()
    taken = strange.post("/contacts/", {"started_at": now.isoformat(), "custom": {"dealer": str(hidden.pk)}})
    unknown = strange.post("/contacts/", {"started_at": now.isoformat(), "custom": {"dealer": "11111111-1111-4111-8111-111111111111"}})
    assert taken.json() == unknown.json()


def test_an_export_holds_only_what_its_asker_may_read_and_costs_the_same_for_more_rows(admin, seller, outsider, now):
    an_item(admin, "customer", code="dealer")
    customer = a_customer("青木建材", recorder=seller)
    secret = a_contact(seller, now, content="極秘のことば", audience=an_audience(), customer=customer)
    a_contact(seller, now, content="=1+1", customer=customer, custom={"dealer": str(customer.pk)})
    client = as_(outsider)

    rows, _raw = exported(client)
    assert [(row["内容"], row["顧客"]) for row in rows] == [("'=1+1", "青木建材")]
    assert secret.content not in str(rows)
    with CaptureQueriesContext(connection) as few:
        exported(client)
    for _number in range(8):
        a_contact(seller, now, customer=customer, custom={"dealer": str(customer.pk)})
    with CaptureQueriesContext(connection) as many:
        assert len(exported(client)[0]) == 9
    assert len(few) == len(many)


def test_an_export_in_several_batches_is_whole(seller, now, monkeypatch):
    monkeypatch.setattr("reports.exports.BATCH", 3)
    for number in range(8):
        a_contact(seller, now, content=f"記録{number}", started_at=now - timedelta(hours=number + 2), ended_at=None)

    rows, _raw = exported(as_(seller), "?sort=oldest")

    assert [row["内容"] for row in rows] == [f"記録{number}" for number in range(7, -1, -1)]


def test_an_old_spreadsheet_gets_its_own_characters(seller, now):
    a_contact(seller, now, content="髙橋様〜😀と面談", summary_note="−1+cmd|' /C calc'!A0")

    rows, _raw = exported(as_(seller), "?encoding=cp932")

    assert rows[0]["内容"] == "髙橋様～〓と面談"
    assert "'－1+cmd|' /C calc'!A0" in rows[0].values()


def test_too_many_rows_are_told_not_cut(seller, now, monkeypatch):
    monkeypatch.setattr("reports.views.exports.MOST_ROWS", 1)
    a_contact(seller, now)
    a_contact(seller, now)

    answer = as_(seller).get("/contacts/export.csv", follow=True)

    assert "条件を絞って" in answer.content.decode()


def test_administrators_keep_items_by_program(admin, seller):
    program, choice = Program(admin), a_choice("warmth", "高")
    said = {"target": "contact", "type": "list", "code": "heat", "label_ja": "温度", "choice_list": "warmth", "default": choice.pk}
    assert Program(seller).post("/items/", said).status_code == 403
    made = program.post("/items/", said)
    assert made.status_code == 201
    row = made.json()
    assert row["schema"] == {"title": "温度", "type": "integer", "enum": [choice.pk]}
    assert program.post("/items/", said).json()["error"]["fields"].keys() == {"code"}

    changed = program.patch(f"/items/{row['id']}/", {"version": 1, "label_en": "Heat", "code": "other"})
    assert (changed.json()["code"], changed.json()["label_en"], changed.json()["version"]) == ("heat", "Heat", 2)
    assert program.patch(f"/items/{row['id']}/", {"version": 1, "label_en": "x"}).status_code == 409
    assert program.post(f"/items/{row['id']}/retire/").json()["retired_at"]
    assert program.post(f"/items/{row['id']}/restore/").json()["retired_at"] is None
    assert Client().delete(f"{HERE}/items/{row['id']}/", headers=program.key).status_code == 204


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"type": "nothing"}, "type"),
        ({"target": "moon"}, "target"),
        ({"code": "x_from"}, "code"),
        ({"code": "Ünder"}, "code"),
        ({"label_ja": ""}, "label_ja"),
        ({"type": "list"}, "choice_list"),
        ({"type": "calculated", "formula": "open('x')"}, "formula"),
        ({"type": "file", "target": "deal"}, "type"),
        ({"type": "text", "decimals": 2}, "decimals"),
        ({"type": "integer", "default": "viele"}, "default"),
        ({"type": "text", "max_length": 10**30}, "max_length"),
        ({"type": "text", "max_length": 1001}, "max_length"),
        ({"type": "text", "max_length": 5, "default": "123456"}, "default"),
    ],
)
def test_an_item_that_cannot_be_is_refused_with_its_field(admin, said, field):
    answer = Program(admin).post("/items/", {"target": "contact", "type": "text", "code": "ok", "label_ja": "項目", **said})

    assert answer.status_code == 400
    assert set(answer.json()["error"]["fields"]) == {field}


def test_lists_of_records_cost_the_same_with_few_and_many_filled_rows(admin, seller, now):
    an_item(admin, "customer", code="dealer")
    customer = a_customer(recorder=seller)
    for _number in range(2):
        a_contact(seller, now, custom={"dealer": str(customer.pk)})
    program = Program(seller)
    program.get("/contacts/")
    with CaptureQueriesContext(connection) as few:
        program.get("/contacts/")
    for _number in range(6):
        a_contact(seller, now, custom={"dealer": str(customer.pk)})
    with CaptureQueriesContext(connection) as many:
        assert len(program.get("/contacts/").json()["results"]) == 8

    assert len(few) == len(many)


def test_booking_by_hand_keeps_items_of_the_appointment(admin, seller, now):
    an_item(admin, "text", code="topic")
    entry = AppointmentEntry(starts_at=now, ends_at=now + timedelta(hours=1), custom={"topic": "点検"})
    appointment, _new = book(owner=seller, recorder=seller, entry=entry, now=now)

    logged = a_contact(seller, now, appointment=appointment)

    assert logged.custom == {"topic": "点検"}
    assert an_entry(now).custom == {}


@pytest.fixture
def photo_item(admin):
    return an_item(admin, "file", code="photo", label_ja="現場写真", required=True)


def test_a_file_fills_an_item_is_kept_replaced_and_taken_away(photo_item, seller, outsider, now):
    client = as_(seller)
    missing = client.post("/contacts/new", a_form())
    assert missing.status_code == 422
    first = SimpleUploadedFile("現場.jpg", a_picture(), content_type="image/jpeg")
    assert client.post("/contacts/new", a_form(x_photo_file=first)).status_code == 302
    contact = ContactPoint.objects.visible_to(seller).get()
    file = Attachment.objects.visible_to(seller).get()
    assert (contact.custom, file.contact_id, file.item) == ({"photo": str(file.pk)}, contact.pk, "photo")
    page = client.get(f"/contacts/{contact.pk}/").content.decode()
    assert f"/contacts/files/{file.pk}/" in page
    assert "現場.jpg" in page

    kept = client.post(f"/contacts/{contact.pk}/edit", a_form(version="1", content="直した", x_photo=["", str(file.pk)]))
    assert kept.status_code == 302
    again = SimpleUploadedFile("新.jpg", a_picture(), content_type="image/jpeg")
    assert (
        client.post(f"/contacts/{contact.pk}/edit", a_form(version="2", x_photo=["", str(file.pk)], x_photo_file=again)).status_code == 302
    )
    assert [row.name for row in Attachment.objects.visible_to(seller)] == ["新.jpg"]
    emptied = client.post(f"/contacts/{contact.pk}/edit", a_form(version="3", x_photo=""))
    assert emptied.status_code == 422
    wrong = SimpleUploadedFile("x.jpg", b"not a picture", content_type="image/jpeg")
    told = client.post(f"/contacts/{contact.pk}/edit", a_form(version="3", x_photo_file=wrong)).content.decode()
    assert "x.jpg" in told


def test_a_program_names_its_own_file_and_nobody_elses(photo_item, seller, colleague, now):
    mine, theirs = a_file(seller), a_file(colleague)
    program, started = Program(seller), {"started_at": now.isoformat()}

    refused = program.post("/contacts/", started | {"custom": {"photo": str(theirs.pk)}})
    made = program.post("/contacts/", started | {"custom": {"photo": str(mine.pk)}})
    taken = program.post("/contacts/", started | {"custom": {"photo": str(mine.pk)}})

    assert (refused.status_code, made.status_code, taken.status_code) == (400, 201, 400)
    assert made.json()["custom"] == {"photo": str(mine.pk)}
    span = {"starts_at": now.isoformat(), "ends_at": (now + timedelta(hours=1)).isoformat()}
    assert program.post("/appointments/", span | {"custom": {"photo": str(mine.pk)}}).status_code == 400
