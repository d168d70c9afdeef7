"""IMAP and POP accounts (com.apple.mail.managed)."""

from profiler.rules.mail import cleartext

RULES = (cleartext.check,)
