"""How often a program may ask."""

from django.core.cache import caches
from rest_framework.throttling import UserRateThrottle


class PerUser(UserRateThrottle):
    cache = caches["counters"]
