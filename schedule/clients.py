"""Programs that read calendar links: their names, and the picture a phone's camera reads."""

from __future__ import annotations

import base64
from io import BytesIO

import qrcode
from qrcode.image.pil import PilImage

# What a program says of itself -> what people call it; the first that fits.
CLIENTS = {
    "Google-Calendar-Importer": "Google Calendar",
    "Thunderbird": "Thunderbird",
    "iOS": "iPhone / iPad",
    "iPhone": "iPhone / iPad",
    "dataaccessd": "iPhone / iPad",
    "macOS": "Mac",
    "CalendarAgent": "Mac",
    "Mac+OS": "Mac",
    "Microsoft": "Outlook",
    "Outlook": "Outlook",
    "Exchange": "Outlook",
    "ICSx5": "ICSx5 (Android)",
    "Evolution": "GNOME",
    "Akonadi": "KDE",
    "vdirsyncer": "vdirsyncer",
    "Nextcloud": "Nextcloud",
}


def client_name(user_agent: str) -> str:
    """Return the name by which people know a program; its own first word when we do not know it."""
    for mark, name in CLIENTS.items():
        if mark.lower() in user_agent.lower():
            return name
    return user_agent.split("/", maxsplit=1)[0][:40]


def qr_of(text: str) -> str:
    """Return a QR code as a data address: black on white in both themes, because cameras want it so."""
    code = qrcode.QRCode(border=4, box_size=4, image_factory=PilImage)
    code.add_data(text)
    code.make(fit=True)
    out = BytesIO()
    code.make_image().save(out, format="PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()
