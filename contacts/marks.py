"""Symbols and tones by the closed meaning of a choice; the words themselves are the company's own."""

METHOD_ICONS = {
    "visit": "walk",
    "incoming_visit": "login",
    "call": "phone",
    "mail": "mail",
    "web_meeting": "video",
    "letter": "file-text",
    "sms": "message",
}
METHOD_TONES = {
    "visit": "blue",
    "incoming_visit": "indigo",
    "call": "green",
    "mail": "orange",
    "web_meeting": "purple",
    "letter": "teal",
    "sms": "cyan",
}
RESULT_TONES = {"success": "green", "progress": "blue", "pending": "yellow", "failure": "red", "done": "teal"}
DIRECT_ICONS = {"to": "arrow-right", "from": "home", "both": "arrows-sort"}
