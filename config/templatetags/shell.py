"""Tags of the frame: icons, avatars, where we are, and a block shown twice."""

from __future__ import annotations

import zlib
from typing import Any

from django import template
from django.conf import settings
from django.template.base import Parser, Token
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

HUES = 8
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Windows": "Windows",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Mac OS": "Mac",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}
AVATAR_SIZES = {"s": " avatar-s", "m": "", "l": " avatar-l"}


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """Draw one symbol of the sprite: {% icon "calendar" %}, {% icon "phone" "icon-sm" %}. It is never read aloud."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" width="24" height="24" fill="none" stroke="currentColor" stroke-width="2"'
        ' stroke-linecap="round" stroke-linejoin="round"><use href="{}#{}"></use></svg>',
        extra,
        static("dist/icons.svg"),
        name,
    )


@register.simple_tag
def avatar(name: object, size: str = "m") -> SafeString:
    """Draw the first character of a name on the name's own colour. Decoration only: write the name beside it."""
    text = str(name).strip()
    hue = zlib.crc32(text.encode("utf-8", "replace")) % HUES
    return format_html('<span class="avatar-i hue-{}{}" aria-hidden="true">{}</span>', hue, AVATAR_SIZES[size], text[:1].upper())


@register.simple_tag
def demo_logins() -> list[dict[str, str]]:
    """The people one may be in the demo; nobody anywhere else."""
    if not settings.DEMO:
        return []
    from crm.demo.logins import LOGINS, PASSWORD

    return [{"code": one.code, "name": one.name, "role_ja": one.role_ja, "role_en": one.role_en, "password": PASSWORD} for one in LOGINS]


@register.simple_tag(takes_context=True)
def here(context: template.Context, name: str, but: str = "") -> SafeString:
    """Write href, and aria-current when the open page lies under that address; but: a page below it that has its own entry."""
    url, path = reverse(name), getattr(context.get("request"), "path", "")
    if but and path.startswith(reverse(but)):
        return format_html('href="{}"', url)
    if path == url:
        return format_html('href="{}" aria-current="page"', url)
    if url != "/" and path.startswith(url):
        return format_html('href="{}" aria-current="true"', url)
    return format_html('href="{}"', url)


@register.filter
def device(agent: str) -> str:
    """Name browser and system of a user-agent line, "Chrome / Windows"; an unknown one is cut short."""
    # Every browser also claims to be the ones before it: the order of the tables decides.
    browser = next((name for mark, name in BROWSERS.items() if mark in agent), "")
    system = next((name for mark, name in SYSTEMS.items() if mark in agent), "")
    return " / ".join(filter(None, [browser, system])) or agent[:60]


class RepeatedBlock(template.Node):
    """A block that the page fills once and the frame shows in several places, such as its title."""

    def __init__(self, name: str) -> None:
        self.name = name

    def render(self, context: template.Context) -> SafeString:
        # An included part has a render context of its own; the page's blocks lie below it.
        blocks: Any = next(layer[BLOCK_CONTEXT_KEY] for layer in reversed(context.render_context.dicts) if BLOCK_CONTEXT_KEY in layer)
        block = blocks.get_block(self.name)
        with context.render_context.push():
            # The block may hold blocks of its own (head_title of allauth).
            context.render_context[BLOCK_CONTEXT_KEY] = blocks
            return mark_safe(block.nodelist.render(context).strip())  # noqa: S308 - nodes have escaped what they print


@register.tag
def repeat_block(parser: Parser, token: Token) -> RepeatedBlock:
    _tag, name = token.split_contents()
    return RepeatedBlock(name.strip("\"'"))
