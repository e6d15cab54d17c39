"""Where a photo or film was taken, taken out of the file in place.

Nothing is encoded anew: the bytes of the position are overwritten and every other byte stays where it was, so the picture is the same
to the last pixel, and what refers to places in the file (HEIC, several pictures in one JPEG, films behind a photo) still fits.
"""

from __future__ import annotations

import mmap
import re
import struct
import zlib
from collections.abc import Iterator
from itertools import chain, islice
from typing import IO

from contacts.filing.faults import BrokenPicture

GPS_POINTER = 0x8825
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}  # bytes by type of a TIFF value
MOST_ENTRIES, MOST_DIRECTORIES = 512, 4
MOST_BLOCKS = 64  # a picture has a few blocks of notes; more would be there to keep a thread busy
MOST_NOTES = 64
PNG = b"\x89PNG\r\n\x1a\n"
_TIFF = re.compile(rb"Exif\x00\x00(?=II\*\x00|MM\x00\*)")
_RAW_TIFF = re.compile(rb"(?:EXIF.{4}|eXIf|\x00\x00\x00\x00)(?=II\*\x00|MM\x00\*)", re.DOTALL)  # WebP, PNG, AVIF
_XMP = re.compile(rb"""GPS[A-Za-z]{0,40}(?:\s{0,4}=\s{0,4}["']([^"'<>]{1,80})["']|>([^<>]{1,80})<)""")
# ISO 6709 as phones write it into films: +35.6586+139.7454+012.3/
_ISO6709 = re.compile(rb"[+-]\d{2,6}\.\d{2,8}[+-]\d{3,7}\.\d{2,8}(?:[+-]\d{1,6}(?:\.\d{1,8})?)?(?:CRS[\w:/.]{0,40})?/")


def forget_positions(file: IO[bytes]) -> None:
    """Overwrite every position that an opened file holds: in Exif and XMP of pictures, in the notes of films.

    file: on disk, open for reading and writing, not empty. Raises BrokenPicture if it holds more blocks of notes than any camera writes.
    """
    file.flush()
    with mmap.mmap(file.fileno(), 0) as raw:
        starts = {0, *(found.end() for found in islice(chain(_TIFF.finditer(raw), _RAW_TIFF.finditer(raw)), MOST_BLOCKS + 1))}
        if len(starts) > MOST_BLOCKS:
            raise BrokenPicture
        for start in starts:
            _forget_exif(raw, start)
        for found in _XMP.finditer(raw):
            _blank(raw, *(found.span(1) if found.group(1) is not None else found.span(2)))
        for found in _ISO6709.finditer(raw):
            _blank(raw, *found.span())
        if raw[:8] == PNG:
            _mend_png(raw)
        raw.flush()


def _blank(raw: mmap.mmap, start: int, end: int) -> None:
    raw[start:end] = b" " * (end - start)


def _forget_exif(raw: mmap.mmap, start: int) -> None:
    """Empty the GPS directories of the TIFF block that begins here, if one does."""
    order = {b"II": "<", b"MM": ">"}.get(raw[start : start + 2], "")
    if not order or len(raw) < start + 8 or struct.unpack_from(f"{order}H", raw, start + 2)[0] != 42:
        return
    (place,) = struct.unpack_from(f"{order}I", raw, start + 4)
    for _one in range(MOST_DIRECTORIES):
        entries = list(_entries(raw, start, place, order))
        for _at, tag, _size, value in entries:
            if tag == GPS_POINTER:
                _empty(raw, start, value, order)
        after = start + place + 2 + 12 * len(entries)
        place = struct.unpack_from(f"{order}I", raw, after)[0] if entries and after + 4 <= len(raw) else 0
        if not place:
            return


def _entries(raw: mmap.mmap, start: int, place: int, order: str) -> Iterator[tuple[int, int, int, int]]:
    """Yield place, tag, size in bytes and value (or where it lies) of a directory's entries; nothing if it lies outside the file."""
    at = start + place
    count = struct.unpack_from(f"{order}H", raw, at)[0] if at + 2 <= len(raw) else 0
    if count > MOST_ENTRIES or at + 2 + 12 * count > len(raw):
        return
    for number in range(count):
        entry = at + 2 + 12 * number
        tag, kind, many, value = struct.unpack_from(f"{order}HHII", raw, entry)
        yield entry, tag, SIZES.get(kind, 1) * many, value


def _empty(raw: mmap.mmap, start: int, place: int, order: str) -> None:
    for entry, _tag, size, value in list(_entries(raw, start, place, order)):
        if size > 4 and start + value + size <= len(raw):
            raw[start + value : start + value + size] = bytes(size)
        raw[entry : entry + 12] = bytes(12)
    if start + place + 2 <= len(raw):
        raw[start + place : start + place + 2] = bytes(2)  # a directory of no entries


def _mend_png(raw: mmap.mmap) -> None:
    """Empty packed notes that tell a position, and renew the check sums of what was overwritten."""
    at, notes = 8, 0
    while at + 12 <= len(raw):
        (size,) = struct.unpack_from(">I", raw, at)
        kind, data = raw[at + 4 : at + 8], at + 8
        if data + size + 4 > len(raw):
            return
        notes += kind in (b"tEXt", b"zTXt", b"iTXt")
        # Beyond the first ones nothing is unpacked to see: they go.
        if kind in (b"tEXt", b"zTXt", b"iTXt") and (notes > MOST_NOTES or _tells(raw[data : data + size])):
            raw[at + 4 : at + 8] = b"tEXt"
            raw[data : data + size] = (b"Comment\x00" + b" " * size)[:size]
        if kind in (b"eXIf", b"tEXt", b"zTXt", b"iTXt"):
            struct.pack_into(">I", raw, data + size, zlib.crc32(raw[at + 4 : data + size]))
        at = data + size + 4


def _tells(note: bytes) -> bool:
    """Tell whether a note may hold a position: profiles in hexadecimal, or packed text that names one."""
    if note.startswith((b"Raw profile type exif", b"Raw profile type APP1", b"Raw profile type xmp")):
        return True
    packed = note.find(b"\x78")
    if packed < 0:
        return False
    try:
        return b"GPS" in zlib.decompressobj().decompress(note[packed:], 1_000_000)
    except zlib.error:
        return False
