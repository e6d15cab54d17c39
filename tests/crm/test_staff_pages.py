from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.actions import settings, staff
from crm.models import ApiToken, AuditEntry, Choice, Delegation, Membership, OrgUnit, StaffGroup, User
from crm.tokens import read_token
from tests.make import TODAY, a_choice, a_customer, a_unit, a_user, an_audience


@pytest.fixture
def as_admin(client, admin):
    client.force_login(admin)
    return client


def test_everybody_may_read_who_works_where_and_only_administrators_change_it(client, seller, cast):
    client.force_login(seller)

    for path in ("/staff/", f"/staff/{cast.boss.pk}/", "/staff/units/", "/staff/groups/", "/staff/delegations/"):
        assert client.get(path).status_code == 200
    for path in ("/staff/new", f"/staff/{cast.boss.pk}/edit", f"/staff/{cast.boss.pk}/leave", "/staff/units/new", "/settings/choices/"):
        assert client.get(path).status_code == 403
        assert client.post(path).status_code in (403, 405)


def test_an_employee_is_found_by_reading_and_unit(client, seller, cast):
    client.force_login(seller)

    def names(**asked: object) -> list[str]:
        return [str(row) for row in client.get("/staff/", asked).context["page"]]

    assert names(q="坂田") == ["坂田 純"]
    assert set(names(unit=cast.branch.pk)) == {"河田 誠", "田中 部長", "坂田 純"}
    assert names(left="on") == []


def test_an_employee_is_hired_and_given_a_second_post(as_admin, cast):
    hired = as_admin.post(
        "/staff/new", {"code": "e77", "name": "新田 花", "kana": "にった はな", "email": "hana@example.jp", "language": "en"}
    )
    user = User.objects.get(code="e77")
    assert hired.headers["Location"] == f"/staff/{user.pk}/"
    assert not user.has_usable_password()

    as_admin.post(f"/staff/{user.pk}/posts/new", {"unit": cast.sales.pk, "is_primary": "on", "valid_from": "R8.4.1"})
    as_admin.post(f"/staff/{user.pk}/posts/new", {"unit": cast.office.pk, "title": "主任", "valid_from": "2026/4/1"})

    assert user.groups.filter(pk__in=[cast.sales.group_id, cast.office.group_id]).count() == 2
    assert Membership.objects.filter(user=user, is_primary=False).get().title == "主任"


@pytest.mark.parametrize("wrong", [{"code": "admin code!"}, {"code": "taken"}, {"email": "TAKEN@example.jp"}, {"name": ""}])
def test_a_code_or_mail_that_is_anothers_is_refused_with_a_word(as_admin, wrong):
    a_user("先客", code="taken", email="taken@example.jp")

    answer = as_admin.post("/staff/new", {"code": "new1", "name": "新田", "language": "ja", **wrong})

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == set(wrong)


def test_a_post_cannot_end_before_it_begins(as_admin, cast):
    answer = as_admin.post(f"/staff/{cast.seller.pk}/posts/new", {"unit": cast.office.pk, "valid_from": "2026/4/1", "valid_to": "2026/3/1"})

    assert answer.status_code == 422
    assert "valid_to" in answer.context["form"].errors


def test_a_leaver_is_shown_what_to_hand_over_and_loses_every_door(client, as_admin, cast):
    from crm.actions.customers import StaffLine

    a_customer("青木建材", recorder=cast.seller, staff=[StaffLine(user=cast.boss)])
    a_customer("秘密商事", recorder=cast.seller, audience=an_audience(), staff=[StaffLine(user=cast.boss)])

    page = as_admin.get(f"/staff/{cast.boss.pk}/leave")
    assert page.context["customers"] == 1
    assert [unit.pk for unit in page.context["heads"]] == [cast.sales.pk]
    as_admin.post(f"/staff/{cast.boss.pk}/leave", {"left_on": "2026/11/20"})

    cast.boss.refresh_from_db()
    assert (cast.boss.is_active, cast.boss.left_on) == (False, date(2026, 11, 20))
    assert not cast.boss.groups.exists()


def test_a_leavers_posts_end_with_them_and_those_to_come_are_taken_away(as_admin, cast):
    last = date(2026, 11, 20)
    for begins, ends in (
        (None, None),
        (None, last + timedelta(days=90)),
        (None, last - timedelta(days=9)),
        (last + timedelta(days=9), None),
    ):
        staff.assign(by=None, user=cast.boss, unit=cast.office, today=TODAY, valid_from=begins, valid_to=ends)

    assert as_admin.post(f"/staff/{cast.boss.pk}/leave", {"left_on": "2026/11/20"}).status_code == 302

    ends = Membership.objects.filter(user=cast.boss, unit=cast.office).order_by("pk").values_list("valid_to", flat=True)
    assert list(ends) == [last, last, last - timedelta(days=9)]
    assert AuditEntry.objects.filter(model="crm.Membership", verb="delete").count() == 1


def test_a_unit_is_moved_with_all_below_it_but_never_below_itself(as_admin, cast):
    team = a_unit("一係", cast.sales)
    data = {"code": cast.sales.code, "name": "営業一課", "parent": cast.office.pk}

    assert as_admin.post(f"/staff/units/{cast.sales.pk}/", data).status_code == 302
    refused = as_admin.post(f"/staff/units/{cast.sales.pk}/", data | {"parent": team.pk})

    team.refresh_from_db()
    assert team.path == f"/{cast.office.code}/{cast.sales.code}/{team.code}/"
    assert "parent" in refused.context["form"].errors
    assert OrgUnit.objects.get(pk=cast.sales.pk).parent == cast.office


def test_a_tree_that_would_not_fit_is_refused(as_admin):
    top: OrgUnit | None = None
    for number in range(14):
        top = staff.add_unit(by=None, code=f"{number:016}", name="課", parent=top)

    answer = as_admin.post("/staff/units/new", {"code": "x" * 16, "name": "深い課", "parent": top.pk})

    assert answer.status_code == 422
    assert "parent" in answer.context["form"].errors


def test_groups_and_entry_on_behalf_are_kept_by_administrators(as_admin, cast):
    as_admin.post("/staff/groups/new", {"name": "改革", "members": [cast.seller.pk, cast.boss.pk]})
    again = as_admin.post("/staff/groups/new", {"name": "改革", "members": [cast.seller.pk]})
    neither = as_admin.post("/staff/delegations/new", {"agent": cast.seller.pk})
    as_admin.post("/staff/delegations/new", {"agent": cast.seller.pk, "principal_unit": cast.sales.pk})

    assert StaffGroup.objects.get().members.count() == 2
    assert (again.status_code, neither.status_code) == (422, 422)
    assert cast.boss in Delegation.objects.principals_of(cast.seller)
    as_admin.post(f"/staff/delegations/{Delegation.objects.get().pk}/end")
    assert Delegation.objects.get().valid_to == timezone.localdate()


def test_my_own_settings_change_the_language_and_dates_and_nothing_else(client, seller):
    client.force_login(seller)
    data = {"kana": "かわた", "phone": "090-1111-2222", "language": "en", "date_style": "era", "time_zone": "Asia/Seoul"}

    client.post("/settings/", data | {"is_staff": "on", "is_superuser": "on", "name": "別人", "email": "x@example.jp"})

    seller.refresh_from_db()
    assert (seller.language, seller.date_style, seller.time_zone, seller.kana) == ("en", "era", "Asia/Seoul", "カワタ")
    assert (seller.is_staff, seller.is_superuser, seller.name) == (False, False, "河田 誠")
    assert client.post("/settings/", data | {"time_zone": "Mars/Phobos"}).status_code == 422


def test_a_key_is_shown_once_and_stored_as_a_hash(client, seller, outsider):
    client.force_login(seller)

    shown = client.post("/settings/tokens/new", {"name": "会計連携", "scope": "read", "days": "30"})

    key, token = shown.context["key"], ApiToken.objects.visible_to(seller).get()
    assert key in shown.content.decode()
    assert key.split(".")[1] not in client.get("/settings/tokens/").content.decode()
    assert token.digest not in key
    assert read_token(key, now=timezone.now()) == token
    client.force_login(outsider)
    assert client.post(f"/settings/tokens/{token.pk}/revoke").status_code == 404
    client.force_login(seller)
    client.post(f"/settings/tokens/{token.pk}/revoke")
    assert read_token(key, now=timezone.now()) is None


@pytest.mark.parametrize("broken", ["", ".", "st_x.y", "st_00000000.", "ああ.いい", "x" * 200])
@pytest.mark.django_db
def test_a_wrong_key_opens_nothing(broken):
    assert read_token(broken, now=timezone.now()) is None


def test_a_key_dies_with_its_day_and_with_its_owner(seller, now):
    token, key = settings.issue_token(user=seller, name="x", scope="read", expires_at=now + timedelta(days=1))

    assert read_token(key, now=now) == token
    assert read_token(key, now=now + timedelta(days=1)) is None
    staff.leave(by=seller, user=seller, left_on=TODAY, today=TODAY)
    assert read_token(key, now=now) is None


def test_choices_are_added_renamed_moved_and_retired(as_admin):
    visit, call = a_choice("method", "訪問", semantic="visit", place=10), a_choice("method", "電話", semantic="call", place=20)

    as_admin.post("/settings/choices/method/", {"name_ja": "展示会", "name_en": "Trade fair", "semantic": ""})
    fair = Choice.objects.get(name_ja="展示会")
    assert fair.code == "trade_fair"
    as_admin.post(f"/settings/choices/method/{fair.pk}/", {"name_ja": "見本市", "name_en": "Fair"})
    as_admin.post(f"/settings/choices/method/{fair.pk}/up")
    assert [str(row) for row in Choice.objects.of("method").in_order()] == ["訪問", "見本市", "電話"]
    as_admin.post("/settings/choices/method/order", {"order": f"{fair.pk},{visit.pk},{call.pk}"})
    assert [str(row) for row in Choice.objects.of("method").in_order()] == ["見本市", "訪問", "電話"]

    as_admin.post(f"/settings/choices/method/{fair.pk}/retire")
    as_admin.post(f"/settings/choices/method/{visit.pk}/retire")
    assert list(Choice.objects.of("method").offered().in_order()) == [visit, call]
    as_admin.post(f"/settings/choices/method/{fair.pk}/restore")
    assert Choice.objects.of("method").offered().count() == 3


@pytest.mark.parametrize("order", ["", "x", "1,,2", "9999999", "１", "-1", "1" * 30])
def test_an_order_that_cannot_be_read_changes_nothing(as_admin, order):
    first, second = a_choice("method", "訪問", place=10), a_choice("method", "電話", place=20)

    assert as_admin.post("/settings/choices/method/order", {"order": order}).status_code == 302

    assert list(Choice.objects.of("method").in_order()) == [first, second]


def test_the_second_level_stands_below_its_first(as_admin):
    from crm.models import ChoiceList

    parent = a_choice("summary", "商談")
    ChoiceList.objects.filter(code="summary").update(levels=2)

    as_admin.post("/settings/choices/summary/", {"name_ja": "価格交渉", "name_en": "Price", "parent": parent.pk})

    (_parent, below), *_rest = as_admin.get("/settings/choices/summary/").context["levels"]
    assert [str(row) for row in below] == ["価格交渉"]


@pytest.mark.parametrize(
    "path", ["/staff/", "/staff/units/", "/staff/groups/", "/staff/delegations/", "/settings/choices/", "/settings/tokens/"]
)
def test_pages_of_the_company_cost_the_same_with_few_and_many_rows(as_admin, admin, cast, path):
    def cost() -> int:
        as_admin.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert as_admin.get(path).status_code == 200
        return len(queries)

    def fill(number: int) -> None:
        for one in range(number):
            user = a_user(unit=a_unit(head=cast.boss, parent=cast.branch))
            staff.keep_group(by=None, name=f"班{user.pk}", members=[user, cast.boss], today=TODAY)
            staff.delegate(by=None, principal=cast.boss, agent=user)
            a_choice(f"list{user.pk}")
            settings.issue_token(user=admin, name=f"{one}", scope="read", expires_at=timezone.now() + timedelta(days=1))

    fill(2)
    few = cost()
    fill(8)
    assert cost() == few <= 12
