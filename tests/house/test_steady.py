"""The tests in the browser wait for what they want to see. A test that waits for a time falls on the first slow day."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
# The one file that may let time pass, and says when.
OWN = {"steady.py"}
SNAPSHOTS = {
    "is_visible",
    "is_hidden",
    "is_checked",
    "is_enabled",
    "is_disabled",
    "is_editable",
    "inner_text",
    "inner_html",
    "text_content",
    "input_value",
}
INSTEAD = {
    "wait_for_function": "it compiles inside the page, and our policy forbids that: expect(...), or until() of steady.py",
    "wait_for_timeout": "a slow machine needs longer: expect(...) or eventually(); before a claim that nothing happens, leave_alone()",
    "sleep": "Playwright stands still meanwhile: eventually()",
    "wait_for_load_state": "after a click it may mean the page before: landed() or go()",
    "expect_navigation": "it may end with another page than the one that is meant: landed()",
    **dict.fromkeys(SNAPSHOTS, "it looks once, perhaps too early: expect(...).to_..."),
}


def files() -> list[Path]:
    return [one for one in sorted((ROOT / "tests/browser").glob("*.py")) if one.name not in OWN] + [ROOT / "bench/quick.py"]


def hurried(path: Path) -> Iterator[str]:
    """What looks or waits in a way that depends on the machine, line by line."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            called = node.func.attr
            if called in INSTEAD and not (called == "sleep" and path.name == "conftest.py"):
                yield f"{path.name}:{node.lineno} {called}: {INSTEAD[called]}"
        if isinstance(node, ast.Assert):
            yield from (
                f"{path.name}:{node.lineno} count: it looks once, perhaps too early: expect(...).to_have_count()"
                for part in ast.walk(node)
                if isinstance(part, ast.Call)
                and ast.unparse(part.func).endswith((".count", ".all", ".all_inner_texts"))
                and "locator(" in ast.unparse(part)
            )
        if isinstance(node, ast.Constant) and node.value == "networkidle":
            yield f"{path.name}:{node.lineno} networkidle: a page is idle before its script has even asked; landed() or go()"


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_no_test_in_the_browser_depends_on_how_fast_the_machine_is(path: Path) -> None:
    assert [*hurried(path)] == []
