"""The company's settings at hand. Every page asks for them, so a process remembers them for some seconds."""

from __future__ import annotations

import time

from django.conf import settings

from crm.models import Company, Module

_remembered: tuple[float, Company] | None = None


def company() -> Company:
    """Return the settings; what another process changed arrives within COMPANY_REMEMBERED_S seconds."""
    global _remembered
    now = time.monotonic()
    if _remembered is None or now - _remembered[0] > settings.COMPANY_REMEMBERED_S:
        _remembered = (now, Company.objects.filter(pk=1).first() or Company(pk=1))
    return _remembered[1]


def forget_company() -> None:
    """Ask the database at the next look: this process has changed the settings."""
    global _remembered
    _remembered = None


def uses(module: str) -> bool:
    """Tell whether the company uses an optional part: deals, plans, infos, voices, assets, contracts, facilities."""
    return company().uses(module)


def in_use() -> dict[str, bool]:
    """Tell of every optional part whether the company uses it, for templates."""
    return {module.value: uses(module) for module in Module}
