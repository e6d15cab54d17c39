"""The columns that customers, people and what they have of ours are found and sorted by. Whoever writes such a row fills them."""

from __future__ import annotations

from collections.abc import Iterable

from crm.items import texts_of
from crm.japanese import kana_row, kana_sort_key, searchable
from crm.models import Asset, Contract, Customer, Person


def fill_customer_keys(customer: Customer, phones: Iterable[str]) -> None:
    """Fill the kana order, the index heading and the search text of a customer with these phone numbers."""
    customer.sort_key = kana_sort_key(customer.kana or customer.name)
    customer.kana_row = kana_row(customer.kana or customer.name)
    # The bare name first: suggestions put what begins like the typed word on top.
    customer.search_text = searchable(customer.name, customer.kana, customer.code, str(customer), *phones, *texts_of(customer))


def fill_person_keys(person: Person) -> None:
    """Fill the kana order, the index heading and the search text of a contact person."""
    kana = f"{person.family_kana} {person.given_kana}".strip()
    person.sort_key = kana_sort_key(kana or person.name)
    person.kana_row = kana_row(kana or person.name)
    numbers = (person.phone, person.mobile, person.email)
    person.search_text = searchable(person.name, kana, person.given_name, *numbers, *texts_of(person))


def fill_held_keys(row: Asset | Contract) -> None:
    """Fill the search text: an asset is also found by its plate and serial number in any writing, a contract by its number."""
    more = (row.number,) if isinstance(row, Contract) else (row.plate, row.serial, row.model_name)
    row.search_text = searchable(row.name, *more, *texts_of(row))
