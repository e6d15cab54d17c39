"""A browser, named as its owner would name it."""

from __future__ import annotations

from django.utils.translation import gettext as _

# The first that matches: an Android phone says Linux too, Edge says Chrome, and everybody says Safari.
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)
BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("Chrome", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari"))


def device_of(user_agent: str) -> str:
    """Return e.g. "iPhone (Safari)"."""
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    browser = next((name for sign, name in BROWSERS if sign in user_agent), "")
    if system and browser:
        return f"{system} ({browser})"
    return system or browser or _("Unknown device")
