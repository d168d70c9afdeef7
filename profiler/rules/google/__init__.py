"""Google accounts (com.apple.google-oauth)."""

from profiler.rules.google import address, duplicate_with_imap, manual

RULES = (manual.check, address.check, duplicate_with_imap.check)
