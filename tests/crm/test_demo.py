"""The demo company as data: a believable firm, the same every time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from crm.demo import choices, firm, logins
from crm.demo.company import found
from crm.demo.days import TOKYO, is_working_day
from crm.demo.plan import DemoCompany
from crm.japanese import clean_phone

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def company() -> DemoCompany:
    return found(today=TODAY)


def test_the_same_day_founds_the_same_company(company):
    again = found(today=TODAY)

    assert again == company


def test_another_run_of_python_founds_the_same_company_too():
    """Sets have another order in each process; nothing may depend on it."""
    script = "from datetime import date; from crm.demo.company import found; print(repr(found(today=date(2026, 11, 20))))"
    answers = {
        subprocess.run(
            [sys.executable, "-c", script], env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True, cwd=ROOT
        ).stdout
        for seed in ("1", "2")
    }

    assert len(answers) == 1


def test_it_has_the_promised_size(company):
    branches = [unit for unit in company.units if unit.kind == "branch"]

    assert len(branches) == 3
    assert len(company.units) == 12
    assert len(company.employees) == 40
    assert len(company.customers) == 500
    assert len(company.people) == 900
    assert len(company.deals) == 120
    assert len(company.contacts) == 3000
    assert (len(company.assets), len(company.contracts)) == (120, 60)


@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2026, 5, 6), date(2026, 8, 14), date(2028, 2, 29), date(2026, 12, 31)])
def test_it_can_be_founded_on_any_day(today):
    company = found(today=today)

    assert len(company.contacts) == 3000
    assert max(contact.recorded_at for contact in company.contacts) < datetime.combine(today, time(), TOKYO)


def test_nobody_works_on_sundays_holidays_or_after_leaving(company):
    leaver = next(person for person in company.employees if person.code == firm.LEAVER)

    assert all(is_working_day(contact.starts_at.date()) for contact in company.contacts)
    assert max(c.starts_at.date() for c in company.contacts if c.owner == leaver.code) <= leaver.left_on
    assert not [booked for booked in company.appointments if booked.owner == leaver.code and booked.starts_at.date() >= TODAY]


def test_notes_are_of_a_readable_length_and_never_repeat(company):
    texts = [contact.content for contact in company.contacts]

    assert len(set(texts)) == len(texts)
    assert all(40 <= len(text) <= 400 for text in texts)
    assert not [text for text in texts if "{" in text or "}" in text or "[" in text]


def test_no_opening_is_heard_too_often(company):
    openings = Counter(contact.content[:12] for contact in company.contacts)

    assert openings.most_common(1)[0][1] < 90


def test_seven_in_ten_records_are_open_to_the_whole_company(company):
    open_to_all = sum(contact.audience.company for contact in company.contacts)

    assert 0.6 < open_to_all / len(company.contacts) < 0.8
    assert any(contact.audience.units for contact in company.contacts)
    assert any(contact.audience.groups for contact in company.contacts)
    assert any(contact.audience.persons for contact in company.contacts)


def test_the_boss_has_a_handful_of_unread_reports(company):
    unread = [c for c in company.contacts for report in c.reports if report.to == logins.BOSS and report.told_at and report.read_at is None]

    assert 4 <= len(unread) <= 8
    assert any(contact.owner == logins.SELLER for contact in unread)


def test_a_draft_has_told_nobody(company):
    drafts = [contact for contact in company.contacts if contact.draft]

    assert drafts
    assert not [report for contact in drafts for report in contact.reports if report.told_at]


def test_every_code_belongs_to_a_choice_list(company):
    codes = {row.code: {choice.code for choice in row.choices} for row in choices.LISTS}

    assert {contact.method for contact in company.contacts} == codes["method"]
    assert {contact.summary for contact in company.contacts} <= codes["summary"]
    assert {contact.result for contact in company.contacts} <= codes["result"]
    assert {deal.stage for deal in company.deals} == codes["deal_stage"]
    assert {customer.industry for customer in company.customers} <= codes["industry"]
    assert {customer.rank for customer in company.customers} <= codes["rank"]
    assert {asset.type for asset in company.assets} <= codes["asset_type"]
    assert {contract.type for contract in company.contracts} <= codes["contract_type"]
    assert {person.role for person in company.people} <= codes["person_role"]
    assert {line.kind for contact in company.contacts for line in contact.expenses} <= codes["expense_kind"]


@pytest.mark.parametrize("seed", choices.LISTS, ids=lambda seed: seed.code)
def test_a_choice_list_is_complete_in_both_languages_and_keeps_to_its_meanings(seed):
    codes = [choice.code for choice in seed.choices]

    assert len(set(codes)) == len(codes)
    assert all(choice.name_ja and choice.name_en for choice in seed.choices)
    assert {choice.semantic for choice in seed.choices} <= {*seed.semantics, ""}
    assert {choice.parent for choice in seed.choices} <= {*codes, ""}


def test_nobody_can_be_reached_by_the_telephone_numbers_and_mails(company):
    numbers = [phone.number for customer in company.customers for phone in customer.phones] + [
        person.phone for person in (*company.people, *company.employees)
    ]
    mails = [person.mail for person in company.people if person.mail] + [person.mail for person in company.employees]

    exchanges = {(number.startswith(("090", "070")), number.split("-")[1][0]) for number in numbers}
    assert exchanges == {(False, "1"), (True, "0")}
    assert not [number for number in numbers if clean_phone(number).display != number], "it belongs to another area"
    assert all(mail.endswith(("@example.jp", ".example.jp")) for mail in mails)


def test_the_coming_two_weeks_are_booked_with_all_sorts_of_appointments(company):
    coming = [booked for booked in company.appointments if booked.starts_at.date() >= TODAY]

    assert max(booked.starts_at.date() for booked in coming) <= TODAY + timedelta(days=14)
    assert {booked.status for booked in coming} == {"confirmed", "tentative", "cancelled"}
    assert {"", "to", "from"} <= {booked.direct for booked in coming}
    assert any(booked.all_day for booked in coming)
    assert any("🎉" in booked.summary_note for booked in coming)


def test_a_next_appointment_goes_to_the_same_customer(company):
    booked = {appointment.id: appointment for appointment in company.appointments}
    linked = [contact for contact in company.contacts if contact.next_appointment]

    assert linked
    assert all(booked[contact.next_appointment].customer == contact.customer for contact in linked)
    assert all(booked[contact.next_appointment].starts_at > contact.starts_at for contact in linked)


def test_a_record_names_only_people_of_its_customer(company):
    home = {person.key: person.customer for person in company.people}
    named = [(contact.customer, key) for contact in company.contacts for key in (contact.person, *contact.visitors) if key]

    assert all(home[key] == customer for customer, key in named)


def test_those_one_can_log_in_as_work_here(company):
    staff = {person.code: person for person in company.employees}

    assert [(staff[login.code].mail, staff[login.code].name) for login in logins.LOGINS] == [
        (login.mail, login.name) for login in logins.LOGINS
    ]
