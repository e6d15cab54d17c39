"""Forms of this room."""

from contacts.forms.conflict import Difference, differences, taken
from contacts.forms.contact import ContactForm
from contacts.forms.prefill import initial_of, prefilled, still_to_log
from contacts.forms.small import SendAgainForm

__all__ = ["ContactForm", "Difference", "SendAgainForm", "differences", "initial_of", "prefilled", "still_to_log", "taken"]
