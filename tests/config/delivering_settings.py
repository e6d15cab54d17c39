"""The product's settings with the one topic of delivering.py, and a lease short enough to wait for."""

from config.settings import *  # noqa: F403

OUTBOX = {"test.delivery": "tests.config.delivering.deliver"}
OUTBOX_LEASE_SECONDS = 3
