"""Forms of the canned phrases."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.models import Phrase
from crm.fields import CleanCharField, CleanTextField
from crm.forms import UnitChoice
from crm.models import User

LONGEST_TEXT = 2_000
LONGEST_TITLE = 100
OWN, COMPANY, UNIT = "own", "company", "unit"


class PhraseForm(forms.Form):
    """The words of a phrase in both languages, and the letters that call it."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1)
    text_ja = CleanTextField(label=_("Japanese"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 3}))
    text_en = CleanTextField(label=_("English"), max_length=LONGEST_TEXT, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    shortcut = CleanCharField(
        label=_("Shortcut"), max_length=20, required=False, help_text=_("Type ; and these letters in a text to insert the phrase.")
    )

    def __init__(self, data: Any = None, *, use: str, phrase: Phrase | None = None) -> None:
        names = ("version", "text_ja", "text_en", "shortcut")
        super().__init__(data, initial={name: getattr(phrase, name) for name in names} if phrase else None)
        if phrase is None:
            del self.fields["version"]
        self.use = use
        if use != Phrase.Use.REPLY:
            self.fields["text_ja"].help_text = _("{customer}, {person} and {date} are filled in from the form.")

    def clean_shortcut(self) -> str:
        shortcut: str = self.cleaned_data["shortcut"]
        if any(letter.isspace() or letter in ";；" for letter in shortcut):
            raise forms.ValidationError(_("A shortcut has no spaces and no semicolons."))
        return shortcut

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if self.use == Phrase.Use.TITLE:
            for name in ("text_ja", "text_en"):
                if len(said.get(name) or "") > LONGEST_TITLE or "\n" in (said.get(name) or ""):
                    self.add_error(name, _("A title has one line of up to %(limit)s characters.") % {"limit": LONGEST_TITLE})
        return said


class HolderForm(forms.Form):
    """Whose phrases, and of which use, a page shows: ?of=own, company or unit with &unit=<key>."""

    use = forms.ChoiceField(choices=Phrase.Use.choices, required=False)
    of = forms.ChoiceField(choices=[(OWN, ""), (COMPANY, ""), (UNIT, "")], required=False)
    unit = UnitChoice(required=False)

    def __init__(self, data: Any, *, viewer: User) -> None:
        super().__init__(data)
        self.viewer = viewer

    @property
    def chosen_use(self) -> str:
        return (self.cleaned_data.get("use") if self.is_valid() else "") or Phrase.Use.CONTENT

    @property
    def chosen_of(self) -> str:
        return (self.cleaned_data.get("of") if self.is_valid() else "") or OWN

    def holder(self) -> dict[str, Any]:
        """Return unit and user as the phrases bear them. A unit that was not chosen yet holds nothing: see `is_open`."""
        if self.chosen_of == OWN:
            return {"unit": None, "user": self.viewer}
        return {"unit": self.cleaned_data.get("unit") if self.chosen_of == UNIT else None, "user": None}

    @property
    def is_open(self) -> bool:
        """Tell whether it says whose phrases, and whether the viewer may change those."""
        if self.chosen_of != OWN and not self.viewer.is_staff:
            return False
        return self.chosen_of != UNIT or bool(self.cleaned_data.get("unit"))
