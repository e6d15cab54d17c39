"""Does the repository hold only what it may? No addresses of package registries, no paths of somebody's machine, nothing built, nothing binary."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REGISTRIES = re.compile(r"registry\.(npmjs|yarnpkg)\.|pypi\.(org|python)|pythonhosted\.org|index-url|find-links|\"resolved\":")
MACHINES = re.compile(r"(?<![\w.])/(work|home/\w+|root|Users/\w+|tmp/\w+/\w+)/")
BUILT = re.compile(r"^(static/dist|staticfiles|data)/|\.(mo|pyc|sqlite3)$|node_modules/")
PICTURES = re.compile(r"^docs/.*\.(png|webp)$")
OWN = {".ci/check_tree.py", "Makefile", "config/templates/robots.txt"}


def faults(name: str) -> list[str]:
    path = ROOT / name
    if BUILT.search(name):
        return [f"{name}: built, not written"]
    if PICTURES.search(name) or not path.is_file():
        return []
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return [f"{name}: not a text"]
    found = [
        (pattern, number, line)
        for number, line in enumerate(text.splitlines(), 1)
        for pattern in (REGISTRIES, MACHINES)
        if pattern.search(line)
    ]
    return [f"{name}:{number}: {line.strip()[:100]}" for _pattern, number, line in found]


def main() -> int:
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    lines = [line for name in names if name not in OWN for line in faults(name)]
    print("\n".join(lines), file=sys.stderr, end="\n" if lines else "")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
