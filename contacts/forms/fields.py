"""Fields of the contact form that share what they know: all colleagues in one query."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from crm.forms import RemoteSelectMultiple, is_key
from crm.models import User

NOT_FOUND = _("Not found.")
MOST_PEOPLE = 100


class IconRadio(forms.RadioSelect):
    """Segmented buttons; `icons` says which value bears which symbol."""

    icons: Mapping[str, str] = {}

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        if icon := self.icons.get(str(option["value"])):
            option["attrs"]["icon"] = icon
        return option


class Roster:
    """Everybody whom one submission or one record names; who is not at hand is read with one query when first asked for."""

    def __init__(self, keys: Iterable[Any], at_hand: Iterable[User] = ()) -> None:
        self.people = {user.pk: user for user in at_hand}
        self.missing = {int(key) for key in map(str, keys) if is_key(key)} - set(self.people)

    def find(self, key: Any) -> User | None:
        if self.missing:
            self.people |= {user.pk: user for user in User.objects.filter(pk__in=self.missing)}
            self.missing = set()
        return self.people.get(int(key)) if is_key(str(key)) else None


class StaffSelect(RemoteSelectMultiple):
    roster = Roster([])

    def chosen(self, value: Iterable[Any]) -> list[Any]:
        return [user for one in value if (user := self.roster.find(one))]


class StaffPicks(forms.Field):
    """Several colleagues, by type-ahead. A leaver stays where they already stand."""

    widget = StaffSelect
    default_error_messages = {"many": _("Choose up to %(limit)s people.")}

    def __init__(self, **options: Any) -> None:
        self.standing: set[int] = set()
        self.roster = Roster([])
        super().__init__(**{"required": False, "widget": StaffSelect("crm:user_suggest"), **options})

    def know(self, roster: Roster, standing: Iterable[int]) -> None:
        self.roster, self.standing = roster, set(standing)
        cast(StaffSelect, self.widget).roster = roster

    def to_python(self, value: Any) -> list[User]:
        if not value:
            return []
        if len(value) > MOST_PEOPLE:
            raise ValidationError(self.error_messages["many"], code="many", params={"limit": MOST_PEOPLE})
        return list({user.pk: user for user in self._found(value)}.values())

    def _found(self, value: Iterable[Any]) -> Iterator[User]:
        for key in value:
            user = self.roster.find(key)
            if user is None or not (user.is_active or user.pk in self.standing):
                raise ValidationError(NOT_FOUND, code="invalid_choice")
            yield user

    def prepare_value(self, value: Any) -> Any:
        return [one.pk if isinstance(one, User) else one for one in value or []]
