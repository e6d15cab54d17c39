"""What readers fill in: an answer, and what they look for among their reports."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from contacts.models import Phrase, ReportRecipient
from crm.fields import CleanCharField, CleanTextField
from crm.japanese import terms
from crm.models import User
from reports.inbox import saying

LONGEST_REPLY = 2_000  # characters
MOST_BUTTONS = 12  # replies by one tap; further ones are found in the menu of phrases


class ReplyForm(forms.Form):
    """A canned phrase by one tap, or free text."""

    phrase = forms.ModelChoiceField(queryset=Phrase.objects.none(), required=False)
    body = CleanTextField(
        max_length=LONGEST_REPLY,
        required=False,
        label=_("Reply"),
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": _("Write a reply …"), "data-phrases": Phrase.Use.REPLY}),
    )

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phrase"].queryset = offered_replies(viewer)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if "phrase" in self.errors or (not self.errors and not said.get("phrase") and not said.get("body")):
            self.add_error("body", _("Choose a reply or write one."))
        return said

    @property
    def text(self) -> str:
        phrase = self.cleaned_data["phrase"]
        return str(phrase) if phrase else self.cleaned_data["body"]


def offered_replies(viewer: User) -> QuerySet[Phrase]:
    offered: QuerySet[Phrase] = Phrase.objects.offered_to(viewer, Phrase.Use.REPLY)
    return offered


class InboxForm(forms.Form):
    """Which reports to list: unread or all, of one person, with some words."""

    show = forms.ChoiceField(label=_("State"), choices=[("", _("All")), ("unread", _("Unread"))], required=False)
    who = forms.ModelChoiceField(queryset=User.objects.none(), required=False, label=_("Reported by"), empty_label=_("Everybody"))
    q = CleanCharField(max_length=200, required=False, label=_("Search"))

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer
        self.told = ReportRecipient.objects.told_to(viewer)
        self.fields["who"].queryset = User.objects.filter(pk__in=self.told.values("contact__owner")).by_name()  # type: ignore[attr-defined]

    def found(self) -> Any:
        """Return the reports asked for. What was asked wrongly finds nothing."""
        if not self.is_valid():
            return self.told.none()
        asked, rows = self.cleaned_data, self.told
        if asked["show"] == "unread":
            rows = rows.unread()
        if asked["who"]:
            rows = rows.filter(contact__owner=asked["who"])
        return saying(rows, self.viewer, terms(asked["q"]))
