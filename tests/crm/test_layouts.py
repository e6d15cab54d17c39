from __future__ import annotations

import json
from typing import Any

import pytest

import crm.layout
from contacts.models import ContactPoint
from crm.actions import StaleVersion
from crm.actions.layouts import reset_layout, save_layout
from crm.items import forget_items
from crm.layout import DEFAULTS, BadLayout, Layout, checked, layout_for, usual
from crm.models import AuditEntry, FieldDefinition, FormLayout, StaffGroup
from schedule.models import Appointment
from tests.contacts.given import a_contact, a_form
from tests.make import a_choice, a_customer, a_unit, an_audience

PHONE_AGENT = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Mobile/15E148"}
SHORT: dict[str, Any] = {"main": [["customer", "date"], ["content"]], "side": [["audience"]], "foot": []}


@pytest.fixture
def as_admin(client, admin):
    client.force_login(admin)
    return client


def a_layout(admin: Any, areas: Any = SHORT, *, target: str = "contact", required: tuple[str, ...] = (), **more: Any) -> FormLayout:
    version = more.pop("version", 0)
    return save_layout(
        by=admin, target=target, device=more.pop("device", "wide"), layout=Layout(areas, frozenset(required)), version=version, **more
    )


def shown(page: Any) -> list[str]:
    """The items of a form's page, in order."""
    form = page.context["form"]
    return [
        cell.code
        for area in (form.main(), form.side(), form.foot())
        for card in area
        for row in (card.rows or [[card.block]])
        for cell in row
    ]


def test_without_a_layout_the_products_own_holds(client, seller):
    client.force_login(seller)

    codes = shown(client.get("/contacts/new"))

    assert codes == [code for rows in DEFAULTS["contact"].values() for row in rows for code in row]


def test_the_nearest_layout_holds(admin, seller, cast):
    def first(user: Any = seller, device: str = "wide") -> str:
        return layout_for("contact", user, device).areas["main"][0][0]

    def areas(code: str) -> dict[str, Any]:
        return {"main": [[code], ["date"]], "side": [["audience"]], "foot": []}

    a_layout(admin, areas("content"))
    assert first() == first(device="phone") == "content"
    a_layout(admin, areas("method"), unit=cast.branch)
    a_layout(admin, areas("result"), unit=cast.sales)
    assert (first(), first(cast.outsider)) == ("result", "content")
    group = StaffGroup.objects.create(name="新人", group=a_unit("仮").group)
    group.members.add(seller)
    a_layout(admin, areas("deal"), group=group)
    assert (first(), first(cast.colleague)) == ("deal", "result")
    a_layout(admin, areas("files"), device="phone")
    assert (first(), first(device="phone")) == ("deal", "files")


def test_a_layout_places_the_form_and_the_phone_has_its_own(client, admin, seller):
    a_layout(admin)
    a_layout(admin, {"main": [["content"], ["date"]], "side": [], "foot": [["audience"]]}, device="phone")
    client.force_login(seller)

    assert shown(client.get("/contacts/new")) == ["customer", "date", "content", "audience"]
    assert shown(client.get("/contacts/new", headers=PHONE_AGENT)) == ["content", "date", "audience"]


def test_what_stands_nowhere_stays_as_it_is(client, admin, seller, colleague, now):
    method, customer = a_choice("method"), a_customer(recorder=seller)
    contact = a_contact(seller, now, method=method, customer=customer, participants=[colleague], report_to=[colleague])
    a_layout(admin)
    client.force_login(seller)

    page = client.get(f"/contacts/{contact.pk}/edit")
    carried = dict(page.context["form"].carried())
    sent = {"content": "書き直した。", "date": "2026/11/20", "version": contact.version, "customer": customer.pk, "audience": "company"}
    answer = client.post(f"/contacts/{contact.pk}/edit", {**carried, **sent})

    assert answer.status_code == 302, answer.context["form"].errors
    row = ContactPoint.objects.visible_to(seller).get(pk=contact.pk)
    assert (row.method_id, row.customer_id, row.content) == (method.pk, customer.pk, "書き直した。")
    assert [one.user_id for one in row.participants.all()] == [colleague.pk]
    assert [one.user_id for one in row.recipients.all()] == [colleague.pk]


def test_a_prefilled_item_that_stands_nowhere_is_taken_along(client, admin, seller, now):
    method = a_choice("method")
    source = a_contact(seller, now, method=method)
    a_layout(admin)
    client.force_login(seller)

    carried = dict(client.get("/contacts/new", {"copy": source.pk}).context["form"].carried())
    client.post("/contacts/new", a_form(**carried))

    assert ContactPoint.objects.visible_to(seller).exclude(pk=source.pk).get().method_id == method.pk


def test_what_stands_nowhere_and_is_wrong_shows_itself(client, admin, seller):
    a_layout(admin)
    client.force_login(seller)

    answer = client.post("/contacts/new", a_form(method="999999"))

    assert answer.status_code == 422
    assert shown(answer)[0] == "method"


def test_a_demanded_item_must_be_filled_in_but_not_in_a_draft(client, admin, seller):
    a_layout(admin, {**SHORT, "main": [*SHORT["main"], ["summary"], ["next"]]}, required=("summary", "content"))
    client.force_login(seller)

    assert client.get("/contacts/new").content.decode().count('class="must"') == 3  # the date always is
    refused = client.post("/contacts/new", a_form())
    assert set(refused.context["form"].errors) == {"__all__", "summary", "content"}
    assert client.post("/contacts/new", a_form(draft="1")).status_code == 302
    assert client.post("/contacts/new", a_form(summary_note="定例", content="話した。")).status_code == 302


def test_what_the_editor_cannot_see_counts_as_filled_in(client, admin, seller, colleague, now):
    hidden = a_customer("秘密商事", recorder=colleague, audience=an_audience())
    contact = a_contact(seller, now)
    ContactPoint.objects.for_the_house("test").filter(pk=contact.pk).update(customer=hidden)
    a_layout(admin, required=("customer",))
    client.force_login(seller)

    answer = client.post(f"/contacts/{contact.pk}/edit", a_form(version=contact.version, content="x"))

    assert answer.status_code == 302, answer.context["form"].errors
    assert ContactPoint.objects.for_the_house("test").get(pk=contact.pk).customer_id == hidden.pk


def test_programs_hear_of_demands_too(client, admin, seller, now):
    a_layout(admin, required=("content",))
    client.force_login(seller)
    body = {"started_at": now.isoformat()}

    refused = client.post("/api/v1/contacts/", body, "application/json")
    assert refused.status_code == 400
    assert list(refused.json()["error"]["fields"]) == ["content"]
    assert client.post("/api/v1/contacts/", body | {"draft": True}, "application/json").status_code == 201
    made = client.post("/api/v1/contacts/", body | {"content": "x"}, "application/json").json()
    emptied = client.patch(f"/api/v1/contacts/{made['id']}/", {"version": made["version"], "content": ""}, "application/json")
    assert emptied.status_code == 400
    kept = client.patch(f"/api/v1/contacts/{made['id']}/", {"version": made["version"], "summary_note": "y"}, "application/json")
    assert kept.status_code == 200


def test_the_appointment_form_is_placed_too(client, admin, seller, now):
    areas = {"main": [["when"], ["content"]], "side": [["audience"]], "foot": []}
    a_layout(admin, areas, target="appointment", required=("content",))
    client.force_login(seller)

    page = client.get("/schedule/new")
    assert shown(page) == ["when", "content", "audience"]
    sent = {**dict(page.context["form"].carried()), "starts_on": "2026/11/25", "starts": "10:00", "audience": "company"}
    assert client.post("/schedule/new", sent).context["form"].errors["content"]
    assert client.post("/schedule/new", {**sent, "content": "見積"}).status_code == 302
    row = Appointment.objects.visible_to(seller).get()
    assert (row.owner_id, row.status, row.content) == (seller.pk, "confirmed", "見積")
    refused = client.post(
        "/api/v1/appointments/", {"starts_at": now.isoformat(), "ends_at": now.replace(hour=16).isoformat()}, "application/json"
    )
    assert list(refused.json()["error"]["fields"]) == ["content"]


def test_own_items_are_placed_by_their_code(client, admin, seller):
    FieldDefinition.objects.create(target="contact", code="weather", type="text", label_ja="天気", label_en="Weather")
    forget_items()
    client.force_login(seller)
    assert "x_weather" in shown(client.get("/contacts/new"))

    a_layout(admin)
    assert "x_weather" not in shown(client.get("/contacts/new"))
    a_layout(admin, {**SHORT, "side": [["audience"], ["x_weather", "method"]]}, version=1)
    assert shown(client.get("/contacts/new"))[-2:] == ["x_weather", "method"]
    FieldDefinition.objects.update(placeable=False)
    forget_items()
    assert "x_weather" not in shown(client.get("/contacts/new"))


def test_an_item_of_a_part_that_is_switched_off_leaves_the_form(client, admin, seller, monkeypatch):
    a_layout(admin, {**SHORT, "main": [["deal", "date"]]})
    monkeypatch.setattr(crm.layout, "uses", lambda module: module != "deals")
    client.force_login(seller)

    assert shown(client.get("/contacts/new")) == ["date", "audience"]


@pytest.mark.parametrize(
    ("areas", "required"),
    [
        ([], []),
        ({"main": "date"}, []),
        ({"top": []}, []),
        ({"main": [["date", "audience"]]}, []),  # a block beside another item
        ({"main": [["date"], ["audience"], ["customer", "people", "guests"]]}, []),
        ({"main": [["date"], ["audience"], []]}, []),
        ({"main": [["date"], ["audience"], ["date"]]}, []),
        ({"main": [["date"], ["audience"], ["nonsense"]]}, []),
        ({"main": [["date"], ["audience"], ["x_unknown"]]}, []),
        ({"main": [["date"], ["audience"], [7]]}, []),
        ({"main": [["date"]]}, []),  # the audience cannot be taken off
        ({"main": [["audience"]]}, []),  # nor can the date
        ({"main": [["date"], ["audience"]]}, ["owner"]),
        ({"main": [["date"], ["audience"]]}, ["nonsense"]),
        ({"main": [["date"], ["audience"]]}, "content"),
        ({"main": [["date"], ["audience"]] * 150}, []),
    ],
)
def test_nonsense_is_no_layout(areas, required):
    with pytest.raises(BadLayout):
        checked("contact", areas, required, [])


class TestEditor:
    def sent(self, areas: Any = SHORT, required: Any = (), version: int = 0) -> dict[str, Any]:
        return {"areas": json.dumps(areas), "required": json.dumps(list(required)), "version": version}

    def test_a_layout_is_saved_and_read_back(self, as_admin, cast, seller):
        path = f"/settings/layouts/contact/?of=unit&unit={cast.sales.pk}&device=phone"

        assert as_admin.post(path, self.sent(required=["content"])).status_code == 302

        row = FormLayout.objects.get()
        assert (row.unit, row.device, row.required, row.version) == (cast.sales, "phone", ["content"], 1)
        page = as_admin.get(path)
        assert page.context["data"]["areas"] == SHORT
        assert layout_for("contact", seller, "phone").areas == SHORT
        assert AuditEntry.objects.filter(model="crm.FormLayout", verb="create").exists()

    def test_two_administrators_do_not_overwrite_each_other(self, as_admin, admin):
        a_layout(admin)
        other = {**SHORT, "main": [["date"], ["method"]]}

        answer = as_admin.post("/settings/layouts/contact/", self.sent(other, version=0))

        assert answer.status_code == 409
        assert answer.context["data"]["areas"]["main"] == [["date"], ["method"]]
        assert FormLayout.objects.get().areas == SHORT
        assert 'name="version" value="1"' in answer.content.decode()
        assert as_admin.post("/settings/layouts/contact/", self.sent(other, version=1)).status_code == 302

    @pytest.mark.parametrize("areas", ["", "x", "[", "{}", '{"main": [["date"]]}', "[" * 30_000, "1" * 60_000])
    def test_what_cannot_be_read_is_told(self, as_admin, areas):
        answer = as_admin.post("/settings/layouts/contact/", {"areas": areas, "required": "[]", "version": "0"})

        assert answer.status_code == 422
        assert answer.context["data"]["areas"] == usual("contact").areas
        assert not FormLayout.objects.exists()

    def test_a_reset_brings_back_what_held_before(self, as_admin, admin, seller):
        a_layout(admin)

        as_admin.post("/settings/layouts/contact/reset?device=wide")

        assert layout_for("contact", seller, "wide") == usual("contact")
        with pytest.raises(StaleVersion):
            a_layout(admin, version=3)
        reset_layout(by=admin, target="contact", device="wide")

    def test_the_preview_shows_the_unsaved_form_in_a_frame_of_our_own(self, as_admin):
        answer = as_admin.post("/settings/layouts/contact/preview", self.sent())

        assert answer.status_code == 200
        assert shown(answer) == ["customer", "date", "content", "audience"]
        assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in as_admin.get("/settings/layouts/contact/").headers["Content-Security-Policy"]
        assert as_admin.post("/settings/layouts/appointment/preview", self.sent()).status_code == 404
        assert as_admin.post("/settings/layouts/contact/preview", {"areas": "x"}).status_code == 404

    def test_the_item_settings_say_the_same_in_short(self, as_admin, admin, seller):
        a_layout(admin, {**SHORT, "main": [["content"], ["date"]]}, device="phone")

        page = as_admin.get("/settings/layouts/contact/items")
        fields = {f"show-{code}": "on" for code, *_rest in page.context["form"].lines if code != "plan"}
        as_admin.post("/settings/layouts/contact/items", {**fields, "must-result": "on", "must-plan": "on"})

        wide, phone = (layout_for("contact", seller, device) for device in ("wide", "phone"))
        assert "plan" not in wide.codes()
        assert ["deal"] in wide.areas["main"]
        assert wide.required == phone.required == {"result"}
        assert phone.areas["main"][:2] == [["content"], ["date"]]
        assert set(phone.codes()) == set(wide.codes())

    def test_the_item_settings_may_hold_for_appointments_too(self, as_admin, seller):
        page = as_admin.get("/settings/layouts/contact/items")
        fields = {f"show-{code}": "on" for code, *_rest in page.context["form"].lines if code != "department"}

        as_admin.post("/settings/layouts/contact/items", {**fields, "must-content": "on"})
        assert layout_for("appointment", seller, "wide") == usual("appointment")
        as_admin.post("/settings/layouts/contact/items", {**fields, "must-content": "on", "must-result": "on", "also": "on"})

        ahead = layout_for("appointment", seller, "wide")
        assert "department" not in ahead.codes()
        assert {"place", "facilities", "status"} <= set(ahead.codes())
        assert ahead.required == {"content"}

    def test_only_administrators_place_items(self, client, seller):
        client.force_login(seller)

        for path in ("", "contact/", "contact/items"):
            assert client.get(f"/settings/layouts/{path}").status_code == 403
        for path in ("contact/", "contact/reset", "contact/preview", "appointment/preview"):
            assert client.post(f"/settings/layouts/{path}", self.sent()).status_code == 403

    def test_an_unknown_form_or_holder_is_none(self, as_admin):
        assert as_admin.get("/settings/layouts/nonsense/").status_code == 404
        assert as_admin.get("/settings/layouts/contact/?of=unit&unit=99999").context.get("data") is None
        assert as_admin.post("/settings/layouts/contact/reset?of=unit").status_code == 404


def test_a_group_that_goes_takes_its_layout_along(admin):
    group = StaffGroup.objects.create(name="新人", group=a_unit("仮").group)
    a_layout(admin, group=group)

    group.delete()

    assert not FormLayout.objects.exists()
