"""The files of a form: what was uploaded before, what stands on the record, and in words what is refused."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.filing import EmptyFile, Fault, NoRoom, NotAccepted, NotStored, NotWhatItSays, TooLarge, TooManyPixels, clean_name
from contacts.models import Attachment, ContactPoint
from contacts.uploading import take_in
from crm.company import company
from crm.models import User
from crm.uploads import NO_ROOM, not_taken

NEW_FILES = "new_files"


def limits() -> str:
    """Say, before anything is sent, how large and how many."""
    said = {"size": company().largest_file_mb, "count": company().most_files}
    return _("Up to %(size)d MB per file, up to %(count)d files.") % said


def too_many() -> str:
    return _("Up to %(count)d files can be attached to a record.") % {"count": company().most_files}


def sentence(name: str, fault: Fault) -> str:
    """Say why a file was not taken and what to do."""
    return f"{clean_name(name)}: {why(fault)}"


def why(fault: Fault) -> str:
    """Say it without the name, for a place that shows the name already."""
    if isinstance(fault, TooLarge):
        return _("Larger than %(limit)d MB. Make it smaller, or attach it in parts.") % {"limit": fault.limit}
    if isinstance(fault, EmptyFile):
        return _("The file is empty. If it lies in a cloud, open it once and choose it again.")
    if isinstance(fault, NotAccepted):
        return _("Files of this kind cannot be attached. Put it into a ZIP file first.")
    if isinstance(fault, NotWhatItSays):
        return _("The content is not what “.%(suffix)s” says. The file may be broken or renamed.") % {"suffix": fault.suffix}
    if isinstance(fault, TooManyPixels):
        return _("The picture has more than %(limit)d million pixels. Make it smaller.") % {"limit": fault.limit}
    if isinstance(fault, NotStored):
        return _("It could not be stored. Please try again in a moment.")
    if isinstance(fault, NoRoom):
        return _("It could not be stored because the server has no room. Please tell the administrator.")
    return _("The picture is broken and cannot be read. Take it or save it again.")


def sent_but_not_taken(request: HttpRequest) -> list[tuple[str, Fault]]:
    """Return name and fault of the files that were stopped on their way in; read request.FILES first."""
    limit = company().largest_file_mb
    return [(name, NoRoom() if why == NO_ROOM else TooLarge(limit)) for name, why in not_taken(request)]


def with_new_files(request: HttpRequest) -> tuple[QueryDict, list[str]]:
    """Return what a form sent, files that came with it (without a script) taken in, and why some of them were not."""
    uploads = request.FILES.getlist(NEW_FILES)
    refused = [sentence(name, fault) for name, fault in sent_but_not_taken(request)]
    if not uploads:
        return request.POST, refused
    data, user = request.POST.copy(), request.user
    assert isinstance(user, User)
    room = max(company().most_files - len([key for key in data.getlist("files") if key]), 0)
    if len(uploads) > room:
        refused.append(too_many())
    for upload in uploads[:room]:
        try:
            data.appendlist("files", str(take_in(upload, by=user).pk))
        except Fault as fault:
            refused.append(sentence(upload.name or "", fault))
    return data, refused


class FilesWidget(forms.Widget):
    """The drop zone with the files that are there already. Each of them is a checkbox: taken away means unticked."""

    template_name = "contacts/widgets/files.html"
    use_fieldset = True

    def __init__(self) -> None:
        super().__init__()
        self.field: Any = None

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        if name not in data:
            return None
        return data.getlist(name) if hasattr(data, "getlist") else data[name]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"] |= {"rows": self.field.chosen(value), "limits": limits(), "too_many": too_many(), "company": company()}
        return context


class FilesField(forms.Field):
    """Files that the viewer has uploaded and not saved yet, and those that the record has. None was sent: all stay as they are."""

    widget = FilesWidget
    hidden_widget = forms.MultipleHiddenInput
    default_error_messages = {
        "gone": gettext_lazy("A file is no longer there. Please add it again."),
        "refused": gettext_lazy("%(name)s: refused by the virus scanner. Please remove it."),
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"required": False, "label": gettext_lazy("Attachments"), **options})
        self.contact: ContactPoint | None = None
        self.refused: list[str] = []
        self._linked()

    def __deepcopy__(self, memo: dict[int, Any]) -> FilesField:
        copy: Any = super().__deepcopy__(memo)
        copy.refused = []
        copy._linked()
        return copy

    def _linked(self) -> None:
        self.at_hand: dict[UUID, Attachment] = {}
        self.widget.field = self

    def look(self, viewer: User) -> None:
        self.viewer = viewer

    def know(self, contact: ContactPoint | None, refused: Iterable[str] = ()) -> None:
        """Say whose record the form changes, and what was sent and could not be taken."""
        self.contact, self.refused = contact, list(refused)

    def clean(self, value: Any) -> list[Attachment] | None:
        files = None if value is None else self._found(value)
        if self.refused:
            raise ValidationError(self.refused)
        return files

    def _found(self, value: Any) -> list[Attachment]:
        files, asked = self.chosen(value), {str(key) for key in value if key}
        if len(files) < len(asked):
            raise ValidationError(self.error_messages["gone"], code="gone")
        if len(files) > company().most_files and any(file.contact_id is None for file in files):
            raise ValidationError(too_many(), code="many")
        for file in files:
            if file.state == Attachment.State.REFUSED and file.contact_id is None:
                raise ValidationError(self.error_messages["refused"], code="refused", params={"name": file.name})
        return files

    def chosen(self, value: Any) -> list[Attachment]:
        """Return the rows of these ids in order, each once; what the viewer may not use is left out."""
        given = [one for one in value or [] if isinstance(one, Attachment)]
        if given:
            return given
        keys = [key for one in dict.fromkeys(value or []) if (key := _key(one))]
        if missing := [key for key in keys if key not in self.at_hand]:
            self.at_hand |= self.usable().in_bulk(missing)
        return [self.at_hand[key] for key in keys if key in self.at_hand]

    def usable(self) -> Any:
        return Attachment.objects.usable_for(self.contact, self.viewer).filter(item="")

    def prepare_value(self, value: Any) -> Any:
        return value


def _key(typed: Any) -> UUID | None:
    try:
        return UUID(str(typed))
    except ValueError:
        return None
