"""The nine hundred people at the demo's customers."""

from datetime import date, timedelta
from random import Random

from crm.demo import names
from crm.demo.days import uuid7_at
from crm.demo.places import landline, mobile
from crm.demo.plan import Customer, Person

_MAKER = ("工場長", "部長", "課長", "課長代理", "係長", "主任", "")
_OTHER = ("部長", "次長", "課長", "係長", "主任", "")
_TITLES: dict[str, tuple[str, ...]] = {
    "medical": ("事務長", "施設長", "看護部長", "係長", ""),
    "hospitality": ("支配人", "料理長", "課長", ""),
    "retail": ("店長", "部長", "主任", ""),
    "education": ("事務長", "教頭", "主任", ""),
    "agriculture": ("組合長", "理事", "主任", ""),
    "logistics": ("所長", "部長", "課長", "主任", ""),
    "construction": ("専務取締役", "部長", "所長", "主任", ""),
}
_MAKERS = {"food", "metal", "electronics", "chemical", "shipbuilding", "manufacturing"}
_TOP = ("代表取締役社長", "代表取締役", "専務取締役", "常務取締役")
_ROLES = {
    "部長": "decision_maker",
    "工場長": "decision_maker",
    "課長": "champion",
    "係長": "technical",
    "主任": "user",
    "": "contact",
    "事務長": "buyer",
}


def people(rng: Random, customers: tuple[Customer, ...], today: date, count: int = 900) -> tuple[Person, ...]:
    """`count` people: at least one for each firm, more at the bigger ones, a relative for a few individuals."""
    firms = [customer for customer in customers if customer.corporate]
    private = rng.sample([customer for customer in customers if not customer.corporate], 40)
    extra = rng.choices(firms, [{"A": 6, "B": 4, "C": 2}.get(c.rank, 1) for c in firms], k=count - len(firms) - len(private))
    heads: dict[str, int] = {}
    found = []
    for key, customer in enumerate(sorted(firms + private + extra, key=lambda customer: customer.code), start=1):
        place = heads[customer.code] = heads.get(customer.code, -1) + 1
        found.append(_person(rng, key, customer, place, today))
    return tuple(found)


def _title(rng: Random, customer: Customer, place: int) -> str:
    if not customer.corporate:
        return rng.choice(("ご家族", "ご子息", "奥様"))
    if place == 0 and rng.random() < 0.35:
        return rng.choice(("理事長", "施設長") if customer.industry == "medical" else _TOP)
    return rng.choice(_TITLES.get(customer.industry, _MAKER if customer.industry in _MAKERS else _OTHER))


def _person(rng: Random, key: int, customer: Customer, place: int, today: date) -> Person:
    family, given, family_kana, given_kana = names.draw(rng, women=0.3)
    title = _title(rng, customer, place)
    if not customer.corporate:
        family, family_kana = customer.name.split()[0], customer.kana.split()[0]
    at_desk = customer.departments and title not in _TOP and rng.random() < 0.85
    area = customer.phones[0].number.split("-")[0] if customer.corporate else ""
    return Person(
        id=uuid7_at(rng, customer.created_at),
        key=key,
        customer=customer.code,
        department=rng.choice(customer.departments) if at_desk else "",
        family=family,
        given=given,
        family_kana=family_kana,
        given_kana=given_kana,
        title=title,
        role="decision_maker" if title in (*_TOP, "理事長") else _ROLES.get(title, "other"),
        phone=mobile(rng) if not area or rng.random() < 0.4 else landline(rng, area),
        mail=customer.mail.replace("info@", f"p{key:03}@") if customer.mail and rng.random() < 0.7 else "",
        left_on=today - timedelta(days=rng.randint(40, 300)) if place > 1 and rng.random() < 0.06 else None,
    )
