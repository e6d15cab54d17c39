"""Forms of staff, units, posts, groups and entry on behalf."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.fields import CleanCharField, JapaneseDateField, KanaField, PhoneField
from crm.forms.choosing import UnitChoice, UserChoice, UserChoices
from crm.japanese import terms
from crm.models import Membership, OrgUnit, StaffGroup, User

CODE = re.compile(r"[0-9A-Za-z_.-]+")


def _code(value: str) -> str:
    if not CODE.fullmatch(value):
        raise forms.ValidationError(_("Use letters, digits, hyphens, dots and underscores."))
    return value


class StaffList(forms.Form):
    q = CleanCharField(max_length=200, required=False)
    unit = UnitChoice(required=False)
    left = forms.BooleanField(required=False, label=_("Leavers only"))

    def find(self, rows: Any) -> Any:
        """Narrow employees down to what is asked."""
        if not self.is_valid():
            return rows.none()
        asked = self.cleaned_data
        rows = rows.filter(is_active=not asked["left"])
        if asked["unit"]:
            rows = rows.in_unit(asked["unit"])
        return rows.matching(terms(asked["q"] or ""))


class UserForm(forms.Form):
    """What an administrator keeps of an employee."""

    code = CleanCharField(label=_("Employee code"), max_length=32)
    name = CleanCharField(label=_("Name"), max_length=80)
    kana = KanaField(label=_("Reading"), max_length=80, required=False)
    email = forms.EmailField(label=_("Mail"), required=False, max_length=254)
    phone = PhoneField(label=_("Phone"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=[("ja", "日本語"), ("en", "English")], initial="ja")
    is_staff = forms.BooleanField(label=_("Administrator"), required=False, help_text=_("May change staff, units and choice lists."))

    def __init__(self, data: Any = None, *, user: User | None = None) -> None:
        self.user = user
        super().__init__(data, initial={name: getattr(user, name) for name in self.base_fields} if user else None)

    def clean_code(self) -> str:
        code = _code(self.cleaned_data["code"])
        return self._free("code", code, _("Another employee has this code."))

    def clean_email(self) -> str:
        email = User.objects.normalize_email(self.cleaned_data["email"])
        return self._free("email", email, _("Another employee has this mail.")) if email else ""

    def _free(self, name: str, value: str, taken: Any) -> str:
        others = User.objects.filter(**{f"{name}__iexact": value}).exclude(pk=self.user.pk if self.user else 0)
        if others.exists():
            raise forms.ValidationError(taken)
        return value

    def values(self) -> dict[str, Any]:
        phone = self.cleaned_data["phone"]
        return self.cleaned_data | {"phone": phone.display if phone else ""}


class _Days(forms.Form):
    valid_from = JapaneseDateField(label=_("From"), required=False)
    valid_to = JapaneseDateField(label=_("To"), required=False)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = said.get("valid_from"), said.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("The last day lies before the first."))
        return said


class PostForm(_Days):
    unit = UnitChoice(label=_("Unit"))
    title = CleanCharField(label=_("Job title"), max_length=40, required=False)
    is_primary = forms.BooleanField(label=_("Main post"), required=False)
    field_order = ("unit", "title", "is_primary", "valid_from", "valid_to")

    def __init__(self, data: Any = None, *, post: Membership | None = None, initial: dict[str, Any] | None = None) -> None:
        names = ("title", "is_primary", "valid_from", "valid_to")
        super().__init__(data, initial={"unit": post.unit_id, **{name: getattr(post, name) for name in names}} if post else initial)


class LeaveForm(forms.Form):
    left_on = JapaneseDateField(label=_("Last working day"))


class UnitForm(_Days):
    code = CleanCharField(label=_("Unit code"), max_length=16)
    name = CleanCharField(label=_("Unit name"), max_length=80)
    name_en = CleanCharField(label=_("English name"), max_length=80, required=False)
    kana = KanaField(label=_("Reading"), max_length=80, required=False)
    parent = UnitChoice(label=_("Parent unit"), required=False, help_text=_("Empty for a unit at the top."))
    head = UserChoice(label=_("Head of unit"), required=False)
    field_order = ("code", "name", "name_en", "kana", "parent", "head", "valid_from", "valid_to")

    def __init__(self, data: Any = None, *, unit: OrgUnit | None = None, initial: dict[str, Any] | None = None) -> None:
        self.unit = unit
        plain = ("code", "name", "name_en", "kana", "valid_from", "valid_to")
        standing = {"parent": unit.parent_id, "head": unit.head_id, **{name: getattr(unit, name) for name in plain}} if unit else initial
        super().__init__(data, initial=standing)

    def clean_code(self) -> str:
        code = _code(self.cleaned_data["code"])
        if OrgUnit.objects.filter(code=code).exclude(pk=self.unit.pk if self.unit else 0).exists():
            raise forms.ValidationError(_("Another unit has this code."))
        return code


class GroupForm(forms.Form):
    name = CleanCharField(label=_("Group name"), max_length=80)
    members = UserChoices(label=_("Members"))

    def __init__(self, data: Any = None, *, group: StaffGroup | None = None) -> None:
        self.group = group
        members = list(group.members.values_list("pk", flat=True)) if group else []
        super().__init__(data, initial={"name": group.name, "members": members} if group else None)
        people: Any = self.fields["members"]
        people.queryset = User.objects.filter(Q(is_active=True) | Q(pk__in=members))

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if StaffGroup.objects.filter(name=name).exclude(pk=self.group.pk if self.group else 0).exists():
            raise forms.ValidationError(_("Another group has this name."))
        return name


class DelegationForm(_Days):
    """One principal or one unit of them on the one side, one agent or one unit of them on the other."""

    principal = UserChoice(label=_("For whom"), required=False)
    principal_unit = UnitChoice(label=_("For which unit"), required=False)
    agent = UserChoice(label=_("Who enters"), required=False)
    agent_unit = UnitChoice(label=_("Which unit enters"), required=False)
    field_order = ("principal", "principal_unit", "agent", "agent_unit", "valid_from", "valid_to")

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        for one, many in (("principal", "principal_unit"), ("agent", "agent_unit")):
            if bool(said.get(one)) == bool(said.get(many)) and not {one, many} & set(self.errors):
                self.add_error(one, _("Choose either a person or a unit."))
        return said
