"""A form that was begun and not saved: read back as it was typed, and laid beside what another device typed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict

from contacts.forms.conflict import KEPT_ALONE as NO_WORDS
from contacts.forms.conflict import Difference, compared
from contacts.forms.contact import ContactForm
from crm.forms.placing import pairs_of
from crm.models import uuid7

# What a page sends along that nobody typed.
NOT_TYPED = {
    "csrfmiddlewaretoken",
    "unsaved_version",
    "unsaved_pages",
    "draft",
    "take",
    "compare",
    "open",
    "template_name",
    "template_shared",
}
KEPT_ALONE = (*NO_WORDS, "owner")
MOST_FIELDS = 2_000


def typed_of(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return names and values without what no database takes: NUL, halves of a character."""
    return [(_clean(name), _clean(value)) for name, value in pairs if name not in NOT_TYPED]


def sent_pairs(data: QueryDict) -> list[tuple[str, str]]:
    return typed_of((name, str(value)) for name, values in data.lists() for value in values)


def as_sent(typed: Iterable[Iterable[str]]) -> QueryDict:
    """Return what was typed as a browser would send it."""
    data = QueryDict(mutable=True)
    for name, value in typed:
        data.appendlist(name, value)
    return data


def unjudged(form: ContactForm) -> ContactForm:
    """Show what was typed, right or wrong, without judging it: nobody has asked to save it yet."""
    _hush(form)
    for part in vars(form).values():
        if isinstance(part, forms.BaseFormSet):
            part._errors, part._non_form_errors = [ErrorDict() for _ in part.forms], part.error_class()  # type: ignore[attr-defined]
            for line in part.forms:
                _hush(line)
    return form


def unlike(mine: ContactForm, theirs: ContactForm) -> list[Difference]:
    """Compare what two devices typed; who owns it is no word of anybody's."""
    return compared(mine, theirs, but=KEPT_ALONE)


def merged(mine: QueryDict, theirs: QueryDict, name: str) -> QueryDict:
    """Return my form with one field, or one block of lines, as the other device has it; "*" takes over everything."""
    data = mine.copy()
    for key in {*mine, *theirs}:
        if name == "*" or key in (name, f"{name}_parts") or key.startswith(f"{name}-"):
            data.setlist(key, theirs.getlist(key))
    return data


def _hush(form: Any) -> None:
    form._errors, form.cleaned_data = ErrorDict(), {}


def _clean(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "ignore").decode()


def sent_by(form: ContactForm) -> QueryDict:
    """Return what a browser would send of a form that nobody has touched."""
    data = QueryDict(mutable=True)
    for name, value in (pair for bound in form for pair in pairs_of(bound)):
        data.appendlist(name, value)
    for lines in ("expenses", "requests"):
        data.update({f"{lines}-TOTAL_FORMS": "0", f"{lines}-INITIAL_FORMS": "0"})
    return data


def numbered(form: ContactForm, record: UUID | None = None) -> UUID | None:
    """Return which record a form is of, and let its field say the same: what was sent may be no id, or one that no address is written with.

    record: where it is known from elsewhere. None comes back for a page that a device keeps: each form begun on it gets its id there.
    """
    said = str(form["contact_id"].value() or "")
    found = form.contact.pk if form.contact else record or _id_in(said)
    if form.is_bound and said != str(found):
        found, data = found or uuid7(), cast(QueryDict, form.data).copy()
        data["contact_id"] = str(found)
        form.data = data
    return found


def _id_in(said: str) -> UUID | None:
    try:
        return UUID(said)
    except ValueError:
        return None
