"""Makers: one call gives a thing with sensible defaults, made by the same actions that people use."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from crm.actions import staff
from crm.audience import Audience, scope_for
from crm.models import Choice, ChoiceList, Customer, OrgUnit, Person, User

TODAY = date(2026, 11, 20)
PASSWORD = "correct horse battery staple"
_numbers = count(1)


def a_unit(name: str = "", parent: OrgUnit | None = None, **fields: Any) -> OrgUnit:
    number = next(_numbers)
    return staff.add_unit(by=None, code=fields.pop("code", f"{number:06d}"), name=name or f"第{number}課", parent=parent, **fields)


def a_user(name: str = "", unit: OrgUnit | None = None, **fields: Any) -> User:
    number = next(_numbers)
    fields = {"code": f"e{number:04d}", "email": f"e{number:04d}@example.jp", "kana": "テスト", **fields}
    user = staff.hire(by=None, today=TODAY, password=fields.pop("password", None), name=name or f"社員 {number}", **fields)
    if unit:
        staff.assign(by=None, user=user, unit=unit, today=TODAY)
    return user


def a_choice(list_code: str, name_ja: str = "", **fields: Any) -> Choice:
    of, _new = ChoiceList.objects.get_or_create(code=list_code, defaults={"name_ja": list_code, "name_en": list_code})
    number = next(_numbers)
    return Choice.objects.create(
        list=of, code=fields.pop("code", f"c{number}"), name_ja=name_ja or f"選択肢{number}", name_en=f"Choice {number}", **fields
    )


def an_audience(*units: OrgUnit, people: tuple[User, ...] = ()) -> Audience:
    """An audience of these units and people; without any it is nobody beyond those named on the record."""
    return Audience(units=frozenset(unit.pk for unit in units), people=frozenset(user.pk for user in people))


def a_customer(name: str = "青木建材", *, recorder: User, audience: Audience | None = None, **fields: Any) -> Customer:
    from crm.actions import customers

    return customers.add_customer(by=recorder, name=name, audience=audience or Audience.whole_company(), **fields)


def a_person(customer: Customer, family_name: str = "鈴木", *, recorder: User, **fields: Any) -> Person:
    from crm.actions import customers

    return customers.add_person(by=recorder, customer=customer, family_name=family_name, **fields)


__all__ = ["PASSWORD", "TODAY", "a_choice", "a_customer", "a_person", "a_unit", "a_user", "an_audience", "scope_for"]
