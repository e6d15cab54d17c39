"""How passwords are kept and judged."""

import threading
from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError
from django.utils.translation import ngettext

MAX_LENGTH = 128
# Each hash takes 19 MiB; a burst of log-ins must wait, not eat the memory.
_places = threading.BoundedSemaphore(4)


class Argon2Hasher(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two rounds, one lane: the minimum OWASP names. Django's default takes 100 MiB per log-in."""

    time_cost = 2
    memory_cost = 19 * 1024  # KiB
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with _places:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with _places:
            return super().verify(password, encoded)


class MaximumLengthValidator:
    """Refuses passwords so long that only their hashing would be an attack."""

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) > MAX_LENGTH:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        return ngettext("A password has at most %(count)d character.", "A password has at most %(count)d characters.", MAX_LENGTH) % {
            "count": MAX_LENGTH
        }
