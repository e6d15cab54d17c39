"""Pages of this room."""

from contacts.views.bin import contact_bin, contact_purge
from contacts.views.entering import contact_edit, contact_new
from contacts.views.history import contact_list
from contacts.views.record import (
    contact_delete,
    contact_detail,
    contact_newer,
    contact_older,
    contact_readers,
    contact_restore,
    contact_send_again,
)

__all__ = [
    "contact_bin",
    "contact_delete",
    "contact_detail",
    "contact_edit",
    "contact_list",
    "contact_new",
    "contact_newer",
    "contact_older",
    "contact_purge",
    "contact_readers",
    "contact_restore",
    "contact_send_again",
]
