"""The file and its property list."""

from profiler.rules.document import duplicate_key, unreadable, unused_ignore

RULES = (
    unreadable.check,
    duplicate_key.check,
    unused_ignore.check,
)
