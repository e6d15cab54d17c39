"""The contact history as CSV: what one search finds and its asker may read, row by row, whatever its length."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, override, pgettext_lazy
from django.utils.translation import gettext as _

from contacts.models import ContactGuest, ContactParticipant, ContactPerson, ContactPoint, Expense, ReportRecipient
from contacts.search import ContactFilter
from crm.forms.items import label_of
from crm.items import Items, items_of, names_of, read
from crm.items.values import NUMBERS, Type
from crm.models import Customer, FieldDefinition, Person, Target, User

MOST_ROWS = 50_000
BATCH = 500
# What spreadsheets take for a formula when a cell begins with it; Japanese ones also read the full-width signs, and − becomes one.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "−", "＠")
# The same character has two code points; only one of each pair is in Windows-31J.
PAIRS = str.maketrans({"〜": "～", "−": "－", "‖": "∥", "—": "―", "¢": "￠", "£": "￡", "¬": "￢"})
GETA = "〓"
ENCODINGS = {"utf-8": "utf-8", "cp932": "cp932"}


def lines(sought: ContactFilter, viewer: User, encoding: str) -> Iterator[bytes]:
    """Return the file in pieces, one for each batch of rows. encoding: utf-8 (with its mark, for spreadsheets) or cp932.

    The pieces are made after the request is over: language and zone of the reader are kept for them.
    """
    pieces = _pieces(sought, viewer, encoding)
    language, zone = get_language() or "ja", timezone.get_current_timezone()

    def piece() -> bytes | None:
        with override(language), timezone.override(zone):
            return next(pieces, None)

    return iter(piece, None)


def _pieces(sought: ContactFilter, viewer: User, encoding: str) -> Iterator[bytes]:
    items = items_of(Target.CONTACT)
    own = [item for item in items.active if item.type != Type.FILE]
    mark = codecs.BOM_UTF8 if encoding == "utf-8" else b""
    yield mark + _encoded([[*(str(label) for label, _value in COLUMNS), *(label_of(item) for item in own)]], encoding)
    for batch in _batches(sought, viewer):
        names = names_of(own, [row.custom for row in batch], viewer)
        yield _encoded(([*_fixed(row), *_own(row, own, items, names)] for row in batch), encoding)


def _batches(sought: ContactFilter, viewer: User) -> Iterator[list[ContactPoint]]:
    cursor, left = "", MOST_ROWS
    while left > 0:
        page = sought.page(for_export(ContactPoint.objects.all(), viewer), cursor=cursor, size=min(BATCH, left))
        if page.rows:
            yield page.rows
        cursor, left = page.older, left - len(page.rows)
        if not cursor:
            return


def for_export(rows: Any, viewer: User) -> Any:
    """Bring along all that a line says, as far as the viewer may see it."""
    known = Prefetch("person", Person.objects.visible_to(viewer))
    firms = Prefetch("customer", Customer.objects.visible_to(viewer))
    told = ReportRecipient.objects.visible_to(viewer).select_related("user").order_by("-role", "pk")
    return rows.with_surroundings(viewer).prefetch_related(
        Prefetch("people", ContactPerson.objects.visible_to(viewer).prefetch_related(known).order_by("place")),
        Prefetch("guests", ContactGuest.objects.visible_to(viewer).prefetch_related(known, firms).order_by("place")),
        Prefetch("participants", ContactParticipant.objects.visible_to(viewer).select_related("user").order_by("pk")),
        Prefetch("recipients", told),
        Prefetch("expenses", Expense.objects.visible_to(viewer)),
    )


def _local(moment: Any, shape: str) -> str:
    return f"{timezone.localtime(moment):{shape}}" if moment else ""


def _names(rows: Iterable[Any]) -> str:
    return "、".join(str(row) for row in rows if row is not None)


def _guests(row: ContactPoint) -> str:
    return _names(getattr(one, "person", None) or getattr(one, "customer", None) for one in row.guests.all())


def _yen(row: ContactPoint) -> int | str:
    amounts = [line.amount_yen for line in row.expenses.all()]
    return sum(amounts) if amounts else ""


def _next(row: Any) -> str:
    return _local(row.next_starts_at, "%Y/%m/%d" if row.next_all_day else "%Y/%m/%d %H:%M")


COLUMNS: list[tuple[Any, Callable[[Any], Any]]] = [
    (gettext_lazy("Number"), lambda row: row.number or ""),
    (gettext_lazy("State"), lambda row: row.get_state_display()),
    (gettext_lazy("Date"), lambda row: _local(row.started_at, "%Y/%m/%d")),
    (pgettext_lazy("time", "From"), lambda row: _local(row.started_at, "%H:%M") if row.has_time else ""),
    (pgettext_lazy("time", "To"), lambda row: _local(row.ended_at, "%H:%M")),
    (gettext_lazy("Customer"), lambda row: row.customer),
    (gettext_lazy("Customer code"), lambda row: row.customer.code if row.customer else ""),
    (gettext_lazy("Customer department"), lambda row: row.department_name),
    (gettext_lazy("Contact people"), lambda row: _names(getattr(one, "person", None) for one in row.people.all())),
    (gettext_lazy("Customer participants"), _guests),
    (gettext_lazy("Deal"), lambda row: row.deal_name),
    (gettext_lazy("Account plan"), lambda row: row.plan_name),
    (gettext_lazy("Installed product"), lambda row: row.asset_name),
    (gettext_lazy("Contact method"), lambda row: row.method),
    (gettext_lazy("Result"), lambda row: row.result),
    (gettext_lazy("Category 1"), lambda row: row.category1),
    (gettext_lazy("Category 2"), lambda row: row.category2),
    (gettext_lazy("Summary"), lambda row: row.summary),
    (gettext_lazy("Summary, free text"), lambda row: row.summary_note),
    (gettext_lazy("Details"), lambda row: row.content),
    (gettext_lazy("Direct to or from site"), lambda row: row.get_direct_display() if row.direct else ""),
    (gettext_lazy("Owner"), lambda row: row.owner),
    (gettext_lazy("Unit"), lambda row: row.owner_unit),
    (gettext_lazy("Recorder"), lambda row: row.recorder),
    (gettext_lazy("Participants"), lambda row: _names(one.user for one in row.participants.all())),
    (gettext_lazy("Report to"), lambda row: _told(row, ReportRecipient.Role.REPORT)),
    (gettext_lazy("For information"), lambda row: _told(row, ReportRecipient.Role.NOTICE)),
    (gettext_lazy("Expenses (yen)"), _yen),
    (gettext_lazy("Next appointment"), _next),
    (gettext_lazy("Registered at"), lambda row: _local(row.registered_at, "%Y/%m/%d %H:%M")),
]


def _told(row: ContactPoint, role: str) -> str:
    return _names(one.user for one in row.recipients.all() if one.role == role)


def _fixed(row: ContactPoint) -> list[Any]:
    return [value(row) for _label, value in COLUMNS]


def _own(row: ContactPoint, own: list[FieldDefinition], items: Items, names: Mapping[tuple[str, str], Any]) -> list[Any]:
    return [_cell_of(item, row.custom.get(item.code), items, names) for item in own]


def _cell_of(item: FieldDefinition, kept: Any, items: Items, names: Mapping[tuple[str, str], Any]) -> Any:
    """Numbers and days are written for machines: without commas, units and eras."""
    value = read(item, kept)
    if value is None or item.type in NUMBERS:
        return "" if value is None else value
    if item.type == Type.CHECK:
        return _("Yes") if value else ""
    if item.type == Type.DATE:
        return f"{value:%Y/%m/%d}"
    return _local(value, "%Y/%m/%d %H:%M") if item.type == Type.DATE_TIME else items.fact(item, kept, names).text


def cell(value: Any) -> str:
    """Return a cell as text; what a spreadsheet would run is made harmless by an apostrophe, real numbers are not."""
    text = "" if value is None else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA_SIGNS) else text


class _Line:
    """What csv writes to: it keeps the lines of one batch."""

    def __init__(self) -> None:
        self.kept: list[str] = []

    def write(self, line: str) -> None:
        self.kept.append(line)


def _encoded(rows: Iterable[Iterable[Any]], encoding: str) -> bytes:
    line = _Line()
    csv.writer(line).writerows(
        [cell(value if isinstance(value, str | int) or value is None else _plain(value)) for value in row] for row in rows
    )
    text = "".join(line.kept)
    return text.encode("utf-8") if encoding == "utf-8" else _in_windows(text)


def _plain(value: Any) -> Any:
    """A number stays one, so that its minus is no formula; a row is written by its words."""
    return value if isinstance(value, Decimal) else str(value)


def _in_windows(text: str) -> bytes:
    text = text.translate(PAIRS)
    try:
        return text.encode("cp932")
    except UnicodeEncodeError:
        return b"".join(one.encode("cp932", "ignore") or GETA.encode("cp932") for one in text)
