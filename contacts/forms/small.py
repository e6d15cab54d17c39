"""Forms of one button, or nearly."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.fields import CleanCharField


class SendAgainForm(forms.Form):
    """Whom to tell once more, and why."""

    recipient = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    reason = CleanCharField(label=_("Reason for sending again"), max_length=200, required=False)
