"""Are the translations complete? Nothing empty, fuzzy or left over, the same text the same everywhere, and nothing in the code that is missing here."""

import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ["config", "crm", "schedule", "contacts", "reports"]


def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="ja", domain="django")


def key(message) -> tuple:
    return (message.context, message.id if isinstance(message.id, str) else message.id[0])


def faults(room: str, found: Catalog) -> list[str]:
    lines = [f"{room}: left over, remove it: {key(old)[1]!r}" for old in found.obsolete.values()]
    for message in found:
        if not message.id:
            continue
        texts = [message.string] if isinstance(message.string, str) else list(message.string)
        if not all(texts):
            lines.append(f"{room}: not translated: {key(message)[1]!r}")
        if message.fuzzy:
            lines.append(f"{room}: fuzzy: {key(message)[1]!r}")
        lines += [f"{room}: {error} in {key(message)[1]!r}" for error in message.check()]
    return lines


def uncollected(room: str, found: Catalog) -> list[str]:
    """Collect the texts of a copy of the room and name those its catalogue lacks."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / room
        shutil.copytree(ROOT / room, copy, ignore=shutil.ignore_patterns("__pycache__", "*.mo", "locale"))
        (copy / "locale").mkdir()
        command = [Path(sys.executable).parent / "django-admin", "makemessages", "-l", "ja", "--no-location", "-v0"]
        subprocess.run(command, cwd=copy, check=True)
        path = copy / "locale" / "ja" / "LC_MESSAGES" / "django.po"
        if path.exists():  # new entries come with the two forms of English; Japanese has one
            path.write_text(path.read_text(encoding="utf-8").replace('\nmsgstr[1] ""', ""), encoding="utf-8")
        fresh = catalogue(path) if path.exists() else Catalog()
    known = {key(message) for message in found}
    wanted = {key(message) for message in fresh}
    return [f"{room}: in the code, not in the catalogue (make messages): {one[1]!r}" for one in sorted(wanted - known, key=str)]


def differing(catalogues: dict[str, Catalog]) -> list[str]:
    said = defaultdict(lambda: defaultdict(list))
    for room, found in catalogues.items():
        for message in found:
            if message.id and isinstance(message.string, str):
                said[key(message)][message.string].append(room)
    return [f"{one[1]!r} is said differently: {dict(texts)}" for one, texts in said.items() if len(texts) > 1]


def main() -> int:
    paths = {room: ROOT / room / "locale" / "ja" / "LC_MESSAGES" / "django.po" for room in ROOMS}
    catalogues = {room: catalogue(path) if path.exists() else Catalog() for room, path in paths.items()}
    lines = [line for room, found in catalogues.items() for line in faults(room, found)] + differing(catalogues)
    if shutil.which("xgettext"):
        lines += [line for room, found in catalogues.items() for line in uncollected(room, found)]
    else:
        print("xgettext is not installed: texts missing from the catalogues are not looked for.")
    print("\n".join(lines), file=sys.stderr, end="\n" if lines else "")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
