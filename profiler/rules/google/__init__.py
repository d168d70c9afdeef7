"""Google accounts (com.apple.google-oauth)."""

# The files with a rule, in the order of the documentation.
NAMES = (
    "manual",
    "address",
    "duplicate_with_imap",
)
