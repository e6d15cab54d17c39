"""Log lines: one JSON object each in production, a request id, UTC, and never a secret."""

import json
import logging
import logging.config
import re
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="")

# The secret part of a calendar link and of a password reset link, wherever a path is written down.
SECRETS = [
    (re.compile(r"(/ical/[^/\s\"'?]+/)[^/\s\"'?]+"), r"\1-"),
    (re.compile(r"(/password/reset/key/)[^/\s\"'?]+"), r"\1-"),
    (re.compile(r"(?i)(authorization['\"]?\s*[:=]\s*['\"]?(?:bearer|token|basic)\s+)[^\s'\",]+"), r"\1-"),
]
OWN = ("status", "method", "path", "ms", "user")


def without_secrets(text: str) -> str:
    for pattern, replacement in SECRETS:
        text = pattern.sub(replacement, text)
    return text


class SafeRecord(logging.LogRecord):
    """A record that is clean from its birth, so that every handler of every logger, ours or not, sees only the clean one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request_id = request_id.get()
        try:
            text = logging.LogRecord.getMessage(self)
        except (TypeError, ValueError):
            return  # a broken format string is reported by logging itself
        if (clean := without_secrets(text)) != text:
            self.msg, self.args = clean, ()


class Text(logging.Formatter):
    def __init__(self, **_kwargs: Any) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", "%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))


class Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: value for name in ("request_id", *OWN) if (value := record.__dict__.get(name)) not in (None, "")}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return without_secrets(json.dumps(line, ensure_ascii=False, default=str))


def set_up(*, style: str, level: str) -> None:
    """Send every logger's lines through one handler to standard error."""
    logging.setLogRecordFactory(SafeRecord)
    logging.config.dictConfig(_settings(style, level))


def _settings(style: str, level: str) -> dict[str, Any]:
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": Json if style == "json" else Text}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # 4xx answers are in our own request log already; strangers' Host headers are weather.
            "django.request": {"level": "ERROR"},
            "django.security.DisallowedHost": {"level": "CRITICAL"},
            "django.server": {"handlers": [], "propagate": True},
            "granian": {"handlers": [], "propagate": True, "level": "WARNING"},
            "celery": {"level": "WARNING"},
            "kombu": {"level": "WARNING"},
        },
    }
