"""What may be created from within another form: how each kind is called, and which optional part it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.company import uses
from crm.models import Module


@dataclass(frozen=True)
class QuickKind:
    """One kind of row. `title` heads the dialog and stands on the button that opens it."""

    name: str
    title: Any
    module: str = ""

    @property
    def is_used(self) -> bool:
        return not self.module or uses(self.module)


QUICK_KINDS = {
    kind.name: kind
    for kind in (
        QuickKind("customer", _("New customer")),
        QuickKind("person", _("New contact person")),
        QuickKind("deal", _("New deal"), Module.DEALS),
        QuickKind("info", _("New information"), Module.INFOS),
        QuickKind("voice", _("New customer voice"), Module.VOICES),
        QuickKind("asset", _("New installed product"), Module.ASSETS),
        QuickKind("plan", _("New account plan"), Module.PLANS),
    )
}
