"""The form by which an administrator makes and changes an item: only what its type knows is asked."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import JSONField
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from crm.doors import look_through
from crm.fields import CleanCharField, JapaneseIntegerField
from crm.forms.items import field_of
from crm.items import BadFormula, FormulaFault, Type, items_of, read, stored
from crm.items.formula import FUNCTIONS, LONGEST
from crm.items.values import CHOSEN, LONG_TEXT_LENGTH, MOST_DECIMALS, NUMBERS, TEXT_LENGTH, TEXTS, USUAL_DECIMALS
from crm.models import ChoiceList, FieldDefinition, User

CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
# A filter says x_<code>_from and x_<code>_to: a code may not end like that.
ENDINGS = ("_from", "_to")
LONGEST_LINE, LONGEST_TEXT = 1_000, 20_000
ASKED = {
    "max_length": TEXTS,
    "rows": (Type.LONG_TEXT,),
    "decimals": (Type.DECIMAL, Type.CALCULATED),
    "unit_label": (Type.INTEGER, Type.DECIMAL, Type.CALCULATED),
    "choice_list": CHOSEN,
    "formula": (Type.CALCULATED,),
}
BEGINNING = (*TEXTS, *CHOSEN, Type.INTEGER, Type.DECIMAL, Type.DATE, Type.CHECK)
FORMULA_FAULTS = {
    FormulaFault.EMPTY: _("Enter a formula."),
    FormulaFault.TOO_LONG: _("A formula has up to 200 characters."),
    FormulaFault.TOO_DEEP: _("The formula is nested too deeply."),
    FormulaFault.UNREADABLE: _("The formula cannot be read here: %(word)s"),
    FormulaFault.NO_SUCH_FUNCTION: _("There is no function %(word)s. Use min, max, round, if or days."),
    FormulaFault.ARGUMENTS: _("%(word)s does not have the right values in its brackets."),
    FormulaFault.NO_SUCH_ITEM: _("There is no item with the code %(word)s here."),
    FormulaFault.NO_NUMBER: _("The item %(word)s is not a number."),
    FormulaFault.NO_DATE: _("days takes the codes of two date items, but found %(word)s."),
    FormulaFault.CIRCLE: _("The formula would calculate from its own result: %(word)s"),
}


def fault_of(error: BadFormula) -> str:
    """Say what is wrong with a formula."""
    return str(FORMULA_FAULTS[error.fault]) % {"word": error.word}


def check_code(code: str) -> None:
    """Raise ValidationError for what cannot be a code."""
    if not CODE.fullmatch(code):
        raise ValidationError(_("Use small letters a to z, digits and _, a letter first, up to 40 characters."), code="code")
    if code.endswith(ENDINGS) or code in FUNCTIONS or code in JSONField().get_lookups():
        raise ValidationError(_("This code cannot be used."), code="code")


class ItemForm(forms.Form):
    """A new item of a type, or one that stands."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    label_ja = CleanCharField(label=_("Japanese label"), max_length=60)
    label_en = CleanCharField(
        label=_("English label"), max_length=60, required=False, help_text=_("Left empty, the Japanese one is shown.")
    )
    code = CleanCharField(
        label=_("Item code"),
        max_length=40,
        required=False,
        help_text=_("For formulas, exports and programs; it cannot be changed later. Left empty, one is made."),
    )
    hint_ja = CleanCharField(label=_("Japanese hint"), max_length=200, required=False, help_text=_("Stands below the field."))
    hint_en = CleanCharField(label=_("English hint"), max_length=200, required=False)
    max_length = JapaneseIntegerField(label=_("Longest text"), required=False, at_least=1, at_most=LONGEST_TEXT)
    rows = JapaneseIntegerField(label=_("Lines"), required=False, at_least=1, at_most=30)
    decimals = JapaneseIntegerField(label=_("Decimal places"), required=False, at_least=0, at_most=MOST_DECIMALS)
    unit_label = CleanCharField(label=_("Unit behind the number"), max_length=20, required=False)
    choice_list = forms.ModelChoiceField(label=_("Choice list"), queryset=ChoiceList.objects.none(), empty_label="—")
    formula = CleanCharField(
        label=_("Formula"),
        max_length=LONGEST,
        help_text=_("Codes of number items with + - * / ( ), min, max, round(x, 1), if(a > b, a, b) and days(from, to) for dates."),
    )
    required = forms.BooleanField(label=_("Required"), required=False, help_text=_("Drafts may lack it."))
    read_only = forms.BooleanField(label=_("Read only"), required=False, help_text=_("Shown on forms, changed by no one."))
    placeable = forms.BooleanField(label=_("May stand on forms"), required=False, initial=True)

    def __init__(self, data: Any = None, *, target: str, type: str, viewer: User, item: FieldDefinition | None = None) -> None:  # noqa: A002
        self.target, self.type, self.item = target, Type(type), item
        super().__init__(data, initial=_initial(item) if item else None)
        self._drop_what_the_type_lacks()
        self._offer_default()
        look_through(self, viewer)

    def _drop_what_the_type_lacks(self) -> None:
        gone = [name for name, types in ASKED.items() if self.type not in types]
        gone += ["required", "read_only"] if self.type == Type.CALCULATED else []
        gone += ["code"] if self.item else []
        for name in gone:
            del self.fields[name]
        fields: dict[str, Any] = self.fields
        if "max_length" in fields:
            usual = TEXT_LENGTH if self.type == Type.TEXT else LONG_TEXT_LENGTH
            fields["max_length"].at_most = LONGEST_LINE if self.type == Type.TEXT else LONGEST_TEXT
            fields["max_length"].help_text = _("Left empty: %(usual)s characters.") % {"usual": f"{usual:,}"}
        if "decimals" in fields:
            usual = USUAL_DECIMALS if self.type == Type.DECIMAL else 0
            fields["decimals"].help_text = _("Left empty: %(usual)s.") % {"usual": usual}
        if "choice_list" in fields:
            fields["choice_list"].queryset = ChoiceList.objects.order_by("place", "pk")

    def _offer_default(self) -> None:
        """A list must be known before one of its options can be the default: it is offered once the item stands."""
        if self.type not in BEGINNING or (self.type in CHOSEN and self.item is None):
            return
        like = self.item or FieldDefinition(target=self.target, type=self.type, max_length=LONGEST_TEXT, decimals=MOST_DECIMALS)
        field = field_of(like, items_of(self.target), like.default, label=_("Default"), help_text="", required=False)
        if field is not None:
            self.fields["default"] = field
            self.initial["default"] = read(like, like.default)

    @property
    def operands(self) -> list[FieldDefinition]:
        """The items that a formula may name."""
        usable = (*NUMBERS, Type.CHECK, Type.DATE)
        return [row for row in items_of(self.target).active if row.type in usable and row != self.item]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if code:
            check_code(code)
        return code

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.item and "code" in said and "label_ja" in said:
            said["code"] = said["code"] or self._free_code(said.get("label_en", ""))
        self._check_default(said)
        return said

    def _check_default(self, said: dict[str, Any]) -> None:
        value, longest = said.get("default"), said.get("max_length")
        if isinstance(value, str) and longest and len(value) > longest:
            self.add_error("default", _("The default is longer than the item allows."))
        if self.item and said.get("choice_list") not in (None, self.item.choice_list):
            said["default"] = None  # an option of the list before

    def _free_code(self, label: str) -> str:
        made = slugify(label).replace("-", "_")[:30].strip("_")
        base = made if CODE.fullmatch(made) and not made.endswith(ENDINGS) and made not in FUNCTIONS else "item"
        taken = set(items_of(self.target).by_code)
        return next(code for number in range(1, len(taken) + 2) if (code := base if number == 1 else f"{base}_{number}") not in taken)

    def values(self) -> dict[str, Any]:
        """Return what the actions take, without the version."""
        said = {name: value for name, value in self.cleaned_data.items() if name not in ("version", "default")}
        if "default" in self.cleaned_data:
            like = FieldDefinition(type=self.type, decimals=said.get("decimals"))
            said["default"] = stored(like, self.cleaned_data["default"])
        return said


def _initial(item: FieldDefinition) -> dict[str, Any]:
    same = ("version", "label_ja", "label_en", "hint_ja", "hint_en", "max_length", "rows", "decimals", "unit_label", "formula")
    flags = ("required", "read_only", "placeable")
    return {name: getattr(item, name) for name in (*same, *flags)} | {"choice_list": item.choice_list_id}


class PreviewForm(forms.Form):
    """One item as it will stand on forms; it is sent nowhere."""

    def __init__(self, item: FieldDefinition, *, viewer: User) -> None:
        super().__init__(auto_id="preview_%s")
        field = field_of(item, items_of(item.target), item.default, initial=read(item, item.default))
        self.fields[item.code] = field or forms.CharField(label=str(item), help_text=item.hint, disabled=True, required=False)
        look_through(self, viewer)
