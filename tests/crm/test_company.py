"""The company's settings: who changes them, and what a switched-off part takes with it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from contacts.models import ContactPoint
from crm.actions import NotAllowed, StaleVersion, assets, customers, infos, plans
from crm.actions.company import change_company
from crm.audience import Audience
from crm.company import company, uses
from crm.models import AuditEntry, CollectedInfo, Company, Deal, Module, User
from tests.contacts.given import a_contact
from tests.contacts.given import a_form as a_contact_form
from tests.crm.test_api import HERE
from tests.make import TODAY, a_choice, a_customer

PAGE = "/settings/company/"
ALL = [module.value for module in Module]


def a_form(**fields: Any) -> dict[str, Any]:
    plain = {"like_ja": "いいね", "like_en": "Like", "most_files": "20", "largest_file_mb": "50", "modules": ALL, "version": "1"}
    return plain | fields


def switch_off(by: User, *modules: str) -> None:
    company_now = Company.objects.filter(pk=1).first() or Company(pk=1)
    change_company(by=by, version=company_now.version, modules_off=list(modules))


@pytest.mark.parametrize("who", ["seller", "boss", "outsider"])
def test_only_administrators_open_the_settings(client, cast, who):
    client.force_login(getattr(cast, who))

    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, a_form(most_files="7")).status_code == 403
    assert company().most_files == 20
    with pytest.raises(NotAllowed):
        change_company(by=getattr(cast, who), version=1, most_files=7)


def test_an_administrator_changes_words_limits_and_parts(client, admin):
    client.force_login(admin)

    answer = client.post(
        PAGE, a_form(like_ja="ナイス", most_files="３０", largest_file_mb="１００", keep_positions="on", modules=["deals", "assets"])
    )

    assert answer.headers["Location"] == PAGE
    now = company()
    assert (now.like_ja, now.most_files, now.largest_file_mb, now.keep_positions) == ("ナイス", 30, 100, True)
    assert [module for module in ALL if uses(module)] == ["deals", "assets"]
    entry = AuditEntry.objects.get(model="crm.Company")
    assert (entry.user, entry.before["most_files"], entry.after["most_files"]) == (admin, 20, 30)


@pytest.mark.parametrize(
    "wrong",
    [
        {"like_ja": ""},
        {"like_ja": "い" * 21},
        {"most_files": "4"},
        {"most_files": "101"},
        {"most_files": "たくさん"},
        {"largest_file_mb": "0"},
        {"largest_file_mb": "501"},
        {"modules": ["deals", "rockets"]},
    ],
)
def test_what_cannot_be_is_told_and_nothing_typed_is_lost(client, admin, wrong):
    client.force_login(admin)

    answer = client.post(PAGE, a_form(like_en="Nice one") | wrong)

    assert answer.status_code == 422
    assert "invalid" in answer.content.decode() or "errorlist" in answer.content.decode()
    if "like_en" not in wrong:
        assert 'value="Nice one"' in answer.content.decode()
    assert not Company.objects.exists()


def test_two_administrators_see_both_values(client, admin):
    change_company(by=admin, version=1, most_files=30)
    client.force_login(admin)

    answer = client.post(PAGE, a_form(most_files="40"))

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "30" in page
    assert 'value="40"' in page
    assert client.post(PAGE, a_form(most_files="40", version="2")).status_code == 302
    assert company().most_files == 40
    with pytest.raises(StaleVersion):
        change_company(by=admin, version=1, most_files=50)


def test_no_other_setting_can_be_smuggled_in(admin):
    with pytest.raises(ValueError, match="changed_by"):
        change_company(by=admin, version=1, changed_by=None)
    with pytest.raises(ValueError, match="rockets"):
        change_company(by=admin, version=1, modules_off=["rockets"])


@pytest.fixture
def house(seller: User, now: Any) -> dict[str, Any]:
    """One customer with a row of every part, and a record that names them."""
    company_wide = Audience.whole_company()
    customer = a_customer("青木建材", recorder=seller)
    stage = a_choice("deal_stage", semantic="open")
    deal = customers.add_deal(by=seller, name="倉庫の案件", stage=stage, audience=company_wide, owner=seller, customer=customer)
    asset = assets.add_asset(by=seller, customer=customer, name="倉庫の車")
    contract = assets.add_contract(by=seller, customer=customer, name="倉庫の契約")
    return {"customer": customer, "deal": deal, "asset": asset, "contract": contract}


ROWS = {Module.DEALS: ("deals", "deal"), Module.ASSETS: ("assets", "asset"), Module.CONTRACTS: ("contracts", "contract")}


def answers(client: Any, house: dict[str, Any], module: Module) -> dict[str, int]:
    many, one = ROWS[module]
    key = house[one].pk
    paths = [f"/{many}/", f"/{many}/new", f"/{many}/{key}/", f"/{many}/{key}/edit", f"/{many}/{key}/retire"]
    paths += [f"{HERE}/{many}/", f"{HERE}/{many}/{key}/"]
    if module != Module.CONTRACTS:
        paths.append(f"/{many}/suggest?q=倉庫")
    if module != Module.DEALS:
        paths.append(f"/customers/{house['customer'].pk}/{many}")
    return {path: client.get(path).status_code for path in paths}


@pytest.mark.parametrize("module", list(ROWS))
def test_a_part_goes_off_and_comes_back_with_everything(client, admin, seller, house, module):
    client.force_login(seller)
    many, one = ROWS[module]
    places = ["/", f"/customers/{house['customer'].pk}/"]

    switch_off(admin, module)

    assert set(answers(client, house, module).values()) == {404}
    for place in places:
        page = client.get(place).content.decode()
        assert f'"/{many}/"' not in page
        assert f"/{many}/new" not in page
        assert str(house[one].pk) not in page
    others = [other for other in ROWS if other != module]
    assert {code for other in others for code in answers(client, house, other).values()} == {200}
    switch_off(admin)
    assert set(answers(client, house, module).values()) == {200}
    assert f'"/{many}/"' in client.get("/").content.decode()


@pytest.mark.parametrize("verb", ["post", "patch", "delete"])
def test_a_program_finds_nothing_to_change_in_a_part_that_is_off(client, admin, seller, house, verb):
    switch_off(admin, Module.ASSETS)
    client.force_login(seller)

    said = {"customer": str(house["customer"].pk), "name": "x", "version": 1}
    many, one = f"{HERE}/assets/", f"{HERE}/assets/{house['asset'].pk}/"
    answer = getattr(client, verb)(many if verb == "post" else one, said, content_type="application/json")

    assert answer.status_code == 404
    assert client.post(f"/assets/{house['asset'].pk}/retire").status_code == 404


@pytest.mark.parametrize(
    ("module", "fields"),
    [(Module.DEALS, ["deal"]), (Module.PLANS, ["plan"]), (Module.ASSETS, ["asset"])],
)
def test_the_contact_form_shows_no_field_of_a_part_that_is_off(client, admin, seller, module, fields):
    client.force_login(seller)

    def shown() -> list[str]:
        page = client.get("/contacts/new").content.decode()
        return [name for name in fields if f'<select name="{name}"' in page]

    assert shown() == fields
    switch_off(admin, module)
    assert shown() == []
    switch_off(admin)
    assert shown() == fields


def test_what_a_record_names_stays_while_the_part_is_off(client, admin, seller, house, now):
    names = {name: house[name] for name in ("customer", "deal", "asset")}
    contact = a_contact(seller, now, **names)
    switch_off(admin, *ALL)
    client.force_login(seller)

    page, form = (client.get(f"/contacts/{contact.pk}/{place}").content.decode() for place in ("", "edit"))
    hidden = dict(re.findall(r'<input type="hidden" name="(deal|asset)" value="([^"]+)"', form))
    day, version = contact.started_at.strftime("%Y/%m/%d"), str(contact.version)
    sent = a_contact_form(contact_id=str(contact.pk), date=day, version=version, customer=house["customer"].pk, content="直した")
    answer = client.post(f"/contacts/{contact.pk}/edit", sent | hidden)

    assert "倉庫の" not in page
    assert answer.status_code == 302
    after = ContactPoint.objects.visible_to(seller).get(pk=contact.pk)
    assert (after.content, after.deal_id, after.asset_id) == ("直した", house["deal"].pk, house["asset"].pk)


def test_what_information_names_stays_while_deals_are_off(client, admin, seller, house):
    info = infos.add_info(
        by=seller, owner=seller, title="競合の値下げ", collected_on=TODAY, audience=Audience.whole_company(), deal=house["deal"]
    )
    switch_off(admin, Module.DEALS)
    client.force_login(seller)
    path = f"/infos/{info.pk}/edit"

    page = client.get(path).content.decode()
    said = {
        "title": "競合の値上げ",
        "sort": "info",
        "collected_on": "2026/11/20",
        "owner": seller.pk,
        "audience": "company",
        "version": "1",
    }
    answer = client.post(path, said)

    assert 'name="deal"' not in page
    assert answer.status_code == 302
    after = CollectedInfo.objects.visible_to(seller).get(pk=info.pk)
    assert (after.title, after.deal_id) == ("競合の値上げ", house["deal"].pk)


def test_the_history_refuses_to_filter_by_a_part_that_is_off(client, admin, seller, house, now):
    a_contact(seller, now, customer=house["customer"], asset=house["asset"], summary_note="車検の案内")
    client.force_login(seller)
    path, asked = "/contacts/", {"asset": str(house["asset"].pk), "view": "timeline"}

    assert "車検の案内" in client.get(path, asked, headers={"HX-Request": "true"}).content.decode()
    switch_off(admin, Module.ASSETS)
    assert "車検の案内" not in client.get(path, asked, headers={"HX-Request": "true"}).content.decode()


def test_plans_voices_and_facilities_go_off_and_come_back(client, admin, seller, house):
    everybody = Audience.whole_company()
    plan = plans.add_plan(
        by=seller, name="春の定期訪問", starts_on=TODAY, ends_on=TODAY + timedelta(days=90), audience=everybody, owner=seller
    )
    note = {"by": seller, "owner": seller, "audience": everybody, "collected_on": TODAY}
    info, voice = (infos.add_info(title=title, voice=voice, **note) for title, voice in (("競合の値下げ", False), ("助かった", True)))
    paths = {
        Module.PLANS: ["/plans/", f"/plans/{plan.pk}/", f"{HERE}/plans/"],
        Module.INFOS: [f"/infos/{info.pk}/"],
        Module.VOICES: [f"/infos/{voice.pk}/"],
        Module.FACILITIES: [reverse("schedule:facilities")],
    }
    client.force_login(seller)
    for module, addresses in paths.items():
        assert {client.get(path).status_code for path in addresses} == {200}
        switch_off(admin, module)
        assert {client.get(path).status_code for path in addresses} == {404}
        switch_off(admin)
    switch_off(admin, Module.INFOS, Module.VOICES)
    assert client.get("/infos/").status_code == 404
    assert '"/infos/"' not in client.get("/").content.decode()


def test_another_process_hears_of_a_change_within_seconds(admin, monkeypatch):
    assert uses(Module.DEALS)
    Company.objects.create(pk=1, modules_off=["deals"])
    assert uses(Module.DEALS)

    monkeypatch.setattr("crm.company._remembered", (0.0, Company(pk=1)))

    assert not uses(Module.DEALS)
    assert Deal.objects.visible_to(admin).count() == 0
