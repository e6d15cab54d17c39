"""Every address the house answers, and how to fill its placeholders. An address that cannot be filled fails the walk."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

# Doors that are open without logging in, each with its reason.
OPEN_DOORS = {
    "health": "a load balancer asks",
    "ready": "a load balancer asks",
    "service_worker": "a script without data; a browser looks for a new one without logging in",
    "robots": "calendar services ask before they fetch a feed",
    "schedule:feed": "calendar apps cannot log in: the key in the address is the right",
    "set_language": "the log-in page has two languages",
    "account_login": "how one gets in",
    "account_signup": "closed; says so",
    "account_reset_password": "how one gets back in",
    "account_reset_password_done": "says that a mail was sent",
    "account_reset_password_from_key": "the key in the address is the right",
    "account_reset_password_from_key_done": "says that it worked",
    "account_confirm_login_code": "a step of logging in",
    "account_inactive": "says that the account is closed",
    "account_email_verification_sent": "says that a mail was sent",
    "account_confirm_email": "the key in the address is the right",
    "account_logout": "leaving while already out leads to the log-in page",
    "account_signup_by_passkey": "closed",
    "mfa_authenticate": "a step of logging in",
    "mfa_login_webauthn": "a step of logging in",
    "mfa_trust": "a step of logging in",
}


@dataclass(frozen=True)
class Door:
    name: str
    route: str

    @property
    def names_a_row(self) -> bool:
        return bool(re.search(r"<uuid:|\(\?P<pk>", self.route))

    @property
    def is_ours(self) -> bool:
        return not self.name.startswith(("account_", "mfa_", "usersessions_"))


def doors(patterns: list[Any] | None = None, prefix: str = "", namespace: str = "") -> Iterator[Door]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from doors(pattern.url_patterns, prefix + str(pattern.pattern), inner)
        elif isinstance(pattern, URLPattern):
            yield Door(f"{namespace}{pattern.name}", prefix + str(pattern.pattern))


def fill(door: Door, keys: Mapping[str, Any]) -> str:
    """Return the door's address with every placeholder filled from keys: by its own name, and "api:<prefix>" for the API's pk."""
    route = re.sub(r"\^|\$|\\Z", "", door.route).replace("\\.", ".").replace("/?", "/")
    route = re.sub(r"\(\?P<format>[^)]*\)|<drf_format_suffix:format>", ".json", route)
    route = re.sub(r"<\w+:pk>", "(?P<pk>)", route)
    if "(?P<pk>" in route:
        prefix = route.split("(?P<pk>")[0].rstrip("/").rsplit("/", 1)[-1]
        route = re.sub(r"\(\?P<pk>[^)]*\)", str(keys[f"api:{prefix}"]), route)
    route = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda found: str(keys[found.group(1)]), route)
    route = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(keys[found.group(1)]), route)
    assert not set("<(") & set(route), f"the walk cannot fill {route}"
    return "/" + route


def body_of(response: Any) -> str:
    """Return what a reader gets to see: header values and the body, calendar folds undone, JSON escapes read."""
    raw = b"".join(response.streaming_content) if response.streaming else response.content
    text = raw.decode("utf-8", "replace").replace("\r\n ", "")
    if "json" in response.headers.get("Content-Type", ""):
        text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found.group(1), 16)), text)
    return text + "\n".join(f"{name}: {value}" for name, value in response.headers.items())


def logged_in(user: Any) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(user)
    return client
