"""What one fills in to comment."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contacts.mentions import mentioned_in
from contacts.models import Comment, ContactPoint
from crm.audience import who_may_read
from crm.fields import CleanTextField
from crm.forms import UserChoices
from crm.models import User, uuid7

LONGEST_COMMENT = 4_000  # characters
MOST_MENTIONS = 50


class CommentForm(forms.Form):
    """A comment: new, or written anew. A name behind an @ mentions that person, picked from the type-ahead or typed by hand."""

    comment_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)
    body = CleanTextField(
        max_length=LONGEST_COMMENT,
        label=_("Comment"),
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": _("Write a comment. @ and a name mentions a colleague.")}),
    )
    mentions = UserChoices(required=False, label=_("Mentioned"), widget=forms.MultipleHiddenInput)

    def __init__(self, sent: Any = None, *, contact: ContactPoint, viewer: User, comment: Comment | None = None) -> None:
        self.contact, self.viewer, self.comment = contact, viewer, comment
        super().__init__(sent, initial=self._initial(), auto_id=f"id_{comment.pk.hex if comment else 'new'}_%s")
        self.fields["mentions"].queryset = who_may_read(contact)  # type: ignore[attr-defined]
        suggest = reverse("contacts:mention_suggest", args=[contact.pk])
        self.fields["body"].widget.attrs |= {"data-mentions": suggest, "data-phrases": "comment", "aria-label": self.fields["body"].label}

    def _initial(self) -> dict[str, Any]:
        if self.comment is None:
            return {"comment_id": uuid7()}
        return {
            "version": self.comment.version,
            "body": self.comment.body,
            "mentions": [row.user_id for row in self.comment.mentions.all()],
        }

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if len(said.get("mentions") or ()) > MOST_MENTIONS:
            self.add_error("body", _("Mention up to %(limit)s people.") % {"limit": MOST_MENTIONS})
        if "mentions" in self.errors:
            self.add_error("body", _("Somebody who was mentioned was not found. Please pick them again."))
        return said

    def mentioned(self) -> list[User]:
        """Return whom the text mentions, among those who may read the record."""
        return mentioned_in(self.cleaned_data["body"], who_may_read(self.contact), self.cleaned_data["mentions"])
