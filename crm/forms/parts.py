"""Fields of optional parts: a form knows nothing of what the company has switched off."""

from __future__ import annotations

from typing import Any

from django import forms

from crm.company import uses
from crm.models import AccountPlan, Asset, CollectedInfo, Contract, Deal, Module

# A field belongs to the parts of the rows that it chooses; one of them in use is enough.
PARTS: dict[Any, tuple[Module, ...]] = {
    Deal: (Module.DEALS,),
    AccountPlan: (Module.PLANS,),
    CollectedInfo: (Module.INFOS, Module.VOICES),
    Asset: (Module.ASSETS,),
    Contract: (Module.CONTRACTS,),
}


def unused(form: forms.BaseForm) -> set[str]:
    """Return the names of the fields by which rows of switched-off parts are chosen."""
    models = {name: getattr(getattr(field, "queryset", None), "model", None) for name, field in form.fields.items()}
    return {name for name, model in models.items() if model in PARTS and not any(map(uses, PARTS[model]))}


def drop_unused(form: forms.BaseForm) -> set[str]:
    """Take those fields away; return their names.

    What stands on a record is not the form's to empty: an entry made from it leaves these names out.
    """
    gone = unused(form)
    for name in gone:
        del form.fields[name]
    return gone
