"""Finding contact records: one description of what is sought, used by page and API alike."""

from contacts.search.filter import SORTS, ContactFilter, FilterForm

__all__ = ["SORTS", "ContactFilter", "FilterForm"]
