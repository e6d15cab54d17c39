"""What a file is, by its content: the name only says which content it may have.

Binary kinds are known by their signature, text kinds by holding text. What has no signature that we know (drawings of CAD programs,
DocuWorks) is taken by its name, and like everything that is neither picture, sound nor film it is only ever downloaded.
"""

from __future__ import annotations

from dataclasses import dataclass

import filetype

from contacts.filing.faults import NotAccepted, NotWhatItSays
from contacts.filing.names import suffix_of

HEAD = 8192  # bytes that tell the kind
PLAIN = "application/octet-stream"
OFFICE = "application/vnd.openxmlformats-officedocument"

PICTURES = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/apng": "PNG",
    "image/gif": "GIF",
    "image/webp": "WEBP",
    "image/bmp": "BMP",
    "image/tiff": "TIFF",
    "image/heic": "HEIF",
    "image/avif": "AVIF",
}
SOUND_SUFFIXES = {"mp3", "m4a", "aac", "wav", "ogg", "oga", "opus", "flac", "amr", "aif", "aiff", "weba", "mid"}
FILM_SUFFIXES = {"mp4", "m4v", "mov", "webm", "mkv", "3gp", "3gpp", "avi", "wmv", "mpg", "mpeg"}
PICTURE_SUFFIXES = {"jpg", "jpeg", "jpe", "jfif", "png", "apng", "gif", "webp", "bmp", "tif", "tiff", "heic", "heif", "hif", "avif"}

# Suffix -> (signature that its content must have, type it is sent with).
DOCUMENTS: dict[str, tuple[str, str]] = {
    "pdf": ("pdf", "application/pdf"),
    "ai": ("pdf", PLAIN),
    "rtf": ("rtf", "application/rtf"),
    **dict.fromkeys(("docx", "docm", "dotx"), ("zip", f"{OFFICE}.wordprocessingml.document")),
    **dict.fromkeys(("xlsx", "xlsm", "xlsb", "xltx"), ("zip", f"{OFFICE}.spreadsheetml.sheet")),
    **dict.fromkeys(("pptx", "pptm", "ppsx"), ("zip", f"{OFFICE}.presentationml.presentation")),
    **dict.fromkeys(("odt", "ods", "odp", "epub", "pages", "numbers", "key", "xps"), ("zip", PLAIN)),
    "zip": ("zip", "application/zip"),
    "doc": ("ole", "application/msword"),
    "xls": ("ole", "application/vnd.ms-excel"),
    "ppt": ("ole", "application/vnd.ms-powerpoint"),
    **dict.fromkeys(("msg", "vsd", "jtd", "xlt"), ("ole", PLAIN)),
    "7z": ("7z", PLAIN),
    "rar": ("rar", PLAIN),
    "gz": ("gz", PLAIN),
    "tar": ("tar", PLAIN),
    "psd": ("psd", PLAIN),
    "eps": ("ps", PLAIN),
    **dict.fromkeys(("txt", "log", "md"), ("text", "text/plain")),
    **dict.fromkeys(("csv", "tsv"), ("text", "text/csv")),
    "eml": ("text", "message/rfc822"),
    "vcf": ("text", "text/vcard"),
    "ics": ("text", "text/calendar"),
    "json": ("text", "application/json"),
    "xml": ("text", "application/xml"),
    "html": ("text", "text/html"),
    "htm": ("text", "text/html"),
    "svg": ("text", "image/svg+xml"),
    "dxf": ("text", PLAIN),
    **dict.fromkeys(("dwg", "jww", "jwc", "sfc", "p21", "xdw", "xbd", "lzh"), ("unknown", PLAIN)),
}
ARCHIVES = {"docx", "xlsx", "pptx", "odt", "ods", "odp", "epub", "zip"}
WRITTEN = {"pdf", "rtf", "ps"}  # these may look like text from end to end
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Programs: Windows, Linux, macOS (both orders, and for several processors), Java, shortcuts.
PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"\xfe\xed\xfa",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"L\x00\x00\x00\x01\x14\x02\x00",
)
# What a browser would run. Pictures, sound and film apart, nothing is shown by us, and these do not even go by their own type.
ACTIVE = {"text/html", "image/svg+xml", "application/xml", "application/xhtml+xml", "application/json", "message/rfc822"}
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r\x0b\x0c\x1b")  # ISO-2022-JP lives on escapes


@dataclass(frozen=True)
class Kind:
    """What a file is. what: file, photo, audio or video. decoder: Pillow's name for a picture's format."""

    media_type: str
    what: str = "file"
    decoder: str = ""


def kind_of(head: bytes, name: str) -> Kind:
    """Return what a file is. head: its first 8,192 bytes.

    Raises NotAccepted, NotWhatItSays.
    """
    suffix, (signature, media_type) = suffix_of(name), _signature(head)
    if media := _media(signature, media_type, suffix):
        return media
    if suffix not in DOCUMENTS:
        if suffix in PICTURE_SUFFIXES | SOUND_SUFFIXES | FILM_SUFFIXES:
            raise NotWhatItSays(suffix)
        if signature == "pdf" and not suffix:
            return Kind("application/pdf")
        raise NotAccepted(suffix)
    needed, sent_as = DOCUMENTS[suffix]
    if signature != needed and not (needed == "unknown" and signature in ("text", "dwg")):
        raise NotWhatItSays(suffix)
    return Kind(sent_as)


def served_as(media_type: str) -> str:
    """Return the type to send a download with: nothing a browser would run."""
    return PLAIN if media_type in ACTIVE else media_type


def _media(signature: str, media_type: str, suffix: str) -> Kind | None:
    """Return picture, sound or film. A name that promises something else is not believed: saved under it, the file would open as that."""
    if signature == "picture" and suffix in PICTURE_SUFFIXES | {""}:
        return Kind(media_type, "photo", PICTURES[media_type])
    if signature in ("audio", "video") and suffix in SOUND_SUFFIXES:  # a voice memo is an MP4 without pictures
        return Kind(media_type.replace("video/", "audio/"), "audio")
    if signature in ("audio", "video") and suffix in FILM_SUFFIXES | {""}:
        return Kind(media_type, signature if not suffix else "video")
    return None


def _signature(head: bytes) -> tuple[str, str]:
    """Return the family of the content, and its type where that is certain."""
    found = filetype.guess(head)
    # A list may begin with a customer called MZ or BM, as programs and bitmaps do.
    if _is_text(head) and (found is None or found.extension not in WRITTEN):
        return "text", ""
    if head.startswith(PROGRAMS):
        return "program", ""
    if head.startswith(OLE):
        return "ole", ""
    if found is None:
        return "unknown", ""
    if found.mime in PICTURES:
        return "picture", found.mime
    family = found.mime.partition("/")[0]
    if family in ("audio", "video"):
        return family, found.mime.replace("audio/x-", "audio/")
    return ("zip" if found.extension in ARCHIVES else found.extension), found.mime


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16 as Excel writes it
        return True
    return not head.translate(None, delete=bytes(set(range(256)) - set(_CONTROLS)))
