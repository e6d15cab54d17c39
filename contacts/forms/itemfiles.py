"""File items of a record: one file each, uploaded with the form or standing already."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict

from contacts.filing import Fault
from contacts.forms.files import FilesField, FilesWidget, limits, sentence, with_new_files
from contacts.models import Attachment
from contacts.uploading import take_in
from crm.forms.items import PREFIX
from crm.models import User

# The file that is sent with the form; the item itself carries the key of what is stored already.
SENT = "_file"


def with_all_files(request: HttpRequest) -> tuple[QueryDict, list[str]]:
    """Return what a form sent, all files that came with it taken in, those of its file items too, and why some of them were not."""
    data, refused = with_new_files(request)
    sent: list[tuple[str, Any]] = [(name, request.FILES[name]) for name in request.FILES if name.startswith(PREFIX) and name.endswith(SENT)]
    if not sent:
        return data, refused
    data, user = data.copy(), request.user
    assert isinstance(user, User)
    for name, upload in sent:
        try:
            data.setlist(name.removesuffix(SENT), [str(take_in(upload, by=user).pk)])
        except Fault as fault:
            refused.append(sentence(upload.name or "", fault))
    return data, refused


class ItemFileWidget(FilesWidget):
    """The file that stands, with a box to keep it, and a place to choose another one."""

    template_name = "contacts/widgets/itemfile.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = forms.Widget.get_context(self, name, None, attrs)
        context["widget"] |= {"rows": self.field.chosen(value), "sent": f"{name}{SENT}", "limits": limits()}
        return context


class ItemFileField(FilesField):
    """At most one file: a new one takes the place of the one before."""

    widget = ItemFileWidget

    def __init__(self, *, code: str, **options: Any) -> None:
        self.code = code
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        keys = [one for one in value or [] if one]
        files = self._found(keys[-1:])
        if self.required and not files:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return files[0] if files else None

    def usable(self) -> Any:
        return Attachment.objects.usable_for(self.contact, self.viewer).filter(item__in=["", self.code])

    def chosen(self, value: Any) -> list[Attachment]:
        return super().chosen([value] if isinstance(value, str) else value)
