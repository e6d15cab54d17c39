"""Settle staff, units, groups and lists of the demo company, by the same actions that an administrator uses."""

from __future__ import annotations

from datetime import date

from contacts.actions.firstphrases import offer_first_phrases
from crm.actions import staff
from crm.actions.firstlists import offer_first_lists
from crm.demo import logins, plan
from crm.models import Choice, OrgUnit, StaffGroup, User
from reports.demo.cast import Cast


def settle(company: plan.DemoCompany, today: date) -> Cast:
    """Fill the lists, hire everybody and give them their posts; return who is who."""
    offer_first_lists()
    offer_first_phrases()
    units = _units(company)
    users = {person.code: _hired(person, units, today) for person in company.employees}
    admin = users[logins.ADMINISTRATOR]
    for unit in company.units:
        staff.change_unit(by=admin, unit=units[unit.code], today=today, head=users[unit.head])
    for person in company.employees:
        if person.left_on:
            users[person.code] = staff.leave(by=admin, user=users[person.code], left_on=person.left_on, today=today)
    groups = {group.code: _group(group, users, admin, today) for group in company.groups}
    for proxy in company.proxies:
        staff.delegate(by=admin, principal=users[proxy.principal], agent=users[proxy.by], valid_from=proxy.from_on, valid_to=proxy.until_on)
    choices = {(row.list.code, row.code): row for row in Choice.objects.select_related("list")}
    return Cast(users, units, groups, {person.code: person.posts for person in company.employees}, choices)


def _units(company: plan.DemoCompany) -> dict[str, OrgUnit]:
    found: dict[str, OrgUnit] = {}
    for unit in company.units:
        parent = found.get(unit.parent)
        found[unit.code] = staff.add_unit(
            by=None, code=unit.code, name=unit.name, parent=parent, kana=unit.kana, name_en=unit.name_en, place=unit.order
        )
    return found


def _hired(person: plan.Employee, units: dict[str, OrgUnit], today: date) -> User:
    """Only those a visitor may be have a password: the others' would only cost time."""
    may_log_in = any(login.code == person.code for login in logins.LOGINS)
    user = staff.hire(
        by=None,
        today=today,
        password=logins.PASSWORD if may_log_in else None,
        code=person.code,
        name=person.name,
        kana=f"{person.family_kana} {person.given_kana}",
        email=person.mail,
        phone=person.phone,
        language=person.language,
        is_staff=person.code == logins.ADMINISTRATOR,
    )
    for post in person.posts:
        unit = units[post.unit]
        staff.assign(
            by=None,
            user=user,
            unit=unit,
            today=today,
            title=post.title,
            is_primary=post.primary,
            valid_from=post.from_on,
            valid_to=post.until_on,
        )
    return user


def _group(group: plan.Group, users: dict[str, User], admin: User, today: date) -> StaffGroup:
    return staff.keep_group(by=admin, name=group.name, members=[users[code] for code in group.members], today=today)
