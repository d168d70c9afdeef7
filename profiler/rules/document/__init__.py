"""The file and its property list."""

from profiler.rules.document import duplicate_key, unreadable

RULES = (
    unreadable.check,
    duplicate_key.check,
)
