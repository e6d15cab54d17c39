from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from crm import company
from crm.actions import IdTaken, NotAllowed, StaleVersion, plans
from crm.actions.plans import ActionLine, EndsBeforeStart, TargetLine
from crm.audience import Audience
from crm.models import AccountPlan, AuditEntry, Company, PlanAction, PlanTarget
from tests.contacts.given import a_contact
from tests.make import a_customer, an_audience

STARTS, ENDS = date(2026, 10, 1), date(2027, 3, 31)


def a_plan(by, name="下期の重点訪問", **fields):
    said = {"starts_on": STARTS, "ends_on": ENDS, "audience": Audience.whole_company(), "owner": by, **fields}
    return plans.add_plan(by=by, name=name, **said)


def lines(**given):
    data = {}
    for name in ("targets", "actions"):
        rows = given.get(name, [])
        data |= {f"{name}-TOTAL_FORMS": str(len(rows)), f"{name}-INITIAL_FORMS": "0"}
        data |= {f"{name}-{place}-{field}": value for place, row in enumerate(rows) for field, value in row.items()}
    return data


def a_form(by, **fields):
    said = {"name": "下期の重点訪問", "starts_on": "R8.10.1", "ends_on": "２０２７／３／３１", "owner": str(by.pk), "audience": "company"}
    return {**said, **lines(), **fields}


def targets_of(plan):
    rows = PlanTarget.objects.for_the_house("the test looks").filter(plan=plan).order_by("place", "pk")
    return [(row.customer_id, row.planned) for row in rows]


def actions_of(plan):
    return [(row.what, row.planned) for row in PlanAction.objects.for_the_house("the test looks").filter(plan=plan).order_by("place", "pk")]


def test_a_plan_is_entered_with_japanese_dates_targets_and_actions(client, seller):
    aoki, ueda = a_customer("青木建材", recorder=seller), a_customer("上田工業", recorder=seller)
    client.force_login(seller)
    targets = [{"customer": str(aoki.pk), "planned": "１２"}, {"customer": str(ueda.pk), "planned": ""}, {"customer": "", "planned": "1"}]

    answer = client.post("/plans/new", a_form(seller) | lines(targets=targets, actions=[{"what": "工場見学のご案内", "planned": "2"}]))

    plan = AccountPlan.objects.visible_to(seller).get()
    assert answer.headers["Location"] == f"/plans/{plan.pk}/"
    assert (plan.starts_on, plan.ends_on, plan.owner, plan.recorder) == (STARTS, ENDS, seller, seller)
    assert targets_of(plan) == [(aoki.pk, 12), (ueda.pk, 1)]
    assert actions_of(plan) == [("工場見学のご案内", 2)]
    assert AuditEntry.objects.filter(verb="create", object_id=str(plan.pk)).exists()


def test_what_was_typed_is_kept_when_something_is_wrong(client, seller):
    aoki = a_customer("青木建材", recorder=seller)
    client.force_login(seller)
    twice = [{"customer": str(aoki.pk), "planned": "3"}] * 2
    wrong = a_form(seller, name="", starts_on="R99.9.9", goal="目標の文") | lines(
        targets=twice, actions=[{"what": "訪問", "planned": "沢山"}]
    )

    answer = client.post("/plans/new", wrong)

    page = answer.content.decode()
    assert answer.status_code == 422
    for typed in ("R99.9.9", "目標の文", "沢山", "青木建材"):
        assert typed in page
    assert not AccountPlan.objects.visible_to(seller).exists()


def test_a_customer_is_named_once_and_the_end_comes_last(client, seller):
    aoki = a_customer("青木建材", recorder=seller)
    client.force_login(seller)
    twice = lines(targets=[{"customer": str(aoki.pk), "planned": "3"}] * 2)

    assert client.post("/plans/new", a_form(seller) | twice).status_code == 422
    assert client.post("/plans/new", a_form(seller, ends_on="2026/9/30")).status_code == 422
    with pytest.raises(EndsBeforeStart):
        a_plan(seller, ends_on=STARTS - timedelta(days=1))
    assert targets_of(a_plan(seller, targets=[TargetLine(customer=aoki, planned=3), TargetLine(customer=aoki, planned=9)])) == [
        (aoki.pk, 3)
    ]


def test_a_hidden_customer_cannot_be_named_and_reads_like_an_unknown_one(client, seller, outsider):
    hidden = a_customer("秘密商事", recorder=seller, audience=an_audience())
    client.force_login(outsider)

    said = [
        client.post("/plans/new", a_form(outsider) | lines(targets=[{"customer": str(key), "planned": "1"}]))
        for key in (hidden.pk, uuid4())
    ]

    assert [answer.status_code for answer in said] == [422, 422]
    bodies = [answer.content.decode() for answer in said]
    assert "秘密" not in bodies[0]
    assert bodies[0].count("invalid-feedback") == bodies[1].count("invalid-feedback")


def test_targets_hidden_from_the_editor_stay_and_are_not_shown(client, seller, colleague):
    aoki, ueda = a_customer("青木建材", recorder=seller), a_customer("上田工業", recorder=seller)
    hidden = a_customer("秘密商事", recorder=seller, audience=an_audience())
    plan = a_plan(seller, targets=[TargetLine(customer=one, planned=2) for one in (aoki, hidden)])
    client.force_login(colleague)

    form = client.get(f"/plans/{plan.pk}/edit").content.decode()
    page = client.get(f"/plans/{plan.pk}/").content.decode()
    answer = client.post(
        f"/plans/{plan.pk}/edit", a_form(seller, version="1") | lines(targets=[{"customer": str(ueda.pk), "planned": "5"}])
    )

    assert answer.status_code == 302
    assert "秘密" not in form + page
    assert sorted(targets_of(plan), key=str) == sorted([(hidden.pk, 2), (ueda.pk, 5)], key=str)


def test_lines_that_were_not_sent_stay(client, seller):
    aoki = a_customer("青木建材", recorder=seller)
    plan = a_plan(seller, targets=[TargetLine(customer=aoki)], actions=[ActionLine(what="訪問")])
    client.force_login(seller)
    sent = {name: value for name, value in a_form(seller, version="1").items() if "-" not in name}

    client.post(f"/plans/{plan.pk}/edit", sent)

    assert (targets_of(plan), actions_of(plan)) == ([(aoki.pk, 1)], [("訪問", 1)])


def test_two_people_editing_see_both_texts(client, seller, colleague):
    aoki = a_customer("青木建材", recorder=seller)
    plan = a_plan(seller, targets=[TargetLine(customer=aoki, planned=4)])
    plans.change_plan(by=colleague, plan=plan, version=1, goal="同僚の目標")
    client.force_login(seller)

    answer = client.post(f"/plans/{plan.pk}/edit", a_form(seller, version="1", goal="私の目標"))

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "同僚の目標" in page
    assert "私の目標" in page
    assert "青木建材 4" in page
    with pytest.raises(StaleVersion):
        plans.change_plan(by=seller, plan=plan, version=1, goal="x")


def test_who_may_read_is_for_those_named_on_it_to_say(seller, colleague):
    plan = a_plan(seller)

    with pytest.raises(NotAllowed):
        plans.change_plan(by=colleague, plan=plan, version=1, audience=an_audience())


def test_a_repeated_send_finds_its_first_and_anothers_id_is_taken(seller, colleague):
    key = uuid4()

    assert a_plan(seller, plan_id=key) == a_plan(seller, "別の名", plan_id=key)
    with pytest.raises(IdTaken):
        a_plan(colleague, plan_id=key)


def test_contacts_are_counted_only_as_far_as_the_viewer_sees_them(client, seller, colleague, now):
    aoki = a_customer("青木建材", recorder=seller)
    hidden = a_customer("秘密商事", recorder=seller, audience=an_audience())
    plan = a_plan(seller, targets=[TargetLine(customer=aoki, planned=4), TargetLine(customer=hidden, planned=7)])
    a_contact(seller, now, customer=aoki, plan=plan)
    a_contact(seller, now, customer=aoki, plan=plan, audience=an_audience())
    a_contact(seller, now, customer=aoki, draft=True)
    a_contact(seller, now, customer=hidden, plan=plan, audience=an_audience())
    before = datetime(2026, 9, 30, 23, 30, tzinfo=now.tzinfo)
    a_contact(seller, now, customer=aoki, plan=plan, started_at=before, ended_at=before)

    client.force_login(seller)
    mine = client.get(f"/api/v1/plans/{plan.pk}/progress/").json()
    client.force_login(colleague)
    theirs = client.get(f"/api/v1/plans/{plan.pk}/progress/").json()
    page = client.get(f"/contacts/plans/{plan.pk}").content.decode()

    assert (mine["made"], mine["planned"], mine["on_plan"]) == (3, 11, 3)
    assert (theirs["made"], theirs["planned"], theirs["on_plan"]) == (1, 4, 1)
    assert [one["customer"] for one in theirs["targets"]] == [str(aoki.pk)]
    assert "秘密" not in page
    assert str(hidden.pk) not in page


def test_outsiders_find_no_plan_anywhere(client, seller, outsider):
    aoki = a_customer("青木建材", recorder=seller)
    plan = a_plan(seller, "極秘の戦略", audience=an_audience(), targets=[TargetLine(customer=aoki)])
    client.force_login(outsider)
    addresses = [f"/plans/{plan.pk}/{tail}" for tail in ("", "edit", "readers", "retire")]
    addresses += [f"/contacts/plans/{plan.pk}", f"/api/v1/plans/{plan.pk}/", f"/api/v1/plans/{plan.pk}/progress/"]

    assert {client.get(address).status_code for address in addresses} == {404}
    lists = [
        "/plans/",
        "/plans/?q=極秘",
        f"/plans/?customer={aoki.pk}",
        f"/customers/{aoki.pk}/plans",
        "/api/v1/plans/",
        "/plans/suggest?q=極秘",
    ]
    for address in lists:
        answer = client.get(address)
        assert answer.status_code == 200
        assert "極秘の戦略" not in answer.content.decode().replace("?q=", "")


def test_the_list_is_searched_filtered_and_paged(client, seller):
    aoki = a_customer("青木建材", recorder=seller)
    running = a_plan(
        seller, "走る計画", starts_on=date.today() - timedelta(days=9), ends_on=date.today(), targets=[TargetLine(customer=aoki)]
    )
    a_plan(seller, "終わった計画", starts_on=date(2020, 1, 1), ends_on=date(2020, 2, 1))
    a_plan(seller, "先の計画", starts_on=date.today() + timedelta(days=9), ends_on=date.today() + timedelta(days=10))
    retired = plans.retire_plan(by=seller, plan=a_plan(seller, "やめた計画"), now=datetime.now().astimezone())
    client.force_login(seller)

    def names(query):
        page = client.get(f"/plans/?{query}").content.decode()
        return [name for name in ("走る計画", "終わった計画", "先の計画", "やめた計画") if name in page]

    assert names("state=running") == ["走る計画"]
    assert names("state=ended") == ["終わった計画"]
    assert names("state=coming") == ["先の計画"]
    assert names("retired=on") == ["やめた計画"]
    assert names("q=走る") == ["走る計画"]
    assert names(f"customer={aoki.pk}") == ["走る計画"]
    assert names(f"customer={uuid4()}") == []
    assert names("sort=end") == names("sort=start") == names("") == ["走る計画", "終わった計画", "先の計画"]
    assert names("state=x") == []
    for number in range(51):
        a_plan(seller, f"計画{number:02}")
    assert 'rel="next"' in client.get("/plans/").content.decode()
    assert client.post(f"/plans/{retired.pk}/restore").status_code == 302
    assert client.post(f"/plans/{running.pk}/retire").status_code == 302
    assert AccountPlan.objects.visible_to(seller).active().filter(pk=retired.pk).exists()


def test_the_customers_page_shows_the_plans_that_aim_at_it(client, seller):
    aoki, ueda = a_customer("青木建材", recorder=seller), a_customer("上田工業", recorder=seller)
    a_plan(seller, "青木への戦略", targets=[TargetLine(customer=aoki)])
    client.force_login(seller)

    assert f"/customers/{aoki.pk}/plans" in client.get(f"/customers/{aoki.pk}/").content.decode()
    assert "青木への戦略" in client.get(f"/customers/{aoki.pk}/plans").content.decode()
    assert "青木への戦略" not in client.get(f"/customers/{ueda.pk}/plans").content.decode()


def test_programs_keep_plans_too(client, seller, colleague):
    aoki = a_customer("青木建材", recorder=seller)
    hidden = a_customer("秘密商事", recorder=colleague, audience=an_audience())
    client.force_login(seller)
    said = {"name": "API の計画", "starts_on": "2026-10-01", "ends_on": "2027-03-31", "targets": [{"customer": str(aoki.pk), "planned": 3}]}

    made = client.post("/api/v1/plans/", said, content_type="application/json")
    plan = made.json()
    changed = client.patch(f"/api/v1/plans/{plan['id']}/", {"version": 1, "goal": "目標"}, content_type="application/json")

    assert made.status_code == 201
    assert plan["targets"] == [{"customer": str(aoki.pk), "planned": 3}]
    assert (changed.json()["goal"], changed.json()["targets"]) == ("目標", plan["targets"])
    for wrong in (
        {"ends_on": "2026-09-30"},
        {"name": "x\0"},
        {"name": "あ" * 121},
        {"targets": [{"customer": str(hidden.pk)}]},
        {"targets": [{"customer": str(aoki.pk), "planned": 10**30}]},
        {"targets": "x"},
        {"actions": [{"what": ""}]},
        {"owner": 10**30},
        {"starts_on": "9999-12-31"},
    ):
        answer = client.post("/api/v1/plans/", said | wrong, content_type="application/json")
        assert answer.status_code == 400, wrong
    assert client.get("/api/v1/plans/", {"state": "running", "customer": str(aoki.pk)}).status_code == 200
    assert client.get("/api/v1/plans/", {"customer": str(hidden.pk)}).json()["results"] == []
    assert client.get("/api/v1/plans/", {"invented": "1"}).status_code == 400


def test_a_company_without_plans_has_no_such_pages(client, seller, monkeypatch):
    plan = a_plan(seller)
    aoki = a_customer(recorder=seller)
    monkeypatch.setattr(company, "_remembered", (float("inf"), Company(pk=1, modules_off=["plans"])))
    client.force_login(seller)

    addresses = ["/plans/", "/plans/new", f"/plans/{plan.pk}/", f"/contacts/plans/{plan.pk}", f"/customers/{aoki.pk}/plans"]
    addresses += ["/quick/plan", f"/api/v1/plans/{plan.pk}/", f"/api/v1/plans/{plan.pk}/progress/"]
    assert {client.get(address).status_code for address in addresses} == {404}
    assert "/plans" not in client.get(f"/customers/{aoki.pk}/").content.decode()
