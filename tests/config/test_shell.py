from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import Context, Template
from django.test import RequestFactory

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCE = ROOT / "frontend/src"
ROOMS = ("config", "crm", "schedule", "contacts", "reports")


def rendered(text: str, **context: object) -> str:
    return Template("{% load shell %}" + text).render(Context(context))


def test_every_icon_a_template_asks_for_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'<symbol id="([a-z0-9-]+)"', (SOURCE / "icons.svg").read_text(encoding="utf-8")))
    asked = {
        name
        for room in ROOMS
        for page in (ROOT / room / "templates").rglob("*.html")
        for name in re.findall(r"""\{% icon ["']([a-z0-9-]+)["']""", page.read_text(encoding="utf-8"))
    }

    assert asked - drawn == set()
    assert drawn == set((SOURCE / "icons.txt").read_text(encoding="utf-8").split())


def test_a_name_gives_the_same_avatar_everywhere_and_hides_it_from_readers() -> None:
    first, again = rendered("{% avatar name %}", name="坂田 純"), rendered("{% avatar name %}", name="坂田 純")

    assert first == again
    assert 'aria-hidden="true">坂</span>' in first


@pytest.mark.parametrize("name", ["", "　", "<script>", "👩‍💻 Emma"])
def test_an_odd_name_still_gives_an_avatar(name: str) -> None:
    drawn = rendered("{% avatar name %}", name=name)

    assert drawn.startswith('<span class="avatar-i hue-')
    assert "<script>" not in drawn


@pytest.mark.parametrize(
    ("path", "mark"), [("/accounts/login/", 'aria-current="page"'), ("/accounts/login/code/", 'aria-current="true"'), ("/", "")]
)
def test_the_menu_marks_where_one_is(path: str, mark: str) -> None:
    link = rendered("{% here 'account_login' %}", request=RequestFactory().get(path))

    assert link == f'href="/accounts/login/" {mark}'.strip()


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge / Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile Safari/604.1", "Safari / iPhone"),
        ("Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome / Android"),
        ("curl/8.0", "curl/8.0"),
        ("", ""),
    ],
)
def test_a_device_is_named_as_its_owner_would_name_it(agent: str, said: str) -> None:
    assert rendered("{{ agent|device }}", agent=agent) == said
